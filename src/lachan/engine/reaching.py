"""reach: who is reached from the cases, at which hop, when first and for how long.

Sparse hop: from the people of a hop to where they were while infectious, from there to
everybody who was there.  Cost: the stays at the venue-days touched, whatever the index holds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import numpy as np

from lachan.engine import tracing
from lachan.engine.dtypes import NEVER, Cases, Encounters, Ints, Met, Sources
from lachan.engine.kernels import meeting
from lachan.engine.records import Meets, Rows
from lachan.engine.rule import Rule
from lachan.engine.view import View, joined_meets, joined_rows


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


def reach(view: View, cases: Iterable[CaseWindow], rule: Rule) -> Reach:
    """Everyone reached from `cases` within `rule.hops`."""
    asked = tuple(cases)
    sources = case_sources(view, asked)
    closed = view.people.numbers(case.person for case in asked)
    people: list[ReachedPerson] = []
    for hop in range(1, rule.hops + 1):
        if len(sources.person) == 0:
            break
        found = one_hop(view, sources, closed, rule.min_seconds)
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


def one_hop(view: View, sources: Sources, closed: Ints, min_seconds: int) -> Found:
    """Who not `closed` met `sources` for long enough; people ascending."""
    rows, meets = surroundings(view, sources)
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


def surroundings(view: View, sources: Sources) -> tuple[Rows, Meets]:
    """Every stay at a venue and day where a source was infectious, and sources' encounters."""
    rows, meets = [], []
    begin = sources.start[sources.of[:-1]]
    end = sources.end[sources.of[1:] - 1]
    for day in view.between(int(begin.min()), int(end.max())):
        own = day.stays_of(sources.person)
        k = np.searchsorted(sources.person, own.person)
        infectious = (own.end > begin[k]) & (own.start < end[k])
        rows.append(day.stays_at(np.unique(own.venue[infectious])))
        meets.append(day.encounters_of(sources.person))
    return joined_rows(rows), joined_meets(meets)
