"""The hot path: check-in and check-out as a bare ASGI application with group commit.

`POST /hot/scan`, `Authorization: Bearer <device token or personal code>`, one scan or a list;
`POST /hot/declare` with a personal code, one declaration; `POST /hot/sample` with the token of a
sampling table's device, one event or a list under `events`; `POST /hot/vaccinate` the same with
that of a vaccination site.  An answer means that it is on disk.
Everything may be sent again under its own id.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lachan.core.refusals import Refused
from lachan.declarations.services import SENT_COLUMNS, Sent
from lachan.gate import wire
from lachan.gate.authority import (
    Authority,
    Registry,
    Spot,
    is_signed_code,
    number_of_card,
)
from lachan.gate.pulse import Pulse
from lachan.gate.unmatched import UNMATCHED, Unmatched
from lachan.gate.wire import Declined, Scan
from lachan.gate.writer import Book, Writer
from lachan.sampling import services as sampling
from lachan.vaccination import services as vaccination
from lachan.venues.services import COLUMNS, Entry

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = Mapping[bytes, bytes]
Answer = tuple[int, bytes]
#: Takes one event and gives the code of its answer.
Take = Callable[[Mapping[str, Any]], Awaitable[str]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

#: What is answered here.
PATHS = frozenset({"/hot/scan", "/hot/declare", "/hot/sample", "/hot/vaccinate"})

#: seconds after which a device should try again when we are full.
RETRY_AFTER = 2

#: Scans of a list that are written together.
PART = 64
#: Declarations that wait; each is sealed while it is written, which takes as long as ten scans.
MOST_DECLARATIONS = 1_000
#: Events of sampling tables that wait; each is sealed while it is written.
MOST_SAMPLES = 2_000
#: Events of vaccination sites that wait; each is sealed while it is written.
MOST_SITE_EVENTS = 2_000
#: Bytes of a declaration.
MOST_DECLARED = 32 * 1024

#: Types of `venues.recording.COLUMNS`, in their order.
_TYPES = (
    *("date", "uuid", "uuid", "uuid", "text", "timestamptz", "timestamptz", "timestamptz"),
    *("text", "text", "bytea", "integer", "integer", "bigint", "bigint", "boolean"),
)

#: The ledger of scans as the hot path appends to it.
SCANS = Book(
    table="venues_scan",
    columns=dict(zip(COLUMNS, _TYPES, strict=True)),
    stored="venues_stored",
    kept_in="venues_conflict",
    kept_as="scan",
    answer="recorded",
    fact="venues.scan",
)


#: The ledger of declarations that came this way.
DECLARATIONS = Book(
    table="declarations_sent",
    columns=SENT_COLUMNS,
    stored="declarations_sent_stored",
    kept_in="declarations_sent",
    kept_as="instead_of",
    answer="recorded",
    fact="declarations.sent",
)


#: The ledger of what the tables' devices sent.
SAMPLES = Book(
    table="sampling_sent",
    columns=sampling.SENT_COLUMNS,
    stored="sampling_sent_stored",
    kept_in="sampling_sent",
    kept_as="instead_of",
    answer="recorded",
    fact="sampling.sent",
)


#: The ledger of what the devices of vaccination sites sent.
SITE_EVENTS = Book(
    table="vaccination_sent",
    columns=vaccination.SENT_COLUMNS,
    stored="vaccination_sent_stored",
    kept_in="vaccination_sent",
    kept_as="instead_of",
    answer="recorded",
    fact="vaccination.sent",
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What runs behind the application: the questions, and a writer for each ledger."""

    registry: Registry
    scans: Writer[Entry]
    unmatched: Writer[Unmatched]
    declarations: Writer[Sent]
    samples: Writer[sampling.Event]
    sites: Writer[vaccination.Event]
    pulse: Pulse

    @property
    def writers(self) -> tuple[Writer[Any], ...]:
        """All of them, in the order they end."""
        return self.scans, self.unmatched, self.declarations, self.samples, self.sites


