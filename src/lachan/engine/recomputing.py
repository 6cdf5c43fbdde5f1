"""What changes when cases, isolation or negative tests change: only that is computed again.

A hop is touched where its sources changed, where somebody became known at a nearer hop (or is no
longer), and where somebody was isolated.  The answer equals `pairing.trace_in` from nothing.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from lachan.engine.dtypes import NEVER, Ints, Marks, Sources
from lachan.engine.pair_answers import LEAST, Reason
from lachan.engine.pair_arrays import Findings, Mask, PairWorld, Pieces, Sums
from lachan.engine.pairing import (
    Hop,
    Limits,
    Traced,
    add_up,
    contacts_of,
    limits_of,
    meet,
    refine,
    sort,
    sources_of_cases,
    sources_of_contacts,
    taken,
)

#: Hops of a standing beside 1, 2, …: a case, and somebody who is not in the answer.
CASE, NOBODY = 0, -1

#: code -> placeholders of its sentence.  `cause` is a key of `CAUSES`, `person` whom it concerns.
CHANGES: dict[str, tuple[str, ...]] = {
    "became_case": (),
    "case_withdrawn": (),
    "contact_found": ("via", "to_hop", "cause", "person"),
    "contact_dropped": ("via", "from_hop", "cause", "person"),
    "contact_nearer": ("via", "from_hop", "to_hop", "cause", "person"),
    "contact_farther": ("via", "from_hop", "to_hop", "cause", "person"),
    "became_certain": ("via", "cause", "person"),
    "became_possible": ("via", "cause", "person"),
    "cleared_by_negative": ("sampled_at",),
    "no_longer_cleared": (),
}

#: What somebody changed in the findings, with whom it concerns.  `other_sources`: no single
#: person on the path; `person` is then the source.
CAUSES = (
    "case_added",
    "case_withdrawn",
    "window_changed",
    "isolation_changed",
    "negative_changed",
    "other_sources",
)


class Standing(NamedTuple):
    """Where a person stands: `hop` 0 for a case; `cleared`: no source after a negative test."""

    hop: int
    certain: bool
    cleared: bool


class Change(NamedTuple):
    """A person whose standing changed; None: not in the answer."""

    person: int
    before: Standing | None
    after: Standing | None
    why: Reason


def recompute(world: PairWorld, before: Traced, findings: Findings) -> tuple[Traced, list[Change]]:
    """The answer to new findings, and who stands elsewhere than before, ascending by person."""
    limits = limits_of(findings, world.people)
    isolated = differing(before.findings.isolations, findings.isolations)
    sources = sources_of_cases(world, findings.cases, limits)
    closed = np.zeros(world.people, np.uint8)
    closed[findings.cases.person] = 1
    hops = []
    for old in before.hops:
        hop = hop_again(world, limits, old, sources, closed, isolated)
        hops.append(hop)
        sources = sources_of_contacts(world, hop.contacts, limits)
        closed = closed.copy()
        closed[hop.contacts.person] = 1
    after = Traced(findings, limits, tuple(hops))
    return after, list(changes(world, before, after))


def hop_again(
    world: PairWorld,
    limits: Limits,
    old: Hop,
    sources: tuple[Sources, ...],
    closed: Marks,
    isolated: Ints,
) -> Hop:
    """A hop whose sources, known or isolated people changed."""
    touched = np.union1d(isolated, np.flatnonzero(closed != old.closed))
    raw, sums = [], []
    for bound, new in enumerate(sources):
        changed = differing(intervals(old.sources[bound]), intervals(new))
        pieces, met = pieces_again(world, bound, old.raw[bound], new, changed)
        raw.append(pieces)
        people = marked(np.union1d(touched, met), world.people)
        own = taken(pieces, np.flatnonzero(people[pieces.person]))
        again = add_up(refine(world, own, closed, limits.cuts), world)
        sums.append(replaced(old.sums[bound], again, people))
    return Hop(sources, closed, tuple(raw), tuple(sums), contacts_of(world, limits, tuple(sums)))


def pieces_again(
    world: PairWorld, bound: int, old: Pieces, sources: Sources, changed: Ints
) -> tuple[Pieces, Ints]:
    """The pieces of a hop after some sources changed, and whom these met before or meet now."""
    if len(changed) == 0:
        return old, changed
    gone = marked(changed, world.people)[old.source]
    new = meet(world, bound, those(sources, changed))
    kept = taken(old, np.flatnonzero(~gone))
    both = Pieces(*(np.concatenate(pair) for pair in zip(kept, new, strict=True)))
    return sort(both, world.people), np.union1d(old.person[gone], new.person)


def replaced(old: Sums, new: Sums, people: Mask) -> Sums:
    """`old` with the rows of marked people taken from `new`."""
    kept = np.flatnonzero(~people[old.person])
    order = np.argsort(np.concatenate((old.person[kept], new.person)), kind="stable")
    return Sums(
        *(np.concatenate((was[kept], now))[order] for was, now in zip(old, new, strict=True))
    )


def those(sources: Sources, people: Ints) -> Sources:
    """Chosen people of `sources` with their intervals."""
    rows = np.repeat(np.isin(sources.person, people), np.diff(sources.of))
    person, start, end = intervals(sources)
    left, first = np.unique(person[rows], return_index=True)
    return Sources(left, start[rows], end[rows], np.append(first, np.count_nonzero(rows)))


def intervals(sources: Sources) -> tuple[Ints, ...]:
    """Person, start, end of every infectious interval."""
    return np.repeat(sources.person, np.diff(sources.of)), sources.start, sources.end


def differing(old: Sequence[Ints], new: Sequence[Ints]) -> Ints:
    """People (first column) who have a row in one and not in the other."""
    both = [np.concatenate(pair) for pair in zip(old, new, strict=True)]
    order = np.lexsort(both[::-1])
    first = np.ones(len(order), np.bool_)
    rows = [column[order] for column in both]
    first[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in rows])
    group = np.cumsum(first) - 1
    is_old = order < len(old[0])
    held = np.bincount(group, weights=is_old), np.bincount(group, weights=~is_old)
    one_sided = (held[0] == 0) | (held[1] == 0)
    return np.unique(rows[0][first][one_sided])


def marked(people: Ints, size: int) -> Mask:
    """A mark for each of `people` among all."""
    marks = np.zeros(size, np.bool_)
    marks[people] = True
    return marks


class Places(NamedTuple):
    """Where everybody stands, an entry a person: hop, sureness, clearing test, source."""

    hop: Ints
    sure: Ints
    cleared_at: Ints
    via: Ints

    def standing(self, person: int) -> Standing | None:
        """Where one person stands."""
        hop = int(self.hop[person])
        if hop == NOBODY:
            return None
        return Standing(
            hop, bool(self.sure[person] == LEAST), bool(self.cleared_at[person] < NEVER)
        )

    def path(self, person: int) -> Iterator[int]:
        """The person itself and its sources, up to a case."""
        while person >= 0:
            yield person
            person = int(self.via[person])


def places_of(world: PairWorld, traced: Traced) -> Places:
    """Where everybody stands in one answer."""
    places = Places(
        np.full(world.people, NOBODY),
        np.full(world.people, LEAST),
        np.full(world.people, NEVER),
        np.full(world.people, -1),
    )
    for number, hop in enumerate(traced.hops, start=1):
        own = hop.contacts
        places.hop[own.person] = number
        places.sure[own.person] = own.sure
        places.cleared_at[own.person] = own.cleared_at
        places.via[own.person] = own.via
    places.hop[traced.findings.cases.person] = CASE
    return places


def changes(world: PairWorld, before: Traced, after: Traced) -> Iterator[Change]:
    """Everybody who stands elsewhere, with why."""
    old, new = places_of(world, before), places_of(world, after)
    moved = (old.hop != new.hop) | ((old.sure == LEAST) != (new.sure == LEAST))
    moved |= (old.cleared_at < NEVER) != (new.cleared_at < NEVER)
    causes = causes_of(before.findings, after.findings)
    for person in np.flatnonzero(moved).tolist():
        why = why_moved(person, old, new, causes)
        yield Change(person, old.standing(person), new.standing(person), why)


def causes_of(before: Findings, after: Findings) -> dict[int, str]:
    """Person -> what was changed about it; of several the first of `CAUSES`."""
    old, new = before.cases, after.cases
    causes = dict.fromkeys(
        differing(before.negatives, after.negatives).tolist(), "negative_changed"
    )
    isolated = differing(before.isolations, after.isolations).tolist()
    causes |= dict.fromkeys(isolated, "isolation_changed")
    for person in differing(old, new).tolist():
        was, now = person in old[0], person in new[0]
        causes[person] = (
            "window_changed" if was and now else "case_added" if now else "case_withdrawn"
        )
    return causes


def why_moved(person: int, old: Places, new: Places, causes: dict[int, str]) -> Reason:
    """The code and the values a change is told with."""
    was, now = int(old.hop[person]), int(new.hop[person])
    if now == CASE:
        return Reason("became_case", {})
    if was == CASE:
        return Reason("case_withdrawn", {})
    via = int(old.via[person] if now == NOBODY else new.via[person])
    told: dict[str, int | str] = {"via": via, **cause_of(person, old, new, causes)}
    if was == NOBODY:
        return Reason("contact_found", {**told, "to_hop": now})
    if now == NOBODY:
        return Reason("contact_dropped", {**told, "from_hop": was})
    if was != now:
        code = "contact_nearer" if now < was else "contact_farther"
        return Reason(code, {**told, "from_hop": was, "to_hop": now})
    if (old.sure[person] == LEAST) != (new.sure[person] == LEAST):
        return Reason("became_certain" if new.sure[person] == LEAST else "became_possible", told)
    if new.cleared_at[person] < NEVER:
        return Reason("cleared_by_negative", {"sampled_at": int(new.cleared_at[person])})
    return Reason("no_longer_cleared", {})


def cause_of(person: int, old: Places, new: Places, causes: dict[int, str]) -> dict[str, int | str]:
    """The nearest person on the path, new or old, about whom something was changed."""
    nearer = old.hop[person] == NOBODY or CASE < new.hop[person] < old.hop[person]
    for places in (new, old) if nearer else (old, new):
        for one in places.path(person):
            if one in causes:
                return {"cause": causes[one], "person": one}
    via = new.via[person] if new.hop[person] > CASE else old.via[person]
    return {"cause": "other_sources", "person": int(via)}
