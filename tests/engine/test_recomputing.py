"""Computing again only what changes equals computing everything, and says who moved and why."""

import random
from collections import Counter
from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lachan.engine import naive_pairs, pairing
from lachan.engine.dtypes import Ints
from lachan.engine.gathering_pairs import index
from lachan.engine.meetings import WHOLE
from lachan.engine.naive_pairs import Evidence
from lachan.engine.pair_arrays import Findings, PairWorld
from lachan.engine.pair_names import Names, findings_of, named, names_of, numbered
from lachan.engine.pair_rule import Minimum, PairRule
from lachan.engine.pairing import Traced
from lachan.engine.recomputing import CASE, CAUSES, CHANGES, Change, Standing, recompute
from tests.engine.pair_worlds import random_pair_world

seeds = st.integers(0, 2**48)


class Desk(NamedTuple):
    """A world on an officer's desk: its rows, and the same made findable."""

    evidence: Evidence
    names: Names
    world: PairWorld

    def findings(self) -> Findings:
        evidence = self.evidence
        return findings_of(evidence.cases, evidence.isolations, evidence.negatives, self.names)


def desk_of(evidence: Evidence, rule: PairRule) -> Desk:
    names = names_of(evidence)
    return Desk(evidence, names, index(numbered(evidence, rule, names), rule))


def something_changed(desk: Desk, dice: random.Random) -> Desk:
    """One row more, one less, or another time, in one of the three things that change."""
    evidence = desk.evidence
    start = dice.choice(evidence.visits)[2] if evidence.visits else dice.randrange(9_999)
    person = dice.choice(desk.names.people)
    end = dice.choice((None, start + dice.randrange(90_000)))
    field, row = dice.choice(
        [
            ("cases", (person, start, end)),
            ("isolations", (person, start, end)),
            ("negatives", (person, start + dice.randrange(90_000))),
        ]
    )
    rows = list(getattr(evidence, field))
    if rows and dice.random() < 0.5:
        rows.pop(dice.randrange(len(rows)))
    if dice.random() < 0.7:
        rows.append(row)
    return desk._replace(evidence=evidence._replace(**{field: rows}))


def same(one: Traced, other: Traced) -> bool:
    """Whether two answers agree in everything they were made from."""
    mine = [array for hop in one.hops for array in arrays(hop)]
    theirs = [array for hop in other.hops for array in arrays(hop)]
    return all(map(np.array_equal, mine, theirs)) and len(mine) == len(theirs)


def arrays(hop: pairing.Hop) -> list[Ints]:
    parts = [*hop.sources, *hop.raw, *hop.sums, hop.contacts]
    return [hop.closed, *(array for part in parts for array in part)]


def standings(desk: Desk) -> dict[str, Standing]:
    """Where everybody stands, by the definition."""
    found = {
        contact.person: Standing(contact.hop, contact.certain, contact.cleared_at is not None)
        for contact in naive_pairs.trace(desk.evidence, desk.world.rule)
    }
    return found | {person: Standing(CASE, True, False) for person, _, _ in desk.evidence.cases}


@settings(max_examples=300, deadline=None, database=None)
@given(seeds)
def test_it_equals_computing_everything_anew(seed: int) -> None:
    dice = random.Random(seed)
    desk = desk_of(*random_pair_world(seed))
    traced = pairing.trace_in(desk.world, desk.findings())

    for _ in range(4):
        stood = standings(desk)
        desk = something_changed(desk, dice)
        traced, changes = recompute(desk.world, traced, desk.findings())

        assert same(traced, pairing.trace_in(desk.world, desk.findings()))
        assert named(traced, desk.names) == naive_pairs.trace(desk.evidence, desk.world.rule)
        stands = standings(desk)
        moved = sorted(p for p in stood | stands if stood.get(p) != stands.get(p))
        assert [desk.names.people[change.person] for change in changes] == moved
        assert [change.before for change in changes] == [stood.get(person) for person in moved]
        assert [change.after for change in changes] == [stands.get(person) for person in moved]


