"""reach: who is reached from the cases, at which hop, when first and for how long.

Sparse hop: from the people of a hop to where they were while infectious, from there to
everybody who was there.  Cost: the stays at the venue-days touched, whatever the index holds.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

from lachan.engine import tracing
from lachan.engine.dtypes import NEVER, Cases, Encounters, Ints, Met, Sources
from lachan.engine.kernels import meeting
from lachan.engine.records import Meets, Rows
from lachan.engine.rule import Rule
from lachan.engine.view import Counts, DayView, View, joined_meets, joined_rows


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


class Found(NamedTuple):
    """Who was reached at one hop, by dense number."""

    person: Ints
    first: Ints
    seconds: Ints


def reach(
    view: View, cases: Iterable[CaseWindow], rule: Rule, counts: Counts | None = None
) -> Reach:
    """Everyone reached from `cases` within `rule.hops`, at venues that count."""
    asked = tuple(cases)
    sources = case_sources(view, asked)
    closed = view.people.numbers(case.person for case in asked)
    people: list[ReachedPerson] = []
    for hop in range(1, rule.hops + 1):
        if len(sources.person) == 0:
            break
        found = one_hop(view, sources, closed, rule.min_seconds, counts)
        people += [
            ReachedPerson(view.people.uuid(person), hop, first, seconds)
            for person, first, seconds in zip(*(c.tolist() for c in found), strict=True)
        ]
        closed = np.union1d(closed, found.person)
        sources = tracing.sources_of_reached(found.person, found.first, rule.latent_seconds)
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


def one_hop(
    view: View, sources: Sources, closed: Ints, min_seconds: int, counts: Counts | None
) -> Found:
    """Who not `closed` met `sources` for long enough; people ascending."""
    rows, meets = surroundings(view, sources, counts)
    names = np.unique(np.concatenate((sources.person, rows.person, meets.person, meets.other)))
    places = np.unique(rows.venue)
    stays = tracing.index_stays(
        np.searchsorted(names, rows.person),
        np.searchsorted(places, rows.venue),
        rows.start,
        rows.end,
        rows.imputed,
        people=len(names),
        venues=len(places),
    )
    a, b = np.searchsorted(names, meets.person), np.searchsorted(names, meets.other)
    pairs = tracing.index_pairs(Encounters(a, b, meets.start, meets.end), len(names))
    tally = tracing.empty_tally(len(names))
    mine = Met(
        np.zeros(len(names), np.int64), np.zeros(len(names), np.int64), np.zeros(1, np.int64)
    )
    local = sources._replace(person=np.searchsorted(names, sources.person))
    meeting.meet(stays, pairs, local, np.isin(names, closed).astype(np.uint8), tally, mine)
    kept = np.flatnonzero((tally.seconds >= min_seconds) & (tally.seconds > 0))
    return Found(names[kept], tally.first[kept], tally.seconds[kept])


def surroundings(view: View, sources: Sources, counts: Counts | None) -> tuple[Rows, Meets]:
    """Every stay at a venue and day where a source was infectious, and sources' encounters."""
    rows, meets = [], []
    for day, venues in places_of(view, sources):
        rows.append(day.stays_at(view.counting(venues, counts)))
        meets.append(day.encounters_of(sources.person))
    return joined_rows(rows), joined_meets(meets)


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
