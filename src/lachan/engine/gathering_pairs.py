"""From evidence of pairs as recorded to arrays in which it can be found.

Everything here is done once for one rule, however many questions follow.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lachan.engine import tracing
from lachan.engine.dtypes import NEVER, OPEN, Encounters, Ints, Marks, Pairs, Sources, Stays, Visits
from lachan.engine.kernels import gathering_pairs, uniting
from lachan.engine.kernels.ordering import counting_order
from lachan.engine.pair_arrays import (
    Cuts,
    HomeHours,
    Isolations,
    Near,
    Negatives,
    PairEvidence,
    PairWorld,
    Residences,
    Segments,
    Tree,
)
from lachan.engine.pair_rule import Home, PairRule
from lachan.engine.rule import MINUTE


class Tests(NamedTuple):
    """When negative samples were taken: `at[of[p] : of[p + 1]]` are a person's, ascending."""

    at: Ints
    of: Ints


def index(evidence: PairEvidence, rule: PairRule) -> PairWorld:
    """The evidence made findable under `rule`."""
    tree = tree_of(evidence.parent, evidence.weight)
    return PairWorld(
        rule=rule,
        people=evidence.people,
        venues=evidence.venues,
        stays=stays_by_length(evidence, rule, tree),
        close=close_segments(evidence.near, evidence.people),
        homes=home_pairs(evidence.residences, evidence.as_of, rule.home, evidence.people),
        hours=home_hours(rule.home),
        tree=tree,
        nested=bool((tree.up >= 0).any()),
    )


def stays_by_length(evidence: PairEvidence, rule: PairRule, tree: Tree) -> tuple[Stays, ...]:
    """One entry where the rule knows one length, else three; alike where every end is recorded."""
    visits = evidence.visits
    if len(set(rule.open_lengths)) == 1:
        return (unite_at_places(visits, rule.open_minutes, tree, evidence),)
    if not (visits.end == OPEN).any():
        return (unite_at_places(visits, rule.open_minutes, tree, evidence),) * 3
    least, assumed, most = (
        unite_at_places(visits, minutes, tree, evidence) for minutes in rule.open_lengths
    )
    return least, assumed, most


def tree_of(parent: Ints, weight: Ints) -> Tree:
    """The places that count around each venue; ValueError when one lies inside itself."""
    tree = Tree(
        own=np.full(len(parent), -1),
        up=np.full(len(parent), -1),
        outer=np.full(len(parent), -1),
        weight=np.zeros(len(parent), np.int64),
        root=np.full(len(parent), -1),
    )
    circular = gathering_pairs.climb(parent, weight, tree)
    if circular >= 0:
        raise ValueError(f"a place lies inside itself: venue {circular}")
    return tree


def unite_at_places(visits: Visits, open_minutes: int, tree: Tree, evidence: PairEvidence) -> Stays:
    """Stays at every place that counts around the recorded venue."""
    stays = tracing.unite_visits(visits, open_minutes)
    rows, places = [], []
    place = tree.own[stays[1]]
    while (counts := np.flatnonzero(place >= 0)).size:
        rows.append(counts)
        places.append(place[counts])
        place[counts] = tree.up[place[counts]]
    nobody = np.empty(0, np.int64)
    return unite_moved(
        stays, np.concatenate([nobody, *rows]), np.concatenate([nobody, *places]), evidence
    )


def index_campus(evidence: PairEvidence, rule: PairRule) -> Stays:
    """Stays at the outermost place of all, whether it counts or not; assumed lengths."""
    tree = tree_of(evidence.parent, evidence.weight)
    stays = tracing.unite_visits(evidence.visits, rule.open_minutes)
    return unite_moved(stays, np.arange(len(stays[0])), tree.root[stays[1]], evidence)


def unite_moved(
    stays: tuple[Ints, Ints, Ints, Ints, Marks], rows: Ints, places: Ints, evidence: PairEvidence
) -> Stays:
    """Chosen rows of united stays, moved to other places and united there."""
    order = np.argsort(stays[2][rows], kind="stable")
    order = counting_order(stays[0][rows], order, evidence.people)
    order = counting_order(places, order, evidence.venues)
    rows, venue = rows[order], places[order]
    person, start, end = stays[0][rows], stays[2][rows], stays[3][rows]
    imputed = stays[4][rows]
    left = uniting.unite(venue, person, start, end, imputed)
    by_time = counting_order(venue[:left], np.argsort(start[:left], kind="stable"), evidence.venues)
    person, venue, start, end = (column[by_time] for column in (person, venue, start, end))
    return Stays(
        person=person,
        venue=venue,
        start=start,
        end=end,
        imputed=imputed[by_time],
        latest=uniting.running_latest(venue, end),
        at=tracing.offsets(venue, evidence.venues),
        of=tracing.offsets(person, evidence.people),
        rows=counting_order(person, np.arange(left), evidence.people),
    )


