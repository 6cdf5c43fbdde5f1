"""Members of a household are taken to be together for some hours of every day."""

import pytest

from lachan.engine.naive_pairs import Evidence
from lachan.engine.pair_rule import Home, Minimum, PairRule
from tests.spec import tables
from tests.spec.engine import pairs

title = (
    "How long were two members of a household together?"
    " (half weight, 20:00 to 06:00; case infectious from day 1, 12:00; read on day 4, 12:00)"
)
table = """
  case from | case to | person from | person to | exposure | longest meeting
  ----------+---------+-------------+-----------+----------+----------------
  0 00:00   | –       | 0 00:00     | –         |   900    |   300
  2 12:00   | –       | 0 00:00     | –         |   600    |   300
  0 00:00   | –       | 0 00:00     | 2 12:00   |   300    |   300
  0 00:00   | –       | 3 22:00     | –         |   240    |   240
  0 00:00   | 2 12:00 | 2 12:00     | –         |    –     |    –
  4 12:00   | –       | 0 00:00     | –         |    –     |    –
"""

RULE = PairRule(hops=1, minima=(Minimum(),), home=Home(weight=500, from_minute=1200, minutes=600))


@pytest.mark.parametrize("case", tables.read(table), ids=lambda case: " ".join(case.values()))
def test_it_counts_the_nights_both_live_there(case: dict[str, str]) -> None:
    household = [
        ("h", name, pairs.clock(case[f"{who} from"]) or 0, pairs.clock(case[f"{who} to"]))
        for who, name in (("case", "F0"), ("person", "person"))
    ]
    cases = [("F0", pairs.clock("1 12:00") or 0, None)]
    evidence = Evidence(cases, households=household, as_of=pairs.clock("4 12:00") or 0)

    found = pairs.contacts(evidence, RULE)

    if tables.known(case["exposure"]) is None:
        assert found == {}
        return
    assert found["person"].seconds == pairs.minute(case["exposure"])
    assert found["person"].one_meeting // 1000 == pairs.minute(case["longest meeting"])