class HotPath:
    """The application under `/hot/`.  `conninfo`: how `lachan_gate` connects, asked when needed."""

    def __init__(self, conninfo: Callable[[], str]) -> None:
        self._conninfo = conninfo
        self._parts: Parts | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        headers = {name.lower(): value for name, value in scope["headers"]}
        language = wire.language_of(headers.get(b"accept-language", b"").decode("latin-1"))
        path = scope["path"] if scope["method"] == "POST" else ""
        if path in PATHS and self._running.pulse.too_late:
            # Said before anything is read: what costs little is all that there is time for.
            await _send(send, *_alone("busy", None, language))
            return
        if path == "/hot/scan":
            await _send(send, *await self._scans(receive, headers, language))
        elif path == "/hot/declare":
            await _send(send, *await self._declaration(receive, headers, language))
        elif path == "/hot/sample":
            await _send(send, *await self._samples(receive, headers, language))
        elif path == "/hot/vaccinate":
            await _send(send, *await self._site_events(receive, headers, language))
        else:
            await _send(send, 404, b'{"code": "not_found", "message": "POST /hot/scan"}')

    async def _scans(self, receive: Receive, headers: Headers, language: str) -> Answer:
        try:
            body = await _body(receive)
            parcel = wire.read(body, headers.get(b"content-type", b"").decode("latin-1"))
            authority = await self._running.registry.authority(_bearer(headers))
        except Declined as declined:
            return _alone(declined.code, None, language)
        if parcel.single:
            code = await self._take(parcel.scans[0], authority)
            return _alone(code, parcel.scans[0].get("id"), language)
        codes: list[str] = []
        # In parts: a gate that comes back with a week of scans leaves room for those that wait.
        for start in range(0, len(parcel.scans), PART):
            part = parcel.scans[start : start + PART]
            codes += await asyncio.gather(*(self._take(scan, authority) for scan in part))
        ids = [scan.get("id") for scan in parcel.scans]
        status = 503 if set(codes) == {"busy"} else 200
        return status, wire.answers(codes, ids, language)

    async def _declaration(self, receive: Receive, headers: Headers, language: str) -> Answer:
        given: Any = None
        try:
            given = wire.read_json(await _body(receive, MOST_DECLARED))
            authority = await self._running.registry.authority(_bearer(headers))
            if authority.trace_id is None:
                raise Declined("not_allowed")
            sent = wire.declaration_of(given, authority.trace_id)
            code = await self._running.declarations.put(sent)
        except Declined as declined:
            code = declined.code
        number = given.get("id") if isinstance(given, dict) else None
        said = wire.answer(code, number, language, about="declaration")
        return wire.status(code, about="declaration"), said

    async def _samples(self, receive: Receive, headers: Headers, language: str) -> Answer:
        registry, writer = self._running.registry, self._running.samples

        async def whose(bearer: str) -> Take:
            table = await registry.table(bearer)
            return lambda given: writer.put(sampling.event_of(given, table))

        return await self._events(receive, headers, language, about="sample", whose=whose)

    async def _site_events(self, receive: Receive, headers: Headers, language: str) -> Answer:
        registry, writer = self._running.registry, self._running.sites

        async def whose(bearer: str) -> Take:
            site = await registry.site(bearer)
            return lambda given: writer.put(vaccination.event_of(given, site))

        return await self._events(receive, headers, language, about="vaccination", whose=whose)

    async def _events(
        self,
        receive: Receive,
        headers: Headers,
        language: str,
        *,
        about: str,
        whose: Callable[[str], Awaitable[Take]],
    ) -> Answer:
        """The events of a device; `whose`: what takes one, for the bearer of a token."""
        try:
            parcel = wire.read(await _body(receive), "", "events")
            take = await whose(_bearer(headers))
        except Declined as declined:
            said = wire.answer(declined.code, None, language, about=about)
            return wire.status(declined.code, about=about), said
        codes: list[str] = []
        for start in range(0, len(parcel.scans), PART):
            part = parcel.scans[start : start + PART]
            codes += await asyncio.gather(*(_code_of(take, one) for one in part))
        ids = [one.get("id") for one in parcel.scans]
        if parcel.single:
            said = wire.answer(codes[0], ids[0], language, about=about)
            return wire.status(codes[0], about=about), said
        status = 503 if set(codes) == {"busy"} else 200
        return status, wire.answers(codes, ids, language, about=about)

    async def stop(self) -> None:
        """Write what waits and close; called at the end of the process."""
        if self._parts is not None:
            parts, self._parts = self._parts, None
            parts.pulse.stop()
            for writer in parts.writers:
                await writer.stop()
            await parts.registry.close()

    @property
    def _running(self) -> Parts:
        if self._parts is None:
            where = self._conninfo()
            self._parts = Parts(
                Registry(where),
                Writer(where, SCANS),
                Writer(where, UNMATCHED),
                Writer(where, DECLARATIONS, room=MOST_DECLARATIONS),
                Writer(where, SAMPLES, room=MOST_SAMPLES),
                Writer(where, SITE_EVENTS, room=MOST_SITE_EVENTS),
                Pulse(),
            )
            self._parts.pulse.start()
            for writer in self._parts.writers:
                writer.start()
        return self._parts

    async def _take(self, given: Mapping[str, Any], authority: Authority) -> str:
        """The code of one scan's answer."""
        try:
            scan = wire.scan_of(given)
            spot = await self._spot(scan, authority)
            if scan.direction == "in" and not scan.offline:
                spot.refuse_shut(scan.at)
            source = _source(scan, authority)
            whose = await self._whose(scan, authority)
            what = (scan.direction, scan.at, scan.device_at, source, authority.name)
            more = (spot.commune, spot.province, scan.counter, scan.offset_ms, scan.offline)
            if isinstance(whose, UUID):
                entry = Entry(scan.id, spot.place, whose, *what, *more)
                return await self._running.scans.put(entry)
            kept = Unmatched(scan.id, spot.place, whose, scan.text, *what, *more)
            return await self._running.unmatched.put(kept)
        except Declined as declined:
            return declined.code

    async def _spot(self, scan: Scan, authority: Authority) -> Spot:
        """Where it happened: a device scans at its own place and, named, at a part of it."""
        own = authority.spot
        if own is not None and not scan.place:
            return own
        spot = await self._running.registry.spot(scan.place)
        if own is not None and own.place not in (spot.place, *spot.wholes):
            raise Declined("other_place")
        return spot

    async def _whose(self, scan: Scan, authority: Authority) -> UUID | str:
        """The pseudonym, or the number of a card under which nobody is entered yet.

        A device shows the code it read, valid when it read it; a person speaks for himself.
        """
        if authority.trace_id is not None:
            return authority.trace_id
        if not scan.text:
            return await self._running.registry.trace_id_of(scan.person, scan.at)
        if is_signed_code(scan.text):
            return await self._running.registry.trace_id_of(scan.text, scan.at)
        number = number_of_card(scan.text)
        return await self._running.registry.person_of_card(number) or number


