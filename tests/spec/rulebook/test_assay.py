"""What a test found, from the cycle of each target: the table that a laboratory checks."""

from copy import deepcopy
from typing import Any

import pytest

from lachan.rulebook.assays import (
    AssayRule,
    BadReading,
    assay_rule_of,
    interpret,
    judge_run,
)
from lachan.rulebook.checking import check_rule
from lachan.rulebook.shape import BadRule
from tests.spec import tables
from tests.spec.rulebook import shipped

TODAY = shipped.noon("15/11/2026")

title = "Reading a test: from cycles to what was found (– is undetermined)"
table = """
  disease  | N1    | N2    | N     | RP   | found
  ---------+-------+-------+-------+------+--------------
  covid-19 | 24.1  | 25.3  |       | 27   | positive
  covid-19 | 39.99 | 39.99 |       | –    | positive
  covid-19 | 38.2  | –     |       | 27   | indeterminate
  covid-19 | –     | 31    |       | –    | indeterminate
  covid-19 | 40    | 40    |       | 27   | negative
  covid-19 | –     | –     |       | 27   | negative
  covid-19 | –     | –     |       | –    | invalid
  covid-19 | –     | –     |       | 40   | invalid
  measles  |       |       | 36.99 | 28   | positive
  measles  |       |       | 37    | 28   | indeterminate
  measles  |       |       | 39.99 | –    | indeterminate
  measles  |       |       | 40    | 28   | negative
  measles  |       |       | –     | –    | invalid
"""


def assay(disease: str) -> AssayRule:
    """The shipped table of a disease."""
    return assay_rule_of(shipped.rule("assay", disease, TODAY))


def cycles_of(rule: AssayRule, case: dict[str, str]) -> dict[str, float | None]:
    """The cycles of a row, for the targets of the test."""
    cells = {target.code: tables.known(case[target.code]) for target in rule.targets}
    return {code: None if cell is None else float(cell) for code, cell in cells.items()}


@pytest.mark.parametrize("case", tables.read(table), ids=lambda case: " ".join(case.values()))
def test_it_reads_the_cycles(case: dict[str, str]) -> None:
    rule = assay(case["disease"])
    assert interpret(rule, cycles_of(rule, case)).outcome == case["found"]


RUNS: list[tuple[str, dict[str, float | None], bool]] = [
    ("positive", {"N1": 28.0, "N2": 29.0, "RP": 27.0}, True),
    ("positive", {"N1": 28.0, "N2": None, "RP": 27.0}, False),
    ("negative", {"N1": None, "N2": None, "RP": None}, True),
    ("negative", {"N1": 37.5, "N2": None, "RP": None}, False),
    ("negative", {"N1": None, "N2": None, "RP": 36.0}, False),
    ("extraction", {"N1": None, "N2": None, "RP": 29.0}, True),
    ("extraction", {"N1": None, "N2": None, "RP": None}, False),
]


@pytest.mark.parametrize(("kind", "cycles", "passed"), RUNS)
def test_it_judges_a_control(kind: str, cycles: dict[str, float | None], passed: bool) -> None:
    right = {row[0]: row[1] for row in RUNS if row[2]}
    verdicts = judge_run(assay("covid-19"), (right | {kind: cycles}).items())
    assert all(verdict.passed for verdict in verdicts) is passed
    assert {verdict.kind for verdict in verdicts if not verdict.passed} <= {kind}


def test_a_control_that_nobody_read_fails_the_run() -> None:
    right = {row[0]: row[1] for row in RUNS if row[2] and row[0] != "extraction"}
    verdicts = judge_run(assay("covid-19"), right.items())
    assert [verdict.kind for verdict in verdicts if not verdict.passed] == ["extraction"]


def test_a_control_outside_its_limits_fails() -> None:
    read: list[tuple[str, dict[str, float | None]]] = [
        ("positive", {"N": 35.0, "RP": None}),
        ("negative", {"N": None, "RP": None}),
        ("extraction", {"N": None, "RP": 30.0}),
    ]
    [wrong] = [verdict for verdict in judge_run(assay("measles"), read) if not verdict.passed]
    assert wrong.decision is not None
    assert wrong.decision.outcome == "control_outside"


@pytest.mark.parametrize(
    ("cycles", "code"),
    [
        ({"N1": 20.0, "N2": 20.0}, "target_missing"),
        ({"N1": 20.0, "N2": 20.0, "RP": 20.0, "E": 20.0}, "target_unknown"),
        ({"N1": 46.0, "N2": 20.0, "RP": 20.0}, "ct_impossible"),
        ({"N1": 0.0, "N2": 20.0, "RP": 20.0}, "ct_impossible"),
        ({"N1": float("nan"), "N2": 20.0, "RP": 20.0}, "ct_impossible"),
    ],
)
def test_it_reads_nothing_into_cycles_that_cannot_be(
    cycles: dict[str, float | None], code: str
) -> None:
    with pytest.raises(BadReading) as said:
        interpret(assay("covid-19"), cycles)
    assert said.value.code == code


def _changed(**parts: Any) -> dict[str, Any]:
    return deepcopy(dict(shipped.rule("assay", "covid-19", TODAY).body)) | parts


_CONTROL = {"kind": "negative", "wells": {"96": ["H12"], "384": ["P24"]}, "absent": ["N1"]}
_OTHER = {"kind": "positive", "wells": {"96": ["G12"], "384": ["O24"]}, "found": ["N1"]}


@pytest.mark.parametrize(
    "parts",
    [
        {"test": "94500-7"},
        {"codes": {"positive": "260373001"}},
        {"table": [{"outcome": "positive", "found": ["N1", "N2"]}]},
        {"table": [{"outcome": "perhaps"}]},
        {"table": [{"outcome": "positive", "found": ["E"]}, {"outcome": "invalid"}]},
        {"targets": [{"code": "N1", "below": 50.0}]},
        {"targets": [{"code": "N1", "below": 40.0, "weak_from": 41.0}]},
        {"cycles": 0},
        {"controls": [_CONTROL]},
        {"controls": [_CONTROL, _OTHER | {"wells": {"96": ["H12"], "384": ["O24"]}}]},
        {"controls": [_CONTROL, _OTHER | {"wells": {"96": ["I1"], "384": ["O24"]}}]},
        {"controls": [_CONTROL, _OTHER | {"found": ["E"]}]},
        {"controls": [_CONTROL, _OTHER | {"limits": {"N1": [30.0, 20.0]}}]},
        {"urgency": "symptoms"},
    ],
)
def test_it_refuses_a_table_with_a_hole(parts: dict[str, Any]) -> None:
    rule = shipped.rule("assay", "covid-19", TODAY)
    check_rule("assay", rule.body, rule.sentences)
    with pytest.raises(BadRule):
        check_rule("assay", _changed(**parts), rule.sentences)
