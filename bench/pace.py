"""Clusters and pace, measured: `python -m bench.pace` with `src` on the path.

Answers are compared before times.  Sides alternate inside one process, the first round is
dropped, medians are printed.  The country is invented: 3,321 communes, 300 nearest, 14 days.
"""

import os
import time
from collections.abc import Callable
from statistics import median

import numpy as np

from lachan.engine import naive_clusters, naive_pace, pace
from lachan.engine.circles import Floats
from lachan.engine.clusters import Study
from lachan.engine.dtypes import Ints
from lachan.engine.naive_pace import PaceRule
from lachan.engine.scanrule import ScanRule

COMMUNES, NEAREST, DAYS, MAX_DAYS, CASES = 3_321, 300, 28, 14, 20_000
ROUNDS = 5
REPLICATES = 32


def country(communes: int) -> tuple[list[naive_clusters.Point], Ints, Ints]:
    """Points, population and cases without a cluster."""
    dice = np.random.default_rng(1)
    spots = zip(dice.uniform(8.5, 23, communes), dice.uniform(102, 109, communes), strict=True)
    points = [naive_clusters.on_earth(*spot) for spot in spots]
    population = np.repeat(dice.integers(2_000, 60_000, communes)[:, None], DAYS, axis=1)
    cases = dice.multinomial(CASES, (population / population.sum()).ravel())
    return points, population, cases.reshape(population.shape)


def numpy_scan(study: Study, cases: Ints) -> float:
    """The highest ratio as one writes it with numpy: a running sum for every centre."""
    circles, all_cases = study.circles, float(cases.sum())
    recent: Floats = np.cumsum(cases[:, ::-1][:, :MAX_DAYS], axis=1).astype(np.float64)
    best = 0.0
    for centre in range(len(circles.of) - 1):
        rows = slice(circles.of[centre], circles.of[centre + 1])
        near, ends = circles.near[rows], circles.ends[rows].astype(bool)
        c = np.cumsum(recent[near], axis=0)[ends]
        m = all_cases * np.cumsum(circles.people[near], axis=0)[ends] / circles.everyone
        high = (c > m) & (c >= circles.least_cases)
        c, m = c[high], m[high]
        ratio = c * np.log(c / m) + (all_cases - c) * np.log((all_cases - c) / (all_cases - m))
        best = max(best, ratio.max(initial=0.0))
    return float(best)


def interleaved(*sides: Callable[[], object]) -> list[float]:
    """Median seconds of each side."""
    times: list[list[float]] = [[] for _ in sides]
    for _ in range(ROUNDS + 1):
        for side, kept in zip(sides, times, strict=True):
            begin = time.perf_counter()
            side()
            kept.append(time.perf_counter() - begin)
    return [median(kept[1:]) for kept in times]


def bench_definition() -> None:
    """Kernel against the definition on a small map."""
    points, population, cases = country(25)
    rule = ScanRule(max_days=MAX_DAYS, max_places=10)
    study = Study(points, population, rule)
    tables = cases.tolist(), population.tolist()
    expected = naive_clusters.clusters(points, *tables, rule, at_most=1)
    assert [c[:6] for c in study.clusters(cases, 1)] == [c[:6] for c in expected]
    kernel, slow = interleaved(
        lambda: study.clusters(cases, 1),
        lambda: naive_clusters.clusters(points, *tables, rule, at_most=1),
    )
    print(
        f"25 communes, {study.windows:,} windows, equal: kernel {kernel * 1e3:.3f} ms,"
        f" definition {slow * 1e3:.0f} ms, ratio {slow / kernel:,.0f}"
    )


def bench_scan() -> None:
    """One scan of the country against numpy; then replicates on one and on all threads."""
    points, population, cases = country(COMMUNES)
    begin = time.perf_counter()
    study = Study(points, population, ScanRule(max_days=MAX_DAYS, max_places=NEAREST))
    print(f"circles of {COMMUNES:,} communes: {time.perf_counter() - begin:.2f} s, once a map")
    ratio = study.clusters(cases, 1)[0].ratio
    assert abs(numpy_scan(study, cases) - ratio) < 1e-9 * ratio
    kernel, wide = interleaved(lambda: study.clusters(cases, 1), lambda: numpy_scan(study, cases))
    print(
        f"scan, {study.windows:,} windows, equal: kernel {kernel * 1e3:.1f} ms"
        f" ({kernel / study.windows * 1e9:.2f} ns a window, {study.windows / kernel / 1e6:,.0f} M"
        f" windows/s), numpy {wide * 1e3:,.0f} ms, ratio {wide / kernel:.0f}"
    )
    threads = len(os.sched_getaffinity(0))
    alone = [r for some in study.chance_ratios(CASES, REPLICATES, 1, 1) for r in some]
    together = [r for some in study.chance_ratios(CASES, REPLICATES, 1, threads) for r in some]
    assert alone == together
    one, many = interleaved(
        lambda: list(study.chance_ratios(CASES, REPLICATES, 1, 1)),
        lambda: list(study.chance_ratios(CASES, REPLICATES, 1, threads)),
    )
    each = one / REPLICATES
    print(
        f"replicate ({CASES:,} cases thrown and scanned), equal: {each * 1e3:.1f} ms on one thread"
        f" ({each / study.windows * 1e9:.2f} ns a window), {many / REPLICATES * 1e3:.1f} ms on"
        f" {threads}; 999 of them {each * 999:.0f} s on one thread"
    )


def bench_pace() -> None:
    """R(t) of a country: a year for every commune."""
    dice = np.random.default_rng(2)
    serial = pace.serial_interval(4.7, 2.9, 60)
    local = dice.poisson(dice.gamma(2, 3, (COMMUNES, 1)), (COMMUNES, 365))
    none = np.zeros(365, np.int64)
    short = local[0][:40].tolist()
    expected = naive_pace.estimates(short, [0] * 40, serial.tolist(), PaceRule())
    found = pace.estimates(np.array(short), none[:40], serial, PaceRule())
    for mine, theirs in zip(found, expected, strict=True):
        assert np.allclose(mine.quantiles, theirs.quantiles, rtol=1e-10)
    kernel, slow = interleaved(
        lambda: pace.estimates(np.array(short), none[:40], serial, PaceRule()),
        lambda: naive_pace.estimates(short, [0] * 40, serial.tolist(), PaceRule()),
    )
    begin = time.perf_counter()
    windows = sum(len(pace.estimates(row, none, serial, PaceRule())) for row in local)
    took = time.perf_counter() - begin
    print(
        f"R(t), {len(found)} windows, equal: kernel {kernel * 1e3:.2f} ms, definition"
        f" {slow * 1e3:.0f} ms, ratio {slow / kernel:,.0f}; a year of {COMMUNES:,} communes:"
        f" {windows:,} windows, 7 quantiles, {took:.1f} s ({took / windows * 1e6:.1f} us each)"
    )


def main() -> None:
    """Everything, small first."""
    bench_definition()
    bench_scan()
    bench_pace()


if __name__ == "__main__":
    main()
