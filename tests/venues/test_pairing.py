"""Scans become visits: the table of what a row of scans means."""

from datetime import UTC, datetime, time, timedelta
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


GATE, OTHER_GATE, CINEMA = UUID(int=4), UUID(int=5), UUID(int=6)

#: A closes at ten in the evening, the cinema at two at night; two gates lead into A.
CLOSING = Rules(
    {A: 480, CINEMA: 480},
    {LINE: A, GATE: A, OTHER_GATE: A},
    {A: time(22), CINEMA: time(2)},
    frozenset({GATE, OTHER_GATE}),
)


def evening(clock: str) -> datetime:
    """A time of day at the installation's offset; 26:00 is two at night."""
    return at(clock) - timedelta(hours=7)


def local(*scans: tuple[str, str, UUID]) -> list[Step]:
    return [
        Step(evening(clock), place, direction, UUID(int=200 + number))
        for number, (direction, clock, place) in enumerate(scans)
    ]


@pytest.mark.parametrize(
    ("scans", "visits"),
    [
        # nobody scanned out: not after the closing hour, and not longer than the minutes
        ([("in", "20:00", A)], [(A, "20:00", "22:00", True)]),
        ([("in", "8:00", A)], [(A, "8:00", "16:00", True)]),
        # who came after the closing hour belongs to the next evening
        ([("in", "22:00", A)], [(A, "22:00", "30:00", True)]),
        # two at night is the end of the evening before
        ([("in", "23:30", CINEMA)], [(CINEMA, "23:30", "26:00", True)]),
        ([("in", "25:30", CINEMA)], [(CINEMA, "25:30", "26:00", True)]),
        # a scan out was seen, whatever the door says
        ([("in", "20:00", A), ("out", "23:00", A)], [(A, "20:00", "23:00", False)]),
        # a part closes with its whole
        ([("in", "21:30", LINE)], [(LINE, "21:30", "22:00", True)]),
        # in by one gate, out by the other: one visit of the whole
        ([("in", "8:00", GATE), ("out", "9:00", OTHER_GATE)], [(A, "8:00", "9:00", False)]),
        ([("in", "8:00", GATE), ("in", "8:01", OTHER_GATE)], [(A, "8:00", "16:00", True)]),
    ],
)
def test_a_visit_ends_when_the_place_closes(
    scans: list[tuple[str, str, UUID]], visits: list[tuple[UUID, str, str, bool]]
) -> None:
    expected = [
        Visit(place, evening(start), evening(end), imputed) for place, start, end, imputed in visits
    ]
    assert pair(local(*scans), CLOSING) == expected


def test_the_latest_closing_hour_ends_several_nights() -> None:
    nights = local(*[("in", f"{23 + 24 * day}:30", CINEMA) for day in range(3)])
    assert [visit.end for visit in pair(nights, CLOSING)] == [
        evening(f"{26 + 24 * day}:00") for day in range(3)
    ]
