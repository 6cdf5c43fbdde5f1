"""Places are a tree; the rule says per kind what being there together is worth."""

import pytest

from lachan.engine import naive_pairs
from lachan.engine.naive_pairs import Evidence
from lachan.engine.pair_names import related_named
from lachan.engine.pair_rule import Minimum, PairRule
from tests.spec import tables
from tests.spec.engine import pairs

title = "What is a shared place worth? (campus 0 ‰, workshop 300 ‰, line 1000 ‰, table 0 ‰)"
table = """
  person at | case at  | minutes | met at   | exposure | answer
  ----------+----------+---------+----------+----------+--------
  line 7    | line 7   |   480   | line 7   |   480    | contact
  table 1   | line 7   |   480   | line 7   |   480    | contact
  table 1   | table 1  |   480   | line 7   |   480    | contact
  table 1   | table 2  |   480   | line 7   |   480    | contact
  line 7    | line 8   |   480   | workshop |   144    | contact
  line 7    | workshop |   480   | workshop |   144    | contact
  table 1   | line 8   |   480   | workshop |   144    | contact
  line 7    | line 8   |    50   | workshop |    15    | contact
  line 7    | line 8   |    49   | –        |     –    | related
  line 7    | campus   |   480   | –        |     –    | related
  campus    | campus   |   480   | –        |     –    | related
  line 7    | line 9   |   480   | –        |     –    | related
  line 7    | pagoda   |   480   | –        |     –    | –
"""

#: Line 9 stands in another workshop; table 1 and 2 at line 7.
PLACES = [
    ("campus", None, "campus"),
    ("workshop", "campus", "workshop"),
    ("other workshop", "campus", "workshop"),
    ("line 7", "workshop", "line"),
    ("line 8", "workshop", "line"),
    ("line 9", "other workshop", "line"),
    ("table 1", "line 7", "table"),
    ("table 2", "line 7", "table"),
    ("pagoda", None, "pagoda"),
]

RULE = PairRule(
    hops=1,
    minima=(Minimum(total=15 * pairs.MINUTE),),
    weights=(("campus", 0), ("workshop", 300), ("line", 1000), ("table", 0)),
)


@pytest.mark.parametrize("case", tables.read(table), ids=lambda case: " ".join(case.values()))
def test_it_counts_the_innermost_place_that_counts(case: dict[str, str]) -> None:
    end = pairs.minute(case["minutes"])
    visits = [("F0", case["case at"], 0, end), ("person", case["person at"], 0, end)]
    evidence = Evidence(pairs.F0, visits, places=PLACES)

    found = pairs.contacts(evidence, RULE)
    related = related_named(evidence, RULE)

    assert related == naive_pairs.related(evidence, RULE)
    answer = "contact" if found else "related" if related else None
    assert answer == tables.known(case["answer"])
    if found:
        assert found["person"].seconds == pairs.minute(case["exposure"])
