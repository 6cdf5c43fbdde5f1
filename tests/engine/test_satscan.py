"""The scan gives the figures of SaTScan 9.6 for leukaemia in New York State."""

import re
from typing import NamedTuple

import numpy as np
import pytest

from lachan.engine import naive_clusters as naive
from lachan.engine.alarms import Budget
from lachan.engine.clusters import Study
from lachan.engine.naive_clusters import Point
from lachan.engine.scanrule import ScanRule
from tests.shared_files import shared

FOLDER = "conformance/10-statistics/satscan-ny-leukemia"

BLOCK = re.compile(r"^\d+\.Location IDs included\.: (.*?)\n  Coordinates(.*?)\n\n", re.S | re.M)


class NewYork(NamedTuple):
    names: list[str]
    plane: list[Point]
    earth: list[Point]
    cases: np.ndarray
    population: np.ndarray


@pytest.fixture(scope="module")
def new_york() -> NewYork:
    folder = shared(FOLDER)

    def rows(name: str) -> list[list[str]]:
        return [line.split() for line in (folder / name).read_text().splitlines()]

    spots = {name: (float(x), float(y)) for name, x, y in rows("satscan_ny_coords.txt")}
    cases = {name: int(count) for name, count, _ in rows("satscan_ny_cases.txt")}
    population = {name: int(count) for name, _, count in rows("satscan_ny_pop.txt")}
    return NewYork(
        list(spots),
        [naive.on_plane(*spot) for spot in spots.values()],
        [naive.on_earth(*spot) for spot in spots.values()],
        np.array([[cases.get(name, 0)] for name in spots]),
        np.array([[population[name]] for name in spots]),
    )


def figure(label: str, block: str) -> str:
    found = re.search(rf"{re.escape(label)}\.*: ([\d.]+)", block)
    assert found
    return found[1]


def test_it_gives_every_cluster_of_the_report(new_york: NewYork) -> None:
    report = (shared(FOLDER) / "satscan_ny_out.txt").read_text()
    blocks = BLOCK.findall(report.replace("\n____", "\n\n____"))
    study = Study(new_york.plane, new_york.population, ScanRule(max_share=0.1))

    clusters = study.clusters(new_york.cases, at_most=7)

    assert len(blocks) == 7
    for cluster, (places, block) in zip(clusters, blocks, strict=True):
        assert {new_york.names[p] for p in cluster.places} == set(re.findall(r"\d+", places))
        assert f"{cluster.ratio:.6f}" == figure("Log likelihood ratio", block)
        assert f"{cluster.cases}" == figure("Number of cases", block)
        assert f"{cluster.expected:.2f}" == figure("Expected cases", block)
        assert f"{cluster.person_days}" == figure("Population", block)


@pytest.mark.parametrize(
    ("points", "ratio", "places"),
    # Half of the population in a circle: SaTScan's reports on a plane and on the Earth.
    [("plane", "14.083511", 28), ("earth", "14.780276", 31)],
)
def test_it_gives_the_ratio_of_the_reports_with_half_the_population(
    new_york: NewYork, points: str, ratio: str, places: int
) -> None:
    study = Study(getattr(new_york, points), new_york.population, ScanRule(max_share=0.5))

    strongest = study.clusters(new_york.cases, at_most=1)[0]

    assert f"{strongest.ratio:.6f}" == ratio
    assert len(strongest.places) == places


def test_its_p_values_are_those_of_the_report_within_chance(new_york: NewYork) -> None:
    study = Study(new_york.plane, new_york.population, ScanRule(max_share=0.1))

    scan = study.scan(new_york.cases, Budget(replicates=9_999), seed=1, at_most=7)

    # The report's values are estimates from 999 replicates, with a standard deviation of
    # sqrt(p (1 - p) / 999), ours from ten times as many.
    report = [0.001, 0.013, 0.216, 0.609, 0.755]
    for judged, theirs in zip(scan.clusters, report, strict=False):
        assert abs(judged.p - theirs) < 4 * (1.1 * theirs * (1 - theirs) / 999) ** 0.5
    strongest = scan.clusters[0]
    assert strongest.p == pytest.approx(strongest.p_gumbel, rel=0.5)
