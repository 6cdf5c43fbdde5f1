"""What a tube says of each person in it."""

import pytest

from lachan.sampling.answer_state import AnswerState, Known, answer_state, outcome_for_rules
from tests.spec import tables

title = "What a sample says of its person"
table = """
  tube   | released      | laboratory | missing | says
  -------+---------------+------------+---------+-----------------
  own    | –             | –          | –       | pending
  shared | –             | took it in | –       | pending
  own    | negative      | took it in | –       | negative
  shared | negative      | took it in | –       | negative_by_pool
  own    | positive      | took it in | –       | positive
  shared | positive      | took it in | –       | pool_positive
  own    | unconfirmed   | –          | –       | provisional
  shared | unconfirmed   | –          | –       | pool_positive
  own    | indeterminate | took it in | –       | unclear
  own    | invalid       | took it in | –       | unclear
  shared | invalid       | took it in | –       | unclear
  own    | –             | refused it | –       | rejected
  shared | –             | refused it | –       | rejected
  own    | –             | –          | yes     | missing
  own    | –             | refused it | yes     | rejected
  own    | negative      | –          | yes     | negative
  own    | fell          | took it in | –       | withdrawn
  shared | fell          | took it in | –       | withdrawn
  own    | fell          | refused it | –       | rejected
"""


def known(case: dict[str, str]) -> Known:
    """The row as it is on record."""
    released = tables.known(case["released"]) or ""
    outcome = {"unconfirmed": "positive", "fell": ""}.get(released, released)
    return Known(
        shared=case["tube"] == "shared",
        outcome=outcome,
        confirms=released != "unconfirmed",
        fell=released == "fell",
        refused=case["laboratory"] == "refused it",
        lost=case["missing"] == "yes",
    )


@pytest.mark.parametrize("case", tables.read(table), ids=lambda case: " ".join(case.values()))
def test_a_tube_says_this_of_each_person_in_it(case: dict[str, str]) -> None:
    assert answer_state(known(case)) == case["says"]


@pytest.mark.parametrize("case", tables.read(table), ids=lambda case: " ".join(case.values()))
def test_nobody_is_positive_by_a_shared_tube(case: dict[str, str]) -> None:
    alone = case["tube"] == "own" and case["released"] == "positive"
    said = outcome_for_rules([answer_state(known(case))])
    assert (said == (0, "positive")) is alone


@pytest.mark.parametrize(
    ("newest_first", "said"),
    [
        ([], None),
        (["pending", "negative"], (1, "negative")),
        (["negative_by_pool", "positive"], (0, "negative")),
        (["pool_positive", "negative"], None),
        (["provisional", "negative"], None),
        (["unclear", "missing", "rejected", "withdrawn", "negative"], (4, "negative")),
        (["pending", "pool_positive", "negative"], None),
        (["negative", "pool_positive"], (0, "negative")),
    ],
)
def test_a_rule_knows_the_newest_that_says_something(
    newest_first: list[str], said: tuple[int, str] | None
) -> None:
    assert outcome_for_rules([AnswerState(state) for state in newest_first]) == said
