"""The hot path: check-in and check-out as a bare ASGI application with group commit.

`POST /hot/scan`, `Authorization: Bearer <device token or personal code>`, one scan or a list.  An
answer means that the scan is on disk.  Everything may be sent again under its own id.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from datetime import datetime
from typing import Any
from uuid import UUID

from lachan.core.refusals import Refused
from lachan.gate import wire
from lachan.gate.authority import Authority, Registry, Spot, trace_id_of
from lachan.gate.wire import Declined
from lachan.gate.writer import Writer
from lachan.venues.services import Entry, check_clock, read_moment

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

#: seconds after which a device should try again when we are full.
RETRY_AFTER = 2


class HotPath:
    """The application under `/hot/`.  `conninfo`: how `lachan_gate` connects, asked when needed."""

    def __init__(self, conninfo: Callable[[], str]) -> None:
        self._conninfo = conninfo
        self._parts: tuple[Registry, Writer] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        headers = {name.lower(): value for name, value in scope["headers"]}
        language = wire.language_of(headers.get(b"accept-language", b"").decode("latin-1"))
        if scope["path"] != "/hot/scan" or scope["method"] != "POST":
            await _send(send, 404, {"code": "not_found", "message": "POST /hot/scan"})
            return
        try:
            body = await _body(receive)
            kind = headers.get(b"content-type", b"").decode("latin-1")
            bearer = headers.get(b"authorization", b"").decode("latin-1").removeprefix("Bearer ")
            parcel = wire.read(body, kind)
            authority = await self._registry.authority(bearer.strip())
        except Declined as declined:
            await _send(send, *_alone(declined.code, None, language))
            return
        codes = await asyncio.gather(*(self._take(scan, authority) for scan in parcel.scans))
        if parcel.single:
            await _send(send, *_alone(codes[0], parcel.scans[0].get("id"), language))
            return
        answers = [
            wire.answer(code, scan.get("id"), language)
            for scan, code in zip(parcel.scans, codes, strict=True)
        ]
        await _send(send, 503 if set(codes) == {"busy"} else 200, {"answers": answers})

    async def stop(self) -> None:
        """Write what waits and close; called at the end of the process."""
        if self._parts is not None:
            registry, writer = self._parts
            await writer.stop()
            await registry.close()
            self._parts = None

    @property
    def _registry(self) -> Registry:
        return self._started()[0]

    def _started(self) -> tuple[Registry, Writer]:
        if self._parts is None:
            conninfo = self._conninfo()
            self._parts = Registry(conninfo), Writer(conninfo)
            self._parts[1].start()
        return self._parts

    async def _take(self, scan: Mapping[str, Any], authority: Authority) -> str:
        """The code of one scan's answer."""
        try:
            entry = await self._entry(scan, authority)
            return await self._started()[1].put(entry)
        except Declined as declined:
            return declined.code

    async def _entry(self, scan: Mapping[str, Any], authority: Authority) -> Entry:
        number, direction = _number(scan.get("id")), scan.get("direction")
        if direction not in ("in", "out"):
            raise Declined("unreadable")
        try:
            at, device_at = read_moment(scan, "at"), read_moment(scan, "device_at")
            check_clock(at)
        except Refused as refused:
            raise Declined(refused.code) from None
        spot = await self._spot(scan, authority)
        return Entry(
            *(number, spot.place, _whose(scan, authority, at), direction, at, device_at),
            *(authority.source, authority.name, spot.commune, spot.province),
        )

    async def _spot(self, scan: Mapping[str, Any], authority: Authority) -> Spot:
        if authority.spot is not None:
            return authority.spot
        return await self._registry.spot(str(scan.get("place", "")))


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


def _number(given: object) -> UUID:
    try:
        return UUID(str(given))
    except ValueError:
        raise Declined("unreadable") from None


def _whose(scan: Mapping[str, Any], authority: Authority, at: datetime) -> UUID:
    """A device shows the code it read, valid when it read it; a person speaks for himself."""
    return authority.trace_id or trace_id_of(str(scan.get("person", "")), at)


def _alone(code: str, given_id: object, language: str) -> tuple[int, dict[str, Any]]:
    return wire.ANSWERS[code][0], wire.answer(code, given_id, language)


async def _body(receive: Receive) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Declined("unreadable")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > wire.MOST_BYTES:
            raise Declined("too_many")
        if not message.get("more_body"):
            return b"".join(parts)


async def _send(send: Send, status: int, content: Mapping[str, Any]) -> None:
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if status == 503:
        headers.append((b"retry-after", str(RETRY_AFTER).encode()))
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": body})