@settings(max_examples=200, deadline=None, database=None)
@given(seeds)
def test_adding_and_withdrawing_changes_nothing(seed: int) -> None:
    dice = random.Random(seed)
    desk = desk_of(*random_pair_world(seed))
    first = pairing.trace_in(desk.world, desk.findings())
    changed = something_changed(something_changed(desk, dice), dice)

    there, forth = recompute(desk.world, first, changed.findings())
    back, again = recompute(desk.world, there, desk.findings())

    assert same(back, first)
    assert [(c.person, c.after, c.before) for c in again] == [
        (c.person, c.before, c.after) for c in forth
    ]


def test_every_reason_it_gives_is_listed_with_its_values() -> None:
    told: Counter[str] = Counter()
    causes: Counter[object] = Counter()
    for seed in range(400):
        dice = random.Random(seed)
        desk = desk_of(*random_pair_world(seed))
        traced = pairing.trace_in(desk.world, desk.findings())
        for _ in range(3):
            desk = something_changed(desk, dice)
            traced, changes = recompute(desk.world, traced, desk.findings())
            for change in changes:
                assert sorted(change.why.values) == sorted(CHANGES[change.why.code])
                told[change.why.code] += 1
                causes[change.why.values.get("cause")] += 1

    assert set(told) == set(CHANGES)
    assert set(causes) == {*CAUSES, None}


def test_nothing_is_touched_where_nothing_changed() -> None:
    desk = planted()
    traced = pairing.trace_in(desk.world, desk.findings())

    again, changes = recompute(desk.world, traced, desk.findings())

    assert changes == []
    assert all(a.raw[0] is b.raw[0] for a, b in zip(again.hops, traced.hops, strict=True))


HOUR = 3_600
MET = 15 * 60


def planted() -> Desk:
    """Practice, section 7, scenario 8: F0, 18 F1, 97 F2; no. 7 met 4 other F1 and 7 F2.

    The other 90 F2 were met by the other 17 F1; each of the 7 met people nobody else met, 12 in
    all, who are of no hop that is asked for until the 7 are F1.
    """
    first = [f"f1-{number:02}" for number in range(1, 19)]
    seven = first[6]
    others = [name for name in first if name != seven]
    sevens = [f"f2-of-seven-{number}" for number in range(7)]
    rest = [f"f2-{number:02}" for number in range(90)]
    new = [f"new-{number:02}" for number in range(12)]
    met = [("f0", name, 0) for name in first]
    met += [(seven, name, 2 * HOUR) for name in [*others[:4], *sevens]]
    met += [(others[number % 17], name, 2 * HOUR) for number, name in enumerate(rest)]
    met += [(sevens[number % 7], name, 4 * HOUR) for number, name in enumerate(new)]
    encounters = [(a, b, start, start + MET, WHOLE) for a, b, start in met]
    evidence = Evidence(cases=[("f0", 0, None)], encounters=encounters)
    return desk_of(evidence, PairRule(hops=2, minima=(Minimum(total=MET),)))


def counted(desk: Desk, traced: Traced) -> tuple[int, int, int]:
    """How many F0, F1, F2."""
    hops = Counter(contact.hop for contact in named(traced, desk.names))
    return len(set(traced.findings.cases.person.tolist())), hops[1], hops[2]


def moves(changes: list[Change]) -> Counter[tuple[int | None, int | None]]:
    """(from hop, to hop) -> how many people."""
    return Counter(
        (c.before.hop if c.before else None, c.after.hop if c.after else None) for c in changes
    )


def test_scenario_8_a_contact_turns_positive_and_the_result_is_withdrawn() -> None:
    desk = planted()
    traced = pairing.trace_in(desk.world, desk.findings())
    assert counted(desk, traced) == (1, 18, 97)
    positive = desk._replace(
        evidence=desk.evidence._replace(cases=[("f0", 0, None), ("f1-07", HOUR, None)])
    )

    promoted, changes = recompute(desk.world, traced, positive.findings())
    undone, back = recompute(desk.world, promoted, desk.findings())

    assert counted(desk, promoted) == (2, 24, 102)
    assert moves(changes) == {(1, 0): 1, (2, 1): 7, (None, 2): 12}
    seven = desk.names.people.index("f1-07")
    for change in changes:
        if change.why.code != "became_case":
            assert change.why.values["cause"] == "case_added"
            assert change.why.values["person"] == seven
    assert counted(desk, undone) == (1, 18, 97)
    assert moves(back) == {(0, 1): 1, (1, 2): 7, (2, None): 12}
    assert same(undone, traced)
