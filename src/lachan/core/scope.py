"""Who is asking.  `scoped` is the only way to a transaction; the database does the rest.

The transaction-local setting `lachan.secret` holds a session's secret.  The database's own
functions find its SHA-256 in a table that the app role cannot read, so SQL inside a request
reaches no more than the account that made the request.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role

#: A shift is 8 hours and a late ending still fits; a citizen's phone asks again weekly.
STAFF_SESSION = timedelta(hours=12)
CITIZEN_SESSION = timedelta(days=7)

#: How long a transaction waits while a file of 200,000 rows is read on a busy machine; the limit
#: of a minute (`config.database`) is for transactions that were forgotten.
READING = "10min"

#: The service account of the worker.  It is no person and signs nothing.
SYSTEM_ACCOUNT = UUID("00000000-0000-7000-8000-000000000001")


@dataclass(frozen=True, slots=True)
class Principal:
    """An account at work in one role and place: what `core_session` knows of it."""

    account: UUID
    name: str
    roles: frozenset[str]
    person: UUID | None = None
    organisation: UUID | None = None
    commune: int | None = None
    province: int | None = None
    national: bool = False
    system: bool = False
    secret: str = field(default="", repr=False)

    def has(self, *roles: Role) -> bool:
        """Whether it holds one of `roles`."""
        return not self.roles.isdisjoint(roles)


class OutsideScope(RuntimeError):
    """A query was made outside `scoped`; the code is wrong, not the request."""


_current: ContextVar[Principal | None] = ContextVar("lachan_principal", default=None)
_reference: ContextVar[bool] = ContextVar("lachan_reference", default=False)


def current() -> Principal:
    """The principal of the running scope."""
    principal = _current.get()
    if principal is None:
        raise OutsideScope("There is no scope here; open one with scoped(principal, purpose).")
    return principal


@contextmanager
def scoped(principal: Principal, purpose: str) -> Iterator[Principal]:
    """One transaction as `principal` for `purpose`; inside itself it is a savepoint."""
    running = _current.get()
    if running is not None and running != principal:
        raise OutsideScope("A scope cannot be opened inside another account's scope.")
    with transaction.atomic(using="default"):
        token = _current.set(principal)
        try:
            if running is None:
                _tell_database(principal.secret, purpose)
            yield principal
        finally:
            _current.reset(token)


def _tell_database(secret: str, purpose: str) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select set_config('lachan.secret', %s, true), set_config('lachan.purpose', %s, true)",
            [secret, purpose],
        )


def reading_a_file() -> None:
    """A long file is read next: the transaction of this scope, if there is one, may wait for it."""
    if _current.get() is None:
        return
    with connections["default"].cursor() as cursor:
        cursor.execute(f"set local idle_in_transaction_session_timeout = '{READING}'")


@contextmanager
def reference_reading() -> Iterator[None]:
    """Read tables without personal data (territory, rules, installation) outside a scope."""
    token = _reference.set(True)
    try:
        yield
    finally:
        _reference.reset(token)


def guard_connection(sender: object, connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """Make the app role's connection refuse queries outside a scope."""
    if connection.alias == "default" and _refuse_outside not in connection.execute_wrappers:
        connection.execute_wrappers.append(_refuse_outside)


def _refuse_outside(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    if _current.get() is None and not _reference.get():
        raise OutsideScope(f"A query ran outside a scope: {sql[:120]}")
    return execute(sql, params, many, context)


def open_session(
    *,
    account: UUID,
    name: str,
    roles: frozenset[str],
    person: UUID | None = None,
    organisation: UUID | None = None,
    commune: int | None = None,
    province: int | None = None,
    national: bool = False,
    system: bool = False,
    lasts: timedelta = STAFF_SESSION,
) -> Principal:
    """Open a session by the door role and give its principal, with the secret for the cookie.

    The caller has proved who this is; only sign-in code and the worker call it.
    """
    secret = secrets.token_urlsafe(32)
    opened = now()
    with connections["door"].cursor() as cursor:
        cursor.execute(
            "insert into core_session (secret_sha256, account, name, roles, person, organisation,"
            " commune, province, national, system, opened_at, expires_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                sha256(secret.encode()).digest(),
                account,
                name,
                sorted(roles),
                person,
                organisation,
                commune,
                province,
                national,
                system,
                opened,
                opened + lasts,
            ],
        )
    return Principal(
        account, name, roles, person, organisation, commune, province, national, system, secret
    )


def close_session(secret: str) -> None:
    """End a session; its secret opens nothing from now on."""
    with connections["door"].cursor() as cursor:
        cursor.execute(
            "update core_session set closed_at = %s where secret_sha256 = %s and closed_at is null",
            [now(), sha256(secret.encode()).digest()],
        )


def close_sessions_of(account: UUID) -> None:
    """End every session of an account: called when its roles change."""
    with connections["door"].cursor() as cursor:
        cursor.execute(
            "update core_session set closed_at = %s where account = %s and closed_at is null",
            [now(), account],
        )


def principal_of(secret: str) -> Principal | None:
    """The principal of an open session, or None.  The database compares digests, not secrets."""
    if not secret:
        return None
    with reference_reading(), transaction.atomic(using="default"):
        _tell_database(secret, "session")
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "select account, name, roles, person, organisation, commune, province,"
                " national, system from core.session() where account is not null"
            )
            row = cursor.fetchone()
    if row is None:
        return None
    account, name, roles, person, organisation, commune, province, national, system = row
    return Principal(
        account,
        name,
        frozenset(roles),
        person,
        organisation,
        commune,
        province,
        national,
        system,
        secret,
    )


_system: tuple[Principal, datetime] | None = None


def system_principal() -> Principal:
    """The worker's own session; opened once in a process and renewed before it ends."""
    global _system
    if _system is None or _system[1] < now():
        opened = open_session(
            account=SYSTEM_ACCOUNT,
            name="system",
            roles=frozenset({Role.SYSTEM}),
            national=True,
            system=True,
        )
        _system = opened, now() + STAFF_SESSION / 2
    return _system[0]


def forget_system_session() -> None:
    """Forget the cached session: the database behind the connection has changed."""
    global _system
    _system = None


@contextmanager
def system_scope(purpose: str) -> Iterator[Principal]:
    """A scope of the worker and of commands; never of a request."""
    with scoped(system_principal(), purpose) as principal:
        yield principal


def new_id() -> UUID:
    """The default of primary keys."""
    return uuid7()
