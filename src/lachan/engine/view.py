"""What the index holds at one moment, day by day, with tombstones applied and in whole seconds."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from uuid import UUID

import numpy as np

from lachan.engine import runs
from lachan.engine.days import DAY, begin_of
from lachan.engine.dtypes import Ints, Marks
from lachan.engine.idmap import IdMap
from lachan.engine.records import Meets, Rows, Run
from lachan.engine.rule import MINUTE

NOBODY: Ints = np.empty(0, np.int64)


#: Which of some venues count: a line of a factory may, its gate not.  Asked only about venues
#: that a question touches, so it may look each of them up.
Counts = Callable[[Sequence[UUID]], Collection[UUID]]


class DayView:
    """The runs of one day, oldest first; `gone` holds as bits who in each is replaced later."""

    def __init__(self, day: date, day_runs: Sequence[Run]) -> None:
        self.begin = begin_of(day)
        self.runs = list(day_runs)
        self.gone = runs.graves(self.runs)

    @property
    def visits(self) -> int:
        """How many visit records there are."""
        return sum(len(run.visit) for run in self.runs)

    @property
    def crowding(self) -> int:
        """The squares of the numbers of records at each venue, added up."""
        return sum(int(run.crowding[0]) for run in self.runs)

    def stays_of(self, people: Ints) -> Rows:
        """The stays of `people` (ascending), in seconds since 1970."""
        return self._seconds([runs.stays_of_people(*each, people) for each in self._each()])

    def stays_at(self, venues: Ints) -> Rows:
        """Everybody's stays at `venues` (ascending), in seconds since 1970."""
        return self._seconds([runs.stays_at_venues(*each, venues) for each in self._each()])

    def encounters_of(self, people: Ints) -> Meets:
        """The encounters of `people` (ascending), in seconds since 1970, perhaps repeated."""
        meets = joined_meets([runs.encounters_of_people(run, people) for run in self.runs])
        return Meets(meets.person, meets.other, meets.start + self.begin, meets.end + self.begin)

    def _each(self) -> Iterator[tuple[Run, Marks]]:
        return zip(self.runs, self.gone, strict=True)

    def _seconds(self, per_run: list[Rows]) -> Rows:
        rows = joined_rows(per_run)
        start, end = rows.start * MINUTE + self.begin, rows.end * MINUTE + self.begin
        return Rows(rows.person, rows.venue, start, end, rows.imputed)


class View:
    """One state of the index; readers keep it while the writer goes on."""

    def __init__(self, people: IdMap, venues: IdMap, days: dict[date, DayView]) -> None:
        self.people = people
        self.venues = venues
        self.days = {day: days[day] for day in sorted(days)}

    def counting(self, venues: Ints, counts: Counts | None) -> Ints:
        """Those of `venues` that count, ascending; all of them without a rule."""
        distinct = np.unique(venues)
        if counts is None or len(distinct) == 0:
            return distinct
        return self.venues.numbers(counts(self.venues.uuids(distinct)))

    def between(self, start: int, end: int) -> Iterator[DayView]:
        """The days that [start, end) touches."""
        for view in self.days.values():
            if start < view.begin + DAY and view.begin < end:
                yield view


def joined_rows(parts: list[Rows]) -> Rows:
    """Several pieces as one."""
    empty = Rows(NOBODY, NOBODY, NOBODY, NOBODY, np.empty(0, np.uint8))
    return Rows(*map(np.concatenate, zip(empty, *parts, strict=True)))


def joined_meets(parts: list[Meets]) -> Meets:
    """Several pieces as one."""
    empty = Meets(NOBODY, NOBODY, NOBODY, NOBODY)
    return Meets(*map(np.concatenate, zip(empty, *parts, strict=True)))
