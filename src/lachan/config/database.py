"""The four roles and the database of an installation; repeating changes nothing.

- `lachan_owner` owns the tables: migrations, partitions, COPY.  It never serves.
- `lachan_app` serves pages, the API and jobs under row security.
- `lachan_gate` writes the ledgers of the hot path.
- `lachan_door` signs people in and opens sessions.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lachan.config.dsn import DATABASE
from lachan.config.home import HomeRefused, Secrets

if TYPE_CHECKING:
    from typing import LiteralString

    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]

OWNER = "lachan_owner"
SERVING = ("lachan_app", "lachan_gate", "lachan_door")

#: Any number nobody else uses: two preparations of one server take turns.
LOCK = 0x1AC4A2

#: The words after `django migrate`: tables are made through the alias of the owner.
MIGRATE = ("--database", "owner", "--no-input")

#: A page that takes longer than this is broken; exports hold a cursor and reset the limit.
SERVING_SETTINGS: Mapping[str, str] = {
    "search_path": "public",
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}


def prepare(admin_dsn: str, secrets: Secrets, database: str = DATABASE) -> None:
    """Make roles and database as they must be, with the passwords of `secrets`.

    `admin_dsn` names a role that may create roles and databases, and a database that exists.
    Raises HomeRefused when a role of ours is stronger than it may be.
    """
    import psycopg

    with psycopg.connect(admin_dsn, autocommit=True) as server:
        server.execute("select pg_advisory_lock(%s)", [LOCK])
        _make_roles(server, secrets.passwords)
        _make_database(server, database)
        with psycopg.connect(admin_dsn, autocommit=True, dbname=database) as inside:
            _close_public(inside, database)


def migrate(owner_dsn: str) -> None:
    """Bring the schema up to date as the owner, in a process of its own.

    Only there do the settings have the alias `owner`: the web never holds that password.
    Raises HomeRefused with the last line of what Django said.
    """
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", *MIGRATE, "-v", "0"],
        env=owner_environment(owner_dsn),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise HomeRefused(
            "migration_failed",
            f"The database cannot be brought up to date ({(said or ['no reason given'])[-1]}):"
            " run `lachan migrate` to see all of it.",
        )


def owner_environment(owner_dsn: str) -> dict[str, str]:
    """The environment of a process that works as the owner."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "lachan.config.settings",
        "LACHAN_DSN_OWNER": owner_dsn,
    }


def _make_roles(server: "Connection", passwords: Mapping[str, str]) -> None:
    known = {name for (name,) in server.execute("select rolname from pg_roles")}
    for role in (OWNER, *SERVING):
        if role not in known:
            _run(server, "create role {} login nosuperuser nobypassrls", role)
        word = server.pgconn.encrypt_password(
            passwords[role].encode(), role.encode(), b"scram-sha-256"
        )
        # Only the verifier travels: the password itself is in no statement and in no log.
        _run(server, "alter role {} login password " + _quoted(word.decode()), role)
    for role in SERVING:
        for name, value in SERVING_SETTINGS.items():
            _run(server, f"alter role {{}} set {name} = {_quoted(value)}", role)
    _run(server, "alter role {} set search_path = 'public'", OWNER)
    _refuse_strong_roles(server)


def _refuse_strong_roles(server: "Connection") -> None:
    strong = server.execute(
        "select rolname from pg_roles where rolname = any(%s)"
        " and (rolsuper or rolbypassrls or rolcreaterole or rolreplication)",
        [[OWNER, *SERVING]],
    ).fetchone()
    if strong:
        raise HomeRefused(
            "role_too_strong",
            f"The database role {strong[0]} may do more than it must: run `ALTER ROLE {strong[0]}"
            " NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION` on the server.",
        )
    strangers = server.execute(
        "select m.rolname, g.rolname from pg_auth_members a"
        " join pg_roles m on m.oid = a.member join pg_roles g on g.oid = a.roleid"
        " where m.rolname = any(%s)",
        [[OWNER, *SERVING]],
    ).fetchone()
    if strangers:
        raise HomeRefused(
            "role_too_strong",
            f"The database role {strangers[0]} is a member of {strangers[1]}:"
            f" run `REVOKE {strangers[1]} FROM {strangers[0]}` on the server.",
        )


def _make_database(server: "Connection", dbname: str) -> None:
    if server.execute("select 1 from pg_database where datname = %s", [dbname]).fetchone():
        return
    if not _is_superuser(server):
        _run(server, "grant {} to current_user", OWNER)
    _run(
        server,
        "create database {} owner {} template template0 encoding 'UTF8'"
        " locale_provider builtin builtin_locale 'C.UTF-8' lc_collate 'C' lc_ctype 'C'",
        dbname,
        OWNER,
    )


def _is_superuser(server: "Connection") -> bool:
    row = server.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
    return bool(row and row[0])


def _close_public(database: "Connection", dbname: str) -> None:
    _run(database, "revoke all on database {} from public", dbname)
    # Ranges of time in exclusion constraints need it, and it is an administrator's to give.
    _run(database, "create extension if not exists btree_gist")
    _run(database, "alter schema public owner to {}", OWNER)
    _run(database, "revoke all on schema public from public")
    _run(database, "create schema if not exists core authorization {}", OWNER)
    _run(database, "revoke all on schema core from public")
    if _is_superuser(database):
        # All requests share a role, and PostgreSQL shows a role the statements of its own sessions.
        for function in ("pg_stat_get_activity(integer)", "pg_stat_get_backend_activity(integer)"):
            _run(database, f"revoke all on function pg_catalog.{function} from public")
            _run(database, f"grant execute on function pg_catalog.{function} to pg_monitor")
    for role in SERVING:
        _run(database, "grant connect on database {} to {}", dbname, role)
        _run(database, "grant usage on schema public, core to {}", role)


def _run(connection: "Connection", statement: "LiteralString", *names: str) -> None:
    """Execute a statement of ours; `{}` are names to be quoted."""
    from psycopg import sql

    # Statements are literals of this module; only names and settings are put in, quoted.
    text = sql.SQL(statement)
    connection.execute(text.format(*map(sql.Identifier, names)))


def _quoted(value: str) -> "LiteralString":
    from psycopg import sql

    # Braces would be read as places for names.
    return sql.Literal(value).as_string(None).replace("{", "{{").replace("}", "}}")
