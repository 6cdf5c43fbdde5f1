"""Who may scan: a gate's device, or the person of a signed code.  Checked before queueing."""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import psycopg

from lachan.core.clock import now
from lachan.core.signing import ring
from lachan.credentials.secrets import hash_secret
from lachan.credentials.tokens import TokenRefused, verify
from lachan.formats.placecode import is_place_code, plain_place_code
from lachan.gate.wire import Declined

#: seconds a device or place is believed without asking the database again: so long does a stolen
#: device go on after its place closed it.
FRESH = 30.0
#: seconds an unknown token is not asked for again, so that guessing costs the database nothing.
UNKNOWN = 5.0
#: entries; about 10 MB.
MOST = 50_000

_DEVICE = "select device, place, commune, province from venues_device_of(%s)"
_VENUE = (
    "select p.id, p.commune, p.province from venues_venue v"
    " join places_place p on p.id = v.place_id"
    " where v.code = %s and v.closed_at is null"
)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a scan happens."""

    place: UUID
    commune: int
    province: int


@dataclass(frozen=True, slots=True)
class Authority:
    """Who says so.  A device has a `spot` of its own; a person is the `trace_id`."""

    name: str
    source: str
    spot: Spot | None = None
    trace_id: UUID | None = None


T = TypeVar("T")


class Remembered(Generic[T]):
    """Answers for a while, the unknown ones shorter; emptied when full."""

    def __init__(self) -> None:
        self._kept: dict[Any, tuple[float, T | None]] = {}

    def get(self, key: Any) -> tuple[bool, T | None]:
        """Whether there is a fresh answer, and which."""
        until, value = self._kept.get(key, (0.0, None))
        return time.monotonic() < until, value

    def keep(self, key: Any, value: T | None) -> None:
        """Remember an answer."""
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[key] = time.monotonic() + (UNKNOWN if value is None else FRESH), value


class Registry:
    """The hot path's questions to the database, on a connection of their own."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._lock = asyncio.Lock()
        self._devices: Remembered[Authority] = Remembered()
        self._spots: Remembered[Spot] = Remembered()

    async def authority(self, bearer: str) -> Authority:
        """Who holds this token.  Raises Declined("not_allowed" or "bad_token")."""
        if bearer[:4] in ("LP1:", "LS1:"):
            return Authority("person", "person", trace_id=trace_id_of(bearer, now()))
        digest = hash_secret(bearer)
        fresh, found = self._devices.get(digest)
        if not fresh:
            row = await self._ask(_DEVICE, digest)
            found = row and Authority(f"device:{row[0]}", "gate", Spot(*row[1:]))
            self._devices.keep(digest, found)
        if found is None:
            raise Declined("not_allowed")
        return found

    async def spot(self, code: str) -> Spot:
        """The open place of a code.  Raises Declined("unknown_place")."""
        if not is_place_code(code):
            raise Declined("unknown_place")
        plain = plain_place_code(code)
        fresh, found = self._spots.get(plain)
        if not fresh:
            row = await self._ask(_VENUE, plain)
            found = row and Spot(*row)
            self._spots.keep(plain, found)
        if found is None:
            raise Declined("unknown_place")
        return found

    async def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            await self._connection.close()

    async def _ask(self, question: str, key: object) -> Any:
        async with self._lock:
            try:
                return await self._ask_once(question, key)
            except psycopg.OperationalError:
                self._connection = None
            try:
                return await self._ask_once(question, key)
            except psycopg.OperationalError:
                self._connection = None
                raise Declined("busy") from None

    async def _ask_once(self, question: str, key: object) -> Any:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                self._conninfo, autocommit=True, connect_timeout=5
            )
        found = await self._connection.execute(question, [key])
        return await found.fetchone()


def trace_id_of(token: str, at: datetime) -> UUID:
    """Whose signed code this is, if it was valid at `at`.  Raises Declined("bad_token")."""
    try:
        return UUID(bytes=verify(ring(), token, at=int(at.timestamp())).pseudonym)
    except TokenRefused:
        raise Declined("bad_token") from None
