"""When people come: how many in each hour of a day, for the place's own chart."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connections

from lachan.core.clock import OFFSET, today

#: Hours of a day.
DAY = range(24)


#: The chart, in units of its drawing: ten wide for an hour, sixty high for the fullest hour.
HOUR_WIDE = 10
HIGH = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour of the chart: how many came, and where its bar stands."""

    hour: int
    came: int
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Hours:
    """People who came in each hour; `of_days` days together."""

    came: tuple[int, ...]
    of_days: int

    @property
    def most(self) -> int:
        """How many came in the fullest hour."""
        return max(self.came)

    @property
    def peak(self) -> int | None:
        """The hour in which most came; None when nobody did."""
        return self.came.index(self.most) if self.most else None

    @property
    def after(self) -> int:
        """The end of that hour."""
        return (self.peak or 0) + 1

    @property
    def bars(self) -> list[Bar]:
        """A bar for each hour in which anybody came; the fullest has the whole height."""
        found = []
        for hour, came in enumerate(self.came):
            if came:
                height = max(1, round(HIGH * came / self.most))
                found.append(Bar(hour, came, hour * HOUR_WIDE + 1, HIGH + 1 - height, height))
        return found

    @property
    def ticks(self) -> list[tuple[int, int]]:
        """The hours written below, and where."""
        return [(hour, hour * HOUR_WIDE + HOUR_WIDE // 2) for hour in range(0, 24, 6)]


def hours_of(place: UUID, days: int = 1) -> Hours:
    """The hours of today, or of the last `days` days together; zeros for somebody else's place."""
    first = today() - timedelta(days=days - 1)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select hour, sum(came) from venues_hours(%s, %s, %s) group by hour",
            [place, _midnight(first), _midnight(today() + timedelta(days=1))],
        )
        found = {int(hour): int(came) for hour, came in cursor.fetchall()}
    return Hours(tuple(found.get(hour, 0) for hour in DAY), days)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), OFFSET)
