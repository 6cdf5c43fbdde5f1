"""Small worlds to be zoned, with everything that can go wrong in them."""

import random
from typing import NamedTuple

import numpy as np

from lachan.engine import naive_zoning as naive
from lachan.engine import zoning
from lachan.engine.kernels.covering import World
from lachan.engine.naive_zoning import ExposureRow, Sides


class Town(NamedTuple):
    """What a zoning is given."""

    rows: list[ExposureRow]
    costs: dict[str, int]


def random_town(seed: int, people: int = 12, places: int = 9) -> Town:
    """Repeated rows, different risks of one person, places without cost, people without place."""
    dice = random.Random(seed)
    names = [dice.choice(("P", "p", "ê", "10", "9")) + str(i) for i in range(people)]
    venues = [dice.choice(("v", "V", "ngõ ", "2")) + str(i) for i in range(dice.randint(1, places))]
    dear = dice.choice((1, 3, 1_000, 40_000))
    risky = dice.choice((1, 4, 10**6))
    costs = {venue: dice.choice((0, 1, dice.randint(1, dear))) for venue in venues}
    rows: list[ExposureRow] = []
    for name in names:
        for _ in range(dice.choice((0, 1, 1, 2, 3, 5))):
            risk = 0 if dice.random() < 0.1 else dice.randint(1, risky)
            place = None if dice.random() < 0.05 else dice.choice(venues)
            rows.append((name, place, risk))
            if dice.random() < 0.2:
                rows.append((name, place, risk if dice.random() < 0.5 else risk // 2))
    dice.shuffle(rows)
    return Town(rows, costs)


def world_of(town: Town) -> World:
    """The town as arrays, indexed."""
    people = sorted({row[0] for row in town.rows})
    places = sorted(town.costs)
    return zoning.index(
        np.array([people.index(row[0]) for row in town.rows], np.int64),
        np.array([-1 if row[1] is None else places.index(row[1]) for row in town.rows], np.int64),
        np.array([row[2] for row in town.rows], np.int64),
        np.array([town.costs[place] for place in places], np.int64),
        len(people),
    )


def sides_of(town: Town) -> Sides:
    """The town as the definition sees it."""
    return naive.sides(town.rows, town.costs)


def seen_from_sides(world: World) -> Sides:
    """Arrays as lists."""
    at, person, of, place = (column.tolist() for column in world[:4])
    return Sides(
        [person[at[v] : at[v + 1]] for v in range(len(at) - 1)],
        [place[of[p] : of[p + 1]] for p in range(len(of) - 1)],
        world.risk.tolist(),
        world.cost.tolist(),
    )
