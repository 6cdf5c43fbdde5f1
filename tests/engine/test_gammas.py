"""Gamma tails and quantiles, against their definition and against exact sums."""

import random
from decimal import Decimal, getcontext

import pytest

from lachan.engine import naive_pace as naive
from lachan.engine.kernels.gammas import gamma_below, gamma_quantile


def exact_below(shape: int, x: float) -> Decimal:
    """For whole shapes the upper tail is a sum of Poisson terms; with 60 digits."""
    getcontext().prec = 60
    exact, term, total = Decimal(x), Decimal(1), Decimal(1)
    for k in range(1, shape):
        term *= exact / k
        total += term
    return 1 - total * (-exact).exp()


@pytest.mark.parametrize("shape", [1, 2, 7, 16, 90, 700, 5_000])
@pytest.mark.parametrize("times", [0.5, 0.9, 0.99, 1.0, 1.01, 1.1, 1.6])
def test_the_lower_tail_has_thirteen_digits(shape: int, times: float) -> None:
    x = shape * times

    expected = exact_below(shape, x)

    assert gamma_below(float(shape), x) == pytest.approx(float(expected), rel=1e-13)


@pytest.mark.parametrize("shape", [1, 3, 40, 900])
@pytest.mark.parametrize("p", [1e-6, *naive.LEVELS, 1 - 1e-6])
def test_a_quantile_has_thirteen_digits(shape: int, p: float) -> None:
    x = gamma_quantile(float(shape), p)

    below, above = exact_below(shape, x * (1 - 1e-13)), exact_below(shape, x * (1 + 1e-13))
    assert below < Decimal(p) < above


@pytest.mark.parametrize("seed", range(60))
def test_it_agrees_with_the_definition(seed: int) -> None:
    dice = random.Random(seed)
    shape, p = 10 ** dice.uniform(-2, 2.5), dice.choice(naive.LEVELS)

    assert gamma_quantile(shape, p) == pytest.approx(naive.gamma_quantile(shape, p), rel=1e-11)
    x = shape * dice.uniform(0.3, 3)
    assert gamma_below(shape, x) == pytest.approx(naive.gamma_below(shape, x), rel=1e-11)


def test_nothing_lies_below_zero() -> None:
    assert gamma_below(2.0, 0.0) == gamma_below(2.0, -1.0) == 0


def test_a_tiny_shape_has_a_quantile_too_small_for_a_float() -> None:
    assert gamma_quantile(0.001, 0.025) == pytest.approx(0, abs=1e-300)
