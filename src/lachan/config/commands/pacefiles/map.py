"""Places, their populations and their cases, read from three files into tables by day."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta

from lachan.config.commands.pacefiles.answering import FailedError
from lachan.config.commands.pacefiles.reading import (
    Cells,
    CountRefusedError,
    Once,
    Reader,
    day,
    has_column,
    place,
    real,
    whole,
)
from lachan.engine.naive_clusters import Point, on_earth, on_plane

ONE_DAY = timedelta(days=1)


@dataclass
class Map(Reader):
    """What was read.  A case or population without date has the key None."""

    spots: dict[str, Point] = field(default_factory=dict)
    people: dict[str, dict[date | None, int]] = field(default_factory=dict)
    cases: dict[tuple[str, date | None], int] = field(default_factory=dict)
    on_earth: bool = False

    def read_coordinates(self, path: str, distance: str | None) -> None:
        """`place,lat,lon` on the Earth or `place,x,y` on a plane."""
        degrees = has_column(path, "lat") and has_column(path, "lon")
        self.on_earth = degrees if distance is None else distance == "earth"
        if self.on_earth and not degrees:
            raise FailedError("bad_options", "Distances on the Earth need columns lat and lon.")
        once = Once()
        across, up = ("lon", "lat") if degrees else ("x", "y")

        def take(row: int, cells: Cells) -> None:
            name = place(cells)
            x = real(across, cells[across], *((-180, 180) if degrees else ()))
            y = real(up, cells[up], *((-90, 90) if degrees else ()))
            once.take(name, row, f"place {name}")
            self.spots[name] = on_earth(y, x) if self.on_earth else on_plane(x, y)

        self.read(path, ["place", across, up], take)

    def read_population(self, path: str) -> None:
        """`place,population[,date]`: so many from that date on."""
        once = Once()

        def take(row: int, cells: Cells) -> None:
            name = self.known(place(cells))
            count = whole("population", cells["population"])
            since = day("date", cells["date"]) if "date" in cells else None
            once.take((name, since), row, f"the population of {name}")
            self.people.setdefault(name, {})[since] = count

        self.read(path, ["place", "population"], take, optional=["date"])

    def read_cases(self, path: str) -> None:
        """`place[,date],count`."""
        once = Once()

        def take(row: int, cells: Cells) -> None:
            name = self.known(place(cells))
            on = day("date", cells["date"]) if "date" in cells else None
            count = whole("count", cells["count"])
            if count and not self.population(name, on):
                raise CountRefusedError("no_population", place=name)
            once.take((name, on), row, f"{name} {on}" if on else name)
            self.cases[name, on] = count

        self.read(path, ["place", "count"], take, optional=["date"])

    def known(self, name: str) -> str:
        """A place that has coordinates."""
        if name not in self.spots:
            raise CountRefusedError("unknown_place", place=name)
        return name

    @property
    def dated(self) -> bool:
        """Whether the cases have dates."""
        return any(on is not None for _, on in self.cases)

    @property
    def names(self) -> list[str]:
        """The places by code point: their numbers in every table."""
        return sorted(self.spots)

    def population(self, name: str, on: date | None) -> int:
        """How many were at risk; before the first date as many as on it, undated the last."""
        steps = self.people.get(name, {})
        if None in steps:
            return steps[None]
        since = sorted(date_ for date_ in steps if date_ is not None)
        if not since:
            return 0
        at = len(since) if on is None else bisect_right(since, on)
        return steps[since[max(at, 1) - 1]]

    def last_day(self) -> date | None:
        """The last day with a row of cases."""
        return max((on for _, on in self.cases if on is not None), default=None)

    def first_day(self) -> date | None:
        """The first day with a row of cases."""
        return min((on for _, on in self.cases if on is not None), default=None)

    def tables(self, days: list[date | None]) -> tuple[list[list[int]], list[list[int]]]:
        """Cases and population, `[place][day]`; a day without a row has no case."""
        names = self.names
        cases = [[self.cases.get((name, on), 0) for on in days] for name in names]
        people = [[self.population(name, on) for on in days] for name in names]
        return cases, people


def days_between(first: date, last: date) -> list[date | None]:
    """Every day from `first` to `last`, both counted in."""
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]
