"""People are told that a result is there, in as few messages as their telephones need."""

from lachan.core.scope import scoped, system_scope
from lachan.notices import tasks as notice_tasks
from lachan.notices.models import Notice
from lachan.notices.sentences import text_of
from lachan.sampling import answer_tasks
from lachan.sampling.answer_slips import give_slips
from lachan.sampling.models import ToldResult
from tests.notices.test_sending import gateway, messages
from tests.sampling.answers import people, released, tube_of, withdrawn
from tests.sampling.people_at_the_table import team

__all__ = ["gateway"]

SHARED = "0900000787"


def told(persons: list[object]) -> list[Notice]:
    with system_scope("test"):
        return list(Notice.objects.filter(person__in=persons, kind="result_ready"))


def test_a_household_on_one_telephone_gets_one_message_with_every_number(gateway: str) -> None:
    at = team()
    family = people(at, ["Sùng A Một", "Sùng Thị Hai", "Sùng A Ba"], phones=[SHARED])
    with scoped(at.sampler, "sampling") as by:
        give_slips(persons=family, site="http://localhost", by=by)
    tubes = [tube_of(at, [whom]) for whom in family]
    for tube, outcome in zip(tubes, ["negative", "positive", "negative"], strict=True):
        released(at, tube, outcome)
    answer_tasks.tell_released()
    notice_tasks.send_approved()
    rows = told(list(family))
    assert [row.state for row in rows] == ["sent"] * 3
    assert {row.approved_by for row in rows} == {at.lead.account}
    [message] = [each for each in messages(gateway) if each["to"] == SHARED]
    assert all(row.values["reference"] in message["text"] for row in rows)
    assert "http://localhost/r/" in message["text"]
    for word in ("dương tính", "âm tính", "Sùng"):
        assert word not in message["text"].lower()


def test_it_is_told_once_and_not_of_a_positive_pool_or_what_was_withdrawn() -> None:
    at = team()
    inside = people(at, ["Sùng A Bốn", "Sùng A Năm"])
    pool, wrong, right = (tube_of(at, inside, limit=limit) for limit in (10, 5, 2))
    released(at, pool, "positive")
    withdrawn(at, released(at, wrong, "negative"))
    result = released(at, right, "negative")
    answer_tasks.tell_released()
    answer_tasks.tell_released()
    rows = told(list(inside))
    assert {row.reason for row in rows} == {result.id}
    assert len(rows) == 2
    with system_scope("test"):
        assert ToldResult.objects.get(result=result).released_by_name == at.lead.name


def test_who_has_no_slip_is_sent_to_the_own_page() -> None:
    at = team()
    [whom] = people(at, ["Sùng A Sáu"])
    released(at, tube_of(at, [whom]), "negative")
    answer_tasks.tell_released()
    [row] = told([whom])
    assert "under Results" in text_of(row, "en")
