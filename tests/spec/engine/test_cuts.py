"""Isolation and negative tests cut chains."""

import pytest

from lachan.engine.meetings import WHOLE
from lachan.engine.naive_pairs import Evidence
from lachan.engine.pair_rule import Minimum, PairRule
from tests.spec import tables
from tests.spec.engine import pairs

title = (
    "What cuts a chain? (F0 met F1 on day 1, 08:00–09:00; F1 met F2 on day 4, 08:00–09:00;"
    " a negative counts 48 hours after the last exposure)"
)
table = """
  isolated | from    | to      | F1 tested negative | F1 positive from | found
  ---------+---------+---------+--------------------+------------------+---------
  –        | –       | –       | –                  | –                | F1, F2
  F1       | 1 09:00 | 9 00:00 | –                  | –                | F1
  F1       | 1 08:00 | 1 09:00 | –                  | –                | –
  F0       | 1 08:00 | 1 09:00 | –                  | –                | –
  F0       | 1 08:46 | –       | –                  | –                | F1, F2
  F0       | 1 08:14 | –       | –                  | –                | –
  F2       | 4 08:30 | 9 00:00 | –                  | –                | F1, F2
  F2       | 4 08:05 | 4 08:55 | –                  | –                | F1
  –        | –       | –       | 3 09:00            | –                | F1
  –        | –       | –       | 3 08:59            | –                | F1, F2
  –        | –       | –       | 9 00:00            | –                | F1
  –        | –       | –       | 3 09:00            | 3 00:00          | F2
"""

RULE = PairRule(hops=2, minima=(Minimum(total=15 * pairs.MINUTE),), negative_hours=48)


@pytest.mark.parametrize("case", tables.read(table), ids=lambda case: " ".join(case.values()))
def test_it_cuts_where_nothing_can_be_passed_on(case: dict[str, str]) -> None:
    day, hour = 24 * pairs.HOUR, pairs.HOUR
    met = [("F0", "F1", hour), ("F1", "F2", 3 * day + hour)]
    positive = pairs.clock(case["F1 positive from"])
    negative = pairs.clock(case["F1 tested negative"])
    since = pairs.clock(case["from"])
    isolated = [] if since is None else [(case["isolated"], since, pairs.clock(case["to"]))]
    evidence = Evidence(
        cases=pairs.F0 if positive is None else [*pairs.F0, ("F1", positive, None)],
        encounters=[(a, b, start, start + hour, WHOLE) for a, b, start in met],
        isolations=isolated,
        negatives=[] if negative is None else [("F1", negative)],
    )

    found = pairs.contacts(evidence, RULE)

    assert (", ".join(sorted(found)) or None) == tables.known(case["found"])
