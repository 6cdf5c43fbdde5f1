"""The definition of a cluster scan, written as the definition: slow, obvious, no arrays.

`clusters.py` must find the same clusters and the same replicates.  Places and days are dense
numbers; day 0 is the first of the study.  Counts and populations are whole numbers, so that the
same set of places and days has the same ratio from whatever centre it is seen.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from math import asin, cos, log, radians, sin, sqrt

from lachan.engine.scanrule import Cluster, ScanRule

#: Mean radius of the Earth in kilometres (IUGG, R1).
EARTH_KM = 6371.0088

#: Cases must be above the expected ones by more than rounding can explain: a window that has
#: exactly its share is no cluster.
HIGHER = 1 + 1e-12

#: Constants of SplitMix64 (Steele, Lea and Flood 2014), a generator that needs only a counter.
GOLDEN = 0x9E3779B97F4A7C15
FIRST_FACTOR = 0xBF58476D1CE4E5B9
SECOND_FACTOR = 0x94D049BB133111EB
MASK = 2**64 - 1

Point = tuple[float, float, float]
Table = Sequence[Sequence[int]]  # [place][day]


def on_plane(x: float, y: float) -> Point:
    """A point of a map with equal axes."""
    return x, y, 0.0


def on_earth(latitude: float, longitude: float) -> Point:
    """A point of the unit sphere; the straight distance orders as the great circle does."""
    p, q = radians(latitude), radians(longitude)
    return cos(p) * cos(q), cos(p) * sin(q), sin(p)


def apart(a: Point, b: Point) -> float:
    """The square of the straight distance."""
    x, y, z = a[0] - b[0], a[1] - b[1], a[2] - b[2]
    return x * x + y * y + z * z


def radius_on_plane(square: float) -> float:
    """A distance in the units of the coordinates."""
    return sqrt(square)


def radius_on_earth(square: float) -> float:
    """A distance along the ground in kilometres."""
    return 2 * EARTH_KM * asin(min(1.0, sqrt(square) / 2))


def likelihood_ratio(cases: int, person_days: int, all_cases: int, all_person_days: int) -> float:
    """Log of the likelihood of a higher rate inside against one rate everywhere; 0 if not higher.

    c ln(c / m) + (C - c) ln((C - c) / (C - m)), where m = C n / N cases are expected.
    """
    expected = all_cases * float(person_days) / all_person_days
    if cases <= expected * HIGHER:
        return 0.0
    inside = cases * log(cases / expected)
    outside = all_cases - cases
    if outside == 0:
        return inside
    return inside + outside * log(outside / (all_cases - expected))


def circles(
    points: Sequence[Point], population: Table, rule: ScanRule, centre: int
) -> Iterator[tuple[int, ...]]:
    """Every circle around `centre`, smallest first.

    A circle holds everything within its radius: places equally far enter together.
    """
    everyone = sum(map(sum, population))
    order = sorted(range(len(points)), key=lambda p: (apart(points[centre], points[p]), p))
    distance = [apart(points[centre], points[p]) for p in order]
    for size in range(1, len(order) + 1):
        if size < len(order) and distance[size] == distance[size - 1]:
            continue
        inside = order[:size]
        if sum(sum(population[p]) for p in inside) > rule.max_share * everyone:
            return
        if rule.max_places is not None and size > rule.max_places:
            return
        yield tuple(inside)


def windows(
    points: Sequence[Point], cases: Table, population: Table, rule: ScanRule
) -> Iterator[Cluster]:
    """Every circle during every run of days that ends today."""
    all_cases, everyone = sum(map(sum, cases)), sum(map(sum, population))
    for centre in range(len(points)):
        for inside in circles(points, population, rule, centre):
            for days in range(1, rule.max_days + 1):
                count = sum(sum(cases[p][-days:]) for p in inside)
                people = sum(sum(population[p][-days:]) for p in inside)
                if people == 0 or count < rule.least_cases:
                    continue
                ratio = likelihood_ratio(count, people, all_cases, everyone)
                expected = all_cases * float(people) / everyone
                yield Cluster(centre, inside, days, count, people, expected, ratio)


def most_likely(
    points: Sequence[Point],
    cases: Table,
    population: Table,
    rule: ScanRule,
    taken: Callable[[int], bool] = lambda place: False,
) -> Cluster | None:
    """The window with the largest ratio above 0; of several the first."""
    best = None
    for window in windows(points, cases, population, rule):
        if any(map(taken, window.places)):
            continue
        if window.ratio > (best.ratio if best else 0.0):
            best = window
    return best


def clusters(
    points: Sequence[Point], cases: Table, population: Table, rule: ScanRule, at_most: int
) -> list[Cluster]:
    """The most likely cluster, then always the most likely one sharing no place with those."""
    found: list[Cluster] = []
    while len(found) < at_most:
        named = {place for cluster in found for place in cluster.places}
        window = most_likely(points, cases, population, rule, named.__contains__)
        if window is None:
            break
        found.append(window)
    return found


def mix(number: int) -> int:
    """SplitMix64's finisher: 64 bits that look like chance."""
    number = (number ^ (number >> 30)) * FIRST_FACTOR & MASK
    number = (number ^ (number >> 27)) * SECOND_FACTOR & MASK
    return number ^ (number >> 31)


def uniform(seed: int, replicate: int, draw: int) -> float:
    """A number in [0, 1) that depends on nothing but the three counters."""
    stream = mix((seed + GOLDEN * (replicate + 1)) & MASK)
    return (mix((stream + GOLDEN * (draw + 1)) & MASK) >> 11) * 2.0**-53


def scattered(
    population: Table, all_cases: int, max_days: int, seed: int, replicate: int
) -> list[list[int]]:
    """`all_cases` cases thrown on person-days, each as likely as the other.

    Person-days are counted place by place from today backwards, those that a window can reach
    before those that none can; the order changes a replicate but not the law of replicates.
    """
    days = len(population[0])
    cells = [
        (place, days - 1 - ago)
        for agos in (range(max_days), range(max_days, days))
        for place in range(len(population))
        for ago in agos
    ]
    ends = list(accumulate(population[p][day] for p, day in cells))
    cases = [[0] * days for _ in population]
    for draw in range(all_cases):
        place, day = cells[bisect_right(ends, int(uniform(seed, replicate, draw) * ends[-1]))]
        cases[place][day] += 1
    return cases


def chance_ratio(
    points: Sequence[Point],
    cases: Table,
    population: Table,
    rule: ScanRule,
    seed: int,
    replicate: int,
) -> float:
    """The largest ratio of a replicate without any cluster in it."""
    all_cases = sum(map(sum, cases))
    thrown = scattered(population, all_cases, rule.max_days, seed, replicate)
    best = most_likely(points, thrown, population, rule)
    return best.ratio if best else 0.0
