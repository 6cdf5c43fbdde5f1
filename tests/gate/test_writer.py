"""The writer: full is said, a bad row costs only its own device, and an end drains."""

import asyncio
from dataclasses import replace
from uuid import UUID

import psycopg
import pytest

from lachan.config.home import Home
from lachan.config.postgres import Postgres
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.gate.hot import SCANS
from lachan.gate.wire import Declined
from lachan.gate.writer import Writer
from lachan.venues.services import Entry


@pytest.fixture
def dsn(database: str) -> str:
    return Postgres(Home.default()).dsn("lachan_gate", database)


def entry(place: UUID | None = None) -> Entry:
    return Entry(
        *(uuid7(), place or uuid7(), uuid7(), "in", now(), now(), "gate", "device:1", 1, 1)
    )


async def answers_of(writer: Writer, entries: list[Entry]) -> list[str]:
    async def one(item: Entry) -> str:
        try:
            return await writer.put(item)
        except Declined as declined:
            return declined.code

    return await asyncio.gather(*(one(item) for item in entries))


def test_it_says_when_it_is_full(dsn: str) -> None:
    async def play() -> list[str]:
        writer = Writer(dsn, SCANS, room=3)
        some = [entry() for _ in range(4)]
        waiting = asyncio.create_task(answers_of(writer, some))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        writer.start()
        answers = await waiting
        await writer.stop()
        return answers

    assert asyncio.run(play()) == ["recorded"] * 3 + ["busy"]


def test_a_bad_row_costs_only_its_own_device(dsn: str) -> None:
    async def play() -> list[str]:
        writer = Writer(dsn, SCANS)
        good, bad = entry(), replace(entry(), direction="sideways")
        waiting = asyncio.create_task(answers_of(writer, [good, bad, entry()]))
        await asyncio.sleep(0)
        writer.start()
        answers = await waiting
        await writer.stop()
        return answers

    assert asyncio.run(play()) == ["recorded", "unreadable", "recorded"]


def test_an_end_writes_what_waits_and_takes_nothing_more(dsn: str) -> None:
    async def play() -> tuple[list[str], list[str]]:
        writer = Writer(dsn, SCANS)
        writer.start()
        many = [entry() for _ in range(2_500)]
        waiting = asyncio.create_task(answers_of(writer, many))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await writer.stop()
        return await waiting, await answers_of(writer, [entry()])

    before, after = asyncio.run(play())
    assert before == ["recorded"] * 2_500
    assert after == ["busy"]


def test_it_finds_the_database_again_after_its_connection_was_cut(dsn: str, database: str) -> None:
    async def play() -> list[str]:
        writer = Writer(dsn, SCANS)
        writer.start()
        first = await answers_of(writer, [entry()])
        cut(database)
        second = await answers_of(writer, [entry()])
        await writer.stop()
        return first + second

    assert asyncio.run(play()) == ["recorded", "recorded"]


def cut(database: str) -> None:
    with psycopg.connect(Postgres(Home.default()).dsn("postgres", database)) as admin:
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where usename = 'lachan_gate' and datname = current_database()"
        )


def test_it_rings_for_the_worker(dsn: str, database: str) -> None:
    async def play() -> None:
        writer = Writer(dsn, SCANS)
        writer.start()
        await answers_of(writer, [entry()])
        await writer.stop()

    with psycopg.connect(Postgres(Home.default()).dsn("lachan_owner", database)) as worker:
        worker.autocommit = True
        worker.execute("listen lachan_facts")
        asyncio.run(play())
        heard = [bell.payload for bell in worker.notifies(timeout=120, stop_after=1)]
    assert heard == ["venues.scan"]
