"""R(t) is EpiEstim's, and the fast path is the definition."""

import csv
import random
from dataclasses import astuple

import numpy as np
import pytest

from lachan.engine import naive_pace as naive
from lachan.engine import pace
from lachan.engine.naive_pace import Estimate, PaceRule
from tests.shared_files import shared

FOLDER = "conformance/10-statistics/epiestim"


def column(name: str) -> list[float]:
    with (shared(FOLDER) / name).open() as file:
        return [float(row[0]) for row in list(csv.reader(file))[1:]]


def figures(estimate: Estimate) -> list[float]:
    """The columns of EpiEstim's table of R; it counts days from 1."""
    return [
        estimate.start + 1,
        estimate.end + 1,
        estimate.mean,
        estimate.sd,
        *estimate.quantiles,
    ]


@pytest.mark.parametrize("example", ["Example1", "Example2"])
@pytest.mark.parametrize("module", [pace, naive], ids=["kernel", "definition"])
def test_it_gives_every_figure_of_epiestim(example: str, module: object) -> None:
    local = np.array(column(f"{example}I_local.csv"), np.int64)
    imported = np.array(column(f"{example}I_imported.csv"), np.int64)
    serial = np.array(column(f"{example}si_distr.csv"))
    with (shared(FOLDER) / f"{example}R.csv").open() as file:
        expected = [[float(cell) for cell in row[:11]] for row in list(csv.reader(file))[1:]]

    found = module.estimates(local, imported, serial, PaceRule())  # type: ignore[attr-defined]

    assert [figures(e) for e in found] == [pytest.approx(row, rel=1e-9) for row in expected]
    assert len(found) >= 20


def test_it_cuts_a_serial_interval_into_days_as_epiestim_does() -> None:
    expected = column("Example2si_distr.csv")[:-1]

    found = pace.serial_interval(2.6, 1.5, len(expected))

    assert found == pytest.approx(expected, abs=1e-13)


@pytest.mark.parametrize(("mean", "sd"), [(1.1, 0.2), (2.6, 1.5), (4.7, 2.9), (14.9, 3.9), (3, 9)])
def test_the_serial_interval_is_that_of_the_definition(mean: float, sd: float) -> None:
    found = pace.serial_interval(mean, sd, 120)

    assert found == pytest.approx(naive.serial_interval(mean, sd, 120), abs=1e-10)
    assert found[0] == pytest.approx(0, abs=1e-15)


def test_the_serial_interval_keeps_its_mean() -> None:
    found = pace.serial_interval(4.7, 2.9, 200)

    assert found.sum() == pytest.approx(1, abs=1e-12)
    assert found @ np.arange(200) == pytest.approx(4.7, abs=1e-9)


@pytest.mark.parametrize("seed", range(200))
def test_it_agrees_with_the_definition(seed: int) -> None:
    dice = random.Random(seed)
    days = dice.randrange(1, 25)
    local = [dice.choice((0, 0, 1, 5, dice.randrange(60))) for _ in range(days)]
    imported = [dice.choice((0, 0, 0, 2)) for _ in range(days)]
    weights = [0.0, *(dice.random() for _ in range(dice.randrange(1, 12)))]
    serial = [weight / sum(weights) for weight in weights]
    rule = PaceRule(dice.choice((1, 2, 7, 14)), dice.choice((1.0, 2.5)), dice.choice((5.0, 0.4)))
    level = [dice.choice(naive.LEVELS)]

    found = pace.estimates(np.array(local), np.array(imported), np.array(serial), rule, level)

    expected = naive.estimates(local, imported, serial, rule, level)
    assert [e[:3] for e in found] == [e[:3] for e in expected]
    for mine, theirs in zip(found, expected, strict=True):
        assert mine[3:6] == pytest.approx(theirs[3:6], rel=1e-12)
        assert mine.quantiles == pytest.approx(theirs.quantiles, rel=1e-10)


def test_it_finds_the_r_that_made_the_epidemic() -> None:
    serial, cases, true_r = pace.serial_interval(4, 2, 30), [40.0], 1.6
    for _ in range(40):
        cases.append(true_r * naive.infectivity([*cases, 0], serial.tolist())[-1])
    whole = np.rint(np.array(cases)).astype(np.int64)

    last = pace.estimates(whole, np.zeros_like(whole), serial, PaceRule())[-1]

    assert last.mean == pytest.approx(true_r, rel=0.005)
    assert last.quantiles[0] < true_r < last.quantiles[-1]


def test_imported_cases_infect_but_were_not_infected_here() -> None:
    serial = np.array([0, 0.5, 0.5])
    twenty = np.full(12, 20)
    none = np.zeros_like(twenty)

    here = pace.estimates(twenty, none, serial, PaceRule())[-1]
    half_from_elsewhere = pace.estimates(twenty // 2, twenty // 2, serial, PaceRule())[-1]

    assert here.mean == pytest.approx(1, rel=0.02)
    assert half_from_elsewhere.mean == pytest.approx(0.5, rel=0.02)


def test_it_says_nothing_where_nobody_could_infect() -> None:
    serial = np.array([0, 1.0])
    local = np.array([0] * 20 + [3, 4, 5])

    found = pace.estimates(local, np.zeros_like(local), serial, PaceRule(window=2))

    assert [(e.start, e.cases) for e in found] == [(20, 7), (21, 9)]


def test_a_series_shorter_than_its_window_has_no_estimate() -> None:
    seven = np.ones(7, np.int64)

    assert pace.estimates(seven, seven, np.array([0, 1.0]), PaceRule()) == []
    assert astuple(PaceRule()) == (7, 1.0, 5.0)
