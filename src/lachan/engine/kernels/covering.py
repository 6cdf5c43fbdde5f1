"""Loops that choose places: greedily, then without the superfluous, with their bookkeeping."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lachan.engine.compiled import kernel
from lachan.engine.dtypes import Ints, Marks

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int32]

#: Where a cover keeps its two sums.
RISK, COST = 0, 1


class World(NamedTuple):
    """Exposures and costs, findable from either side; every link once.

    `person[at[place] : at[place + 1]]` are exposed at a place, `place[of[person] :
    of[person + 1]]` are the places of a person, both ascending.  `risk` is one entry a person,
    `cost` one a place, in whole units.  `exposed` is the risk at each place.
    """

    at: Ints
    person: Numbers
    of: Ints
    place: Numbers
    risk: Ints
    cost: Ints
    exposed: Ints


class Cover(NamedTuple):
    """Which places are chosen and what that means for everybody.

    Per person: `times` she is covered, and `by`, the sum of the numbers of the places that do
    it: the place itself when there is one.  Per place: `gain`, the risk at it that nothing
    covers, and `sole`, for a chosen place the risk that only it covers.  `sums`: risk, cost.
    """

    chosen: Marks
    times: Numbers
    by: Ints
    gain: Ints
    sole: Ints
    sums: Ints


@kernel
def worth(gain: int, missing: int, cost: float) -> float:
    """Risk covered for a unit of cost; what exceeds the missing risk is worth nothing."""
    useful = float(min(gain, missing))
    if cost == 0:
        return np.inf if useful > 0 else 0.0
    return useful / cost


@kernel
def sink(key: Floats, place: Numbers, length: int, i: int) -> None:
    """Move entry `i` of a heap to where it belongs: largest key first, then smallest place."""
    k, p = key[i], place[i]
    while True:
        child = 2 * i + 1
        if child >= length:
            break
        right = child + 1
        if right < length and (
            key[right] > key[child] or (key[right] == key[child] and place[right] < place[child])
        ):
            child = right
        if not (key[child] > k or (key[child] == k and place[child] < p)):
            break
        key[i], place[i] = key[child], place[child]
        i = child
    key[i], place[i] = k, p


@kernel
def shut(world: World, v: int, covered: Marks, gain: Ints) -> int:
    """Cover the people at `v` who are not; each lowers the gain of her places once.

    Return their risk.  Cost: the links of `v`, and all links of the people newly covered.
    """
    newly = 0
    for i in range(world.at[v], world.at[v + 1]):
        p = world.person[i]
        if covered[p]:
            continue
        covered[p] = 1
        risk = world.risk[p]
        newly += risk
        for j in range(world.of[p], world.of[p + 1]):
            gain[world.place[j]] -= risk
    return newly


@kernel
def close(world: World, places: Numbers, covered: Marks, gain: Ints) -> None:
    """Cover everybody at these places."""
    for v in places:
        shut(world, v, covered, gain)


@kernel
def greedy(world: World, need: int, price: Floats, covered: Marks, gain: Ints) -> Numbers:
    """Choose the place worth most for its `price` until `need` is covered; in order of choice.

    `covered` and `gain` say what is covered already, and are kept up to date.  A key in the heap
    may be stale; since worth only falls, a place whose key is still true when it comes to the
    top is the best.  A newly covered person lowers the gain of her places once.  Cost: one pass
    over the links of the people covered, and a sift of the heap for each stale key.
    Twin: `naive_zoning.greedy`.
    """
    key = np.empty(len(gain), np.float64)
    heap = np.empty(len(gain), np.int32)
    length = 0
    for v in range(len(gain)):
        if gain[v] > 0:
            key[length] = worth(gain[v], need, price[v])
            heap[length] = v
            length += 1
    for i in range(length // 2 - 1, -1, -1):
        sink(key, heap, length, i)
    order = np.empty(length, np.int32)
    count = 0
    missing = need
    while length > 0 and missing > 0:
        v = heap[0]
        true = worth(gain[v], missing, price[v])
        if true < key[0] and true > 0:
            key[0] = true
            sink(key, heap, length, 0)
            continue
        length -= 1
        key[0], heap[0] = key[length], heap[length]
        sink(key, heap, length, 0)
        if true == 0:
            continue
        order[count] = v
        count += 1
        missing -= shut(world, v, covered, gain)
    return order[:count]


@kernel
def choose(world: World, cover: Cover, v: int) -> None:
    """Close place `v`.  Cost: its links, and all links of the people it newly covers."""
    sole = 0
    for i in range(world.at[v], world.at[v + 1]):
        p = world.person[i]
        risk = world.risk[p]
        if cover.times[p] == 0:
            sole += risk
            for j in range(world.of[p], world.of[p + 1]):
                cover.gain[world.place[j]] -= risk
        elif cover.times[p] == 1:
            cover.sole[cover.by[p]] -= risk
        cover.times[p] += 1
        cover.by[p] += v
    cover.sole[v] = sole
    cover.chosen[v] = 1
    cover.sums[RISK] += sole
    cover.sums[COST] += world.cost[v]


@kernel
def spare(world: World, cover: Cover, v: int) -> None:
    """Leave place `v` open after all: `choose` undone, in any order.  Cost: the same."""
    cover.sums[RISK] -= cover.sole[v]
    cover.sums[COST] -= world.cost[v]
    for i in range(world.at[v], world.at[v + 1]):
        p = world.person[i]
        risk = world.risk[p]
        cover.times[p] -= 1
        cover.by[p] -= v
        if cover.times[p] == 0:
            for j in range(world.of[p], world.of[p + 1]):
                cover.gain[world.place[j]] += risk
        elif cover.times[p] == 1:
            cover.sole[cover.by[p]] += risk
    cover.sole[v] = 0
    cover.chosen[v] = 0


@kernel
def account(world: World, order: Numbers, covered: Marks, gain: Ints) -> Cover:
    """The bookkeeping of places chosen by `greedy`.  Cost: two passes over their links.

    Twin: `naive_zoning.account`.
    """
    chosen = np.zeros(len(world.cost), np.uint8)
    times = np.zeros(len(world.risk), np.int32)
    by = np.zeros(len(world.risk), np.int64)
    sole = np.zeros(len(world.cost), np.int64)
    sums = np.zeros(2, np.int64)
    for v in order:
        chosen[v] = 1
        sums[COST] += world.cost[v]
        for i in range(world.at[v], world.at[v + 1]):
            p = world.person[i]
            times[p] += 1
            by[p] += v
    for p in range(len(times)):
        if times[p] > 0:
            sums[RISK] += world.risk[p]
        if times[p] == 1:
            sole[by[p]] += world.risk[p]
    return Cover(chosen, times, by, gain, sole, sums)


@kernel
def prune(world: World, cover: Cover, need: int, order: Numbers) -> int:
    """Spare every place of `order`, in order, that `need` can do without; return how many.

    Sparing one never makes another superfluous, so one pass leaves none of them superfluous.
    Twin: `naive_zoning.prune`.
    """
    spared = 0
    for v in order:
        if cover.chosen[v] and cover.sums[RISK] - cover.sole[v] >= need:
            spare(world, cover, v)
            spared += 1
    return spared


@kernel
def tell(world: World, order: Numbers) -> tuple[Ints, Ints, Ints]:
    """People and risk newly covered by each place of `order`, and people only it covers.

    Twin: `naive_zoning.tell`.
    """
    people = np.zeros(len(order), np.int64)
    risk = np.zeros(len(order), np.int64)
    alone = np.zeros(len(order), np.int64)
    first = np.full(len(world.risk), -1, np.int32)
    more = np.zeros(len(world.risk), np.uint8)
    for k in range(len(order)):
        v = order[k]
        for i in range(world.at[v], world.at[v + 1]):
            p = world.person[i]
            if first[p] < 0:
                first[p] = k
                people[k] += 1
                risk[k] += world.risk[p]
            else:
                more[p] = 1
    for p in range(len(first)):
        if first[p] >= 0 and not more[p]:
            alone[first[p]] += 1
    return people, risk, alone
