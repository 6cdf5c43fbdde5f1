"""Identifiers, clock and ledgers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connections, transaction

from lachan.core import facts
from lachan.core.clock import day_of, now, today
from lachan.core.ids import uuid7
from lachan.core.ledgers import make_partitions, strays
from lachan.core.roles import Role
from lachan.core.scope import scoped
from tests.factories import cast


def test_an_identifier_is_version_seven_and_sorts_by_time() -> None:
    early, late = uuid7(1_000), uuid7(2_000)

    assert early.version == late.version == 7
    assert early.variant == "specified in RFC 4122"
    assert early < late


def test_a_day_is_cut_at_seven_hours_east() -> None:
    assert day_of(datetime(2026, 11, 14, 16, 59, tzinfo=UTC)).isoformat() == "2026-11-14"
    assert day_of(datetime(2026, 11, 14, 17, 0, tzinfo=UTC)).isoformat() == "2026-11-15"


def test_making_partitions_twice_makes_them_once() -> None:
    first = today() + timedelta(days=20)
    with connections["owner"].cursor() as cursor:
        made = make_partitions(cursor, first=first, last=first + timedelta(days=1))
        again = make_partitions(cursor, first=first, last=first + timedelta(days=1))

    assert made >= 4
    assert again == 0


def test_a_row_without_its_partition_raises_the_alarm() -> None:
    at = now() - timedelta(days=50)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        assert strays(cursor) == {}
        cursor.execute(
            "insert into core_look (day, id, at, person, what, purpose, by_account, by_name)"
            " values (%s, gen_random_uuid(), %s, gen_random_uuid(), 'x', 'x',"
            " gen_random_uuid(), 'x')",
            [day_of(at), at],
        )
        assert strays(cursor) == {"core_look": 1}
        transaction.set_rollback(True, using="owner")


def test_a_ledger_row_lies_on_the_day_of_its_event() -> None:
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(using="owner"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute(
            "insert into core_look (day, id, at, person, what, purpose, by_account, by_name)"
            " values (%s, gen_random_uuid(), %s, gen_random_uuid(), 'x', 'x',"
            " gen_random_uuid(), 'x')",
            [today() - timedelta(days=1), now()],
        )


def test_a_fact_rings_when_its_transaction_commits_and_not_before() -> None:
    officer = cast.of_commune(Role.STATION_OFFICER)
    owner = connections["owner"]
    owner.ensure_connection()
    listener = owner.connection
    listener.execute(f"listen {facts.CHANNEL}")
    with scoped(officer, "test"):
        facts.ring("test.fact")
        assert list(listener.notifies(timeout=0.05, stop_after=1)) == []

    heard = [notice.payload for notice in listener.notifies(timeout=120, stop_after=1)]
    assert heard == ["test.fact"]


def test_a_fact_calls_whoever_waits_for_it() -> None:
    @facts.on("test.counted")
    def worker() -> int:
        return 3

    assert facts.work("test.counted") == 3
    assert "test.counted" in facts.facts()
    assert facts.work("test.unknown") == 0


def test_a_long_work_gives_way_after_its_turn_and_each_turn_does_a_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left = [7, 7, 2]

    def part() -> tuple[int, bool]:
        return left.pop(0), bool(left)

    monkeypatch.setattr(facts, "TURN", 0.0)
    assert facts.part_after_part(part) == 7
    monkeypatch.setattr(facts, "TURN", 600.0)
    assert facts.part_after_part(part) == 9