async def _code_of(take: Take, given: Mapping[str, Any]) -> str:
    """The code of one event's answer."""
    try:
        return await take(given)
    except (Refused, Declined) as declined:
        return declined.code


def mounted(hot: HotPath, pages: Application) -> Application:
    """One application: `/hot/` to the hot path, everything else to the pages."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(hot, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith("/hot/"):
            await hot(scope, receive, send)
        else:
            await pages(scope, receive, send)

    return application


async def _live(hot: HotPath, receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
            continue
        await hot.stop()
        await send({"type": "lifespan.shutdown.complete"})
        return


def _source(scan: Scan, authority: Authority) -> str:
    """How it was come by: a person's own word, or what a device says of itself."""
    if authority.spot is None:
        return authority.source
    if scan.way and scan.way not in wire.WAYS:
        raise Declined("unreadable")
    return scan.way or authority.source


def _alone(code: str, given_id: object, language: str) -> Answer:
    return wire.status(code), wire.answer(code, given_id, language)


def _bearer(headers: Headers) -> str:
    return headers.get(b"authorization", b"").decode("latin-1").removeprefix("Bearer ").strip()


async def _body(receive: Receive, most: int = wire.MOST_BYTES) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Declined("unreadable")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise Declined("too_many")
        if not message.get("more_body"):
            return b"".join(parts)


#: Headers of every answer, which is about one scan and nobody else's.
_HEADERS = (
    (b"content-type", b"application/json; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)
_BUSY = (*_HEADERS, (b"retry-after", str(RETRY_AFTER).encode()))


async def _send(send: Send, status: int, body: bytes) -> None:
    length = (b"content-length", b"%d" % len(body))
    headers = [length, *(_BUSY if status == 503 else _HEADERS)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
