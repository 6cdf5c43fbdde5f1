"""Few people and places cause most: how few, and which."""

import random
from math import exp, inf, isinf

import pytest

from lachan.engine import naive_pace as naive
from lachan.engine.superspreading import (
    dispersion,
    offspring,
    rank_settings,
    share_of_sources,
)


def negative_binomial(dice: random.Random, mean: float, k: float) -> int:
    """Poisson of a gamma: each case has a rate of its own."""
    rate, product, count = dice.gammavariate(k, mean / k), dice.random(), 0
    while product > exp(-rate):
        product *= dice.random()
        count += 1
    return count


def test_it_counts_whom_each_case_infected() -> None:
    pairs = [("a", "b"), ("a", "c"), ("c", "d"), ("a", "b"), ("d", "d")]

    assert offspring(pairs, ["a", "e"]) == {"a": 2, "b": 0, "c": 1, "d": 0, "e": 0}


def test_somebody_with_two_sources_was_infected_once() -> None:
    assert offspring([("b", "x"), ("a", "x")], ["b"]) == {"a": 1, "b": 0, "x": 0}


@pytest.mark.parametrize("seed", range(40))
def test_k_is_the_most_likely_one(seed: int) -> None:
    dice = random.Random(seed)
    k, mean = dice.choice((0.1, 0.3, 1, 5)), dice.choice((0.5, 1, 3))
    counts = [negative_binomial(dice, mean, k) for _ in range(dice.choice((3, 20, 150)))]

    found = dispersion(counts)

    if found is None:
        assert sum(counts) == 0
        return
    best = naive.dispersion(counts)
    if isinf(found.k) or found.k > 1_000:
        assert best > 500
        return
    assert found.k == pytest.approx(best, rel=1e-4)
    floor = naive.log_likelihood(counts, found.mean, best) - 1.920729
    for limit in (found.k_low, min(found.k_high, 1e6)):
        height = naive.log_likelihood(counts, found.mean, limit)
        # An upper limit of infinity means that the likelihood never falls so far.
        assert height == pytest.approx(floor, abs=1e-4) or (isinf(found.k_high) and height > floor)


def test_the_limits_hold_the_truth_nineteen_times_in_twenty() -> None:
    dice = random.Random(7)
    held = 0
    for _ in range(200):
        found = dispersion([negative_binomial(dice, 1.5, 0.4) for _ in range(120)])
        assert found
        held += found.k_low <= 0.4 <= found.k_high

    # Binomial(200, 0.95): 190 expected, three standard deviations are 9.2.
    assert 181 <= held <= 199


def test_counts_that_vary_no_more_than_chance_have_no_finite_k() -> None:
    found = dispersion([1] * 20)

    assert found
    assert found.k == inf
    assert found.k_low > 1


def test_there_is_no_dispersion_where_nobody_infected_anyone() -> None:
    assert dispersion([0, 0]) is None
    assert dispersion([]) is None


@pytest.mark.parametrize("seed", range(100))
def test_the_share_that_causes_most_is_counted_from_the_top(seed: int) -> None:
    dice = random.Random(seed)
    counts = [dice.choice((0, 0, 1, dice.randrange(20))) for _ in range(dice.randrange(1, 40))]

    for part in (0.5, 0.8, 1.0):
        assert share_of_sources(counts, part) == naive.share_of_sources(counts, part)


def test_one_of_ten_may_cause_four_fifths() -> None:
    assert share_of_sources([8, 1, 1, 0, 0, 0, 0, 0, 0, 0], 0.8) == 0.1


def test_it_ranks_places_by_what_chance_cannot_explain() -> None:
    secondary = {"market": 30, "wedding": 9, "bus": 2, "stall": 1}
    exposed = {"market": 3_000, "wedding": 40, "bus": 200, "stall": 2, "school": 900, "gate": 0}

    ranked = rank_settings(secondary, exposed)

    assert [s.name for s in ranked] == ["wedding", "stall", "market", "bus", "school"]
    wedding = ranked[0]
    assert wedding.expected == pytest.approx(42 * 40 / 4_142)
    assert wedding.ratio == pytest.approx(22.2, abs=0.1)
    assert sum(s.expected for s in ranked) == pytest.approx(42)


@pytest.mark.parametrize("seed", range(50))
def test_the_chance_of_so_many_is_the_sum_of_its_terms(seed: int) -> None:
    dice = random.Random(seed)
    secondary = {str(n): dice.randrange(12) for n in range(6)}
    exposed = {str(n): dice.randrange(1, 300) for n in range(6)}

    for setting in rank_settings(secondary, exposed):
        expected = naive.at_least(setting.secondary, setting.expected)
        assert setting.p == pytest.approx(expected, abs=1e-12)


def test_no_place_is_ranked_where_nobody_was_infected() -> None:
    assert rank_settings({}, {"market": 5}) == []
