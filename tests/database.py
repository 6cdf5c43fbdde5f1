"""The tests' database: a real server, a migrated template, and a fresh copy for each test module.

The template is named after everything that makes it, so that a second run begins at once.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "lachan"

#: Roles of the aliases that tests use; `owner` only where a test plays the worker or an operator.
ALIASES = {"default": "lachan_app", "door": "lachan_door", "owner": "lachan_owner"}

#: A file system in memory, and the bytes that the tests' databases and their logs may need there.
MEMORY = Path("/dev/shm")
ROOM = 4 * 2**30

#: Days of partitions in the template, around today: few, since each one costs time in every copy.
DAYS = (timedelta(days=3), timedelta(days=1))


def set_environment() -> None:
    """Point the settings at a home of the tests' own, before Django is set up."""
    os.environ.setdefault("LACHAN_HOME", str(_home()))
    os.environ["DJANGO_SETTINGS_MODULE"] = "lachan.config.settings"
    from lachan.config.dsn import conninfo_of
    from lachan.config.home import Home

    Home.default().create()
    os.environ["LACHAN_DSN_OWNER"] = conninfo_of("owner")


def _home() -> Path:
    """In memory where there is room: a copy for each of 300 modules takes a tenth of a disk's time.

    Nothing is given up by it: the tests' server does not wait for a disk anyway.
    """
    own = sha256(str(ROOT).encode()).hexdigest()[:12]
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        return MEMORY / f"lachan-tests-{os.getuid()}-{own}"
    return ROOT / "var" / "test"


def _recipe() -> str:
    """A digest of what the template is made from."""
    digest = sha256()
    sources = [
        *PACKAGE.glob("*/migrations/*.py"),
        *PACKAGE.glob("core/*.py"),
        *PACKAGE.glob("places/**/*.py"),
        *PACKAGE.glob("places/**/*.csv"),
        *PACKAGE.glob("rulebook/**/*.py"),
        *PACKAGE.glob("rulebook/data/**/*"),
        PACKAGE / "config" / "database.py",
        Path(__file__),
    ]
    for source in sorted(path for path in sources if path.is_file()):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def template() -> Iterator[str]:
    """The name of a migrated database; made by the first process that needs it."""
    from lachan.config.home import Home
    from lachan.config.postgres import Postgres

    home = Home.default()
    with (home.path / "tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server = Postgres(home, {"fsync": "off", "max_locks_per_transaction": "512"})
        server.start()
        name = f"template_{_recipe()}"
        with psycopg.connect(server.dsn("postgres", "postgres"), autocommit=True) as admin:
            if not _exists(admin, name):
                _drop_old(admin)
                _make(admin, name)
    yield name


def _exists(admin: "psycopg.Connection[tuple[object, ...]]", name: str) -> bool:
    found = admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
    return found is not None


def _drop_old(admin: "psycopg.Connection[tuple[object, ...]]") -> None:
    old = admin.execute(
        "select datname from pg_database where datname ~ '^(template_|t_|lasting_)'"
        " and datname not in (select datname from pg_stat_activity where datname is not null)"
    ).fetchall()
    for (name,) in old:
        drop(admin, str(name))


def drop(admin: "psycopg.Connection[tuple[object, ...]]", name: str) -> None:
    """Drop a database and whoever is connected to it."""
    admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _make(admin: "psycopg.Connection[tuple[object, ...]]", name: str) -> None:
    from django.core.management import call_command
    from django.db import connections

    from lachan.config.database import prepare
    from lachan.config.home import Home
    from lachan.core.clock import today
    from lachan.core.ledgers import make_partitions

    making = f"{name}_making"
    drop(admin, making)
    prepare(admin.info.dsn + f" password={admin.info.password}", Home.default().secrets(), making)
    connect_to(making)
    call_command("migrate", database="owner", verbosity=0)
    with connections["owner"].cursor() as cursor:
        make_partitions(cursor, first=today() - DAYS[0], last=today() + DAYS[1])
    load_reference()
    connections.close_all()
    admin.execute(
        sql.SQL("alter database {} rename to {}").format(
            sql.Identifier(making), sql.Identifier(name)
        )
    )


def load_reference() -> None:
    """Territory and shipped rules: what every installation has before its first day."""
    from django.db import connections

    from lachan.core.scope import system_scope
    from lachan.places.services import load_territory
    from lachan.rulebook.services import load_shipped_rules

    load_territory(connections["owner"])
    with system_scope("reference") as system:
        load_shipped_rules(by=system)


def connect_to(name: str) -> None:
    """Make every alias of this process speak to the database `name`."""
    from django.conf import settings
    from django.db import connections

    from lachan.core import clock
    from lachan.core.scope import forget_system_session

    for alias in ALIASES:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
        settings.DATABASES[alias]["NAME"] = name
    forget_system_session()
    clock.wind(timedelta(0))


def _close(admin: "psycopg.Connection[tuple[object, ...]]", name: str) -> None:
    """Rights on a database are not copied with it: what `prepare` gave is given again."""
    database = sql.Identifier(name)
    admin.execute(sql.SQL("alter database {} owner to lachan_owner").format(database))
    admin.execute(sql.SQL("revoke all on database {} from public").format(database))
    for role in ("lachan_app", "lachan_door", "lachan_gate"):
        admin.execute(
            sql.SQL("grant connect on database {} to {}").format(database, sql.Identifier(role))
        )


def _new(admin: "psycopg.Connection[tuple[object, ...]]", name: str, of: str) -> str:
    """A copy of the database `of`."""
    admin.execute(
        sql.SQL("create database {} template {} strategy file_copy").format(
            sql.Identifier(name), sql.Identifier(of)
        )
    )
    _close(admin, name)
    return name


@contextmanager
def _admin() -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    from lachan.config.home import Home
    from lachan.config.postgres import Postgres

    dsn = Postgres(Home.default()).dsn("postgres", "postgres")
    with psycopg.connect(dsn, autocommit=True) as admin:
        yield admin


def lasting() -> str:
    """A copy of the template that stays for the other processes of this run."""
    with template() as source, _admin() as admin:
        return _new(admin, f"lasting_{os.urandom(4).hex()}", source)


def drop_lasting() -> None:
    """At the end of a run: drop what stayed for all of its processes, where there is a server."""
    with suppress(psycopg.OperationalError), _admin() as admin:
        for (name,) in admin.execute(
            "select datname from pg_database where datname like 'lasting%'"
        ).fetchall():
            drop(admin, str(name))


@contextmanager
def copy(of: str | None = None) -> Iterator[str]:
    """A fresh copy of the template, or of the database `of`, gone when the test module ends."""
    from django.core.cache import cache
    from django.db import connections

    with template() as source, _admin() as admin:
        name = _new(admin, f"t_{os.getpid()}_{os.urandom(4).hex()}", of or source)
        connect_to(name)
        cache.clear()
        try:
            yield name
        finally:
            connections.close_all()
            drop(admin, name)
