"""A visit told in an interview: who may write it, what the place sees, how it is withdrawn."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connections, transaction

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.selectors import trace_ids_of
from lachan.venues import services
from lachan.venues.models import Venue
from lachan.venues.persondays import feed
from lachan.venues.selectors import count_of, history_of
from lachan.venues.services import Recorded
from tests.factories import cast
from tests.factories.people import person
from tests.factories.settled import watermark
from tests.gate.served import manager, venue_of

HOUR = timedelta(hours=1)


@pytest.fixture
def boss(database: str) -> Principal:
    return manager()


@pytest.fixture
def venue(boss: Principal) -> Venue:
    return venue_of(boss)


def tracer() -> Principal:
    return cast.of_province(Role.TRACER)


def told(
    venue: Venue,
    somebody: Person,
    by: Principal,
    *,
    begun: timedelta = 3 * HOUR,
    lasted: timedelta = HOUR,
) -> tuple[Recorded, Recorded]:
    with system_scope("test"):
        trace_id = trace_ids_of([somebody.id])[somebody.id]
    start = now() - begun
    with scoped(by, "interview"), transaction.atomic():
        return services.tell_visit(
            place=venue.place, trace_id=trace_id, start=start, end=start + lasted, by=by
        )


def taken_back(scans: tuple[Recorded, Recorded], by: Principal) -> int:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select id, at from venues_scan where id = any(%s)", [[scan.id for scan in scans]]
        )
        rows = cursor.fetchall()
    with scoped(by, "interview"):
        return services.take_back_visit(scans=rows, by=by)


def days_since(since: int) -> list[int]:
    """How many visits each changed person-day holds."""
    with connections["owner"].cursor() as cursor:
        return [len(day.visits) for day in feed(cursor, since, watermark())]


def test_a_told_visit_is_one_visit_of_the_engine_and_ends_when_it_is_taken_back(
    venue: Venue,
) -> None:
    by = tracer()
    begun = watermark()
    scans = told(venue, person(), by)
    assert sum(days_since(begun)) >= 1
    middle = watermark()

    assert taken_back(scans, by) == 2

    assert set(days_since(middle)) == {0}
    assert taken_back(scans, by) == 0, "once"
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from venues_scan where source = 'interview'")
        assert cursor.fetchone()[0] >= 2, "the ledger keeps what was said"


@pytest.mark.parametrize(
    "by",
    [
        pytest.param(lambda: cast.of_commune(Role.COMMUNE_POLICE), id="police"),
        pytest.param(lambda: cast.of_organisation(Role.PLACE_MANAGER), id="manager"),
        pytest.param(lambda: cast.citizen(), id="citizen"),
        pytest.param(lambda: cast.of_province(Role.TRACER, 2), id="another province"),
        pytest.param(
            lambda: cast.of_commune(Role.STATION_OFFICER, cast.NEXT_DOOR), id="another commune"
        ),
    ],
)
def test_nobody_else_says_where_somebody_was(venue: Venue, by: object) -> None:
    stranger = by()  # type: ignore[operator]
    somebody = person()
    with pytest.raises(DatabaseError):
        told(venue, somebody, stranger)
    scans = told(venue, somebody, tracer())

    assert taken_back(scans, stranger) == 0


def test_a_station_says_it_of_its_own_people(venue: Venue) -> None:
    station = cast.of_commune(Role.STATION_OFFICER)

    assert taken_back(told(venue, person(), station), station) == 2


def test_what_a_gate_scanned_cannot_be_taken_back(venue: Venue, boss: Principal) -> None:
    somebody = person()
    with system_scope("test"):
        trace_id = trace_ids_of([somebody.id])[somebody.id]
    at = now() - HOUR
    with scoped(boss, "gate"):
        scan = services.record_scan(
            id=uuid7(),
            venue=venue,
            trace_id=trace_id,
            direction="in",
            at=at,
            device_at=at,
            source="gate",
            by=boss,
        )

    assert taken_back((scan, scan), tracer()) == 0


def test_the_place_learns_nothing_of_an_interview(venue: Venue, boss: Principal) -> None:
    told(venue, person(), tracer(), begun=30 * timedelta(minutes=1), lasted=HOUR / 4)

    with scoped(boss, "places"):
        assert count_of(venue.place_id).scans == 0
        assert history_of(venue.place_id) == []


@pytest.mark.parametrize(
    "lasted", [timedelta(), -HOUR, timedelta(hours=25), timedelta(hours=4)], ids=str
)
def test_a_stay_without_length_or_into_the_future_is_refused(
    venue: Venue, lasted: timedelta
) -> None:
    with pytest.raises(Refused) as refused:
        told(venue, person(), tracer(), lasted=lasted)

    assert refused.value.code == "visit_times"
