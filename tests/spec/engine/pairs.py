"""What the tables of the pair path have in common: both twins are asked, and must agree."""

from collections.abc import Sequence

from lachan.engine import naive_pairs
from lachan.engine.naive_pairs import Evidence
from lachan.engine.pair_answers import PairContact
from lachan.engine.pair_names import trace_named
from lachan.engine.pair_rule import PairRule
from tests.spec import tables

MINUTE = 60
HOUR = 60 * MINUTE

#: A case that was infectious all the time.
F0 = [("F0", -(10**9), None)]


def contacts(evidence: Evidence, rule: PairRule) -> dict[str, PairContact]:
    """Who is reached, by name."""
    found = trace_named(evidence, rule)
    assert found == naive_pairs.trace(evidence, rule)
    return {contact.person: contact for contact in found}


def numbers(cell: str) -> Sequence[int]:
    """The whole numbers of a cell such as `5, 10`; none where nothing stands."""
    known = tables.known(cell)
    return [int(number) for number in known.split(",")] if known else []


def minute(cell: str) -> int | None:
    """Seconds of a cell in minutes."""
    known = tables.known(cell)
    return None if known is None else int(known) * MINUTE


def clock(cell: str) -> int | None:
    """Seconds since midnight of day 1 of a cell such as `2 08:30` (day, hour), +07:00."""
    known = tables.known(cell)
    if known is None:
        return None
    day, time = known.split()
    hours, minutes = time.split(":")
    return (int(day) - 1) * 24 * HOUR + int(hours) * HOUR + int(minutes) * MINUTE - 7 * HOUR
