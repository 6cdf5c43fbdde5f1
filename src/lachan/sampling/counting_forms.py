"""What is to be counted, read from an address: a wrong word there counts as none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from lachan.core.clock import OFFSET, day_of
from lachan.sampling.counting_reading import Asked
from lachan.sampling.counting_sql import LINES

#: Days of one count, at most.
LONGEST = 31


@dataclass(frozen=True, slots=True)
class Chosen:
    """An address read: what is counted, how lines are made, and as of when."""

    asked: Asked
    by: str
    at: datetime
    told: Mapping[str, str]

    def address(self, **other: str) -> str:
        """The same with something else chosen; "" takes it away."""
        kept = {name: value for name, value in {**self.told, **other}.items() if value}
        return f"?{urlencode(kept)}" if kept else "?"


def chosen(told: Mapping[str, str], now: datetime) -> Chosen:
    """Read an address: since, until, by, at, campaign, box, laboratory, unit."""
    until = min(_day(told.get("until"), day_of(now)), day_of(now))
    since = min(_day(told.get("since"), until), until)
    since = max(since, until - timedelta(days=LONGEST - 1))
    by = told.get("by", "")
    asked = Asked(
        since=since,
        until=until,
        campaign=_id(told.get("campaign")),
        box=_id(told.get("box")),
        laboratory=_id(told.get("laboratory")),
        organisation=_id(told.get("unit")),
    )
    names = ("since", "until", "by", "at", "campaign", "box", "laboratory", "unit")
    kept = {name: told[name] for name in names if told.get(name)}
    return Chosen(asked, by if by in LINES else "day", _instant(told.get("at"), now), kept)


def cutoffs(until: date, hours: tuple[int, ...], now: datetime) -> list[datetime]:
    """The instants of a day at which everybody counts, as far as they are over."""
    midnight = datetime.combine(until, time.min, OFFSET)
    found = [midnight + timedelta(hours=hour) for hour in hours]
    return [at for at in found if at <= now]


def _day(value: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(value or "")
    except ValueError:
        return otherwise


def _id(value: str | None) -> UUID | None:
    try:
        return UUID(value or "")
    except ValueError:
        return None


def _instant(value: str | None, now: datetime) -> datetime:
    """An instant that is over; what was said of the future is now."""
    try:
        at = datetime.fromisoformat(value or "")
    except ValueError:
        return now
    return min(at, now) if at.tzinfo is not None else now
