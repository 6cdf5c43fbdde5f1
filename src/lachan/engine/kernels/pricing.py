"""Loops that price people: the dual of the zoning problem, climbed in floats, proved in integers.

Let every person have a price u >= 0 and every unit of risk the price `level`.  With c the costs,
w the risks, W their sum and Q the risk to cover, no plan costs less than

    level * (Q - W) + sum of u + sum over places of min(0, c - sum of u of its people)

as long as u <= level * w for everybody: each chosen place pays at most its cost for its people,
and the people left uncovered are worth at most level * (W - Q).  The best prices give the value
of the linear relaxation.
"""

from typing import NamedTuple

import numpy as np

from lachan.engine.compiled import kernel
from lachan.engine.dtypes import Ints
from lachan.engine.kernels.covering import Floats, World

#: Keeps a rounded product of a float and an integer below the exact one: a few rounding errors.
BELOW = 1.0 - 2.0**-50


class Climb(NamedTuple):
    """Where the climb stands.

    Per person the price `u`, how much she is covered `y`, and `ahead`, y extrapolated; per
    place the same of `x`.  `mean_u` and `mean_level` are means over `level[1]` rounds;
    `level[0]` is the price of a unit of risk.  Costs and risks are scaled to a mean of 1.
    """

    u: Floats
    y: Floats
    ahead_y: Floats
    x: Floats
    ahead_x: Floats
    mean_u: Floats
    level: Floats
    cost: Floats
    risk: Floats


#: What stands in `Climb.level`.
LEVEL, ROUNDS, MEAN_LEVEL = 0, 1, 2


@kernel
def raise_prices(world: World, climb: Climb, need: float, total: float, stride: float) -> None:
    """The dual half of a round: whoever is covered too little becomes dearer."""
    missing = need
    for p in range(len(climb.u)):
        missing -= climb.risk[p] * climb.ahead_y[p]
    climb.level[LEVEL] = max(0.0, climb.level[LEVEL] + stride / total * missing)
    for p in range(len(climb.u)):
        short = climb.ahead_y[p]
        for j in range(world.of[p], world.of[p + 1]):
            short -= climb.ahead_x[world.place[j]]
        step = stride / (world.of[p + 1] - world.of[p] + 1)
        climb.u[p] = max(0.0, climb.u[p] + step * short)


@kernel
def answer_prices(world: World, climb: Climb, stride: float) -> None:
    """The primal half of a round: places that pay are chosen more, people that do not less."""
    level = climb.level[LEVEL]
    for p in range(len(climb.u)):
        step = 1.0 / (stride * (1.0 + climb.risk[p]))
        before = climb.y[p]
        after = min(1.0, max(0.0, before - step * (climb.u[p] - level * climb.risk[p])))
        climb.y[p] = after
        climb.ahead_y[p] = 2 * after - before
    for v in range(len(climb.x)):
        left = climb.cost[v]
        for i in range(world.at[v], world.at[v + 1]):
            left -= climb.u[world.person[i]]
        step = 1.0 / (stride * max(1, world.at[v + 1] - world.at[v]))
        before = climb.x[v]
        after = min(1.0, max(0.0, before - step * left))
        climb.x[v] = after
        climb.ahead_x[v] = 2 * after - before


@kernel
def climb_on(
    world: World, climb: Climb, need: float, total: float, stride: float, rounds: int
) -> None:
    """Rounds of the primal-dual hybrid gradient method with one step size per row and column.

    Source: Pock and Chambolle, Diagonal preconditioning for first order primal-dual algorithms,
    ICCV 2011.  Cost: two passes over the links a round.  Twin: `naive_zoning.climb_on`.
    """
    for _ in range(rounds):
        raise_prices(world, climb, need, total, stride)
        answer_prices(world, climb, stride)
        climb.level[ROUNDS] += 1
        share = 1.0 / climb.level[ROUNDS]
        climb.level[MEAN_LEVEL] += share * (climb.level[LEVEL] - climb.level[MEAN_LEVEL])
        for p in range(len(climb.u)):
            climb.mean_u[p] += share * (climb.u[p] - climb.mean_u[p])


@kernel
def whole_prices(risk: Ints, u: Floats, unit: float, level: float, dearest: int) -> Ints:
    """Prices as integers: `u * unit` rounded down, at most `level * risk` exactly, and `dearest`.

    `level` is what one unit of integer risk costs in integer prices, as the exact number that
    the float is.  Risks are below 2**53.
    """
    whole = np.zeros(len(u), np.int64)
    for p in range(len(u)):
        most = min(level * float(risk[p]) * BELOW, float(dearest))
        whole[p] = int(max(0.0, min(u[p] * unit, most)))
    return whole


@kernel
def overpaid(world: World, price: Ints, scale: int) -> tuple[int, int]:
    """The sum of all prices, and by how much they exceed the costs times `scale`, summed.

    All in integers; the caller sees to it that the sums fit.  Cost: one pass over the links.
    Twin: `naive_zoning.lower_bound`.
    """
    total = 0
    for p in range(len(price)):
        total += price[p]
    over = 0
    for v in range(len(world.cost)):
        left = world.cost[v] * scale
        for i in range(world.at[v], world.at[v + 1]):
            left -= price[world.person[i]]
        if left < 0:
            over -= left
    return total, over
