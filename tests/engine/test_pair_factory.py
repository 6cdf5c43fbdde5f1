"""A shared gate is not close contact: practice, section 7, scenario 2, planted."""

import pytest

from lachan.engine.naive import VisitRow
from lachan.engine.naive_pairs import Evidence
from lachan.engine.pair_names import related_named, trace_named
from lachan.engine.pair_rule import Minimum, PairRule

HOUR = 3_600
SHIFT = 6_000
WORKERS = 20_000
LINE = 48

RULE = PairRule(
    hops=1,
    minima=(Minimum(total=15 * 60),),
    weights=(("campus", 0), ("workshop", 0), ("line", 1000), ("room", 1000), ("vehicle", 1000)),
)


def worker(number: int) -> str:
    return f"w{number:05}"


@pytest.fixture(scope="module")
def factory() -> Evidence:
    """F0 is worker 0, on line 0; three shifts follow each other at one gate.

    He has 47 line mates; 9 room mates, 6 of them on the line and 2 on another shift; and shares
    the bus with 39: 20 of the line, 5 of the room, 4 of both.
    """
    visits: list[VisitRow] = []
    for number in range(WORKERS):
        shift = number // SHIFT
        begin, end = shift * 8 * HOUR, (shift + 1) * 8 * HOUR
        visits.append((worker(number), "gate", begin, end))
        visits.append((worker(number), f"line {number // LINE}", begin, end))
    room = [0, 1, 2, 3, 4, 5, 6, LINE, SHIFT, SHIFT + 1]
    bus = [0, 1, 2, 3, 4, *range(7, 23), LINE, *range(100, 118)]
    visits += [(worker(number), "room 12", -8 * HOUR, -2 * HOUR) for number in room]
    visits += [(worker(number), "bus 3", -HOUR, 0) for number in bus]
    places = [
        ("campus", None, "campus"),
        ("gate", "campus", "campus"),
        ("workshop", "campus", "workshop"),
        ("room 12", None, "room"),
        ("bus 3", None, "vehicle"),
        *((f"line {line}", "workshop", "line") for line in range(WORKERS // LINE + 1)),
    ]
    return Evidence([(worker(0), -24 * HOUR, None)], visits, places=places)


def test_it_names_68_to_verify(factory: Evidence) -> None:
    found = trace_named(factory, RULE)

    assert len(found) == 68
    assert all(contact.certain and contact.via == worker(0) for contact in found)


def test_it_counts_5933_others_of_the_shift_and_nobody_of_another(factory: Evidence) -> None:
    related = related_named(factory, RULE)

    assert len(related) == 5_933
    assert max(related) < worker(SHIFT)
