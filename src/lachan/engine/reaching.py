"""reach: who is reached from the cases, at which hop, when first and for how long."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

from lachan.engine import tracing
from lachan.engine.dtypes import NEVER, Cases, Ints, Sources
from lachan.engine.hopping import Way, hops
from lachan.engine.records import Rows
from lachan.engine.rule import Rule
from lachan.engine.view import Counts, DayView, View
from lachan.engine.workspace import Workspace


class CaseWindow(NamedTuple):
    """A case and one infectious window, in seconds since 1970; `end` None for none."""

    person: UUID
    start: int
    end: int | None


class ReachedPerson(NamedTuple):
    """One row of the answer; `first_at` in seconds since 1970."""

    person: UUID
    hop: int
    first_at: int
    seconds: int


@dataclass(frozen=True)
class Reach:
    """A question and its answer, sorted by hop, seconds (most first), person as text."""

    cases: tuple[CaseWindow, ...]
    rule: Rule
    people: tuple[ReachedPerson, ...]


def reach(
    view: View,
    cases: Iterable[CaseWindow],
    rule: Rule,
    workspace: Workspace,
    counts: Counts | None = None,
    way: Way = Way.EITHER,
) -> Reach:
    """Everyone reached from `cases` within `rule.hops`, at venues that count."""
    asked = tuple(cases)
    sources = case_sources(view, asked)
    closed = view.people.numbers(case.person for case in asked)
    keep = None if counts is None else lambda venues: view.counting(venues, counts)
    days = list(view.days.values())
    people: list[ReachedPerson] = []
    for hop, found in enumerate(hops(days, sources, closed, rule, workspace, keep, way), start=1):
        uuids = view.people.uuids(found.person)
        rows = zip(uuids, found.first.tolist(), found.seconds.tolist(), strict=True)
        people += [ReachedPerson(person, hop, first, seconds) for person, first, seconds in rows]
    people.sort(key=lambda row: (row.hop, -row.seconds, row.person.bytes))
    return Reach(asked, rule, tuple(people))


def case_sources(view: View, cases: Iterable[CaseWindow]) -> Sources:
    """The cases the index has met, with their united windows."""
    rows = [
        (number, case.start, NEVER if case.end is None else case.end)
        for case in cases
        if (number := view.people.number(case.person)) is not None
    ]
    person, start, end = np.array(rows, np.int64).reshape(-1, 3).T
    return tracing.sources_of_cases(Cases(person, start, end))


def places_of(view: View, sources: Sources) -> Iterator[tuple[DayView, Ints]]:
    """For every day the venues where a source may have been infectious."""
    begin = sources.start[sources.of[:-1]]
    end = sources.end[sources.of[1:] - 1]
    for day in view.between(int(begin.min()), int(end.max())):
        own = day.stays_of(sources.person)
        k = np.searchsorted(sources.person, own.person)
        infectious = (own.end > begin[k]) & (own.start < end[k])
        yield day, np.unique(own.venue[infectious])


def related(view: View, cases: Iterable[CaseWindow]) -> dict[UUID, frozenset[UUID]]:
    """venue -> who else was there, however shortly, while a case was there and infectious.

    This is for counting, not for naming: no minimum, no venue left out.
    """
    asked = tuple(cases)
    sources = case_sources(view, asked)
    people: dict[UUID, set[UUID]] = defaultdict(set)
    if len(sources.person) == 0:
        return {}
    closed = view.people.numbers(case.person for case in asked)
    for day, venues in places_of(view, sources):
        for venue in venues.tolist():
            there = day.stays_at(np.array([venue]))
            met = crossing(there, sources)
            present = there.person[met & ~np.isin(there.person, closed)]
            people[view.venues.uuid(venue)] |= {view.people.uuid(p) for p in present.tolist()}
    return {venue: frozenset(present) for venue, present in people.items() if present}


def crossing(there: Rows, sources: Sources) -> npt.NDArray[np.bool_]:
    """Which of the stays at one venue overlap an infectious part of a source's stay."""
    met = np.zeros(len(there.person), np.bool_)
    for row in np.flatnonzero(np.isin(there.person, sources.person)).tolist():
        k = int(np.searchsorted(sources.person, there.person[row]))
        for w in range(int(sources.of[k]), int(sources.of[k + 1])):
            start = max(there.start[row], sources.start[w])
            end = min(there.end[row], sources.end[w])
            if start < end:
                met |= (there.start < end) & (there.end > start)
    return met
