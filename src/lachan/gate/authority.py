"""Who may scan, and whom: the questions of the hot path, answered before anything is queued.

A gate's device, or the person of a signed code, is the authority of a scan; whose scan it is says a
signed code, or a card that somebody is registered under.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import psycopg

from lachan.core.blindindex import indexes_of
from lachan.core.carried import Enrolled
from lachan.core.clock import now, today
from lachan.core.signing import ring
from lachan.credentials.secrets import hash_secret
from lachan.credentials.tokens import PREFIXES, Token, TokenRefused, verify
from lachan.formats import qr
from lachan.formats.placecode import is_place_code, plain_place_code
from lachan.gate.revoked import Revoked
from lachan.gate.wire import Declined

#: seconds a device, place or card is believed without asking the database again: so long does a
#: stolen device go on after its place closed it.
FRESH = 30.0
#: seconds an unknown token is not asked for again, so that guessing costs the database nothing.
UNKNOWN = 5.0
#: entries of one memory; about 10 MB.
MOST = 50_000

#: Prefixes of the codes with which a person speaks for himself.
PERSONAL = (PREFIXES["person"], PREFIXES["slip"])

_DEVICE = """
select d.device, d.place, d.commune, d.province, '{}'::uuid[], v.state, v.state_since
from venues_device_of(%s) d join venues_venue v on v.place_id = d.place
"""
_TABLE = "select device, organisation, account from sampling_table_of(%s)"
_SITE = "select device, organisation, account from vaccination_site_of(%s)"
_VENUE = """
with recursive wholes as (
    select p.id, p.parent_id, p.commune, p.province, 0 as up, v.state, v.state_since
    from venues_venue v join places_place p on p.id = v.place_id
    where v.code = %s and v.closed_at is null
    union all
    select p.id, p.parent_id, w.commune, w.province, w.up + 1, w.state, w.state_since
    from wholes w join places_place p on p.id = w.parent_id
)
select array_agg(id order by up), min(commune), min(province), min(state), min(state_since)
from wholes having count(*) > 0
"""
_CARDS = "select document, trace_id from gate_known(%s)"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a scan happens; `wholes`: what the place is a part of; `state` and since when."""

    place: UUID
    commune: int
    province: int
    wholes: tuple[UUID, ...] = ()
    state: str = "open"
    since: datetime | None = None

    def refuse_shut(self, at: datetime) -> None:
        """A way in at `at` where nobody is let in.

        Raises Declined: place_waiting, place_suspended.
        """
        if self.state == "waiting":
            raise Declined("place_waiting")
        if self.state == "suspended" and (self.since is None or at >= self.since):
            raise Declined("place_suspended")


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
        self._tables: Remembered[Enrolled] = Remembered()
        self._sites: Remembered[Enrolled] = Remembered()
        self._cards: Remembered[UUID] = Remembered()
        self._asked: dict[str, asyncio.Future[UUID | None]] = {}
        self._asking: asyncio.Task[None] | None = None
        self._revoked = Revoked(self._ask)

    async def authority(self, bearer: str) -> Authority:
        """Who holds this token.  Raises Declined: not_allowed, bad_token, code_revoked."""
        if bearer.startswith(PERSONAL):
            return Authority("person", "person", trace_id=await self.trace_id_of(bearer, now()))
        digest = hash_secret(bearer)
        fresh, found = self._devices.get(digest)
        if not fresh:
            row = await self._ask_one(_DEVICE, digest)
            spot = row and Spot(row[1], row[2], row[3], tuple(row[4]), row[5], row[6])
            found = row and Authority(f"device:{row[0]}", "gate", spot)
            self._devices.keep(digest, found)
        if found is None:
            raise Declined("not_allowed")
        return found

    async def table(self, bearer: str) -> Enrolled:
        """The device of a sampling table that holds this token.  Raises Declined: not_allowed."""
        digest = hash_secret(bearer)
        fresh, found = self._tables.get(digest)
        if not fresh:
            row = await self._ask_one(_TABLE, digest)
            found = row and Enrolled(row[0], row[1], row[2], digest)
            self._tables.keep(digest, found)
        if found is None:
            raise Declined("not_allowed")
        return found

    async def site(self, bearer: str) -> Enrolled:
        """The device of a vaccination site that holds this token.  Raises Declined: not_allowed."""
        digest = hash_secret(bearer)
        fresh, found = self._sites.get(digest)
        if not fresh:
            row = await self._ask_one(_SITE, digest)
            found = row and Enrolled(row[0], row[1], row[2], digest)
            self._sites.keep(digest, found)
        if found is None:
            raise Declined("not_allowed")
        return found

    async def trace_id_of(self, code: str, at: datetime) -> UUID:
        """Whose signed code this is, if it was valid at `at`.

        Raises Declined: bad_token, code_revoked.
        """
        token = believed(code, at)
        await self._revoked.refuse(token, at)
        return UUID(bytes=token.pseudonym)

    async def spot(self, code: str) -> Spot:
        """The open place of a code.  Raises Declined("unknown_place")."""
        if not is_place_code(code):
            raise Declined("unknown_place")
        plain = plain_place_code(code)
        fresh, found = self._spots.get(plain)
        if not fresh:
            row = await self._ask_one(_VENUE, plain)
            found = row and Spot(row[0][0], row[1], row[2], tuple(row[0][1:]), *row[3:])
            self._spots.keep(plain, found)
        if found is None:
            raise Declined("unknown_place")
        return found

    async def person_of_card(self, number: str) -> UUID | None:
        """The one person registered under a document's number; None when there is nobody, or more
        than one.  Whoever asks while a question runs is answered by the next one, all at once."""
        fresh, found = self._cards.get(number)
        if fresh:
            return found
        if number not in self._asked:
            self._asked[number] = asyncio.get_running_loop().create_future()
        answer = self._asked[number]
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_cards())
        return await asyncio.shield(answer)

    async def close(self) -> None:
        """Give the connection back."""
        if self._asking is not None:
            await self._asking
        if self._connection is not None:
            await self._connection.close()

    async def _ask_cards(self) -> None:
        while self._asked:
            group, self._asked = self._asked, {}
            try:
                found = await self._people_of(list(group))
            # Whatever it is, who waits must hear it, and the next group must be asked.
            except Exception as error:
                for answer in group.values():
                    answer.set_exception(error)
                    answer.exception()  # seen: whoever hung up does not ask for it
                continue
            for number, answer in group.items():
                self._cards.keep(number, found.get(number))
                answer.set_result(found.get(number))
        self._asking = None

    async def _people_of(self, numbers: Sequence[str]) -> dict[str, UUID]:
        blinded = {index: number for number in numbers for index in indexes_of("document", number)}
        rows = await self._ask(_CARDS, list(blinded))
        return {blinded[bytes(document)]: trace_id for document, trace_id in rows}

    async def _ask_one(self, question: str, key: object) -> Any:
        rows = await self._ask(question, key)
        return rows[0] if rows else None

    async def _ask(self, question: str, key: object) -> list[Any]:
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

    async def _ask_once(self, question: str, key: object) -> list[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                self._conninfo, autocommit=True, connect_timeout=5
            )
        found = await self._connection.execute(question, [key], prepare=True)
        return await found.fetchall()


