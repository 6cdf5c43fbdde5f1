"""What becomes of one row, and of a run whose controls are wrong; no table is needed."""

from dataclasses import replace

import pytest

from lachan.core.ids import uuid7
from lachan.formats.labresults import LabResult
from lachan.sampling.import_deciding import Standing, Verdict, decide, failed_runs
from tests.sampling.deliveries import Sent

POSITIVE = Sent("B-1", "positive").read(1)
OTHER = Standing(uuid7(), "negative", released=False)
RELEASED = Standing(uuid7(), "negative", released=True)
SAME = Standing(uuid7(), "positive", released=True)
CORRECTED = replace(POSITIVE, status="corrected")


@pytest.mark.parametrize(
    ("row", "standing", "act", "code"),
    [
        (POSITIVE, None, "enter", ""),
        (POSITIVE, SAME, "repeat", ""),
        (POSITIVE, OTHER, "refuse", "result_differs"),
        (CORRECTED, None, "enter", ""),
        (CORRECTED, OTHER, "correct", ""),
        (CORRECTED, RELEASED, "refuse", "result_released"),
        (replace(POSITIVE, outcome=""), None, "refuse", "outcome_unknown"),
        (replace(POSITIVE, status="preliminary"), None, "refuse", "result_preliminary"),
        (replace(POSITIVE, status="cancelled"), SAME, "refuse", "result_cancelled"),
        (replace(POSITIVE, control="positive"), None, "control", ""),
    ],
)
def test_a_row_of_a_known_tube(
    row: LabResult, standing: Standing | None, act: str, code: str
) -> None:
    assert decide(row, known=True, standing=standing) == Verdict(act, code)


def test_an_unknown_tube_is_refused() -> None:
    assert decide(POSITIVE, known=False, standing=None) == Verdict("refuse", "unknown_tube")


@pytest.mark.parametrize("row", [POSITIVE, CORRECTED])
def test_nothing_new_comes_from_a_run_that_is_held_back(row: LabResult) -> None:
    assert decide(row, known=True, standing=None, held="run_invalid").code == "run_invalid"


def test_a_repeat_says_nothing_new_even_of_a_run_that_is_held_back() -> None:
    assert decide(POSITIVE, known=True, standing=SAME, held="run_invalid").act == "repeat"


def well(control: str, outcome: str) -> LabResult:
    """A control well of run 7."""
    return replace(POSITIVE, control=control, outcome=outcome, run="7")


@pytest.mark.parametrize(
    ("control", "outcome", "failed"),
    [
        ("negative", "negative", False),
        ("negative", "invalid", False),
        ("negative", "positive", True),
        ("positive", "positive", False),
        ("positive", "negative", True),
        ("extraction", "invalid", True),
        ("extraction", "negative", False),
        ("other", "positive", False),
        ("positive", "", False),
    ],
)
def test_a_control_that_contradicts_itself_fails_its_run(
    control: str, outcome: str, *, failed: bool
) -> None:
    found = failed_runs([well(control, outcome), replace(POSITIVE, run="8")], None)
    assert found == (frozenset({"7"}) if failed else frozenset())
