"""Reasons are codes with values; the page lists exactly those the code gives."""

import re
from collections import Counter
from pathlib import Path

import pytest

from lachan.engine import naive_pairs
from lachan.engine.meetings import WHOLE
from lachan.engine.naive_pairs import Evidence
from lachan.engine.pair_answers import REASONS, reasons
from lachan.engine.pair_names import trace_named
from lachan.engine.pair_rule import Home, Minimum, PairRule
from lachan.engine.recomputing import CAUSES, CHANGES
from tests.engine.pair_worlds import random_pair_world

PAGE = (Path(__file__).resolve().parents[2] / "docs/platforms/pairs.md").read_text("utf-8")


def listed(heading: str) -> dict[str, tuple[str, ...]]:
    """code -> placeholders in the first table after a heading."""
    table = PAGE.split(heading, 1)[1].split("|---|---|\n", 1)[1].split("\n\n", 1)[0]
    rows = [line.strip("|").split("|") for line in table.splitlines()]
    return {
        code.strip(" `"): tuple(re.findall(r"`(\w+)`", placeholders)) for code, placeholders in rows
    }


def test_the_page_lists_every_reason() -> None:
    assert listed("## Reasons") == REASONS
    assert listed("## When something changes") == CHANGES
    assert tuple(listed("about whom something changed")) == CAUSES


def test_every_reason_it_gives_is_listed_with_its_values() -> None:
    told: Counter[str] = Counter()
    for seed in range(2_000):
        evidence, rule = random_pair_world(seed)
        for contact in naive_pairs.trace(evidence, rule):
            for reason in reasons(contact, rule):
                assert tuple(reason.values) == REASONS[reason.code]
                told[reason.code] += 1

    assert set(told) == set(REASONS)


def test_it_tells_what_was_reached_by_what_and_how_sure() -> None:
    rule = PairRule(
        hops=1,
        minima=(Minimum(one_meeting=9_999), Minimum(total=900, one_source=600)),
        open_minutes=60,
        open_least_minutes=5,
    )
    visits = [("F0", "v", 0, 3_600), ("a", "v", 3_000, None)]
    evidence = Evidence([("F0", 0, None)], visits, [("a", "F0", 7_000, 7_600, WHOLE // 2)])

    [contact] = naive_pairs.trace(evidence, rule)

    assert [(reason.code, reason.values) for reason in reasons(contact, rule)] == [
        ("total_reached", {"seconds": 900, "minimum": 900, "sources": 1}),
        ("one_source_reached", {"source": "F0", "seconds": 900, "minimum": 600}),
        ("met_at_places", {"seconds": 600, "venues": 1}),
        ("met_closely", {"seconds": 300}),
        ("possible_as_assumed", {"least": 600, "assumed": 900, "open_minutes": 60}),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"open_least_minutes": 61},
        {"open_most_minutes": 59},
        {"open_least_minutes": -1},
        {"other_weight": 1_001},
        {"weights": (("line", -1),)},
        {"minima": ()},
    ],
)
def test_it_refuses_figures_that_contradict_each_other(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"lies between|permille|needs a minimum"):
        PairRule(**{"hops": 1, "minima": (Minimum(),), **wrong})  # type: ignore[arg-type]


def test_it_refuses_more_than_a_day_a_day() -> None:
    with pytest.raises(ValueError, match="at most one day"):
        Home(minutes=1_441)


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        ([("a", "b", "room"), ("b", "a", "room")], "inside itself"),
        ([("a", "a", "room")], "inside itself"),
        ([("a", None, "room"), ("a", None, "line")], "named twice"),
    ],
)
def test_it_refuses_places_that_are_no_tree(
    places: list[tuple[str, str | None, str]], sentence: str
) -> None:
    evidence = Evidence([("F0", 0, None)], [("F0", "a", 0, 60)], places=places)
    for trace in (naive_pairs.trace, trace_named):
        with pytest.raises(ValueError, match=sentence):
            trace(evidence, PairRule(hops=1, minima=(Minimum(),)))
