"""The scan finds exactly what its definition finds, and what was planted."""

import random

import numpy as np
import pytest

from lachan.engine import naive_clusters as naive
from lachan.engine.alarms import Budget
from lachan.engine.clusters import Study
from lachan.engine.kernels import scanning
from lachan.engine.scanrule import ScanRule
from tests.engine.scan_worlds import ScanWorld, random_scan


def study_of(world: ScanWorld) -> Study:
    return Study(world.points, np.array(world.population), world.rule)


@pytest.mark.parametrize("seed", range(400))
def test_it_finds_the_clusters_of_the_definition(seed: int) -> None:
    world = random_scan(seed)

    found = study_of(world).clusters(np.array(world.cases), at_most=5)

    expected = naive.clusters(*world, at_most=5)
    assert [c[:-1] for c in found] == [c[:-1] for c in expected]
    assert [c.ratio for c in found] == pytest.approx([c.ratio for c in expected], rel=1e-12)


def test_the_random_worlds_hold_clusters_of_every_kind() -> None:
    found = [naive.clusters(*random_scan(seed), at_most=5) for seed in range(200)]

    assert sum(len(clusters) > 1 for clusters in found) > 20
    assert max(len(c.places) for clusters in found for c in clusters) > 5
    assert {c.days for clusters in found for c in clusters} >= {1, 2, 3, 4}


@pytest.mark.parametrize("seed", range(150))
def test_it_draws_the_replicates_of_the_definition(seed: int) -> None:
    world = random_scan(seed)
    all_cases = sum(map(sum, world.cases))

    drawn = [r for some in study_of(world).chance_ratios(all_cases, 4, seed, 1) for r in some]

    expected = [naive.chance_ratio(*world, seed, replicate) for replicate in range(4)]
    assert drawn == pytest.approx(expected, rel=1e-12)


def test_a_replicate_keeps_the_number_of_cases_and_spares_empty_places() -> None:
    population = [[0, 0], [5, 10], [100, 0], [0, 0]]

    thrown = naive.scattered(population, 5_000, 1, seed=7, replicate=3)

    assert sum(map(sum, thrown)) == 5_000
    assert [thrown[0], thrown[3], thrown[2][1]] == [[0, 0], [0, 0], 0]
    # 5,000 x 100 / 115 = 4,348; five standard deviations of the binomial are 119.
    assert abs(thrown[2][0] - 4_348) < 119


@pytest.mark.parametrize("threads", [2, 3])
def test_it_answers_the_same_for_any_number_of_threads(threads: int) -> None:
    world = random_scan(11)
    budget = Budget(false_alarms_per_year=1, replicates=150)

    alone = study_of(world).scan(np.array(world.cases), budget, seed=5)
    together = study_of(world).scan(np.array(world.cases), budget, seed=5, threads=threads)

    assert together == alone


def province(places: int = 60, days: int = 28) -> tuple[Study, np.ndarray]:
    """A study of 60 communes, four weeks, windows of up to a week, and its population."""
    dice = np.random.default_rng(60)
    points = [naive.on_plane(x, y) for x, y in dice.uniform(0, 100, (places, 2))]
    population = np.repeat(dice.integers(2_000, 40_000, places)[:, None], days, axis=1)
    return Study(points, population, ScanRule(max_days=7)), population


def test_it_finds_a_planted_cluster_and_when_it_began() -> None:
    study, population = province()
    dice = np.random.default_rng(3)
    cases = dice.multinomial(280, (population / population.sum()).ravel()).reshape(60, 28)
    near = study.circles.near[study.circles.of[17] :][:3]
    cases[near, -4:] += 4

    scan = study.scan(cases, Budget(false_alarms_per_year=1), seed=1)

    strongest = scan.clusters[0]
    assert set(strongest.cluster.places) == set(near.tolist())
    assert strongest.cluster.days == 4
    assert strongest.alarm
    assert strongest.recurrence_days > 365


def test_no_two_clusters_share_a_place() -> None:
    study, population = province()
    cases = np.random.default_rng(4).integers(0, 4, population.shape)

    places = [p for cluster in study.clusters(cases, at_most=10) for p in cluster.places]

    assert len(places) == len(set(places)) > 9


def test_it_finds_nothing_where_nobody_is_ill() -> None:
    study, population = province()

    scan = study.scan(np.zeros_like(population), Budget(), seed=1)

    assert scan.clusters == []


@pytest.mark.parametrize("places", [3, 7, 10])
def test_an_even_spread_is_no_cluster(places: int) -> None:
    points = [naive.on_plane(x, x * x) for x in range(places)]
    population = np.full((places, 3), 7)
    cases = np.full((places, 3), 2)

    study = Study(points, population, ScanRule(max_days=3, max_share=1))

    assert study.clusters(cases, at_most=3) == []


def test_places_equally_far_enter_a_circle_together() -> None:
    points = [naive.on_plane(x, 0) for x in (-1, 0, 1, 2)]

    circles = list(naive.circles(points, [[1]] * 4, ScanRule(max_share=1), 1))

    assert circles == [(1,), (1, 0, 2), (1, 0, 2, 3)]


def test_the_order_of_places_on_the_earth_is_that_of_great_circles() -> None:
    dice = random.Random(1)
    hanoi, hue, saigon = (21.03, 105.85), (16.46, 107.59), (10.78, 106.7)

    def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
        return naive.radius_on_earth(naive.apart(naive.on_earth(*a), naive.on_earth(*b)))

    assert kilometres(hanoi, saigon) == pytest.approx(1_144, abs=3)
    assert kilometres(hanoi, hue) == pytest.approx(540, abs=3)
    somewhere = dice.uniform(-90, 90), dice.uniform(-180, 180)
    opposite = -somewhere[0], somewhere[1] + 180
    assert kilometres(somewhere, opposite) == pytest.approx(20_015, abs=1)


def test_each_kernel_is_compiled_for_one_set_of_types() -> None:
    for seed in range(5):
        world = random_scan(seed)
        study_of(world).scan(np.array(world.cases), Budget(replicates=5), seed=seed)

    kernels = [thing for thing in vars(scanning).values() if hasattr(thing, "signatures")]
    assert max(len(kernel.signatures) for kernel in kernels) == 1
