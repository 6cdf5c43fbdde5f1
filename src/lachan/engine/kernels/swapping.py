"""Loops that exchange a few chosen places for others that do the same for less."""

from typing import NamedTuple

import numpy as np

from lachan.engine.compiled import kernel
from lachan.engine.dtypes import Ints
from lachan.engine.kernels.covering import (
    COST,
    RISK,
    Cover,
    Numbers,
    World,
    choose,
    spare,
    worth,
)

#: A linear congruential generator modulo 2**64.  Source: Knuth, MMIX.
MULTIPLIER, INCREMENT = 6364136223846793005, 1442695040888963407

#: How far luck bends the worth of a place when others are looked for: by half of this each way.
NOISE = 0.3

#: Throws until a neighbour that is chosen has been found.
THROWS = 8


class Scratch(NamedTuple):
    """Room for one exchange: `taken` and `turned` are lists of places, `found` of candidates.

    `seen[place]` is the number of the exchange that last met it.
    """

    taken: Numbers
    turned: Numbers
    found: Numbers
    seen: Ints


@kernel
def throw(dice: Ints, sides: int) -> int:
    """A number below `sides`; `dice[0]` moves on."""
    dice[0] = dice[0] * MULTIPLIER + INCREMENT
    return int(((dice[0] >> 33) & 0x7FFFFFFF) % sides)


@kernel
def luck(seed: int, place: int) -> float:
    """A factor around 1 that belongs to a place and a seed, whatever the order of asking."""
    mixed = (seed ^ (place * MULTIPLIER)) * MULTIPLIER + INCREMENT
    mixed = (mixed ^ ((mixed >> 33) & 0x7FFFFFFF)) * MULTIPLIER
    return 1.0 + NOISE * (((mixed >> 33) & 0x7FFFFFFF) / 2147483648.0 - 0.5)


@kernel
def neighbour(world: World, cover: Cover, v: int, dice: Ints) -> int:
    """A chosen place where somebody of `v` is exposed too; -1 when throwing finds none."""
    people = world.at[v + 1] - world.at[v]
    if people == 0:
        return -1
    for _ in range(THROWS):
        p = world.person[world.at[v] + throw(dice, people)]
        near = world.place[world.of[p] + throw(dice, world.of[p + 1] - world.of[p])]
        if cover.chosen[near]:
            return int(near)
    return -1


@kernel
def take_out(
    world: World, cover: Cover, centre: int, depth: int, dice: Ints, scratch: Scratch
) -> int:
    """Spare the centre and up to `depth` - 1 places near it; return how many are `taken`."""
    wanted = 1 + throw(dice, depth)
    count = 0
    v = centre
    while v >= 0 and count < wanted:
        scratch.taken[count] = v
        count += 1
        spare(world, cover, v)
        v = neighbour(world, cover, v, dice)
    return count


@kernel
def candidates(world: World, cover: Cover, taken: int, number: int, scratch: Scratch) -> int:
    """All places of people whom the taking left uncovered go to `found`; return how many."""
    count = 0
    for t in range(taken):
        v = scratch.taken[t]
        for i in range(world.at[v], world.at[v + 1]):
            p = world.person[i]
            if cover.times[p] > 0:
                continue
            for j in range(world.of[p], world.of[p + 1]):
                near = world.place[j]
                if scratch.seen[near] != number:
                    scratch.seen[near] = number
                    scratch.found[count] = near
                    count += 1
    return count


@kernel
def refill(
    world: World, cover: Cover, need: int, level: float, seed: int, found: int, scratch: Scratch
) -> int:
    """Choose among the candidates until `need` is covered and none saves more than it costs.

    Return how many are `turned`.
    """
    count = 0
    while True:
        best = 0.0
        pick = -1
        missing = need - cover.sums[RISK]
        for k in range(found):
            v = scratch.found[k]
            if cover.chosen[v] or cover.gain[v] == 0:
                continue
            if missing > 0:
                value = worth(cover.gain[v], missing, world.cost[v])
            elif level * cover.gain[v] > world.cost[v]:
                value = worth(cover.gain[v], cover.gain[v], world.cost[v])
            else:
                continue
            value *= luck(seed, v)
            if value > best or (value == best and pick >= 0 and v < pick):
                best = value
                pick = v
        if pick < 0:
            return count
        choose(world, cover, pick)
        scratch.turned[count] = pick
        count += 1


@kernel
def drop(
    world: World, cover: Cover, need: int, level: float, found: int, count: int, scratch: Scratch
) -> int:
    """Spare candidates that are superfluous and save less than they cost; they are `turned`."""
    for k in range(found):
        v = scratch.found[k]
        if not cover.chosen[v] or level * cover.sole[v] >= world.cost[v] > 0:
            continue
        if cover.sums[RISK] - cover.sole[v] >= need:
            spare(world, cover, v)
            scratch.turned[count] = v
            count += 1
    return count


@kernel
def undo(world: World, cover: Cover, taken: int, turned: int, scratch: Scratch) -> None:
    """Bring back what was before the exchange."""
    for k in range(turned - 1, -1, -1):
        v = scratch.turned[k]
        if cover.chosen[v]:
            spare(world, cover, v)
        else:
            choose(world, cover, v)
    for k in range(taken):
        choose(world, cover, scratch.taken[k])


@kernel
def value_of(cover: Cover, need: int, level: float) -> float:
    """The cost, less what the risk covered beyond `need` is worth."""
    return float(cover.sums[COST]) - level * float(cover.sums[RISK] - need)


@kernel
def swap(
    world: World, cover: Cover, need: int, level: float, centres: Numbers, depth: int, dice: Ints
) -> int:
    """Around each centre still chosen: take out a few places, refill, drop; keep what is no worse.

    `level` is what a unit of risk beyond `need` is worth; with 0 only the cost counts.  Return
    how many exchanges were better.  Cost of an exchange: the links of the places touched and of
    the people there.  Twin: `naive_zoning.swap`.
    """
    size = len(world.cost)
    scratch = Scratch(
        np.empty(depth, np.int32),
        np.empty(2 * size, np.int32),
        np.empty(size, np.int32),
        np.zeros(size, np.int64),
    )
    better = 0
    for number in range(len(centres)):
        if not cover.chosen[centres[number]]:
            continue
        before = value_of(cover, need, level)
        taken = take_out(world, cover, centres[number], depth, dice, scratch)
        found = candidates(world, cover, taken, number + 1, scratch)
        turned = refill(world, cover, need, level, dice[0], found, scratch)
        turned = drop(world, cover, need, level, found, turned, scratch)
        after = value_of(cover, need, level)
        if cover.sums[RISK] < need or after > before:
            undo(world, cover, taken, turned, scratch)
        elif after < before:
            better += 1
    return better
