"""A false-alarm budget is kept: chance alone raises no more alarms than were asked for."""

from math import inf, sqrt

import numpy as np
import pytest

from lachan.engine import naive_clusters as naive
from lachan.engine.alarms import (
    LEAST_REPLICATES,
    STOP_AFTER,
    Budget,
    Gumbel,
    gumbel_of,
    rank_p,
    recurrence_days,
    stopped_at,
    verdict,
)
from lachan.engine.clusters import Study
from lachan.engine.scanrule import DAYS_A_YEAR, ScanRule

GRID = [naive.on_plane(x, y) for x in range(5) for y in range(5)]


def alarms_without_cluster(budget: Budget, worlds: int) -> int:
    """On how many of so many days without any cluster an alarm is raised."""
    dice = np.random.default_rng(2_026)
    population = np.repeat(dice.integers(500, 5_000, 25)[:, None], 8, axis=1)
    study = Study(GRID, population, ScanRule(max_days=4))
    share = (population / population.sum()).ravel()
    alarms = 0
    for world in range(worlds):
        cases = dice.multinomial(120, share).reshape(population.shape)
        scan = study.scan(cases, budget, seed=world, at_most=1)
        alarms += any(judged.alarm for judged in scan.clusters)
    return alarms


@pytest.mark.parametrize(
    ("chance", "replicates"),
    # A threshold counted among replicates, and one read from the Gumbel tail beyond them.
    [(0.05, 199), (0.01, 49)],
)
def test_without_a_cluster_it_alarms_as_often_as_the_budget_says(
    chance: float, replicates: int
) -> None:
    worlds = 1_500

    alarms = alarms_without_cluster(Budget(chance * DAYS_A_YEAR, replicates), worlds)

    # The worlds are independent, so alarms are binomial: within four standard deviations, which
    # an honest budget misses once in 16,000 seeds.  The Gumbel threshold is itself estimated from
    # 49 values and must beat them all: it may fall short of the budget, never pass it.
    expected, spread = worlds * chance, sqrt(worlds * chance * (1 - chance))
    assert alarms < expected + 4 * spread
    assert alarms > expected - 4 * spread if replicates > 100 else alarms > 0


def test_a_year_of_daily_scans_keeps_the_budget() -> None:
    dice = np.random.default_rng(365)
    people = dice.integers(500, 5_000, 25)
    study = Study(GRID, np.repeat(people[:, None], 14, axis=1), ScanRule(max_days=4))
    years, budget = 2, Budget(false_alarms_per_year=24, replicates=99)
    counts = dice.poisson(people[:, None] / people.sum() * 8, (25, 365 * years + 14))

    alarms = 0
    for day in range(365 * years):
        scan = study.scan(counts[:, day : day + 14], budget, seed=day, at_most=1)
        alarms += any(judged.alarm for judged in scan.clusters)

    # 99 replicates allow 6 of 100 days: 43.8 alarms in two years.  Days share their windows, so
    # alarms come in runs of two to four days; with runs of four the standard deviation is below
    # sqrt(4 x 43.8) = 13.2, and three of them are 40.
    assert 4 < alarms < 84


def test_the_threshold_is_counted_when_the_replicates_suffice() -> None:
    said = verdict([float(n) for n in range(1, 1_000)], chance=0.0028)

    assert said.by_rank
    assert said.alarm_above == 998
    assert rank_p(998.5, said.maxima) == 2 / 1_000
    assert rank_p(998, said.maxima) == 3 / 1_000


def test_the_threshold_is_read_from_the_tail_when_they_do_not() -> None:
    dice = np.random.default_rng(1)
    maxima = dice.gumbel(6, 1.2, 99).tolist()

    said = verdict(maxima, chance=1 / DAYS_A_YEAR)

    assert not said.by_rank
    assert said.alarm_above == said.gumbel.exceeded_with(1 / DAYS_A_YEAR) > max(maxima)


def test_no_budget_means_no_alarm_and_a_budget_of_every_day_means_always() -> None:
    assert verdict([1.0, 2.0], chance=0).alarm_above == inf
    assert verdict([1.0, 2.0], chance=Budget(400).chance).alarm_above == 0


def test_the_gumbel_fit_finds_the_distribution_back() -> None:
    values = np.random.default_rng(5).gumbel(6, 1.2, 100_000).tolist()

    fit = gumbel_of(values)

    assert fit.location == pytest.approx(6, abs=0.02)
    assert fit.scale == pytest.approx(1.2, abs=0.02)


@pytest.mark.parametrize("chance", [0.9, 0.5, 0.05, 1e-3, 1e-9])
def test_the_tail_and_its_threshold_are_inverse(chance: float) -> None:
    gumbel = Gumbel(6, 1.2)

    assert gumbel.beyond(gumbel.exceeded_with(chance)) == pytest.approx(chance, rel=1e-9)


def test_equal_replicates_make_no_tail() -> None:
    assert gumbel_of([3.0, 3.0]) == Gumbel(3, 0)
    assert gumbel_of([3.0]).beyond(4) == 0


def test_it_stops_once_a_ratio_is_known_to_be_common() -> None:
    maxima = [1.0, 9.0] * 100

    assert stopped_at(maxima, 5) == LEAST_REPLICATES
    assert stopped_at(maxima, 10) == 200
    assert stopped_at([1.0] * 150 + [9.0] * 50, 5) == 150 + STOP_AFTER


def test_a_recurrence_interval_is_days_per_chance() -> None:
    assert recurrence_days(0.002) == 500
    assert recurrence_days(0) == inf
