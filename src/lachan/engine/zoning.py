"""The smallest set of places that covers a chosen share of the risk, and how small it can be.

Python decides, kernels count.  The definition is `lachan.engine.naive_zoning`.  Places are dense
numbers in the order of their texts by code point; risks and costs are whole units of the
caller's choice, so that every sum is exact and no answer depends on the order of rows.
"""

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from lachan.engine.dtypes import Ints
from lachan.engine.kernels import covering, linking, swapping
from lachan.engine.kernels.covering import COST, RISK, Cover, Floats, Numbers, World

#: Risks of one person are below this, so that a float holds them exactly.
MOST_RISK = 2**53

#: All risks, or all costs, together stay below this, so that sums fit into 64 bits.
MOST_TOGETHER = 2**61

#: Exchanges tried for the plan that is there at once, and places taken out in one at most.
FIRST_EXCHANGES, FIRST_DEPTH = 200, 4

#: Seed of the exchanges' dice: a fixed one, so that a plan can be made again.
SEED = 20_210_723


class TooLargeError(ValueError):
    """Risks or costs do not fit into 64 bits together."""


class Plan(NamedTuple):
    """Places to close, in the order that covers most risk for its cost first.

    Per place: `people` and `risk` newly covered when those before it are closed; `sole_people`
    and `sole_risk`, what would be lost without it alone.  `cost` and `covered` are sums; `need`
    is the risk that was to be covered, `reached` whether it is.
    """

    place: Numbers
    people: Ints
    risk: Ints
    sole_people: Ints
    sole_risk: Ints
    cost: int
    covered: int
    need: int
    reached: bool


def index(person: Ints, place: Ints, risk: Ints, cost: Ints, people: int) -> World:
    """Exposures by row (person, place, risk), findable from either side.

    A person's risk is the largest of her rows; a place of -1 is none.  Repeated rows count
    once.  People get new numbers, in the order of their first place.  Raises TooLargeError.
    """
    worst = linking.largest(person.astype(np.int32), risk, people)
    if sum_of(worst) >= MOST_TOGETHER or sum_of(cost) >= MOST_TOGETHER:
        raise TooLargeError("Risks or costs are too large to be added up.")
    if len(worst) and int(worst.max()) >= MOST_RISK:
        raise TooLargeError("A person's risk is too large.")
    somewhere = place >= 0
    key = person[somewhere].astype(np.int32)
    of, where = linking.grouped(key, place[somewhere].astype(np.int32), people)
    at, found = linking.turned(of, where, len(cost))
    number = linking.first_seen(found, people)
    of, where = linking.turned(at, number[found], people)
    at, found = linking.turned(of, where, len(cost))
    ranked = np.empty_like(worst)
    ranked[number] = worst
    exposed = linking.sums(at, found, ranked)
    return World(at, found, of, where, ranked, cost.astype(np.int64), exposed)


def sum_of(numbers: Ints) -> int:
    """The exact sum, however large."""
    high, low = numbers >> 31, numbers & (2**31 - 1)
    return (int(high.sum()) << 31) + int(low.sum())


def needed(world: World, share: Fraction) -> int:
    """The least whole risk that is at least `share` of all."""
    return -int(-share * int(world.risk.sum()) // 1)


def coverable(world: World) -> int:
    """The risk of everybody who has a place: more can no plan cover."""
    return int(world.risk[np.diff(world.of) > 0].sum())


def plan(world: World, need: int) -> Plan:
    """A plan at once: greedy, without the superfluous, with a few exchanges.

    It covers `need`, or all that places can cover.
    """
    target = min(need, coverable(world))
    order, cover = greedy_cover(world, target, world.cost.astype(np.float64), np.empty(0))
    before, places = int(cover.sums[COST]), chosen(cover)
    exchange(world, cover, target)
    if cover.sums[COST] > before:
        cover = account_of(world, places)
    kept = order[cover.chosen[order] > 0]
    others = np.setdiff1d(chosen(cover), kept)
    return reasons(world, np.concatenate([kept, others]), cover, need)


def greedy_cover(world: World, target: int, price: Floats, wish: Floats) -> tuple[Numbers, Cover]:
    """Choose greedily by `price`, then spare what is superfluous; the order, and what is left.

    Least wished for is spared first, then the dearest, then the one with the largest number.
    """
    gain = world.exposed.copy()
    covered = np.zeros(len(world.risk), np.uint8)
    order = covering.greedy(world, target, price, covered, gain)
    cover = covering.account(world, order, covered, gain)
    covering.prune(world, cover, target, sparing_order(world, order, wish))
    return order, cover


def sparing_order(world: World, places: Numbers, wish: Floats) -> Numbers:
    """Places in the order in which they are asked whether they are superfluous."""
    keys: list[Ints | Numbers | Floats] = [-places, -world.cost[places]]
    if len(wish):
        keys.append(wish[places])
    return places[np.lexsort(keys)]


def exchange(world: World, cover: Cover, target: int) -> None:
    """Try exchanges around the places that alone cover least for their cost, then spare."""
    places = chosen(cover)
    value = cover.sole[places] / np.maximum(world.cost[places], 1)
    centres = places[np.lexsort((places, value))][:FIRST_EXCHANGES]
    dice = np.array([SEED], np.int64)
    swapping.swap(world, cover, target, 0.0, centres, FIRST_DEPTH, dice)
    spare_superfluous(world, cover, target)


def spare_superfluous(world: World, cover: Cover, target: int) -> None:
    """Spare what the target can do without, the dearest first."""
    covering.prune(world, cover, target, sparing_order(world, chosen(cover), np.empty(0)))


def chosen(cover: Cover) -> Numbers:
    """The chosen places, ascending."""
    return np.flatnonzero(cover.chosen).astype(np.int32)


def account_of(world: World, places: Numbers) -> Cover:
    """The bookkeeping of exactly these places."""
    gain = world.exposed.copy()
    covered = np.zeros(len(world.risk), np.uint8)
    covering.close(world, places, covered, gain)
    return covering.account(world, places, covered, gain)


def told(world: World, places: Numbers, need: int) -> Plan:
    """The plan that closes exactly these places, most risk for its cost first."""
    gain = np.zeros(len(world.cost), np.int64)
    gain[places] = world.exposed[places]
    covered = np.zeros(len(world.risk), np.uint8)
    everything = int(world.risk.sum()) + 1
    order = covering.greedy(world, everything, world.cost.astype(np.float64), covered, gain)
    return reasons(world, order, account_of(world, places), need)


def reasons(world: World, order: Numbers, cover: Cover, need: int) -> Plan:
    """A plan with its reasons, in an order of closing."""
    people, risk, alone = covering.tell(world, order)
    cost, covered = map(int, (cover.sums[COST], cover.sums[RISK]))
    sole = cover.sole[order]
    return Plan(order, people, risk, alone, sole, cost, covered, need, covered >= need)
