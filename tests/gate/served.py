"""The real web process on a test's database, and what devices send to it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import httpx

from lachan.config.home import Home
from lachan.config.postgres import Postgres
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.core.signing import signing_key
from lachan.credentials.tokens import issue
from lachan.places.models import Organisation, Place
from lachan.venues.models import Venue
from lachan.venues.services import open_venue, register_device
from tests.factories import cast
from tests.places.units import BAC_NINH, NENH

#: seconds the web may take to answer on this machine while other work runs.
PATIENCE = 300


class Web:
    """granian with the real application; `kill` is SIGKILL to it and to its worker."""

    def __init__(self, database: str, log: Path) -> None:
        self.database = database
        self.log = log
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        server = Postgres(Home.default())
        roles = ("app", "gate", "door")
        named = {f"LACHAN_DSN_{r.upper()}": server.dsn(f"lachan_{r}", self.database) for r in roles}
        environment = {**os.environ, **named, "PYTHONPATH": "src"}
        environment.pop("LACHAN_DSN_OWNER", None)
        command = [sys.executable, "-m", "granian", "--interface", "asgi", "--workers", "1"]
        command += ["--port", str(self.port), "lachan.config.asgi:application"]
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                command, env=environment, stdout=out, stderr=out, start_new_session=True
            )
        self._wait()

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it and wait until it is gone; harmless when it is gone already."""
        if self.process is None:
            return
        if how is signal.SIGKILL:
            os.killpg(self.process.pid, how)
        else:
            self.process.send_signal(how)
        self.process.wait(PATIENCE)
        self.process = None

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{self.url}/hot/", timeout=5)
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            return
        raise AssertionError(f"the web does not answer: {self.log.read_text()[-2000:]}")


def manager() -> Principal:
    """Somebody who answers for places of an organisation."""
    organisation = Organisation.objects.using("owner").create(
        kind="company", name="Ban quản lý Chợ Sen Hồ", commune=NENH, province=BAC_NINH
    )
    return cast.of_organisation(Role.PLACE_MANAGER, organisation.id)


def place_of(by: Principal, *, name: str = "Chợ Sen Hồ", kind: str = "market") -> Place:
    """A place of somebody's organisation."""
    return Place.objects.using("owner").create(
        organisation_id=by.organisation, kind=kind, name=name, commune=NENH, province=BAC_NINH
    )


def venue_of(by: Principal, *, name: str = "Chợ Sen Hồ", kind: str = "market") -> Venue:
    """A place with a code."""
    place = place_of(by, name=name, kind=kind)
    with scoped(by, "places"):
        return open_venue(place=Place.objects.get(id=place.id), by=by)


def device_token(venue: Venue, by: Principal) -> str:
    """The token of a new device at a place."""
    with scoped(by, "places"):
        return register_device(venue=venue, label="Cổng Nam", by=by)[1]


def code_of(trace_id: UUID, *, days: int = 1) -> str:
    """What a person's QR holds."""
    expires = int(now().timestamp()) + days * 86_400
    return issue(signing_key(), kind="person", pseudonym=trace_id.bytes, expires_at=expires)


def scan(trace_id: UUID | None = None, *, direction: str = "in", **changed: object) -> dict:
    """A scan as a device sends it."""
    moment = now().isoformat()
    whole: dict[str, object] = {
        "id": str(uuid7()),
        "direction": direction,
        "at": moment,
        "device_at": moment,
    }
    if trace_id is not None:
        whole["person"] = code_of(trace_id)
    return {**whole, **changed}
