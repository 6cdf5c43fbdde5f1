"""Leave no doubt where it can be done: places that prices decide, and every plan of the rest."""

from typing import NamedTuple

import numpy as np

from lachan.engine.dtypes import Ints, Marks
from lachan.engine.kernels import linking, settling
from lachan.engine.kernels.covering import Numbers, World
from lachan.engine.pricing import Bound, proved_by, step_of

#: So many places in doubt are tried in all combinations: a million, in less than a second.
MOST_FREE = 20


class Decided(NamedTuple):
    """Places in every plan that is cheaper than the one at hand, and those in some."""

    fixed: Marks
    free: Numbers


def settle(world: World, need: int, bound: Bound, places: Numbers, cost: int) -> Numbers | None:
    """The best plan there is, given one and a bound; None when too many places are in doubt."""
    if few_places(world):
        nothing = np.zeros(len(world.cost), np.uint8)
        decided = Decided(nothing, np.flatnonzero(world.exposed > 0).astype(np.int32))
    else:
        decided = decide(world, need, bound, cost)
    if len(decided.free) > MOST_FREE:
        return None
    best, bits = settling.best_of_all(world, need, decided.fixed, decided.free)
    if not 0 <= best < cost:
        return places
    taken = [place for k, place in enumerate(decided.free.tolist()) if bits >> k & 1]
    fixed: Ints = np.flatnonzero(decided.fixed)
    return np.sort(np.concatenate([fixed, np.array(taken, np.int64)])).astype(np.int32)


def few_places(world: World) -> bool:
    """Whether all plans can be tried without any prices."""
    return int((world.exposed > 0).sum()) <= MOST_FREE


def decide(world: World, need: int, bound: Bound, cost: int) -> Decided:
    """What the prices say of a plan cheaper than `cost`.

    To choose a place that the prices leave out raises what they prove by what the place costs
    beyond its people's prices; to leave out one they choose, by what it costs less.  Where that
    reaches `cost`, no cheaper plan does it.  All in exact arithmetic.
    """
    left = world.cost * bound.scale - linking.sums(world.at, world.person, bound.price)
    room = (cost - step_of(world)) * bound.scale - proved_by(world, need, bound)
    most = int(room // 1)
    fixed = (left < -most).astype(np.uint8)
    return Decided(fixed, np.flatnonzero(np.abs(left) <= most).astype(np.int32))
