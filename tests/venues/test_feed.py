"""The feed rebuilds whole person-days, exactly once."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connections

from lachan.core.clock import OFFSET, now, today
from lachan.core.ids import uuid7
from lachan.core.scope import Principal, scoped
from lachan.venues import services
from lachan.venues.models import Venue
from lachan.venues.persondays import PersonDay, feed
from tests.factories.settled import watermark
from tests.gate.served import manager, venue_of


def test_it_gives_the_whole_day_of_whoever_was_scanned() -> None:
    boss = manager()
    venue = venue_of(boss)
    someone = uuid7()
    morning = start_of_today()
    before = watermark()
    scan(venue, boss, someone, "in", morning)
    middle = watermark()
    scan(venue, boss, someone, "out", morning + timedelta(minutes=10))

    days = {day.day: day for day in fed(middle, watermark()) if day.trace_id == someone}

    assert set(days) == {today() - timedelta(days=1), today(), today() + timedelta(days=1)}
    (visit,) = days[today()].visits
    assert (visit.start, visit.end, visit.imputed) == (
        morning,
        morning + timedelta(minutes=10),
        False,
    )
    assert fed(watermark(), watermark()) == []
    assert {day.trace_id for day in fed(before, middle)} == {someone}


def test_it_cuts_a_stay_over_midnight_into_two_days() -> None:
    boss = manager()
    venue = venue_of(boss)
    someone = uuid7()
    midnight = start_of_today()
    before = watermark()
    scan(venue, boss, someone, "in", midnight - timedelta(hours=2))
    scan(venue, boss, someone, "out", midnight + timedelta(minutes=5))

    days = {day.day: day.visits for day in fed(before, watermark())}

    (evening,) = days[today() - timedelta(days=1)]
    (night,) = days[today()]
    assert (evening.start, evening.end) == (midnight - timedelta(hours=2), midnight)
    assert (night.start, night.end) == (midnight, midnight + timedelta(minutes=5))


def start_of_today() -> datetime:
    return datetime.combine(today(), datetime.min.time(), OFFSET)


def scan(venue: Venue, by: Principal, who: UUID, direction: str, at: datetime) -> None:
    with scoped(by, "gate"):
        services.record_scan(
            id=uuid7(),
            venue=venue,
            trace_id=who,
            direction=direction,
            at=at,
            device_at=now(),
            source="gate",
            by=by,
        )


def fed(since: int, below: int) -> list[PersonDay]:
    with connections["owner"].cursor() as cursor:
        return list(feed(cursor, since, below))
