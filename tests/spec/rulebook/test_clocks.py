"""The hours of Decree 165/2026: who must do what by when, and when a holding ends by itself."""

from datetime import datetime

import pytest

from lachan.core.clock import OFFSET
from lachan.rulebook import evaluate
from tests.spec import tables
from tests.spec.rulebook import shipped

title = "Clocks of an order: found at 22:00 (group A disease)"
table = """
  measure             | towards | list  | decision | notice | holding ends by itself
  --------------------+---------+-------+----------+--------+-----------------------
  isolate_home        | contact | 00:00 | 01:00    | 04:00  | 01:00
  isolate_facility    | patient | 23:00 | 00:00    | 01:00  | 00:00
  isolate_border      | suspect | 23:00 | 00:00    | –      | 00:00
  isolate_other_place | contact | 01:00 | 04:00    | 07:00  | 04:00
"""

FOUND = datetime(2026, 11, 15, 22, tzinfo=OFFSET)


@pytest.mark.parametrize("case", tables.read(table), ids=lambda case: case["measure"])
def test_it_knows_when_each_step_is_due(case: dict[str, str]) -> None:
    answer = shipped.may_we(case["measure"], case["towards"], "demo-a", FOUND)

    due = evaluate.due_times(answer, found_at=FOUND)

    for step in ("list", "decision", "notice"):
        at = due.get(step)
        assert (at and at.strftime("%H:%M")) == tables.known(case[step])
    assert due["holding_ends"].strftime("%H:%M") == case["holding ends by itself"]


def test_it_counts_a_step_from_when_the_one_before_was_done() -> None:
    answer = shipped.may_we("isolate_home", "contact", "demo-a", FOUND)
    signed = datetime(2026, 11, 16, 0, 50, tzinfo=OFFSET)

    due = evaluate.due_times(answer, found_at=FOUND, done={"decision": signed})

    assert due["notice"] == datetime(2026, 11, 16, 3, 50, tzinfo=OFFSET)


def test_it_prolongs_a_holding_once() -> None:
    answer = shipped.may_we("isolate_home", "contact", "demo-a", FOUND)

    due = evaluate.due_times(answer, found_at=FOUND, prolonged=True)

    assert due["holding_ends"] == datetime(2026, 11, 16, 4, tzinfo=OFFSET)
