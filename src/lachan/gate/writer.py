"""Group commit: what arrives together is written by one statement and answered after it.

One connection as `lachan_gate`, which may append and ask which digests are stored, nothing else.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import psycopg

from lachan.core.clock import now
from lachan.core.facts import CHANNEL
from lachan.gate.wire import Declined

#: Entries that wait; beyond it the device is asked to come again.
ROOM = 5_000
#: Entries in one statement.
BATCH = 1_000
#: Times a lost connection is made again for a batch before its devices are told to come again.
TRIES = 3
#: seconds between them.
PAUSE = 0.2
#: seconds between two bells: the worker reads everything new at each, and once a minute anyway.
BELL = 1.0

_log = logging.getLogger(__name__)


class Line(Protocol):
    """What is written into a book: one row under the sender's own number."""

    @property
    def id(self) -> UUID:
        """The sender's number."""

    @property
    def day(self) -> date:
        """The partition."""

    def is_stored_as(self, digest: bytes) -> bool:
        """Whether a stored digest is of this content."""

    def row(self, received_at: datetime) -> tuple[Any, ...]:
        """The values of the book's columns."""

    def kept_row(self, received_at: datetime) -> tuple[Any, ...]:
        """The same under a number made of the content, and the number it came under."""


@dataclass(frozen=True, slots=True)
class Book:
    """A ledger as the hot path appends to it.

    `columns`: name -> type.  `stored`: the function that answers which digests are there.
    `kept_in`, `kept_as`: where other content under a stored number is kept for review, and the
    column for that number.  `answer`: the code after the commit.  `fact`: the bell for the worker.
    """

    table: str
    columns: dict[str, str]
    stored: str
    kept_in: str
    kept_as: str
    answer: str
    fact: str

    def insert(self) -> str:
        """Append rows, given by column; what is there already stays."""
        return _appending(self.table, self.columns)

    def keep(self) -> str:
        """The same for other content."""
        return _appending(self.kept_in, {**self.columns, self.kept_as: "uuid"})

    def ask(self) -> str:
        """Day, number and digest of those of these rows that are there."""
        return f"select * from {self.stored}(%b::date[], %b::uuid[])"


def _appending(table: str, columns: dict[str, str]) -> str:
    arrays = ", ".join(f"%b::{kind}[]" for kind in columns.values())
    return (
        f"insert into {table} ({', '.join(columns)}) select * from unnest({arrays})"
        " on conflict do nothing"
    )


L = TypeVar("L", bound=Line)


class Writer(Generic[L]):
    """The one writer of a book in a process.  `put` gives the code of the answer, after the commit.

    `busy` is said when `room` entries wait.
    """

    def __init__(self, conninfo: str, book: Book, *, room: int = ROOM) -> None:
        self._conninfo = conninfo
        self._book = book
        self._insert, self._keep, self._ask = book.insert(), book.keep(), book.ask()
        self._queue: asyncio.Queue[tuple[L, asyncio.Future[str]] | None] = asyncio.Queue(room)
        self._connection: psycopg.AsyncConnection[tuple[Any, ...]] | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self._rung = 0.0

    def start(self) -> None:
        """Begin to write; the connection is made with the first batch."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def put(self, entry: L) -> str:
        """The book's answer or `different_content`.  Raises Declined: busy, unreadable."""
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

    async def _settle(self, batch: Sequence[tuple[L, "asyncio.Future[str]"]]) -> None:
        """Write a batch and answer everybody in it; a bad row costs only its own device."""
        try:
            codes = await self._write([entry for entry, _answer in batch])
        except psycopg.Error as error:
            if len(batch) > 1 and not isinstance(error, psycopg.OperationalError):
                for one in batch:
                    await self._settle([one])
                return
            _log.warning("%d rows of %s were not written: %s", len(batch), self._book.table, error)
            # What the table itself refuses would be refused again: the device must not repeat it.
            wrong = isinstance(error, (psycopg.DataError, psycopg.IntegrityError))
            for _entry, answer in batch:
                if not answer.done():
                    answer.set_exception(Declined("unreadable" if wrong else "busy"))
            return
        for (_entry, answer), code in zip(batch, codes, strict=True):
            # A device that hung up does not wait any more; its row is stored all the same.
            if not answer.done():
                answer.set_result(code)
        await self._ring()

    async def _ring(self) -> None:
        """Tell the worker that there are new rows; it would find them within a minute anyway."""
        if self._connection is None or time.monotonic() - self._rung < BELL:
            return
        self._rung = time.monotonic()
        # A bell that fails loses nothing: the next batch finds the connection gone and renews it.
        with contextlib.suppress(psycopg.Error):
            await self._connection.execute("select pg_notify(%s, %s)", [CHANNEL, self._book.fact])

    async def _write(self, entries: Sequence[L]) -> list[str]:
        for attempt in range(TRIES):
            try:
                return await self._write_once(entries)
            except psycopg.OperationalError:
                # The server went away or is starting.  Repeating is safe: a row is stored once.
                await self._drop_connection()
                if attempt + 1 == TRIES:
                    raise
                await asyncio.sleep(PAUSE)
        raise AssertionError("the last attempt returns or raises")

    async def _write_once(self, entries: Sequence[L]) -> list[str]:
        connection, received = await self._connected(), now()
        done = await connection.execute(
            self._insert, _columns(e.row(received) for e in entries), prepare=True
        )
        if done.rowcount == len(entries):
            return [self._book.answer] * len(entries)
        days, ids = [entry.day for entry in entries], [entry.id for entry in entries]
        found = await connection.execute(self._ask, [days, ids], prepare=True)
        stored = {(day, one): bytes(digest) for day, one, digest in await found.fetchall()}
        other = [not entry.is_stored_as(stored[entry.day, entry.id]) for entry in entries]
        if any(other):
            kept = [
                entry.kept_row(received)
                for entry, wrong in zip(entries, other, strict=True)
                if wrong
            ]
            await connection.execute(self._keep, _columns(kept))
        return ["different_content" if wrong else self._book.answer for wrong in other]

    async def _connected(self) -> "psycopg.AsyncConnection[tuple[Any, ...]]":
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


def _columns(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    """One array a column."""
    return [list(values) for values in zip(*rows, strict=True)]
