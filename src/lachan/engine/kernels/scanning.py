"""Loops that look through every circle and every run of days for the highest ratio.

A window is a circle (the first places in the neighbour list of a centre) during the last `d + 1`
days.  Its cases and person-days grow by one addition per place, so a window costs two additions
and a comparison; the logarithms are taken only where a cheap upper bound beats the best so far.
Sums are whole numbers in float64 and therefore exact and independent of order.
Twins: `naive_clusters.most_likely`, `naive_clusters.chance_ratio`.
"""

from math import log

import numpy as np

from lachan.engine.circles import Cells, Circles, Floats
from lachan.engine.compiled import kernel
from lachan.engine.dtypes import Ints, Marks
from lachan.engine.naive_clusters import FIRST_FACTOR, GOLDEN, HIGHER, SECOND_FACTOR

#: A bound must be beaten by more than rounding can explain before a window is left out.
SLACK = 1 - 1e-9

ONE = np.uint64(1)
SHIFT_30, SHIFT_27, SHIFT_31, SHIFT_11 = (np.uint64(n) for n in (30, 27, 31, 11))
STEP, FIRST, SECOND = np.uint64(GOLDEN), np.uint64(FIRST_FACTOR), np.uint64(SECOND_FACTOR)


@kernel
def mix(number: np.uint64) -> np.uint64:
    """SplitMix64's finisher."""
    number = (number ^ (number >> SHIFT_30)) * FIRST
    number = (number ^ (number >> SHIFT_27)) * SECOND
    return number ^ (number >> SHIFT_31)


@kernel
def ratio_of(circles: Circles, cases: float, people: float, all_cases: float) -> float:
    """Log likelihood ratio of a window; 0 with fewer cases than expected, or too few."""
    expected = all_cases * people / circles.everyone
    if cases < circles.least_cases or cases <= expected * HIGHER:
        return 0.0
    inside = cases * log(cases / expected)
    outside = all_cases - cases
    if outside == 0.0:
        return inside
    return inside + outside * log(outside / (all_cases - expected))


@kernel
def best_days(
    circles: Circles, cases: Floats, people: Floats, all_cases: float, best: float
) -> int:
    """The days (less one) of the window of a circle whose ratio is the first highest above `best`.

    -1 when there is none.
    """
    found = -1
    for d in range(len(cases)):
        ratio = ratio_of(circles, cases[d], people[d], all_cases)
        if ratio > best:
            best, found = ratio, d
    return found


@kernel
def throw_cases(cells: Cells, all_cases: int, stream: np.uint64, recent: Floats) -> None:
    """Fill `recent[place, d]` with cases of the last d + 1 days, thrown on person-days."""
    recent[:] = 0.0
    thrown = recent.reshape(-1)
    state = stream
    for _ in range(all_cases):
        state += STEP
        u = float(mix(state) >> SHIFT_11) * 2.0**-53
        target = int(u * cells.everyone)
        if target >= cells.reachable:
            continue
        cell = cells.guide[int(u * cells.steps)]
        while cells.ends[cell] <= target:
            cell += 1
        thrown[cell] += 1.0
    places, days = recent.shape
    for place in range(places):
        for d in range(1, days):
            recent[place, d] += recent[place, d - 1]


@kernel
def scan(circles: Circles, recent: Floats, all_cases: float, taken: Marks, found: Ints) -> float:
    """The highest ratio above 0, and where: `found` = centre, places, days; first of several.

    Circles that would hold a `taken` place are left out.  Cost: windows looked at.
    """
    days = recent.shape[1]
    rate = all_cases / circles.everyone
    cases, people = np.zeros(days), np.zeros(days)
    best = 0.0
    for centre in range(len(circles.of) - 1):
        cases[:] = 0.0
        people[:] = 0.0
        for q in range(circles.of[centre], circles.of[centre + 1]):
            place = circles.near[q]
            if taken[place]:
                break
            hot = 0
            floor = best * SLACK
            for d in range(days):
                cases[d] += recent[place, d]
                people[d] += circles.people[place, d]
                expected = people[d] * rate
                more = cases[d] - expected
                # Kullback-Leibler is below chi-square: ratio <= more^2 C / (m (C - m)).
                hot += (more > 0.0) & (
                    more * more * all_cases > floor * expected * (all_cases - expected)
                )
            if hot == 0 or circles.ends[q] == 0:
                continue
            d = best_days(circles, cases, people, all_cases, best)
            if d >= 0:
                best = ratio_of(circles, cases[d], people[d], all_cases)
                found[0], found[1], found[2] = centre, q + 1 - circles.of[centre], d + 1
    return best


@kernel
def chance_ratios(
    circles: Circles, cells: Cells, all_cases: int, seed: int, first: int, out: Floats
) -> None:
    """The highest ratios of the replicates `first`, `first` + 1, ...; one depends on no other."""
    places, days = circles.people.shape
    recent = np.empty((places, days))
    nobody = np.zeros(places, np.uint8)
    found = np.zeros(3, np.int64)
    for i in range(len(out)):
        number = np.uint64(first + i) + ONE
        stream = mix(np.uint64(seed) + STEP * number)
        throw_cases(cells, all_cases, stream, recent)
        out[i] = scan(circles, recent, float(all_cases), nobody, found)