#: Codes whose signature was checked here.
_checked: dict[str, Token] = {}


def checked(code: str) -> Token:
    """What a code says that was truly signed here, valid or not any more.

    The check takes as long as everything else of a scan together, so it is done once for a code in
    a process; whoever issues a code here calls this, and its scan at the gate need not.
    Raises Declined("bad_token").
    """
    token = _checked.get(code)
    if token is None:
        try:
            # At the beginning of time nothing has expired.
            token = verify(ring(), code, at=0)
        except TokenRefused:
            raise Declined("bad_token") from None
        if len(_checked) >= MOST:
            _checked.clear()
        _checked[code] = token
    return token


def believed(code: str, at: datetime) -> Token:
    """What a signed code says, if it was valid at `at`.  Raises Declined("bad_token")."""
    token = checked(code)
    if at.timestamp() >= token.expires_at:
        raise Declined("bad_token")
    return token


def number_of_card(text: str) -> str:
    """The document's number that a card says.  Raises Declined("unknown_code", "masked_card")."""
    found = qr.read(text, this_year=today().year)
    number = found.fields.get("number")
    if number is None:
        raise Declined("unknown_code")
    if not number:
        raise Declined("masked_card")
    return number


def is_signed_code(text: str) -> bool:
    """Whether a text claims to be one of our own codes, of whatever kind."""
    return text[:4].upper() in PREFIXES.values()
