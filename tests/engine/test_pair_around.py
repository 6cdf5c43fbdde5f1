"""A hop needs only the evidence around its sources, as an index of days can give it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lachan.engine import pairing
from lachan.engine.gathering_pairs import index, tree_of
from lachan.engine.pair_arrays import PairEvidence
from lachan.engine.pair_names import findings_of, names_of, numbered
from tests.engine.pair_worlds import PairWorld, random_pair_world

worlds = st.integers(0, 2**48).map(random_pair_world)


def around(evidence: PairEvidence, people: set[int]) -> PairEvidence:
    """Visits of `people` and of all who shared a campus, their encounters and households."""
    root = tree_of(evidence.parent, evidence.weight).root
    visits, near, homes = evidence.visits, evidence.near, evidence.residences
    asked = np.array(sorted(people), np.int64)
    campuses = root[visits.venue[np.isin(visits.person, asked)]]
    there = visits.person[np.isin(root[visits.venue], campuses)]
    rows = np.isin(visits.person, there)
    close = np.isin(near.encounters.a, asked) | np.isin(near.encounters.b, asked)
    own = np.isin(homes.household, homes.household[np.isin(homes.person, asked)])
    return evidence._replace(
        visits=type(visits)(*(column[rows] for column in visits)),
        near=type(near)(
            type(near.encounters)(*(column[close] for column in near.encounters)),
            near.permille[close],
        ),
        residences=type(homes)(*(column[own] for column in homes)),
    )


@settings(max_examples=300, deadline=None, database=None)
@given(worlds)
def test_a_hop_needs_only_what_is_around_its_sources(world: PairWorld) -> None:
    names = names_of(world.evidence)
    evidence = numbered(world.evidence, world.rule, names)
    rows = world.evidence
    findings = findings_of(rows.cases, rows.isolations, rows.negatives, names)
    whole = pairing.trace(evidence, findings, world.rule)

    for hop in whole.hops:
        people = {person for own in hop.sources for person in own.person.tolist()}
        some = around(evidence, people)
        alone = pairing.hop_with(index(some, world.rule), whole.limits, hop.sources, hop.closed)

        assert all(map(np.array_equal, alone.contacts, hop.contacts))
