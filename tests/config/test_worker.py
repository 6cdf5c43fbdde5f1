"""The worker hears the bell, looks by itself, and keeps the house."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connections, transaction

from lachan.config.worker import Worker
from lachan.core import audit, facts
from lachan.core.clock import today
from lachan.core.ledgers import DAYS_AHEAD
from lachan.core.scope import system_scope
from tests.config.installations import wait_for

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _only_facts_of_the_test() -> Iterator[None]:
    before = dict(facts._workers)
    yield
    facts._workers.clear()
    facts._workers.update(before)


@contextmanager
def working() -> Iterator[Worker]:
    """A worker in a thread of its own."""
    worker = Worker()

    def work() -> None:
        try:
            worker.run()
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop.set()
        thread.join()


def test_it_works_at_once_without_a_bell_and_again_at_each_bell() -> None:
    calls: list[str] = []

    @facts.on("config.bell")
    def hear() -> int:
        calls.append("heard")
        return 0

    with working():
        wait_for(lambda: calls == ["heard"])
        with system_scope("test"):
            facts.ring("config.bell")
            assert calls == ["heard"]
        wait_for(lambda: len(calls) == 2)


def test_it_goes_on_when_one_fact_cannot_be_worked_through() -> None:
    calls: list[str] = []

    @facts.on("config.broken")
    def stumble() -> int:
        raise ValueError("a row that nobody can read")

    @facts.on("config.healthy")
    def hear() -> int:
        calls.append("heard")
        return 0

    with working():
        wait_for(lambda: calls == ["heard"])


def test_it_seals_what_is_settled() -> None:
    with system_scope("test") as system:
        audit.record("config.tested", target=("test", 1), by=system, detail={})
    with working():
        wait_for(lambda: _blocks() > 0)


def _blocks() -> int:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from core_auditblock")
        return int(cursor.fetchone()[0])


class Alarms(logging.Handler):
    """What the worker said."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def test_it_makes_the_days_ahead_and_gathers_what_came_before_its_day() -> None:
    alarms = Alarms()
    logging.getLogger("lachan.worker").addHandler(alarms)
    day = today() + DAYS_AHEAD * timedelta(days=1)
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"drop table if exists core_look_{day:%Y%m%d}")
        cursor.execute(
            "insert into core_look (day, id, at, person, what, purpose, by_account, by_name)"
            " values (%s, gen_random_uuid(), %s::timestamptz, gen_random_uuid(), 'card', 'test',"
            " gen_random_uuid(), 'test')",
            [day, f"{day} 12:00+07"],
        )
    Worker().keep_house()

    with connections["owner"].cursor() as cursor:
        cursor.execute(f"select count(*) from core_look_{day:%Y%m%d}")
        assert cursor.fetchone() == (1,)
        cursor.execute("select count(*) from core_look_other")
        assert cursor.fetchone() == (0,)
    assert alarms.said == ["core_look: 1 rows came for days without a partition."]

    Worker().keep_house()
    logging.getLogger("lachan.worker").removeHandler(alarms)
    assert len(alarms.said) == 1
