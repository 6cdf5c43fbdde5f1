"""The pair path against its definition, on random worlds and on real contacts."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lachan.engine import naive, naive_pairs
from lachan.engine.naive_pairs import Evidence
from lachan.engine.pair_names import trace_named
from lachan.engine.pair_rule import Minimum, PairRule
from tests.engine.pair_worlds import PairWorld, random_pair_world
from tests.engine.test_tracing import school_encounters
from tests.engine.worlds import World, random_world

worlds = st.integers(0, 2**48).map(random_pair_world)


@settings(max_examples=1_000, deadline=None, database=None)
@given(worlds)
def test_it_agrees_with_the_definition(world: PairWorld) -> None:
    assert trace_named(*world) == naive_pairs.trace(*world)
