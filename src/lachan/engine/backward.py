"""Backward tracing: who was with several cases while they were infected, and where these met.

Definition and twin: `naive_backward`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lachan.engine.dtypes import Cases, Ints, Marks, Met, Pairs, Sources, Stays
from lachan.engine.kernels import meeting, retracing
from lachan.engine.naive_backward import THOUSAND, Incubation
from lachan.engine.tracing import empty_tally, sources_of_cases


class LikelySources(NamedTuple):
    """People who were with cases in their windows, the likeliest first."""

    person: Ints
    cases: Ints
    seconds: Ints
    first_at: Ints
    imputed: Marks


class Gatherings(NamedTuple):
    """Venue-days with several cases, the most conspicuous first.

    `day`: whole days since 1970 from the midnight asked for; `excess`: cases over expected,
    permille; the cases of row i are `who[begin[i] : begin[i] + cases[i]]`, ascending.
    """

    venue: Ints
    day: Ints
    cases: Ints
    visits: Ints
    excess: Ints
    begin: Ints
    who: Ints


def windows(person: Ints, onset: Ints, incubation: Incubation) -> Sources:
    """When each case was infected: [onset - longest, onset - shortest), in whole minutes."""
    return sources_of_cases(Cases(person, onset - incubation.longest, onset - incubation.shortest))


def sources(stays: Stays, pairs: Pairs, infected: Sources, people: int) -> LikelySources:
    """Everybody who was with a case in its window: most distinct cases first, then seconds."""
    tally = empty_tally(people)
    mine = Met(np.zeros(people, np.int64), np.zeros(people, np.int64), np.zeros(1, np.int64))
    nobody = np.zeros(people, np.uint8)
    meeting.meet(stays, pairs, infected, nobody, tally, mine)
    met = np.flatnonzero(tally.seconds > 0)
    order = met[np.lexsort((met, -tally.seconds[met], -tally.sources[met]))]
    return LikelySources(
        order,
        tally.sources[order],
        tally.seconds[order],
        tally.first[order],
        tally.imputed[order],
    )


def gatherings(stays: Stays, infected: Sources, midnight: int = 0) -> Gatherings:
    """Venue-days with two distinct cases or more: most cases over expected first."""
    rows = retracing.count_days(stays, infected, midnight)
    venue, day, person = (np.empty(rows, np.int64) for _ in range(3))
    retracing.case_days(stays, infected, midnight, venue, day, person)
    venue, day, person = distinct((venue, day, person))
    begin = group_begins(venue, day)
    cases = np.diff(np.append(begin, len(venue)))
    many = cases >= 2
    begin, cases = begin[many], cases[many]
    visits = retracing.visits_on(stays, venue[begin], day[begin], midnight)
    everything = visits_of_days(stays, day, midnight)
    # Whole numbers beyond 64 bits can come up for a nation: the ratio is made in Python.
    excess = np.array(
        [
            own * everything * THOUSAND // (there * rows)
            for own, there in zip(cases.tolist(), visits.tolist(), strict=True)
        ],
        np.int64,
    )
    order = np.lexsort((day[begin], venue[begin], -cases, -excess))
    at = begin[order]
    return Gatherings(venue[at], day[at], cases[order], visits[order], excess[order], at, person)


def distinct(columns: Sequence[Ints]) -> tuple[Ints, ...]:
    """The distinct rows, sorted by the columns in their order."""
    order = np.lexsort(tuple(reversed(columns)))
    ordered = [column[order] for column in columns]
    fresh = np.zeros(len(order), bool)
    for column in ordered:
        fresh[:1] = True
        fresh[1:] |= column[1:] != column[:-1]
    return tuple(column[fresh] for column in ordered)


def group_begins(first: Ints, second: Ints) -> Ints:
    """Where a new pair of values begins in sorted columns."""
    if len(first) == 0:
        return np.empty(0, np.int64)
    fresh = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return np.append(0, np.flatnonzero(fresh) + 1)


def visits_of_days(stays: Stays, day: Ints, midnight: int) -> int:
    """Visit-days of everybody on the days that occur in `day`."""
    if len(day) == 0:
        return 0
    first = int(day.min())
    dated = np.zeros(int(day.max()) - first + 1, np.int64)
    dated[day - first] = 1
    return int(retracing.all_visits(stays, dated, first, midnight))
