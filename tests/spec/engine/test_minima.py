"""A minimum in total, with one source, in one meeting, and their mixtures."""

import pytest

from lachan.engine.meetings import WHOLE
from lachan.engine.naive_pairs import Evidence
from lachan.engine.pair_rule import Minimum, PairRule
from tests.spec import tables
from tests.spec.engine import pairs

title = "When is the time together enough? (minutes; encounters with cases A and B)"
table = """
  total | one source | one meeting | or else one meeting | with A | with B | contact
  ------+------------+-------------+---------------------+--------+--------+--------
   15   |     –      |      –      |          –          | 15     | –      | yes
   15   |     –      |      –      |          –          | 14     | –      | no
   15   |     –      |      –      |          –          | 8      | 7      | yes
   –    |     15     |      –      |          –          | 8      | 7      | no
   –    |     15     |      –      |          –          | 8, 7   | –      | yes
   –    |     –      |      15     |          –          | 8, 7   | –      | no
   –    |     –      |      15     |          –          | 15     | –      | yes
   30   |     15     |      –      |          –          | 15     | 15     | yes
   30   |     15     |      –      |          –          | 14     | 16     | yes
   30   |     15     |      –      |          –          | 29     | –      | no
   30   |     –      |      10     |          –          | 9, 9   | 9, 9   | no
   30   |     –      |      10     |          –          | 10, 9  | 9, 9   | yes
   30   |     –      |      –      |          10         | 10     | –      | yes
   30   |     –      |      –      |          10         | 9      | 9, 9   | no
   –    |     –      |      –      |          –          | 1      | –      | yes
   –    |     –      |      –      |          –          | –      | –      | no
"""


@pytest.mark.parametrize("case", tables.read(table), ids=lambda case: " ".join(case.values()))
def test_it_adds_up_what_the_rule_asks_for(case: dict[str, str]) -> None:
    encounters = [
        (source, "person", hour * pairs.HOUR, hour * pairs.HOUR + length * pairs.MINUTE, WHOLE)
        for source in "AB"
        for hour, length in enumerate(pairs.numbers(case[f"with {source}"]))
    ]
    minima = [
        Minimum(
            total=pairs.minute(case["total"]) or 0,
            one_source=pairs.minute(case["one source"]) or 0,
            one_meeting=pairs.minute(case["one meeting"]) or 0,
        )
    ]
    if other := pairs.minute(case["or else one meeting"]):
        minima.append(Minimum(one_meeting=other))
    evidence = Evidence([("A", 0, None), ("B", 0, None)], encounters=encounters)

    found = pairs.contacts(evidence, PairRule(hops=1, minima=tuple(minima)))

    assert ("person" in found) == (case["contact"] == "yes")
