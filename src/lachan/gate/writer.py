"""Group commit: scans that arrive together are written by one statement and answered after it.

One connection as `lachan_gate`, which may append and ask which digests are stored, nothing else.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import psycopg

from lachan.core.clock import now
from lachan.core.facts import CHANNEL
from lachan.gate.wire import Declined
from lachan.venues.services import COLUMNS, Entry

#: Scans that wait; beyond it the device is asked to come again.
ROOM = 5_000
#: Scans in one statement.
BATCH = 1_000
#: Times a lost connection is made again for a batch before its devices are told to come again.
TRIES = 3
#: seconds between them.
PAUSE = 0.2

_TYPES = (
    *("date", "uuid", "uuid", "uuid", "text", "timestamptz", "timestamptz", "timestamptz"),
    *("text", "text", "bytea", "integer", "integer"),
)
_INSERT = (
    f"insert into venues_scan ({', '.join(COLUMNS)}) select * from unnest("
    + ", ".join(f"%b::{kind}[]" for kind in _TYPES)
    + ") on conflict do nothing"
)
_KEEP = (
    f"insert into venues_conflict ({', '.join(COLUMNS)}, scan) select * from unnest("
    + ", ".join(f"%b::{kind}[]" for kind in (*_TYPES, "uuid"))
    + ") on conflict do nothing"
)
_STORED = "select day, id, payload_sha256 from venues_stored(%b::date[], %b::uuid[])"

#: seconds between two bells: the worker reads everything new at each, and once a minute anyway.
BELL = 1.0

_log = logging.getLogger(__name__)

Waiting = tuple[Entry, "asyncio.Future[str]"]


class Writer:
    """The one writer of a process.  `put` gives the code of the answer, after the commit."""

    def __init__(self, conninfo: str, *, room: int = ROOM) -> None:
        self._conninfo = conninfo
        self._queue: asyncio.Queue[Waiting | None] = asyncio.Queue(room)
        self._connection: psycopg.AsyncConnection[tuple[object, ...]] | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self._rung = 0.0

    def start(self) -> None:
        """Begin to write; the connection is made with the first batch."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def put(self, entry: Entry) -> str:
        """`recorded` or `different_content`.  Raises Declined("busy") when there is no room."""
        if self._closing:
            raise Declined("busy")
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        try:
            self._queue.put_nowait((entry, answer))
        except asyncio.QueueFull:
            raise Declined("busy") from None
        return await answer

    async def stop(self) -> None:
        """Take nothing more, write what waits, and close."""
        self._closing = True
        if self._task is not None:
            await self._queue.put(None)
            await self._task
            self._task = None
        await self._drop_connection()

    async def _run(self) -> None:
        while True:
            first = await self._queue.get()
            if first is None:
                return
            batch = [first]
            ended = False
            while len(batch) < BATCH and not self._queue.empty():
                following = self._queue.get_nowait()
                if following is None:
                    ended = True
                    break
                batch.append(following)
            await self._settle(batch)
            if ended:
                return

    async def _settle(self, batch: Sequence[Waiting]) -> None:
        """Write a batch and answer everybody in it; a bad row costs only its own device."""
        try:
            codes = await self._write([entry for entry, _answer in batch])
        except psycopg.Error as error:
            if len(batch) > 1 and not isinstance(error, psycopg.OperationalError):
                for one in batch:
                    await self._settle([one])
                return
            _log.warning("%d scans were not written: %s", len(batch), error)
            # What the table itself refuses would be refused again: the device must not repeat it.
            wrong = isinstance(error, (psycopg.DataError, psycopg.IntegrityError))
            for _entry, answer in batch:
                if not answer.done():
                    answer.set_exception(Declined("unreadable" if wrong else "busy"))
            return
        for (_entry, answer), code in zip(batch, codes, strict=True):
            # A device that hung up does not wait any more; its scan is stored all the same.
            if not answer.done():
                answer.set_result(code)
        await self._ring()

    async def _ring(self) -> None:
        """Tell the worker that there are new scans; it would find them within a minute anyway."""
        if self._connection is None or time.monotonic() - self._rung < BELL:
            return
        self._rung = time.monotonic()
        # A bell that fails loses nothing: the next batch finds the connection gone and renews it.
        with contextlib.suppress(psycopg.Error):
            await self._connection.execute("select pg_notify(%s, %s)", [CHANNEL, "venues.scan"])

    async def _write(self, entries: Sequence[Entry]) -> list[str]:
        for attempt in range(TRIES):
            try:
                return await self._write_once(entries)
            except psycopg.OperationalError:
                # The server went away or is starting.  Repeating is safe: a scan is stored once.
                await self._drop_connection()
                if attempt + 1 == TRIES:
                    raise
                await asyncio.sleep(PAUSE)
        raise AssertionError("the last attempt returns or raises")

    async def _write_once(self, entries: Sequence[Entry]) -> list[str]:
        connection = await self._connected()
        received = now()
        columns = [list(values) for values in zip(*(e.row(received) for e in entries), strict=True)]
        done = await connection.execute(_INSERT, columns, prepare=True)
        if done.rowcount == len(entries):
            return ["recorded"] * len(entries)
        days, ids = [entry.day for entry in entries], [entry.id for entry in entries]
        found = await connection.execute(_STORED, [days, ids], prepare=True)
        stored = {(day, one): bytes(digest) for day, one, digest in await found.fetchall()}  # type: ignore[call-overload]
        other = [e for e in entries if stored[e.day, e.id] != e.digest]
        if other:
            await self._keep_for_review(connection, other, received)
        return ["different_content" if entry in other else "recorded" for entry in entries]

    async def _keep_for_review(
        self,
        connection: "psycopg.AsyncConnection[tuple[object, ...]]",
        entries: Sequence[Entry],
        received: datetime,
    ) -> None:
        rows = [
            (*replace(entry, id=entry.conflict_id).row(received), entry.id) for entry in entries
        ]
        columns = [list(values) for values in zip(*rows, strict=True)]
        await connection.execute(_KEEP, columns)

    async def _connected(self) -> "psycopg.AsyncConnection[tuple[object, ...]]":
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                self._conninfo, autocommit=True, connect_timeout=5
            )
        return self._connection

    async def _drop_connection(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                await self._connection.close()
            self._connection = None
