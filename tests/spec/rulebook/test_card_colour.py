"""Card colour: what a scan answers from what is known at that moment."""

from typing import Any

import pytest

from lachan.rulebook import evaluate
from tests.spec import tables
from tests.spec.rulebook import shipped

title = "Card colour at a scan"
table = """
  on         | hours since declaring | symptoms | contact | duty            | test     | hours since test | declaring binds | zone             | colour  | outcome
  -----------+-----------------------+----------+---------+-----------------+----------+------------------+-----------------+------------------+---------+-----------------
  15/11/2026 |           2           |    no    |   no    | –               | –        |        –         |       no        | –                | green   | nothing_known
  15/11/2026 |          72           |    no    |   no    | –               | –        |        –         |       no        | –                | green   | nothing_known
  15/11/2026 |          73           |    no    |   no    | –               | –        |        –         |       no        | –                | neutral | not_declared
  15/11/2026 |           –           |    –     |   –     | –               | –        |        –         |       no        | –                | neutral | not_declared
  15/11/2026 |           –           |    –     |   –     | –               | –        |        –         |       yes       | –                | yellow  | declare_first
  15/11/2026 |           2           |    yes   |   no    | –               | –        |        –         |       no        | –                | yellow  | symptoms
  15/11/2026 |          80           |    yes   |   no    | –               | –        |        –         |       no        | –                | neutral | not_declared
  15/11/2026 |          80           |    no    |   yes   | –               | –        |        –         |       no        | –                | yellow  | declared_contact
  15/11/2026 |           2           |    no    |   no    | self_monitoring | –        |        –         |       no        | –                | yellow  | monitoring
  15/11/2026 |           2           |    no    |   no    | isolation       | –        |        –         |       no        | –                | red     | under_order
  15/11/2026 |           2           |    no    |   no    | isolation_open  | –        |        –         |       no        | –                | red     | under_order_open
  15/11/2026 |           2           |    no    |   no    | holding         | –        |        –         |       no        | –                | red     | held
  15/11/2026 |           2           |    no    |   no    | –               | positive |       240        |       no        | –                | red     | test_positive
  15/11/2026 |           2           |    no    |   no    | –               | positive |       241        |       no        | –                | green   | nothing_known
  15/11/2026 |           2           |    no    |   no    | –               | negative |         5        |       no        | –                | green   | nothing_known
  15/11/2026 |           2           |    no    |   no    | –               | pending  |         5        |       no        | –                | green   | nothing_known
  15/11/2026 |           –           |    –     |   –     | –               | positive |         –        |       no        | –                | neutral | not_declared
  15/08/2021 |           2           |    yes   |   no    | –               | –        |        –         |       yes       | –                | red     | symptoms
  15/08/2021 |          25           |    no    |   no    | –               | –        |        –         |       yes       | –                | yellow  | declare_first
  15/08/2021 |          24           |    no    |   no    | –               | –        |        –         |       yes       | –                | green   | nothing_known
  15/11/2026 |           2           |    no    |   no    | –               | –        |        –         |       no        | place in it      | red     | zone_place
  15/11/2026 |           2           |    no    |   no    | –               | –        |        –         |       no        | place, with pass | green   | zone_pass
  15/11/2026 |           2           |    no    |   no    | –               | –        |        –         |       no        | lives in it      | red     | zone_resident
  15/11/2026 |           –           |    –     |   no    | –               | –        |        –         |       no        | lives, with pass | green   | zone_pass
  15/11/2026 |           2           |   yes    |   no    | –               | –        |        –         |       no        | lives, with pass | yellow  | symptoms
  15/11/2026 |           2           |   yes    |   no    | –               | –        |        –         |       no        | place in it      | red     | zone_place
  15/11/2026 |           2           |    no    |   no    | isolation       | –        |        –         |       no        | place, with pass | red     | under_order
  15/11/2026 |           2           |    no    |   no    | –               | –        |        –         |       no        | outside          | green   | nothing_known
"""  # noqa: E501  # a table is read across

#: When an order in the table ends; the table is about colours, not about this hour.
UNTIL = "2026-11-29T12:00:00+07:00"

#: Since when the zone in the table is in force.
SINCE = "2026-11-15T02:05:00+07:00"

#: What a gate knows of zones, for each word of the column.
ZONES: dict[str, dict[str, Any]] = {
    "outside": {"place_in_zone": False, "lives_in_zone": False, "zone_pass": False},
    "place in it": {"place_in_zone": True, "lives_in_zone": False, "zone_pass": False},
    "place, with pass": {"place_in_zone": True, "lives_in_zone": False, "zone_pass": True},
    "lives in it": {"place_in_zone": False, "lives_in_zone": True, "zone_pass": False},
    "lives, with pass": {"place_in_zone": False, "lives_in_zone": True, "zone_pass": True},
}

CASES = tables.read(table)


def facts_of(case: dict[str, str]) -> dict[str, Any]:
    """The facts of a row, absent where the cell stands for nothing."""
    numbers = {
        "declaration_age_hours": case["hours since declaring"],
        "test_age_hours": case["hours since test"],
    }
    truths = {
        "symptoms": case["symptoms"],
        "contact": case["contact"],
        "declaration_mandatory": case["declaring binds"],
    }
    words = {"duty": case["duty"], "test_outcome": case["test"]}
    facts: dict[str, Any] = {
        name: int(cell) for name, cell in numbers.items() if tables.known(cell)
    }
    facts |= {name: cell == "yes" for name, cell in truths.items() if tables.known(cell)}
    facts |= {name: cell for name, cell in words.items() if tables.known(cell)}
    if tables.known(case["zone"]):
        facts |= ZONES[case["zone"]] | {"zone_since": SINCE}
    return facts | ({"duty_until": UNTIL} if facts.get("duty") in {"isolation", "holding"} else {})


@pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(case.values()))
def test_it_answers_with_colour_and_reason(case: dict[str, str]) -> None:
    rule = shipped.rule("card_colour", "*", shipped.noon(case["on"]))

    colour, decision = evaluate.colour_of(rule, facts_of(case))

    assert (colour, decision.outcome) == (case["colour"], case["outcome"])


def vectors() -> dict[str, Any]:
    """The same cases as JSON, for the browser's evaluator."""
    rules = {
        day: shipped.rule("card_colour", "*", shipped.noon(day))
        for day in sorted({case["on"] for case in CASES})
    }
    cases = []
    for case in CASES:
        facts = facts_of(case)
        colour, decision = evaluate.colour_of(rules[case["on"]], facts)
        cases.append(
            {
                "on": case["on"],
                "facts": facts,
                "colour": colour,
                "outcome": decision.outcome,
                "values": dict(decision.values),
            }
        )
    return {
        "rules": {day: {"id": rule.id, "body": dict(rule.body)} for day, rule in rules.items()},
        "cases": cases,
    }
