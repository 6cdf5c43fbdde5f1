"""An installation of the bench's own: the embedded server, a gate with devices, persons with codes.

It lies in one folder and is used again by the next run; its ledger is emptied before every round.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from lachan.config.database import migrate, prepare
from lachan.config.home import Home
from lachan.config.postgres import Postgres

if TYPE_CHECKING:
    import psycopg

#: Many clients at once are what is measured: 256 of pgbench, and ours beside them.
SETTINGS = {"max_connections": "400"}

#: Devices of the gate; a stadium has some dozens of turnstiles.
DEVICES = 32

#: Where the gate stands.
COMMUNE = "Nếnh"

#: A disk that needs a millisecond to say "written", as an ordinary SSD does.
SLOW_DISK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
int fdatasync(int file) {
    static int (*real)(int);
    if (!real) real = (int (*)(int)) dlsym(RTLD_NEXT, "fdatasync");
    usleep(1000);
    return real(file);
}
"""


class Gate(NamedTuple):
    """What a client needs to know: whose tokens are good here."""

    place: str
    devices: list[str]
    commune: int
    province: int


class Installation:
    """The folder, its server and its gate.  `slow`: fdatasync takes a millisecond longer."""

    def __init__(self, folder: Path, *, slow: bool = False) -> None:
        self.folder = folder.absolute()
        self.slow = slow
        os.environ["LACHAN_HOME"] = str(self.folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "lachan.config.settings"
        os.environ.pop("LACHAN_DATABASE_URL", None)

    @contextmanager
    def running(self) -> Iterator["Installation"]:
        """The server runs with the schema of today and a gate."""
        home = Home(self.folder)
        home.create()
        self.server = (SlowDisk if self.slow else Postgres)(home, SETTINGS)
        self.server.stop()
        self.server.start()
        try:
            self._set_up()
            yield self
        finally:
            self._leave()

    def _leave(self) -> None:
        from django.db import connections

        connections.close_all()
        self.server.stop()

    def dsn(self, role: str) -> str:
        """How a role connects."""
        return self.server.dsn(role, "lachan")

    def _set_up(self) -> None:
        import django

        prepare(self.server.dsn("postgres", "postgres"), self.server.home.secrets())
        with self.server.connect() as admin:
            # Hundreds of clients connect at the start of a round; nobody is kept out here.
            admin.execute("set scram_iterations = 1")
            word = self.server.home.secrets().passwords["lachan_gate"]
            admin.execute(f"alter role lachan_gate password '{word}'")
        migrate(self.dsn("lachan_owner"))
        os.environ["LACHAN_DSN_OWNER"] = self.dsn("lachan_owner")
        django.setup()
        from django.db import connections

        from lachan.core.clock import today
        from lachan.core.ledgers import make_partitions

        day = timedelta(days=1)
        with connections["owner"].cursor() as cursor:
            make_partitions(cursor, first=today() - day, last=today() + day)
        self.gate = self._gate()

    @contextmanager
    def owner(self) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
        """A connection as the tables' owner."""
        import psycopg

        with psycopg.connect(self.dsn("lachan_owner"), autocommit=True) as connection:
            yield connection

    def _gate(self) -> Gate:
        """A market with new devices; territory is loaded once."""
        from django.db import connections

        from lachan.core.clock import now
        from lachan.core.ids import uuid7
        from lachan.core.scope import reference_reading
        from lachan.credentials.secrets import hash_secret, new_device_token
        from lachan.formats.placecode import new_place_code
        from lachan.places.models import Organisation, Place, Unit
        from lachan.places.selectors import search_units, today_of
        from lachan.places.services import load_territory
        from lachan.venues.models import Device, Venue

        if not Unit.objects.using("owner").exists():
            load_territory(connections["owner"])
        with reference_reading():
            today = today_of(search_units(COMMUNE)[0].id)
        commune, province = today.commune or 0, today.province or 0
        where = {"commune": commune, "province": province}
        owner = Organisation.objects.using("owner").create(kind="company", name="Chợ", **where)
        place = Place.objects.using("owner").create(
            organisation_id=owner.id, kind="market", name="Chợ", **where
        )
        venue = Venue.objects.using("owner").create(
            place_id=place.id, organisation=owner.id, code=new_place_code(), made_at=now()
        )
        tokens = [new_device_token() for _ in range(DEVICES)]
        Device.objects.using("owner").bulk_create(
            Device(
                venue=venue,
                organisation=owner.id,
                label="Cổng",
                token_sha256=hash_secret(token),
                made_at=now(),
                made_by=uuid7(),
            )
            for token in tokens
        )
        return Gate(str(place.id), tokens, commune, province)

    def persons(self, count: int) -> list[str]:
        """Personal codes of so many people, good for a day."""
        from lachan.core.signing import signing_key
        from lachan.credentials.tokens import issue

        key, until = signing_key(), int(time.time()) + 86_400
        return [
            issue(key, kind="person", pseudonym=os.urandom(16), expires_at=until)
            for _ in range(count)
        ]

    def empty(self) -> None:
        """Forget every scan, and bring the disk to rest."""
        with self.owner() as owner:
            owner.execute("truncate venues_scan, venues_conflict, gate_unmatched")
        with self.server.connect() as admin:
            admin.execute("checkpoint")

    def stored(self) -> tuple[int, int]:
        """Scans in the ledger, and how many numbers they have."""
        with self.owner() as owner:
            row = owner.execute("select count(*), count(distinct id) from venues_scan").fetchone()
        assert row is not None
        return int(str(row[0])), int(str(row[1]))

    def missing(self, acknowledged: bytes) -> int:
        """How many of these numbers (16 bytes each) are not in the ledger."""
        with self.owner() as owner:
            owner.execute("create temporary table said (id uuid)")
            with (
                owner.cursor() as cursor,
                cursor.copy("copy said from stdin (format binary)") as copy,
            ):
                copy.set_types(["uuid"])
                for start in range(0, len(acknowledged), 16):
                    copy.write_row([UUID(bytes=acknowledged[start : start + 16])])
            row = owner.execute(
                "select count(*) from said where not exists"
                " (select 1 from venues_scan v where v.id = said.id)"
            ).fetchone()
        assert row is not None
        return int(str(row[0]))


class SlowDisk(Postgres):
    """The server with a fdatasync that takes a millisecond longer."""

    def _command(self, tool: str) -> list[str]:
        words = super()._command(tool)
        if tool != "postgres":
            return words
        return [*words[:-1], "/usr/bin/env", f"LD_PRELOAD={self._shim()}", words[-1]]

    def _shim(self) -> Path:
        source, made = self.home.path / "slow_disk.c", self.home.path / "slow_disk.so"
        if not made.exists():
            source.write_text(SLOW_DISK)
            command = ["cc", "-shared", "-fPIC", "-o", str(made), str(source), "-ldl"]
            subprocess.run(command, check=True)
        return made


def can_slow_the_disk() -> bool:
    """Whether there is a compiler for the shim."""
    return shutil.which("cc") is not None
