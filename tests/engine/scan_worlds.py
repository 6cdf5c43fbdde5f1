"""Small maps with everything that can go wrong: ties, empty places, the same spot twice."""

import random
from typing import NamedTuple

from lachan.engine.naive_clusters import Point, on_earth, on_plane
from lachan.engine.scanrule import ScanRule


class ScanWorld(NamedTuple):
    """What a scan is given; tables are `[place][day]`."""

    points: list[Point]
    cases: list[list[int]]
    population: list[list[int]]
    rule: ScanRule


def random_scan(seed: int) -> ScanWorld:
    """A map of a few places: a grid with ties, or scattered on the Earth."""
    dice = random.Random(seed)
    places, days = dice.randrange(1, 12), dice.randrange(1, 7)
    grid = dice.random() < 0.6
    points = [
        on_plane(dice.randrange(4), dice.randrange(4))
        if grid
        else on_earth(dice.uniform(8, 23), dice.uniform(102, 110))
        for _ in range(places)
    ]
    sizes = [dice.choice((0, 1, 5, 30, dice.randrange(1, 2_000))) for _ in range(places)]
    population = [[size] * days for size in sizes]
    if dice.random() < 0.4:
        population = [[max(0, n + dice.randrange(-3, 3)) for n in row] for row in population]
    if not sum(map(sum, population)):
        population[0] = [3] * days
    cases = [
        [dice.choice((0, 0, 1, dice.randrange(4))) if n else 0 for n in row] for row in population
    ]
    rule = ScanRule(
        max_days=dice.randrange(1, days + 1),
        max_share=dice.choice((0.1, 0.3, 0.5, 1.0)),
        max_places=dice.choice((None, None, 2, 4)),
        least_cases=dice.choice((1, 2)),
    )
    return ScanWorld(points, cases, population, rule)
