"""A certified lower bound of what any zoning plan must cost.

Floats only propose prices; the bound is computed from whole prices in exact arithmetic, so that
no rounding can make it too high.
"""

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from lachan.engine.dtypes import Ints
from lachan.engine.kernels import pricing
from lachan.engine.kernels.covering import Cover, Floats, World
from lachan.engine.kernels.pricing import LEVEL, MEAN_LEVEL, ROUNDS, Climb

#: Whole prices have at most so many binary digits below a unit of cost.
DIGITS = 20

#: Sums of whole prices stay below 2 to this power.
ROOM = 61

#: Step size in units of (mean cost / mean number of people at a place).  Found by trial: from 1
#: to 10 the bound after 400 rounds differs by less than 0.2 %.
STRIDE = 3.0

#: The price of a unit of risk starts at so many times what the plan pays for one on average.
DEAR = 3.0

#: The mean of the prices starts anew after so many rounds, and whenever they have doubled.
FIRST_MEAN = 40


class Bound(NamedTuple):
    """No plan costs less than `cost`; with the prices that prove it.

    `price` is one whole number a person, in 1 / `scale` of a unit of cost; `level` is the exact
    price of a unit of risk in the same unit.
    """

    cost: int
    price: Ints
    level: Fraction
    scale: int


class Prices:
    """Prices of people and risk that climb towards the best ones."""

    def __init__(self, world: World, need: int, cover: Cover) -> None:
        self.world, self.need = world, need
        self.mean_cost = mean_of(world.cost)
        self.mean_risk = mean_of(world.risk)
        self.climb = start(world, need, cover, self.mean_cost, self.mean_risk)
        self.stride = STRIDE / mean_of(np.diff(world.at))
        self.rounds = 0
        self.forget_at = FIRST_MEAN
        self.best = Bound(0, np.zeros(len(world.risk), np.int64), Fraction(0), 1)

    def climb_on(self, rounds: int) -> None:
        """Climb, and keep the better of the last and the mean prices if it proves more."""
        total = float(self.climb.risk.sum())
        need = self.need / self.mean_risk
        pricing.climb_on(self.world, self.climb, need, total, self.stride, rounds)
        self.rounds += rounds
        level = self.climb.level
        self.look(self.climb.u, level[LEVEL])
        self.look(self.climb.mean_u, level[MEAN_LEVEL])
        if self.rounds >= self.forget_at:
            self.forget_at *= 2
            self.climb.mean_u[:] = 0.0
            level[ROUNDS] = level[MEAN_LEVEL] = 0.0

    def look(self, u: Floats, level: float) -> None:
        """Keep these prices if they prove more than the best so far."""
        unit = self.mean_cost * scale_of(self.world)
        bound = certified(self.world, self.need, u, unit, float(level) * unit / self.mean_risk)
        if bound.cost > self.best.cost:
            self.best = bound


def mean_of(numbers: Ints) -> float:
    """The mean; 1 where it would be 0, so that one may divide by it."""
    return (float(numbers.sum()) / max(len(numbers), 1)) or 1.0


def start(world: World, need: int, cover: Cover, mean_cost: float, mean_risk: float) -> Climb:
    """A climb that begins at a plan: a person's price is her share of her cheapest place."""
    cost, risk = world.cost / mean_cost, world.risk / mean_risk
    share = cost / np.maximum(np.diff(world.at), 1)
    people = len(risk)
    level = DEAR * float(cost[cover.chosen > 0].sum()) / max(need / mean_risk, 1e-9)
    u = np.full(people, np.inf)
    somewhere = np.diff(world.of) > 0
    if somewhere.any():
        u[somewhere] = np.minimum.reduceat(share[world.place], world.of[:-1][somewhere])
    u = np.minimum(u, level * risk)
    x, y = cover.chosen.astype(np.float64), (cover.times > 0).astype(np.float64)
    return Climb(
        u, y, y.copy(), x, x.copy(), np.zeros(people), np.array([level, 0.0, 0.0]), cost, risk
    )


def summands(world: World) -> int:
    """How many prices are added up at most."""
    return max(len(world.place), len(world.risk), 1)


def scale_of(world: World) -> int:
    """How finely whole prices may be divided so that their sums fit."""
    most = int(world.cost.max(initial=0)) * summands(world)
    return 1 << max(0, min(DIGITS, ROOM - most.bit_length()))


def certified(world: World, need: int, u: Floats, unit: float, level: float) -> Bound:
    """The bound that the prices `u` (times `unit`) and `level` prove.

    Costs are whole multiples of their greatest common divisor, and so is every plan's: the bound
    is rounded up to one.
    """
    scale = scale_of(world)
    # Nobody is worth more than a place; and a lower price is always allowed.
    dearest = min(int(world.cost.max(initial=0)) * scale, (1 << ROOM) // summands(world))
    price = pricing.whole_prices(world.risk, u, unit, level, dearest)
    bound = Bound(0, price, Fraction(level), scale)
    step = step_of(world)
    least = -int(-proved_by(world, need, bound) // (scale * step)) * step
    return bound._replace(cost=max(0, least))


def proved_by(world: World, need: int, bound: Bound) -> Fraction:
    """What no plan's cost is below, in 1 / `scale` of a unit, exactly."""
    total, over = pricing.overpaid(world, bound.price, bound.scale)
    return bound.level * (need - int(world.risk.sum())) + total - over


def step_of(world: World) -> int:
    """Every plan costs a multiple of this."""
    return int(np.gcd.reduce(world.cost, initial=0)) or 1
