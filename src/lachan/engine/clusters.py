"""Clusters in space and time: which circle, during which last days, has more cases than chance.

The definition is `naive_clusters.py`; this gives the same clusters and the same replicates fast.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from lachan.engine.alarms import Budget, Verdict, rank_p, recurrence_days, stopped_at, verdict
from lachan.engine.circles import Cells, Circles, Floats, cells_of, circles_of, recent_sums
from lachan.engine.dtypes import Ints
from lachan.engine.kernels import scanning
from lachan.engine.naive_clusters import Point
from lachan.engine.scanrule import Cluster, ScanRule

#: Replicates a thread computes before it asks for more; the answer does not depend on it.
CHUNK = 16


class Judged(NamedTuple):
    """A cluster and what chance says about it; days of recurrence when scanned once a day."""

    cluster: Cluster
    p: float
    p_gumbel: float
    recurrence_days: float
    alarm: bool


class Scan(NamedTuple):
    """The clusters of one day, most likely first, and the verdict that judged them."""

    clusters: list[Judged]
    verdict: Verdict
    all_cases: int
    windows: int


class Study:
    """One map, one population, one rule: scanned as often as there are counts.

    `points[place]` lie on a plane or on the unit sphere; `population[place, day]` are whole
    numbers, the last day is today.
    """

    def __init__(self, points: Sequence[Point], population: Ints, rule: ScanRule) -> None:
        self.rule = rule
        self.population = np.ascontiguousarray(population, np.int64)
        self.circles: Circles = circles_of(points, self.population, rule)
        self.cells: Cells = cells_of(self.population, rule.max_days)

    @property
    def windows(self) -> int:
        """How many windows one scan looks at."""
        return int(self.circles.ends.sum()) * self.rule.max_days

    def clusters(self, cases: Ints, at_most: int) -> list[Cluster]:
        """`naive_clusters.clusters` of `cases[place, day]`."""
        recent = recent_sums(cases, self.rule.max_days)
        all_cases = int(cases.sum())
        taken = np.zeros(len(cases), np.uint8)
        clusters: list[Cluster] = []
        while len(clusters) < at_most and all_cases:
            found = np.zeros(3, np.int64)
            ratio = scanning.scan(self.circles, recent, float(all_cases), taken, found)
            if ratio <= 0:
                break
            clusters.append(self.cluster(recent, all_cases, ratio, *map(int, found)))
            taken[list(clusters[-1].places)] = 1
        return clusters

    def cluster(
        self, recent: Floats, all_cases: int, ratio: float, centre: int, size: int, days: int
    ) -> Cluster:
        """What stands at a place of the answer."""
        begin = self.circles.of[centre]
        places = self.circles.near[begin : begin + size]
        people = int(self.circles.people[places, days - 1].sum())
        return Cluster(
            centre=centre,
            places=tuple(places.tolist()),
            days=days,
            cases=int(recent[places, days - 1].sum()),
            person_days=people,
            expected=all_cases * float(people) / self.circles.everyone,
            ratio=ratio,
        )

    def chance_ratios(
        self, all_cases: int, replicates: int, seed: int, threads: int
    ) -> Iterator[list[float]]:
        """The highest ratios of worlds without a cluster, in their order, some at a time."""

        def chunk(first: int) -> list[float]:
            out = np.empty(min(CHUNK, replicates - first))
            scanning.chance_ratios(self.circles, self.cells, all_cases, seed, first, out)
            return out.tolist()

        with ThreadPoolExecutor(threads) as pool:
            for begin in range(0, replicates, CHUNK * threads):
                stop = min(replicates, begin + CHUNK * threads)
                yield from pool.map(chunk, range(begin, stop, CHUNK))

    def maxima(
        self, ratio: float, all_cases: int, replicates: int, seed: int, threads: int
    ) -> list[float]:
        """Replicates until `ratio` is known to be common, or all of them."""
        maxima: list[float] = []
        for ratios in self.chance_ratios(all_cases, replicates, seed, threads):
            maxima += ratios
            needed = stopped_at(maxima, ratio)
            if needed < len(maxima):
                return maxima[:needed]
        return maxima

    def scan(
        self, cases: Ints, budget: Budget, *, seed: int, at_most: int = 10, threads: int = 1
    ) -> Scan:
        """The clusters of `cases[place, day]`, judged; the same for any number of threads."""
        clusters = self.clusters(cases, at_most)
        all_cases = int(cases.sum())
        ratio = clusters[0].ratio if clusters else 0.0
        maxima = self.maxima(ratio, all_cases, budget.replicates, seed, threads)
        said = verdict(maxima, budget.chance)
        judged = [judge(cluster, said) for cluster in clusters]
        return Scan(judged, said, all_cases, self.windows)


def judge(cluster: Cluster, said: Verdict) -> Judged:
    """Every cluster is ranked among the strongest windows of the replicates."""
    p = rank_p(cluster.ratio, said.maxima)
    tail = said.gumbel.beyond(cluster.ratio)
    return Judged(
        cluster=cluster,
        p=p,
        p_gumbel=tail,
        recurrence_days=recurrence_days(p if said.by_rank else tail),
        alarm=cluster.ratio > said.alarm_above,
    )
