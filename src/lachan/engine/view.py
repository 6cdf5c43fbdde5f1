"""What the index holds at one moment, day by day, with tombstones applied and in whole seconds."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from uuid import UUID

import numpy as np

from lachan.engine import runs
from lachan.engine.days import DAY, begin_of
from lachan.engine.dtypes import Ints
from lachan.engine.idmap import IdMap
from lachan.engine.records import Meets, Rows, those
from lachan.engine.rule import MINUTE
from lachan.engine.runs import Run

NOBODY: Ints = np.empty(0, np.int64)


#: Which of some venues count: a line of a factory may, its gate not.  Asked only about venues
#: that a question touches, so it may look each of them up.
Counts = Callable[[Sequence[UUID]], Collection[UUID]]


class DayView:
    """The runs of one day, oldest first."""

    def __init__(self, day: date, day_runs: list[Run]) -> None:
        self.begin = begin_of(day)
        self.runs = day_runs
        self.gone = [NOBODY]
        for run in reversed(day_runs[1:]):
            self.gone.insert(0, np.union1d(self.gone[0], run.dead.astype(np.int64)))

    def stays_of(self, people: Ints) -> Rows:
        """The stays of `people` (ascending), in seconds since 1970."""
        return self._alive([runs.stays_of_people(run, people) for run in self.runs])

    def stays_at(self, venues: Ints) -> Rows:
        """Everybody's stays at `venues` (ascending), in seconds since 1970."""
        return self._alive([runs.stays_at_venues(run, venues) for run in self.runs])

    def encounters_of(self, people: Ints) -> Meets:
        """The encounters of `people` (ascending), in seconds since 1970, perhaps repeated."""
        meets = joined_meets([runs.encounters_of_people(run, people) for run in self.runs])
        return Meets(meets.person, meets.other, meets.start + self.begin, meets.end + self.begin)

    def _alive(self, per_run: list[Rows]) -> Rows:
        kept = []
        for rows, gone in zip(per_run, self.gone, strict=True):
            kept.append(those(rows, ~np.isin(rows.person, gone)))
        rows = joined_rows(kept)
        start, end = rows.start * MINUTE + self.begin, rows.end * MINUTE + self.begin
        return Rows(rows.person, rows.venue, start, end, rows.imputed)


class View:
    """One state of the index; readers keep it while the writer goes on."""

    def __init__(self, people: IdMap, venues: IdMap, days: dict[date, list[Run]]) -> None:
        self.people = people
        self.venues = venues
        self.days = {day: DayView(day, days[day]) for day in sorted(days)}

    def counting(self, venues: Ints, counts: Counts | None) -> Ints:
        """Those of `venues` that count, ascending; all of them without a rule."""
        distinct = np.unique(venues)
        if counts is None or len(distinct) == 0:
            return distinct
        return self.venues.numbers(counts([self.venues.uuid(v) for v in distinct.tolist()]))

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
