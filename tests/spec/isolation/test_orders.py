"""An order's hours, from what happened when: the dates its row gets and what it comes to."""

from datetime import datetime, timedelta

import pytest

from lachan.core.clock import OFFSET
from lachan.rulebook import evaluate
from tests.spec import tables
from tests.spec.rulebook import shipped

title = "Hours of isolation at home of a contact, found at 22:00 (group A)"
table = """
  listed | signed | list due | decision due | holding ends | telling due | comes to
  -------+--------+----------+--------------+--------------+-------------+---------
  24:00  | 00:50  | 24:00    | 01:00        | 01:00        | 03:50       | decided in time
  24:00  | 01:00  | 24:00    | 01:00        | 01:00        | 04:00       | decided in time
  23:30  | 00:50  | 24:00    | 00:30        | 01:00        | 03:50       | decided late, while held
  24:30  | 00:50  | 24:00    | 01:00        | 01:00        | 03:50       | decided in time
  24:00  | –      | 24:00    | 01:00        | 01:00        | –           | lapsed: the signer
  –      | –      | 24:00    | 01:00        | 01:00        | –           | lapsed: the station
  24:00  | 01:10  | 24:00    | 01:00        | 01:00        | 04:10       | lapsed, decided late
"""

FOUND = datetime(2026, 11, 15, 22, tzinfo=OFFSET)


def hour(cell: str) -> datetime | None:
    """The hour of a cell in the night after FOUND; 24:00 and 24:30 belong to that evening."""
    text = tables.known(cell)
    if text is None:
        return None
    hours, minutes = map(int, text.split(":"))
    since = hours - 22 if hours >= 22 else hours + 2
    return FOUND + timedelta(hours=since, minutes=minutes)


def outcome(
    listed: datetime | None, signed: datetime | None, decision_due: datetime, ends: datetime
) -> str:
    """What an order comes to."""
    if signed is None:
        return "lapsed: the signer" if listed else "lapsed: the station"
    if signed > ends:
        return "lapsed, decided late"
    return "decided late, while held" if signed > decision_due else "decided in time"


@pytest.mark.parametrize(
    "case", tables.read(table), ids=lambda case: f"{case['listed']}-{case['signed']}"
)
def test_the_hours_of_an_order(case: dict[str, str]) -> None:
    answer = shipped.may_we("isolate_home", "contact", "demo-a", FOUND)
    listed, signed = hour(case["listed"]), hour(case["signed"])
    done = {"list": listed} if listed else {}

    due = evaluate.due_times(answer, found_at=FOUND, done=done)
    decision_due = min(due["decision"], due["holding_ends"])

    assert due["list"] == hour(case["list due"])
    assert decision_due == hour(case["decision due"])
    assert due["holding_ends"] == hour(case["holding ends"])
    if signed is not None:
        due = evaluate.due_times(answer, found_at=FOUND, done={**done, "decision": signed})
        assert due["notice"] == hour(case["telling due"])
    assert outcome(listed, signed, decision_due, due["holding_ends"]) == case["comes to"]
