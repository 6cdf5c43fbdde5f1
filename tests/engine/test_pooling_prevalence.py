"""How many are infected where only pools were tested."""

import math
from collections import Counter

import numpy as np
import pytest

from lachan.engine import naive_pooling as naive
from lachan.engine.pooling import Assay, BadPoolingError
from lachan.engine.pooling_prevalence import Count, estimate
from tests.engine.pooling_worlds import ASSAYS, slow


def test_pools_of_one_size_and_a_perfect_test_have_a_formula() -> None:
    found = estimate([Count(10, 200, 17)], Assay())

    assert found.prevalence == pytest.approx(1 - (1 - 17 / 200) ** (1 / 10), abs=1e-9)
    assert (found.people, found.pools) == (2000, 200)


def test_an_imperfect_test_is_corrected_for() -> None:
    # Rogan and Gladen's correction of the share of positive pools.
    found = estimate([Count(10, 200, 17)], Assay(0.9, 0.98))
    share = (17 / 200 - 0.02) / (0.9 + 0.98 - 1)

    assert found.prevalence == pytest.approx(1 - (1 - share) ** (1 / 10), abs=1e-9)


def test_single_tubes_are_the_share_of_positives() -> None:
    found = estimate([Count(1, 1000, 9)], Assay())

    assert found.prevalence == pytest.approx(0.009, abs=1e-9)


@pytest.mark.parametrize("name", ASSAYS)
@pytest.mark.parametrize(
    "counts",
    [
        [Count(4, 30, 5), Count(1, 12, 1)],
        [Count(5, 20, 20)],
        [Count(3, 25, 0), Count(5, 8, 1)],
        [Count(2, 9, 4), Count(3, 9, 5), Count(4, 9, 6)],
    ],
    ids=str,
)
def test_it_agrees_with_counting_everything(counts: list[Count], name: str) -> None:
    assay = ASSAYS[name]
    test = slow(assay)
    found = estimate(counts, assay)
    top = naive.likelihood(found.prevalence, counts, test)

    for step in range(1, 40):
        assert naive.likelihood(step / 40, counts, test) <= top * (1 + 1e-9)
    for end, outwards in ((found.low, -1), (found.high, 1)):
        if 0 < end < 1:
            ratio = -2 * math.log(naive.likelihood(end, counts, test) / top)
            assert ratio == pytest.approx(3.8414588, abs=1e-5)
        else:
            assert end == (0 if outwards < 0 else 1)


def test_no_positive_pool_still_has_an_upper_end() -> None:
    found = estimate([Count(10, 30, 0)], Assay())

    assert (found.prevalence, found.low) == (0.0, 0.0)
    # A likelihood ratio of 3.84 over 300 people.
    assert found.high == pytest.approx(1 - math.exp(-3.8414588 / 2 / 300), rel=1e-6)


def test_only_positive_pools_may_mean_everybody() -> None:
    found = estimate([Count(10, 4, 4)], Assay())

    assert (found.prevalence, found.high) == (1.0, 1.0)
    assert 0 < found.low < 0.2


def test_fewer_positives_than_the_test_errs_are_nobody() -> None:
    assert estimate([Count(5, 400, 1)], Assay(0.9, 0.95)).prevalence == 0.0


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    # 2,000 campaigns of 60 pools: the 95 % interval holds the prevalence in 95 % of them, within
    # three standard errors of such a share (0.5 %) and the coarseness of 61 possible counts.
    dice = np.random.default_rng(11)
    prevalence, assay = 0.02, ASSAYS["imperfect"]
    chance = assay.positive((1 - prevalence) ** 10)
    counted = Counter(dice.binomial(60, chance, 2000).tolist())

    held = 0
    for positive, times in counted.items():
        found = estimate([Count(10, 60, positive)], assay)
        held += times * (found.low <= prevalence <= found.high)

    assert 0.93 <= held / 2000 <= 0.975


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        ([], "nothing_tested"),
        ([Count(10, 0, 0)], "nothing_tested"),
        ([Count(0, 5, 1)], "bad_count"),
        ([Count(5, 5, 6)], "bad_count"),
        ([Count(5, 5, -1)], "bad_count"),
    ],
)
def test_it_refuses_what_cannot_be_counted(counts: list[Count], code: str) -> None:
    with pytest.raises(BadPoolingError) as refused:
        estimate(counts, Assay())
    assert refused.value.code == code
