"""To which level around a case people are followed by name."""

import copy

import pytest

from lachan.rulebook import evaluate, shape
from tests.spec import tables
from tests.spec.rulebook import shipped

title = "Levels followed by name"
table = """
  disease  | day        | levels
  ---------+------------+-------
  covid-19 | 15/08/2021 |   3
  covid-19 | 15/02/2022 |   2
  covid-19 | 15/11/2026 |   2
  measles  | 15/11/2026 |   2
  demo-a   | 15/11/2026 |   2
"""


@pytest.mark.parametrize("case", tables.read(table), ids=lambda case: " ".join(case.values()))
def test_it_follows_people_to_the_level_of_the_day(case: dict[str, str]) -> None:
    rule = shipped.contact_rule(case["disease"], shipped.noon(case["day"]))

    assert rule.levels == int(case["levels"])


def test_a_rule_that_does_not_say_follows_two() -> None:
    found = copy.deepcopy(shipped.rule("contact", "measles", shipped.noon("15/11/2026")))
    found.body.pop("levels")  # type: ignore[attr-defined]

    assert evaluate.contact_rule_of(found).levels == 2


@pytest.mark.parametrize("levels", [0, 5, "2", None])
def test_levels_beyond_what_was_ever_followed_are_refused(levels: object) -> None:
    found = shipped.rule("contact", "measles", shipped.noon("15/11/2026"))

    with pytest.raises(shape.BadRule, match="levels"):
        shape._check_contact(dict(found.body) | {"levels": levels})
