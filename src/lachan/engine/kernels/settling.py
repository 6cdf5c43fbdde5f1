"""A loop that tries every plan where few places are left in doubt."""

import numpy as np

from lachan.engine.compiled import kernel
from lachan.engine.dtypes import Ints, Marks
from lachan.engine.kernels.covering import Numbers, World


@kernel
def best_of_all(world: World, need: int, fixed: Marks, free: Numbers) -> tuple[int, int]:
    """The cheapest way to cover `need` with the `fixed` places and some of the `free` ones.

    Return its cost and the free places as bits; -1 and 0 when there is none.  Of several the
    one with the smallest bits.  Risks of people are added up over the subsets of their places,
    so the cost is free * 2**free, whatever the number of people.  Twin: `naive_zoning.cheapest`.
    """
    bit = np.full(len(world.cost), -1, np.int64)
    for k in range(len(free)):
        bit[free[k]] = k
    full = (1 << len(free)) - 1
    within = np.zeros(full + 1, np.int64)
    reachable = 0
    covered = 0
    for p in range(len(world.risk)):
        mask = 0
        done = False
        for j in range(world.of[p], world.of[p + 1]):
            v = world.place[j]
            done = done or fixed[v] == 1
            if bit[v] >= 0:
                mask |= 1 << bit[v]
        if done:
            covered += world.risk[p]
        elif mask:
            within[mask] += world.risk[p]
            reachable += world.risk[p]
    sum_over_subsets(within, len(free))
    base = 0
    for v in range(len(world.cost)):
        if fixed[v] == 1:
            base += world.cost[v]
    cost = np.full(full + 1, base, np.int64)
    best, bits = -1, 0
    for some in range(full + 1):
        low = 0
        while some >> low and not (some >> low) & 1:
            low += 1
        if some:
            cost[some] = cost[some & (some - 1)] + world.cost[free[low]]
        if covered + reachable - within[full ^ some] < need:
            continue
        if best < 0 or cost[some] < best:
            best, bits = cost[some], some
    return best, bits


@kernel
def sum_over_subsets(value: Ints, size: int) -> None:
    """`value[set]` becomes the sum over all subsets of the set, in place."""
    for k in range(size):
        for some in range(len(value)):
            if (some >> k) & 1:
                value[some] += value[some ^ (1 << k)]
