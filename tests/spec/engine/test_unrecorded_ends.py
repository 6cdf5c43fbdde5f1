"""An end nobody recorded lies between a least and a most length."""

import pytest

from lachan.engine.naive_pairs import Evidence
from lachan.engine.pair_rule import Minimum, PairRule
from tests.spec import tables
from tests.spec.engine import pairs

title = "How sure is a contact? (minimum 15; a visit without an end lasts 30, 60 or 240 minutes)"
table = """
  case in, out | person in, out | person next seen | least | assumed | most | answer
  -------------+----------------+------------------+-------+---------+------+----------
  0, 300       | 0, 15          | –                |   15  |   15    |  15  | certain
  0, 300       | 0              | –                |   30  |   60    | 240  | certain
  0            | 0, 300         | –                |   30  |   60    | 240  | certain
  0            | 10             | –                |   20  |   50    | 230  | certain
  0            | 16             | –                |   14  |   44    | 224  | possible
  0            | 45             | –                |    0  |   15    | 195  | possible
  0            | 46             | –                |    0  |   14    | 194  | possible
  0            | 225            | –                |    0  |    0    |  15  | possible
  0            | 226            | –                |    –  |    –    |   –  | –
  0            | 16             | 200              |   14  |   44    | 184  | possible
  0, 300       | 0              | 10               |    –  |    –    |   –  | –
  0, 300       | 0              | 20               |   20  |   20    |  20  | certain
"""

RULE = PairRule(
    hops=1,
    minima=(Minimum(total=15 * pairs.MINUTE),),
    open_minutes=60,
    open_least_minutes=30,
    open_most_minutes=240,
)


@pytest.mark.parametrize("case", tables.read(table), ids=lambda case: " ".join(case.values()))
def test_it_says_how_sure_a_contact_is(case: dict[str, str]) -> None:
    visits = [visit("F0", case["case in, out"]), visit("person", case["person in, out"])]
    if elsewhere := pairs.minute(case["person next seen"]):
        visits.append(("person", "elsewhere", elsewhere, elsewhere + pairs.HOUR))

    found = pairs.contacts(Evidence(pairs.F0, visits), RULE)

    if tables.known(case["answer"]) is None:
        assert found == {}
        return
    contact = found["person"]
    assert contact.certain == (case["answer"] == "certain")
    assert [contact.seconds_least, contact.seconds, contact.seconds_most] == [
        pairs.minute(case[column]) for column in ("least", "assumed", "most")
    ]


def visit(person: str, cell: str) -> tuple[str, str, int, int | None]:
    start, *end = (minutes * pairs.MINUTE for minutes in pairs.numbers(cell))
    return person, "v", start, end[0] if end else None
