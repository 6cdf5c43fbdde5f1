"""The database and its four roles; made by the server's administrator, never by the web."""

import psycopg
from psycopg import sql

from lachan.config.home import Secrets

#: role -> its settings inside our database.
ROLES: dict[str, dict[str, str]] = {
    "lachan_owner": {"lock_timeout": "10s"},
    "lachan_app": {"statement_timeout": "30s", "lock_timeout": "5s"},
    "lachan_gate": {"statement_timeout": "10s", "lock_timeout": "5s"},
    "lachan_door": {"statement_timeout": "10s", "lock_timeout": "5s"},
}


def prepare(admin_dsn: str, secrets: Secrets, database: str = "lachan") -> None:
    """Make roles and database, or bring them up to date; repeating changes nothing.

    No role is a superuser, none may pass row security, and only the owner may make tables.
    """
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        for role in ROLES:
            _make_role(admin, role, secrets.passwords[role])
        found = admin.execute("select 1 from pg_database where datname = %s", [database])
        if found.fetchone() is None:
            admin.execute(
                sql.SQL("create database {} owner lachan_owner").format(sql.Identifier(database))
            )
        name = sql.Identifier(database)
        admin.execute(sql.SQL("revoke all on database {} from public").format(name))
        for role, values in ROLES.items():
            who = sql.Identifier(role)
            admin.execute(sql.SQL("grant connect on database {} to {}").format(name, who))
            for key, value in values.items():
                admin.execute(
                    sql.SQL("alter role {} in database {} set {} = {}").format(
                        who, name, sql.Identifier(key), sql.Literal(value)
                    )
                )
    with psycopg.connect(admin_dsn, autocommit=True, dbname=database) as inside:
        inside.execute("create extension if not exists btree_gist")
        inside.execute("alter schema public owner to lachan_owner")
        inside.execute("revoke all on schema public from public")
        inside.execute("grant usage on schema public to lachan_app, lachan_gate, lachan_door")


def _make_role(admin: "psycopg.Connection[tuple[object, ...]]", role: str, password: str) -> None:
    found = admin.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
    verb = sql.SQL("alter" if found else "create")
    admin.execute(
        sql.SQL(
            "{} role {} login nosuperuser nobypassrls nocreatedb nocreaterole noreplication"
            " password {}"
        ).format(verb, sql.Identifier(role), sql.Literal(password))
    )
