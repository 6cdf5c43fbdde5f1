"""Within how many hours a share of tubes had their result, against a slow twin."""

import random
from collections.abc import Sequence
from fractions import Fraction

import pytest

from lachan.sampling.answer_expected import Wait, hours_within
from tests.spec import tables

title = "Expected hours (+ a tube that still waits)"
table = """
  hours of the tubes          | share | expected
  ----------------------------+-------+---------
  –                           | 80    | –
  4                           | 80    | 4
  4+                          | 80    | –
  1 2 3 4 5                   | 80    | 4
  1 2 3 4 5                   | 81    | 5
  1 2 3 4 5+                  | 80    | 4
  1 2 3 4+ 5+                 | 80    | –
  1 2 3 4+ 5                  | 80    | 5
  1+ 2 3 4 5 6                | 80    | 5
  5+ 1 2 3 4 6                | 80    | 6
  3 3 3 3 3+                  | 80    | 3
  2+ 2+ 2+ 2+ 2               | 20    | 2
  6 6 6 6 6 6 6 6 9+ 9+       | 80    | 6
  6 6 6 6 6 6 6 6 9+ 9+ 5+    | 80    | 6
  6 6 6 6 6 6 6 7+ 9+ 9+      | 80    | –
"""


def waits(cell: str) -> list[Wait]:
    """The tubes of a cell; + still waits."""
    return [
        Wait(float(word.rstrip("+")), over=not word.endswith("+"))
        for word in (tables.known(cell) or "").split()
    ]


@pytest.mark.parametrize("case", tables.read(table), ids=lambda case: " ".join(case.values()))
def test_it_expects(case: dict[str, str]) -> None:
    said = tables.known(case["expected"])
    found = hours_within(waits(case["hours of the tubes"]), int(case["share"]) / 100)
    assert found == (float(said) if said else None)


def naive(waits: Sequence[Wait], share: Fraction) -> float | None:
    """Efron's way: whoever still waits gives his weight to those after him, in equal parts."""
    left = sorted(waits, key=lambda wait: (wait.hours, not wait.over))
    weights = [Fraction(1, len(left))] * len(left)
    had = Fraction(0)
    for place, wait in enumerate(left):
        later = len(left) - place - 1
        if wait.over:
            had += weights[place]
            if had >= share:
                return wait.hours
        elif later:
            part = weights[place] / later
            weights[place + 1 :] = [weight + part for weight in weights[place + 1 :]]
    return None


@pytest.mark.parametrize("seed", range(40))
def test_it_agrees_with_its_slow_twin(seed: int) -> None:
    chance = random.Random(seed)
    tubes = [
        Wait(float(chance.randint(1, 30)), over=chance.random() < 0.7)
        for _tube in range(chance.randint(1, 60))
    ]
    for percent in (1, 20, 50, 80, 95, 99):
        assert hours_within(tubes, percent / 100) == naive(tubes, Fraction(percent, 100))


def test_leaving_out_who_waits_would_promise_too_much() -> None:
    tubes = [Wait(4.0)] * 60 + [Wait(9.0, over=False)] * 30 + [Wait(12.0)] * 10
    assert hours_within([wait for wait in tubes if wait.over], 0.8) == 4.0
    assert hours_within(tubes, 0.8) == 12.0
