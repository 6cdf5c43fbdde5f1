"""How the benches write their figures into pages and pictures."""

import math
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from bench.calibration import Bin, bins, brier, log_loss
from bench.drawing import at, reliability_picture
from bench.inserting import insert, table


def test_it_replaces_what_stands_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- x -->\nold\n<!-- /x -->\nb\n")

    insert(page, "x", table(("n", "m"), [(1, 2)]))
    insert(page, "x", table(("n", "m"), [(1, 3)]))

    assert (
        page.read_text() == "a\n<!-- x -->\n| n | m |\n| --- | --- |\n| 1 | 3 |\n<!-- /x -->\nb\n"
    )
    with pytest.raises(ValueError, match="needs the marks"):
        insert(page, "y", "text")


def test_an_interval_holds_the_share_and_narrows_with_more_people() -> None:
    few, many = Bin(0.1, 5, 50), Bin(0.1, 500, 5_000)

    for part in (few, many):
        assert part.interval[0] < 0.1 < part.interval[1]
    assert many.interval[1] - many.interval[0] < (few.interval[1] - few.interval[0]) / 5
    assert Bin(0.0, 0, 100).interval == pytest.approx((0, 0.0370), abs=1e-4)


def test_scores_reward_the_truth() -> None:
    infected = np.array([True, False, False, False])
    honest, bold = np.full(4, 0.25), np.array([0.0, 1.0, 0.0, 0.0])

    assert brier(honest, infected) == pytest.approx(0.1875)
    assert log_loss(honest, infected) == pytest.approx(-(math.log(0.25) + 3 * math.log(0.75)) / 4)
    assert brier(bold, infected) > brier(honest, infected)
    assert log_loss(bold, infected) > log_loss(honest, infected)


def test_tenths_are_ordered_and_lose_nobody() -> None:
    predicted = np.linspace(0.99, 0, 103)
    parts = bins(predicted, predicted > 0.5)

    assert sum(part.people for part in parts) == 103
    assert sum(part.infected for part in parts) == (predicted > 0.5).sum()
    assert [part.predicted for part in parts] == sorted(part.predicted for part in parts)


def test_the_picture_says_that_it_is_a_simulation_and_draws_every_tenth() -> None:
    picture = reliability_picture([Bin(0.002, 3, 900), Bin(0.05, 40, 900)])
    root = ElementTree.fromstring(picture)
    titles = [node.text for node in root.iter("{http://www.w3.org/2000/svg}title")]

    assert "Simulated stories, not people" in picture
    assert titles[1:] == [
        "3 of 900 infected, 0.20 % predicted",
        "40 of 900 infected, 5.00 % predicted",
    ]
    assert at(0.0001) == 0
    assert at(0.5) == pytest.approx(320)
