"""A scan is written once, by whichever door it comes."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import ProgrammingError, connections, transaction

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.venues import selectors, services
from lachan.venues.models import Scan, Venue
from tests.factories import cast
from tests.gate.served import manager, venue_of
from tests.places.units import BAC_NINH, NENH, VIET_YEN, unit

HANOI = unit("01")


def record(venue: Venue, by: Principal, **changed: object) -> services.Recorded:
    moment = now()
    whole: dict[str, object] = {
        "id": uuid7(),
        "trace_id": uuid7(),
        "direction": "in",
        "at": moment,
        "device_at": moment,
        "source": "gate",
    }
    with scoped(by, "gate"):
        return services.record_scan(venue=venue, by=by, **{**whole, **changed})  # type: ignore[arg-type]


def test_it_keeps_three_times_apart() -> None:
    boss = manager()
    at, device_at = now() - timedelta(hours=3), now() - timedelta(hours=10)
    done = record(venue_of(boss), boss, at=at, device_at=device_at)

    with scoped(cast.of_province(Role.TRACER, BAC_NINH), "case"):
        scan = Scan.objects.get(id=done.id, day=done.day)
    assert (scan.at, scan.device_at) == (at, device_at)
    assert now() - scan.received_at < timedelta(minutes=1)


def test_it_gives_the_same_answer_to_the_same_scan() -> None:
    boss = manager()
    venue = venue_of(boss)
    once = {"id": uuid7(), "trace_id": uuid7(), "at": now(), "device_at": now()}

    first, again = record(venue, boss, **once), record(venue, boss, **once)

    assert (first.repeated, again.repeated) == (False, True)
    assert selectors_count(venue, boss).came == 1


def selectors_count(venue: Venue, by: Principal) -> selectors.Count:
    with scoped(by, "places"):
        return selectors.count_of(venue.place_id, today())


def test_it_refuses_the_same_number_with_other_content() -> None:
    boss = manager()
    venue = venue_of(boss)
    once = {"id": uuid7(), "trace_id": uuid7(), "at": now(), "device_at": now()}
    record(venue, boss, **once)

    with pytest.raises(Refused) as refusal:
        record(venue, boss, **{**once, "trace_id": uuid7()})

    assert (refusal.value.code, refusal.value.status) == ("different_content", 409)


@pytest.mark.parametrize("off", [timedelta(days=3), timedelta(days=-61)])
def test_it_refuses_a_wrong_clock(off: timedelta) -> None:
    boss = manager()

    with pytest.raises(Refused) as refusal:
        record(venue_of(boss), boss, at=now() + off)

    assert refusal.value.code == "clock_wrong"


def test_it_shows_rows_to_the_province_and_numbers_to_the_place() -> None:
    boss, rival = manager(), manager()
    venue = venue_of(boss)
    trace_id = uuid7()
    record(venue, boss, trace_id=trace_id)

    assert seen_by(boss, trace_id) == 0
    assert seen_by(cast.citizen(), trace_id) == 0
    assert seen_by(cast.of_commune(Role.STATION_OFFICER, VIET_YEN), trace_id) == 0
    assert seen_by(cast.of_province(Role.TRACER, HANOI), trace_id) == 0
    assert seen_by(cast.of_commune(Role.STATION_OFFICER, NENH), trace_id) == 0
    assert seen_by(cast.of_province(Role.TRACER, BAC_NINH), trace_id) == 1
    assert selectors_count(venue, boss) == selectors.Count(came=1, went=0, inside=1)
    assert selectors_count(venue, rival).came == 0


def seen_by(by: Principal, trace_id: UUID) -> int:
    with scoped(by, "looking"):
        return Scan.objects.filter(trace_id=trace_id).count()


def test_it_shows_a_manager_history_without_persons() -> None:
    boss = manager()
    venue = venue_of(boss)
    someone = uuid7()
    record(venue, boss, trace_id=someone, at=now() - timedelta(seconds=2))
    record(venue, boss, trace_id=someone, direction="out")

    with scoped(boss, "places"):
        history = selectors.history_of(venue.place_id)

    assert [passage.direction for passage in history] == ["out", "in"]
    assert selectors_count(venue, boss) == selectors.Count(came=1, went=1, inside=0)


@pytest.mark.parametrize(
    "statement",
    [
        "update venues_scan set direction = 'out'",
        "delete from venues_scan",
        "select * from venues_scan_other",
        "select * from venues_device_of('\\x00')",
    ],
)
def test_nobody_changes_the_ledger(statement: str) -> None:
    with (
        scoped(manager(), "looking"),
        pytest.raises(ProgrammingError),
        transaction.atomic(),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(statement)


def test_it_gives_a_device_a_token_that_is_stored_hashed() -> None:
    boss = manager()
    venue = venue_of(boss)
    with scoped(boss, "places"):
        device, token = services.register_device(venue=venue, label="Cổng Nam", by=boss)

        assert token.encode() not in bytes(device.token_sha256)
        assert list(selectors.devices_of(venue)) == [device]
        services.close_device(device=device, by=boss)
        assert list(selectors.devices_of(venue)) == []


def test_it_registers_no_device_for_somebody_elses_place() -> None:
    venue = venue_of(manager())
    rival = manager()

    with scoped(rival, "places"), pytest.raises(Refused) as refusal:
        services.register_device(venue=venue, label="", by=rival)

    assert refusal.value.code == "not_your_place"