def close_segments(near: Near, people: int) -> Segments:
    """Encounters as stretches of one weight, findable from either person."""
    rows = near.encounters
    low, high = np.minimum(rows.a, rows.b), np.maximum(rows.a, rows.b)
    kept = np.flatnonzero((rows.start < rows.end) & (near.permille > 0))
    order = kept[np.lexsort((rows.start[kept], high[kept], low[kept]))]
    low, high = low[order], high[order]
    row, start, end, weight = gathering_pairs.largest(
        low, high, rows.start[order], rows.end[order], near.permille[order]
    )
    own = np.concatenate((low[row], high[row]))
    by_person = np.argsort(own, kind="stable")
    return Segments(
        other=np.concatenate((high[row], low[row]))[by_person],
        start=np.tile(start, 2)[by_person],
        end=np.tile(end, 2)[by_person],
        weight=np.tile(weight, 2)[by_person],
        of=tracing.offsets(own, people),
    )


def home_pairs(residences: Residences, as_of: int, home: Home | None, people: int) -> Pairs:
    """Who lives with whom and when, findable from either person."""
    end = np.minimum(residences.end, as_of)
    kept = np.flatnonzero(residences.start < end)
    if home is None:
        kept = kept[:0]
    order = kept[np.argsort(residences.household[kept], kind="stable")]
    columns = residences.household[order], residences.person[order]
    found = filled(
        lambda out: gathering_pairs.pair_up(*columns, residences.start[order], end[order], out), 4
    )
    return tracing.index_pairs(Encounters(*found), people)


def filled(fill: Callable[[tuple[Ints, ...]], int], columns: int) -> tuple[Ints, ...]:
    """What `fill` writes into as many columns, given as much room as it needs."""
    room = fill(tuple(np.empty(0, np.int64) for _ in range(columns)))
    out = tuple(np.empty(room, np.int64) for _ in range(columns))
    fill(out)
    return out


def home_hours(home: Home | None) -> HomeHours:
    """The hours at home in seconds."""
    if home is None:
        return HomeHours(0, 0, 0)
    return HomeHours(home.weight, home.from_minute * MINUTE, home.minutes * MINUTE)


def isolation_cuts(isolations: Isolations, people: int) -> Cuts:
    """United intervals of isolation, findable by person."""
    kept = np.flatnonzero(isolations.start < isolations.end)
    order = kept[np.lexsort((isolations.start[kept], isolations.person[kept]))]
    person, start, end = (column[order] for column in isolations)
    nothing = np.zeros(len(order), np.int64)
    left = uniting.unite(person, nothing, start, end, np.zeros(len(order), np.uint8))
    return Cuts(start[:left], end[:left], tracing.offsets(person[:left], people))


def outside_isolation(sources: Sources, cuts: Cuts) -> Sources:
    """The infectious intervals of `sources` without the time they were isolated."""
    person = np.repeat(sources.person, np.diff(sources.of))
    row, start, end = filled(
        lambda out: gathering_pairs.cut_windows(person, sources.start, sources.end, cuts, out), 3
    )
    left, first = np.unique(person[row], return_index=True)
    return Sources(left, start, end, np.append(first, len(row)))


def negative_tests(negatives: Negatives, people: int) -> Tests:
    """Negative samples, findable by person."""
    order = np.lexsort((negatives.at, negatives.person))
    return Tests(negatives.at[order], tracing.offsets(negatives.person, people))


def cleared_at(tests: Tests, person: Ints, last_at: Ints, rule: PairRule) -> Ints:
    """When each person's earliest clearing sample was taken; `NEVER` without one."""
    if rule.negative_seconds is None:
        return np.full(len(person), NEVER)
    since = last_at + rule.negative_seconds
    return gathering_pairs.earliest(tests.of, tests.at, person, since, NEVER)
