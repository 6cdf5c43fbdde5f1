"""Contacts by rules that look at pairs: plain Python that decides, kernels that count.

The answer equals `naive_pairs.trace` and does not depend on the order of rows.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from lachan.engine import tracing
from lachan.engine.dtypes import NEVER, Cases, Ints, Marks, Sources
from lachan.engine.gathering_pairs import (
    Tests,
    cleared_at,
    index,
    isolation_cuts,
    negative_tests,
    outside_isolation,
)
from lachan.engine.kernels import meeting_pairs, summing_pairs
from lachan.engine.meetings import WHOLE
from lachan.engine.pair_answers import ASSUMED, LEAST, MOST
from lachan.engine.pair_arrays import (
    Contacts,
    Cuts,
    Findings,
    Mask,
    PairEvidence,
    PairWorld,
    Pieces,
    Sums,
)
from lachan.engine.pair_rule import PairRule

#: Pieces for which room is made at first; an assumption, more is made when it is not enough.
ROOM = 1 << 16


class Limits(NamedTuple):
    """What cuts chains, findable by person."""

    cuts: Cuts
    tests: Tests


class Hop(NamedTuple):
    """Everything known about one hop.

    `sources`, `raw` and `sums` have an entry for each of the lengths of `PairWorld.stays`.
    `raw` holds every piece of time anybody spent with a source, before isolation of the person
    and nesting of places; `sums` are of the people who were not `closed` (a case, or reached
    at a nearer hop).
    """

    sources: tuple[Sources, ...]
    closed: Marks
    raw: tuple[Pieces, ...]
    sums: tuple[Sums, ...]
    contacts: Contacts


class Traced(NamedTuple):
    """The answer with what it was made from, hop by hop."""

    findings: Findings
    limits: Limits
    hops: tuple[Hop, ...]


def trace(evidence: PairEvidence, findings: Findings, rule: PairRule) -> Traced:
    """Everyone reached from the cases."""
    return trace_in(index(evidence, rule), findings)


def trace_in(world: PairWorld, findings: Findings) -> Traced:
    """`trace` over evidence that is made findable already."""
    limits = limits_of(findings, world.people)
    sources = sources_of_cases(world, findings.cases, limits)
    closed = np.zeros(world.people, np.uint8)
    closed[findings.cases.person] = 1
    hops = []
    for _ in range(world.rule.hops):
        hop = hop_with(world, limits, sources, closed)
        hops.append(hop)
        sources = sources_of_contacts(world, hop.contacts, limits)
        closed = closed.copy()
        closed[hop.contacts.person] = 1
    return Traced(findings, limits, tuple(hops))


def hop_with(world: PairWorld, limits: Limits, sources: tuple[Sources, ...], closed: Marks) -> Hop:
    """The next hop from its sources; `closed` are cases and people reached at a nearer one.

    `world` need only hold the evidence around the sources: all visits of theirs and of whoever
    shared a campus with them, their encounters, and the residences of their households.
    """
    raw = tuple(meet(world, bound, own) for bound, own in enumerate(sources))
    return hop_of(world, limits, sources, closed, raw)


def limits_of(findings: Findings, people: int) -> Limits:
    """Isolation and negative tests, findable by person."""
    return Limits(
        isolation_cuts(findings.isolations, people), negative_tests(findings.negatives, people)
    )


def sources_of_cases(world: PairWorld, cases: Cases, limits: Limits) -> tuple[Sources, ...]:
    """The cases, alike by every length."""
    sources = outside_isolation(tracing.sources_of_cases(cases), limits.cuts)
    return (sources,) * len(world.stays)


def sources_of_contacts(
    world: PairWorld, contacts: Contacts, limits: Limits
) -> tuple[Sources, ...]:
    """The contacts of one hop who can pass it on, by each length."""
    found = []
    for begin in starts(contacts, len(world.stays)):
        able = np.flatnonzero(begin < NEVER)
        sources = tracing.sources_of_reached(contacts.person[able], begin[able], 0)
        found.append(outside_isolation(sources, limits.cuts))
    return tuple(found)


def starts(contacts: Contacts, lengths: int) -> Sequence[Ints]:
    """From when contacts are infectious, by each of the `lengths`."""
    own = (contacts.from_least, contacts.from_assumed, contacts.from_most)
    return own if lengths == len(own) else own[ASSUMED : ASSUMED + 1]


def meet(world: PairWorld, bound: int, sources: Sources) -> Pieces:
    """The pieces of time with `sources`, sorted."""
    pieces = grown(
        lambda out: meeting_pairs.meet(
            world.stays[bound], world.tree, world.close, world.homes, world.hours, sources, out
        ),
        room=ROOM,
    )
    return sort(pieces, world.people)


def grown(fill: Callable[[Pieces], int], room: int) -> Pieces:
    """What `fill` writes, given as much room as it needs."""
    while True:
        out = empty_pieces(room)
        count = fill(out)
        if count <= room:
            return taken(out, slice(count))
        room = count


def empty_pieces(room: int) -> Pieces:
    """Room for pieces."""
    return Pieces(*(np.empty(room, np.int64) for _ in Pieces._fields))


def taken(pieces: Pieces, rows: Ints | slice) -> Pieces:
    """Chosen rows."""
    return Pieces(*(column[rows] for column in pieces))


def sort(pieces: Pieces, people: int) -> Pieces:
    """Pieces in their order."""
    return taken(pieces, meeting_pairs.order(pieces, people))


def hop_of(
    world: PairWorld,
    limits: Limits,
    sources: tuple[Sources, ...],
    closed: Marks,
    raw: tuple[Pieces, ...],
) -> Hop:
    """A hop from the pieces of time with its sources."""
    sums = tuple(add_up(refine(world, pieces, closed, limits.cuts), world) for pieces in raw)
    return Hop(sources, closed, raw, sums, contacts_of(world, limits, sums))


def refine(world: PairWorld, raw: Pieces, closed: Marks, cuts: Cuts) -> Pieces:
    """Pieces of people not `closed`, each moment at the innermost place, isolation cut out."""
    pieces = taken(raw, np.flatnonzero(closed[raw.person] == 0))
    if world.nested:
        whole = pieces
        pieces = sort(
            grown(
                lambda out: meeting_pairs.keep_innermost(whole, world.tree, out),
                room=2 * len(whole.person),
            ),
            world.people,
        )
    if len(cuts.start):
        inside = pieces
        pieces = sort(
            grown(
                lambda out: meeting_pairs.cut_people(inside, cuts, out),
                room=2 * len(inside.person),
            ),
            world.people,
        )
    return pieces


def add_up(pieces: Pieces, world: PairWorld) -> Sums:
    """What the pieces of each person amount to."""
    people = summing_pairs.count_people(pieces)
    sums = Sums(*(np.zeros(people, np.int64) for _ in Sums._fields))
    summing_pairs.add_up(pieces, world.tree, sums)
    return sums


def reaches(sums: Sums, rule: PairRule) -> Mask:
    """Who reaches one of the minima of the rule."""
    reached = np.zeros(len(sums.person), np.bool_)
    for minimum in rule.minima:
        reached |= (
            (sums.total >= minimum.total * WHOLE)
            & (sums.one_source >= minimum.one_source * WHOLE)
            & (sums.one_meeting >= minimum.one_meeting * WHOLE)
        )
    return reached


class ByLength(NamedTuple):
    """The sums of some people by one length, aligned with them; zeros for who met nobody."""

    sums: Sums
    reached: Mask
    cleared: Ints
    begin: Ints


def aligned(world: PairWorld, limits: Limits, sums: Sums, person: Ints) -> ByLength:
    """`sums` for each of `person`, and what follows from them.

    `begin` is from when the person is infectious, `NEVER` when it is no source.
    """
    row = np.searchsorted(sums.person, person)
    row[row == len(sums.person)] = 0
    met = np.zeros(len(person), np.bool_)
    if len(sums.person):
        met = sums.person[row] == person
    own = Sums(*(spread(column, row, met) for column in sums))
    reached = met.copy()
    reached[met] = reaches(sums, world.rule)[row[met]]
    cleared = cleared_at(limits.tests, person, own.last, world.rule)
    begin = tracing.sources_of_reached(person, own.first, world.rule.latent_seconds).start
    begin[~reached | (cleared < NEVER)] = NEVER
    return ByLength(own, reached, cleared, begin)


def spread(column: Ints, row: Ints, met: Mask) -> Ints:
    """Rows of `column` where `met`, else zero."""
    out = np.zeros(len(row), np.int64)
    out[met] = column[row[met]]
    return out


def contacts_of(world: PairWorld, limits: Limits, sums: tuple[Sums, ...]) -> Contacts:
    """Who is reached, and how surely."""
    person = sums[-1].person[reaches(sums[-1], world.rule)]
    by = [aligned(world, limits, own, person) for own in sums]
    least, assumed, most = by if len(by) == 3 else by * 3
    sure = np.where(least.reached, LEAST, np.where(assumed.reached, ASSUMED, MOST))
    told = Sums(
        *(
            np.where(sure == MOST, most.sums[column], assumed.sums[column])
            for column in range(len(Sums._fields))
        )
    )
    return Contacts(
        person=person,
        via=told.via,
        first_at=told.first,
        last_at=told.last,
        least=least.sums.total,
        exposure=assumed.sums.total,
        most=most.sums.total,
        one_source=told.one_source,
        one_meeting=told.one_meeting,
        sources=told.sources,
        venues=told.venues,
        place=told.place,
        encounter=told.encounter,
        household=told.household,
        imputed=told.imputed,
        sure=sure,
        cleared_at=np.where(sure == MOST, most.cleared, assumed.cleared),
        from_least=least.begin,
        from_assumed=assumed.begin,
        from_most=most.begin,
    )
