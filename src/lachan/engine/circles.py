"""The circles of a map and the cells of a study, as the scan's kernels read them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lachan.engine.dtypes import Ints, Marks
from lachan.engine.naive_clusters import Point
from lachan.engine.scanrule import ScanRule

Floats = npt.NDArray[np.float64]
Smalls = npt.NDArray[np.int32]


class Circles(NamedTuple):
    """Every circle allowed by the rule.

    `near[of[c] : of[c + 1]]` are the places around centre `c` in order of distance, as far as
    the largest allowed circle; a circle ends after row q when `ends[q]` is 1 (the next place is
    farther).  `people[place, d]` are person-days of the last d + 1 days, whole numbers;
    `everyone` those of the whole study.
    """

    of: Ints
    near: Smalls
    ends: Marks
    people: Floats
    everyone: float
    least_cases: int


class Cells(NamedTuple):
    """Person-days on which cases are thrown.

    `ends[cell]` is where the person-days of a cell (place x max_days + days ago) end; days that
    no window reaches lie beyond `reachable`.  `guide[i]` is the cell in which to begin to look
    for a number from share i / `steps` of `everyone` on.
    """

    ends: Ints
    guide: Smalls
    steps: float
    reachable: int
    everyone: float


def circles_of(points: Sequence[Point], population: Ints, rule: ScanRule) -> Circles:
    """The circles of a map with `population[place, day]`; the last day is today."""
    spot = np.array(points, np.float64).reshape(len(points), 3)
    each = population.sum(axis=1)
    everyone = int(each.sum())
    limit = rule.max_share * everyone
    reach = len(points) if rule.max_places is None else min(rule.max_places, len(points))
    near: list[Smalls] = []
    ends: list[Marks] = []
    for centre in range(len(points)):
        order, circle_ends = around(spot, centre, reach)
        fits = np.cumsum(each[order]) <= limit
        size = last_end(circle_ends & fits)
        near.append(order[:size].astype(np.int32))
        ends.append(circle_ends[:size].astype(np.uint8))
    return Circles(
        of=np.cumsum([0, *map(len, near)]),
        near=np.concatenate([*near, np.empty(0, np.int32)]),
        ends=np.concatenate([*ends, np.empty(0, np.uint8)]),
        people=recent_sums(population, rule.max_days),
        everyone=float(everyone),
        least_cases=rule.least_cases,
    )


def around(spot: Floats, centre: int, reach: int) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """The nearest places in order of (distance, number), and after which of them a circle ends."""
    x, y, z = (spot - spot[centre]).T
    square = x * x + y * y + z * z
    if reach < len(square):
        farthest = np.partition(square, reach)[reach]
        nearest = np.flatnonzero(square <= farthest)
    else:
        nearest = np.arange(len(square))
    order = nearest[np.argsort(square[nearest], kind="stable")]
    distance = square[order]
    ends = np.append(distance[1:] != distance[:-1], True)
    return order[:reach], ends[:reach]


def last_end(allowed: npt.NDArray[np.bool_]) -> int:
    """How many places the largest allowed circle has."""
    found = np.flatnonzero(allowed)
    return int(found[-1]) + 1 if len(found) else 0


def recent_sums(table: Ints, max_days: int) -> Floats:
    """`[place, d]`: the sum of the last d + 1 days."""
    backwards = table[:, ::-1][:, :max_days]
    return np.cumsum(backwards, axis=1).astype(np.float64)


def cells_of(population: Ints, max_days: int) -> Cells:
    """The person-days of `population[place, day]` in the order of the definition."""
    backwards = population[:, ::-1][:, :max_days]
    ends = np.cumsum(backwards.reshape(-1))
    everyone = float(population.sum())
    steps = len(ends)
    starts = (np.arange(steps) / steps * everyone).astype(np.int64)
    guide = np.searchsorted(ends, starts, side="right").astype(np.int32)
    return Cells(
        ends=ends,
        guide=np.minimum(guide, steps - 1).astype(np.int32),
        steps=float(steps),
        reachable=int(ends[-1]),
        everyone=everyone,
    )
