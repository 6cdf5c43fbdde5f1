"""Packed words against `sorted`, whether the keys fit into one or not."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lachan.engine.ordering import order_by

NUMBERS = st.one_of(
    st.integers(0, 3), st.integers(-(2**31), 2**31), st.integers(-(2**63), 2**63 - 1)
)


@settings(max_examples=500, deadline=None, database=None)
@given(
    st.integers(1, 4).flatmap(lambda keys: st.lists(st.tuples(*[NUMBERS] * keys), max_size=40)),
)
def test_it_sorts_by_the_first_key_then_the_next(rows: list[tuple[int, ...]]) -> None:
    keys = np.array(rows, np.int64).reshape(len(rows), -1).T if rows else np.zeros((2, 0), np.int64)

    order = order_by(*(np.ascontiguousarray(key) for key in keys))

    assert order.tolist() == sorted(range(len(rows)), key=rows.__getitem__)


def test_it_sorts_more_rows_than_fit_beside_their_keys() -> None:
    dice = np.random.default_rng(5)
    keys = [dice.integers(0, 2**bits, 5_000) for bits in (3, 60, 2)]

    order = order_by(*keys)

    assert order.tolist() == np.lexsort(keys[::-1]).tolist()
