"""Calendar days of the index: cut at one fixed offset, so that a record fits in 8 bytes."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from lachan.engine import naive
from lachan.engine.rule import MINUTE, OPEN_MINUTES

#: Seconds east of UTC at which a day begins: Vietnam's time, which has no summer time.
OFFSET = 7 * 3600

DAY = 86_400
EPOCH = date(1970, 1, 1)


class DayVisit(NamedTuple):
    """A stay within one day; minutes from its midnight, 0 to 1440, end after start."""

    venue: UUID
    start: int
    end: int
    imputed: bool


class RawVisit(NamedTuple):
    """A visit as recorded, in seconds since 1970; `end` None when nobody recorded it."""

    venue: UUID
    start: int
    end: int | None


def day_number(second: int) -> int:
    """Days from 1 January 1970 to the day `second` falls on."""
    return (second + OFFSET) // DAY


def day_of(second: int) -> date:
    """The day `second` falls on."""
    return EPOCH + timedelta(days=day_number(second))


def begin_of(day: date) -> int:
    """The second at which `day` begins."""
    return (day - EPOCH).days * DAY - OFFSET


def pieces(start: int, end: int) -> Iterator[tuple[date, int, int]]:
    """[start, end) cut at midnights: day, and seconds from that day's midnight."""
    while start < end:
        day = day_of(start)
        midnight = begin_of(day)
        stop = min(end, midnight + DAY)
        yield day, start - midnight, stop - midnight
        start = stop


def days_of(
    visits: Iterable[RawVisit], open_minutes: int = OPEN_MINUTES
) -> dict[date, list[DayVisit]]:
    """One person's visits as the index keeps them: ends filled in, united, cut by days.

    `visits` must hold every visit of the person that can still reach into the days asked for,
    and the one that follows.
    """
    rows: Sequence[naive.VisitRow] = [("", str(v.venue), v.start, v.end) for v in visits]
    days: dict[date, list[DayVisit]] = {}
    for (_, venue), stays in naive.united_visits(rows, open_minutes).items():
        for stay in stays:
            for day, start, end in pieces(stay.start, stay.end):
                kept = DayVisit(UUID(venue), start // MINUTE, end // MINUTE, stay.imputed)
                days.setdefault(day, []).append(kept)
    return days
