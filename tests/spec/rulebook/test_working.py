"""The hours of tracing work: house defaults until a province enters its own."""

from typing import Any

import pytest

from lachan.rulebook import evaluate
from lachan.rulebook.shape import BadRule, check_body
from tests.spec import tables
from tests.spec.rulebook import shipped

title = "Hours of tracing work (house defaults)"
table = """
  on         | answer a hand-over | reach a contact | tries | next try | kept to one caller | interview | list approved | last F1 reached | case closed
  -----------+--------------------+-----------------+-------+----------+--------------------+-----------+---------------+-----------------+------------
  15/08/2021 |        2 h         |      24 h       |   3   |  30 min  |       10 min       |    2 h    |      6 h      |      24 h       | –
  15/11/2026 |        2 h         |      24 h       |   3   |  30 min  |       10 min       |    2 h    |      6 h      |      24 h       | –
"""  # noqa: E501  # a table is read across


def _number(cell: str) -> int:
    return int(cell.split()[0])


@pytest.mark.parametrize("case", tables.read(table), ids=lambda case: case["on"])
def test_it_knows_how_long_each_piece_of_work_may_take(case: dict[str, str]) -> None:
    at = shipped.noon(case["on"])
    handover = evaluate.handover_rule_of(shipped.rule("handover", "covid-19", at))
    calling = evaluate.calling_rule_of(shipped.rule("calling", "covid-19", at))
    stages = evaluate.stage_rule_of(shipped.rule("stages", "covid-19", at))

    assert handover.answer_hours == _number(case["answer a hand-over"])
    assert handover.climb_to == {"sender_province", "receiver_province"}
    assert calling.reach_hours == _number(case["reach a contact"])
    assert calling.tries == _number(case["tries"])
    assert calling.retry_minutes == _number(case["next try"])
    assert calling.hold_minutes == _number(case["kept to one caller"])
    for stage, column in (
        ("interview", "interview"),
        ("list_approved", "list approved"),
        ("last_reached", "last F1 reached"),
        ("closed", "case closed"),
    ):
        hours = tables.known(case[column])
        assert stages.hours.get(stage) == (None if hours is None else _number(hours))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("handover", {"answer_hours": 0, "climb_to": ["sender_province"]}),
        ("handover", {"answer_hours": 2, "climb_to": []}),
        ("handover", {"answer_hours": 2, "climb_to": ["the_press"]}),
        ("calling", {"reach_hours": 24, "tries": 0, "retry_minutes": 30, "hold_minutes": 10}),
        ("stages", {"hours": {"lunch": 1}}),
        ("stages", {"hours": {"interview": 0}}),
    ],
)
def test_it_refuses_hours_nobody_could_work_by(kind: str, body: dict[str, Any]) -> None:
    with pytest.raises(BadRule):
        check_body(kind, body)
