"""A shared gate is not close contact."""

import pytest

from lachan.rulebook import evaluate
from tests.spec import tables
from tests.spec.rulebook import shipped

title = "What a shared place means (COVID-19, 15/11/2026)"
table = """
  deepest shared place | minutes | people there | state
  ---------------------+---------+--------------+-------------
  campus               |   480   |    6000      | linked
  building             |   480   |    2000      | linked
  workshop             |   480   |    1500      | linked
  gate                 |    20   |    6000      | linked
  market               |   190   |    1240      | linked
  line                 |   480   |      48      | to_verify
  room                 |   600   |      10      | to_verify
  stall_row            |   190   |      24      | to_verify
  vehicle              |    40   |      40      | to_verify
  class                |   240   |      45      | to_verify
  table                |    90   |      10      | to_verify
  household            |   720   |       5      | to_verify
  line                 |    15   |      48      | to_verify
  line                 |    14   |      48      | too_short
  room                 |   480   |     200      | to_verify
  room                 |   480   |     201      | choose_depth
  moon_base            |   480   |       3      | linked
"""

AT = shipped.noon("15/11/2026")


@pytest.mark.parametrize("case", tables.read(table), ids=lambda case: " ".join(case.values()))
def test_it_names_only_people_who_shared_a_close_place(case: dict[str, str]) -> None:
    rule = shipped.contact_rule("covid-19", AT)

    decision = evaluate.contact_state(
        rule,
        place_kind=case["deepest shared place"],
        minutes=int(case["minutes"]),
        people=int(case["people there"]),
    )

    assert decision.outcome == case["state"]
    assert decision.version == rule.version
