"""Everyone reached from the cases: plain Python that decides, kernels that count.

The answer equals `naive.trace` and depends neither on the order of rows nor on where a stay is
cut in two.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from lachan.engine import naive
from lachan.engine.dtypes import (
    NEVER,
    OPEN,
    Cases,
    Encounters,
    Ints,
    Marks,
    Met,
    Pairs,
    Reached,
    Sources,
    Stays,
    Tally,
    Visits,
)
from lachan.engine.kernels import meeting, uniting
from lachan.engine.ordering import order_by
from lachan.engine.rule import MINUTE, Rule


def trace(
    visits: Visits, encounters: Encounters, cases: Cases, rule: Rule, people: int, venues: int
) -> Reached:
    """Trace over arrays; ids are dense, below `people` and `venues`, ordered as their texts."""
    stays = index_stays(*unite_visits(visits, rule.open_minutes), people=people, venues=venues)
    pairs = index_pairs(encounters, people)
    sources = sources_of_cases(cases)
    mine = Met(np.zeros(people, np.int64), np.zeros(people, np.int64), np.zeros(1, np.int64))
    closed = np.zeros(people, np.uint8)
    closed[cases.person] = 1
    found = [gathered(empty_tally(0), np.empty(0, np.int64), 0)]
    for hop in range(1, rule.hops + 1):
        tally = empty_tally(people)
        meeting.meet(stays, pairs, sources, closed, tally, mine)
        meeting.count_venues(stays, sources, closed, tally)
        reached = np.flatnonzero((tally.seconds >= rule.min_seconds) & (tally.seconds > 0))
        if len(reached) == 0:
            break
        found.append(gathered(tally, reached, hop))
        closed[reached] = 1
        sources = sources_of_reached(reached, tally.first[reached], rule.latent_seconds)
    return Reached(*map(np.concatenate, zip(*found, strict=True)))


def unite_visits(visits: Visits, open_minutes: int) -> tuple[Ints, Ints, Ints, Ints, Marks]:
    """Person, venue, start, end, imputed of united stays, sorted by (venue, person, start)."""
    start = visits.start // MINUTE
    order = order_by(visits.person, start)
    person, venue = visits.person[order], visits.venue[order]
    start, end = start[order] * MINUTE, visits.end[order]
    end = np.where(end == OPEN, OPEN, end // MINUTE * MINUTE)
    imputed = uniting.fill_ends(person, start, end, open_minutes * MINUTE)
    lasting = np.flatnonzero(start < end)
    kept = lasting[order_by(venue[lasting])]
    person, venue, start, end = (column[kept] for column in (person, venue, start, end))
    imputed = imputed[kept]
    left = uniting.unite(venue, person, start, end, imputed)
    return person[:left], venue[:left], start[:left], end[:left], imputed[:left]


def index_stays(
    person: Ints, venue: Ints, start: Ints, end: Ints, imputed: Marks, *, people: int, venues: int
) -> Stays:
    """United stays, findable by venue and time and by person."""
    order = order_by(venue, start // MINUTE, person)
    person, venue, start, end = (column[order] for column in (person, venue, start, end))
    return Stays(
        person=person,
        venue=venue,
        start=start,
        end=end,
        imputed=imputed[order],
        latest=uniting.running_latest(venue, end),
        at=offsets(venue, venues),
        of=offsets(person, people),
        rows=order_by(person),
    )


def index_pairs(encounters: Encounters, people: int) -> Pairs:
    """United encounters, findable from either person."""
    low, high = np.minimum(encounters.a, encounters.b), np.maximum(encounters.a, encounters.b)
    kept = np.flatnonzero(encounters.start < encounters.end)
    order = kept[order_by(low[kept], high[kept], encounters.start[kept])]
    low, high = low[order], high[order]
    start, end = encounters.start[order], encounters.end[order]
    left = uniting.unite(low, high, start, end, np.zeros(len(low), np.uint8))
    own = np.concatenate((low[:left], high[:left]))
    by_person = order_by(own)
    return Pairs(
        other=np.concatenate((high[:left], low[:left]))[by_person],
        start=np.tile(start[:left], 2)[by_person],
        end=np.tile(end[:left], 2)[by_person],
        of=offsets(own, people),
    )


def sources_of_cases(cases: Cases) -> Sources:
    """The cases with their windows widened to whole minutes and united."""
    start = cases.start // MINUTE * MINUTE
    end = -(-cases.end // MINUTE) * MINUTE
    end[cases.end == NEVER] = NEVER
    kept = np.flatnonzero(start < end)
    order = kept[np.lexsort((start[kept], cases.person[kept]))]
    person, start, end = cases.person[order], start[order], end[order]
    nothing = np.zeros(len(person), np.int64)
    left = uniting.unite(person, nothing, start, end, np.zeros(len(person), np.uint8))
    sources, first = np.unique(person[:left], return_index=True)
    return Sources(sources, start[:left], end[:left], np.append(first, left))


def sources_of_reached(person: Ints, first_at: Ints, latent_seconds: int) -> Sources:
    """People reached at one hop, infectious without end from their first meeting + latency."""
    start = -(-(first_at + latent_seconds) // MINUTE) * MINUTE
    return Sources(person, start, np.full(len(person), NEVER), np.arange(len(person) + 1))


def offsets(sorted_or_not: Ints, size: int) -> Ints:
    """Where each of `size` dense ids begins once rows are sorted by id; one more for the end."""
    begin = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(sorted_or_not, minlength=size), out=begin[1:])
    return begin


def empty_tally(people: int) -> Tally:
    """Nobody has met anybody."""
    return Tally(
        seconds=np.zeros(people, np.int64),
        first=np.full(people, NEVER),
        via=np.full(people, -1),
        most=np.zeros(people, np.int64),
        sources=np.zeros(people, np.int64),
        venues=np.zeros(people, np.int64),
        imputed=np.zeros(people, np.uint8),
    )


def gathered(tally: Tally, person: Ints, hop: int) -> Reached:
    """The rows of one hop in the order of the answer."""
    order = person[np.lexsort((person, -tally.seconds[person]))]
    return Reached(
        person=order,
        hop=np.full(len(order), hop),
        via=tally.via[order],
        first_at=tally.first[order],
        seconds=tally.seconds[order],
        venues=tally.venues[order],
        sources=tally.sources[order],
        imputed=tally.imputed[order],
    )


def trace_named(
    visits: Sequence[naive.VisitRow],
    encounters: Sequence[naive.EncounterRow],
    cases: Sequence[naive.CaseRow],
    rule: Rule,
) -> list[naive.Contact]:
    """`naive.trace`, computed by the kernels."""
    names = sorted(
        {row[0] for row in visits}
        | {name for row in encounters for name in row[:2]}
        | {row[0] for row in cases}
    )
    places = sorted({row[1] for row in visits})
    person = {name: number for number, name in enumerate(names)}
    place = {name: number for number, name in enumerate(places)}
    reached = trace(
        Visits(
            column(person[row[0]] for row in visits),
            column(place[row[1]] for row in visits),
            column(row[2] for row in visits),
            column(OPEN if row[3] is None else row[3] for row in visits),
        ),
        Encounters(
            column(person[row[0]] for row in encounters),
            column(person[row[1]] for row in encounters),
            column(row[2] for row in encounters),
            column(row[3] for row in encounters),
        ),
        Cases(
            column(person[row[0]] for row in cases),
            column(row[1] for row in cases),
            column(NEVER if row[2] is None else row[2] for row in cases),
        ),
        rule,
        people=len(names),
        venues=len(places),
    )
    return named(reached, names)


def warm_up() -> None:
    """Compile every kernel, or load its code, so that the first question does not wait for it."""
    trace_named(
        [("a", "v", 0, None), ("b", "v", 0, MINUTE)],
        [("a", "b", 0, MINUTE)],
        [("a", 0, None)],
        Rule(hops=2, min_seconds=1),
    )


def column(values: Iterable[int]) -> Ints:
    """An array of the engine's one kind of number."""
    return np.fromiter(values, np.int64)


def named(reached: Reached, names: Sequence[str]) -> list[naive.Contact]:
    """The rows of the answer with people as texts."""
    columns = (array.tolist() for array in reached)
    return [
        naive.Contact(
            names[person], hop, names[via], first_at, seconds, venues, sources, bool(imputed)
        )
        for person, hop, via, first_at, seconds, venues, sources, imputed in zip(
            *columns, strict=True
        )
    ]
