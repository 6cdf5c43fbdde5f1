"""How many are infected where only pools were tested: the most likely prevalence, with an interval.

Each pool is positive with the chance that `pooling.Assay` gives it.  The estimate is the prevalence
under which the outcomes are most likely.  The interval holds every prevalence that a likelihood
ratio test at 5 % would not reject: unlike "estimate ± 2 errors" it also holds with few positive
pools and with none.  Sources: Dorfman 1943; Tu, Litvak and Pagano 1995 (Biometrika 82:287) for
imperfect tests; Hepworth 1996 (Biometrics 52:1134) for pools of unequal size.

People are taken as infected independently of each other.  Where infected people share a pool, as a
household does, fewer pools are positive than that, and the true prevalence is higher.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from lachan.engine.pooling import Assay, BadPoolingError

#: Half of the 95 % point of chi square with one degree of freedom.
_DROP = 3.841458820694124 / 2

#: The prevalences looked at first: a tenth of a millionth to everybody, 40 for each power of ten.
_GRID = [0.0, *(10 ** (step / 40) for step in range(-280, 0)), 1.0]


class Count(NamedTuple):
    """Pools of one size: how many were tested and how many of them were positive."""

    size: int
    pools: int
    positive: int


class Estimate(NamedTuple):
    """The prevalence with its 95 % interval, and from how many people and pools."""

    prevalence: float
    low: float
    high: float
    people: int
    pools: int


def estimate(counts: Sequence[Count], assay: Assay) -> Estimate:
    """The most likely prevalence.  Refused: `nothing_tested`, `bad_count`."""
    for count in counts:
        if count.size < 1 or not 0 <= count.positive <= count.pools:
            raise BadPoolingError("bad_count", f"These pools cannot be counted: {count}.")
    known = [count for count in counts if count.pools]
    if not known:
        raise BadPoolingError("nothing_tested", "No pool was tested.")
    likely = _likelihood(known, assay)
    top = _top(likely)
    least = likely(top) - _DROP

    def inside(prevalence: float) -> bool:
        return likely(prevalence) >= least

    return Estimate(
        prevalence=top,
        low=0.0 if inside(0.0) else _edge(inside, top, 0.0),
        high=1.0 if inside(1.0) else _edge(inside, top, 1.0),
        people=sum(count.size * count.pools for count in known),
        pools=sum(count.pools for count in known),
    )


def _likelihood(counts: Sequence[Count], assay: Assay) -> Callable[[float], float]:
    """The logarithm of the chance of these counts, by prevalence."""
    kept = [assay.kept(count.size) for count in counts]

    def likely(prevalence: float) -> float:
        total = 0.0
        for (size, pools, positive), share in zip(counts, kept, strict=True):
            chance = assay.positive((1 - prevalence * share) ** size)
            total += _times_log(positive, chance) + _times_log(pools - positive, 1 - chance)
        return total

    return likely


def _times_log(times: int, chance: float) -> float:
    if times == 0:
        return 0.0
    return times * math.log(chance) if chance > 0 else -math.inf


def _top(likely: Callable[[float], float]) -> float:
    """Where it is highest: the best of the grid, then the golden section around it."""
    place = max(range(len(_GRID)), key=lambda index: likely(_GRID[index]))
    low, high = _GRID[max(0, place - 1)], _GRID[min(len(_GRID) - 1, place + 1)]
    part = (math.sqrt(5) - 1) / 2
    for _ in range(80):
        left, right = high - part * (high - low), low + part * (high - low)
        if likely(left) >= likely(right):
            high = right
        else:
            low = left
    return max((0.0, 1.0, (low + high) / 2), key=likely)


def _edge(inside: Callable[[float], bool], near: float, far: float) -> float:
    """Where `inside` ends between a point inside and one outside."""
    for _ in range(60):
        middle = (near + far) / 2
        near, far = (middle, far) if inside(middle) else (near, middle)
    return near
