"""Scans become visits: the table of what a row of scans means."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest

from lachan.venues.pairing import Rules, Step, Visit, pair, within

A, B, LINE = UUID(int=1), UUID(int=2), UUID(int=3)

#: B keeps people for half an hour; the line lies in A.
RULES = Rules({B: 30}, {LINE: A})
START = datetime(2026, 7, 14, 0, 0, tzinfo=UTC)


def at(clock: str) -> datetime:
    """`8:30`, or `32:00` for the morning after."""
    hours, minutes = clock.split(":")
    return START + timedelta(hours=int(hours), minutes=int(minutes))


def steps(*scans: tuple[str, str, UUID]) -> list[Step]:
    return [
        Step(at(clock), place, direction, UUID(int=100 + number))
        for number, (direction, clock, place) in enumerate(scans)
    ]


def stay(place: UUID, start: str, end: str, *, imputed: bool = False) -> Visit:
    return Visit(place, at(start), at(end), imputed)


TABLE = {
    "in and out": ([("in", "8:00", A), ("out", "9:30", A)], [stay(A, "8:00", "9:30")]),
    "no way out": ([("in", "8:00", A)], [stay(A, "8:00", "9:00", imputed=True)]),
    "the place's own minutes": (
        [("in", "8:00", B)],
        [stay(B, "8:00", "8:30", imputed=True)],
    ),
    "in elsewhere ends it": (
        [("in", "8:00", A), ("in", "8:20", B), ("out", "8:40", B)],
        [stay(A, "8:00", "8:20", imputed=True), stay(B, "8:20", "8:40")],
    ),
    "in elsewhere after the rule's end": (
        [("in", "8:00", A), ("in", "10:00", B), ("out", "10:05", B)],
        [stay(A, "8:00", "9:00", imputed=True), stay(B, "10:00", "10:05")],
    ),
    "both sides scanned": (
        [("in", "8:00", A), ("in", "8:01", A), ("out", "8:50", A), ("out", "8:51", A)],
        [stay(A, "8:00", "8:50")],
    ),
    "came back without a way out": (
        [("in", "8:00", A), ("in", "11:00", A), ("out", "11:10", A)],
        [stay(A, "8:00", "9:00", imputed=True), stay(A, "11:00", "11:10")],
    ),
    "out alone": ([("out", "8:00", A)], []),
    "out of another place": (
        [("in", "8:00", A), ("out", "8:10", B), ("out", "8:30", A)],
        [stay(A, "8:00", "8:30")],
    ),
    "night shift": ([("in", "20:00", A), ("out", "30:00", A)], [stay(A, "20:00", "30:00")]),
    "out after more than a day": (
        [("in", "8:00", A), ("out", "33:00", A)],
        [stay(A, "8:00", "9:00", imputed=True)],
    ),
    "a part does not end the whole": (
        [("in", "8:00", A), ("in", "8:10", LINE), ("out", "8:40", LINE), ("out", "8:50", A)],
        [stay(A, "8:00", "8:50"), stay(LINE, "8:10", "8:40")],
    ),
    "leaving the whole ends the part": (
        [("in", "8:00", A), ("in", "8:10", LINE), ("out", "8:50", A)],
        [stay(A, "8:00", "8:50"), stay(LINE, "8:10", "8:50")],
    ),
    "elsewhere ends part and whole": (
        [("in", "8:00", A), ("in", "8:10", LINE), ("in", "8:30", B), ("out", "8:40", B)],
        [
            stay(A, "8:00", "8:30", imputed=True),
            stay(LINE, "8:10", "8:30", imputed=True),
            stay(B, "8:30", "8:40"),
        ],
    ),
    "in and out in one moment": ([("in", "8:00", A), ("out", "8:00", A)], []),
}


@pytest.mark.parametrize(("scans", "visits"), TABLE.values(), ids=list(TABLE))
def test_it_pairs_scans(scans: list[tuple[str, str, UUID]], visits: list[Visit]) -> None:
    assert pair(steps(*scans), RULES) == visits


@pytest.mark.parametrize(("scans", "visits"), TABLE.values(), ids=list(TABLE))
def test_it_does_not_depend_on_row_order(
    scans: list[tuple[str, str, UUID]], visits: list[Visit]
) -> None:
    for order in permutations(steps(*scans)):
        assert pair(order, RULES) == visits


def test_it_cuts_a_night_at_midnight() -> None:
    night = [stay(A, "20:00", "30:00")]

    assert within(night, at("0:00"), at("24:00")) == [stay(A, "20:00", "24:00")]
    assert within(night, at("24:00"), at("48:00")) == [stay(A, "24:00", "30:00")]
    assert within(night, at("48:00"), at("72:00")) == []


def test_a_roster_is_not_ended_by_a_scan_nor_ends_one() -> None:
    roster = [
        Step(at("8:00"), LINE, "in", UUID(int=1), "import"),
        Step(at("16:00"), LINE, "out", UUID(int=2), "import"),
    ]
    scans = steps(("in", "9:00", B), ("out", "9:20", B))

    assert pair([*roster, *scans], RULES) == [
        stay(LINE, "8:00", "16:00"),
        stay(B, "9:00", "9:20"),
    ]
