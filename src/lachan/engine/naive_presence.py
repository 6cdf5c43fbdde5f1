"""Encounters and households as stretches of time two people spend together, told plainly."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise, product
from typing import NamedTuple

from lachan.engine import naive
from lachan.engine.days import DAY, OFFSET, day_number
from lachan.engine.naive import Interval
from lachan.engine.pair_rule import Home
from lachan.engine.rule import MINUTE

NearRow = tuple[str, str, int, int, int]  # a, b, start, end, permille that they were close
HouseholdRow = tuple[str, str, int, int | None]  # household, person, lives there from, to


class Segment(NamedTuple):
    """A stretch of time with one weight in permille."""

    start: int
    end: int
    weight: int


def subtract(intervals: Iterable[Interval], cuts: Sequence[Interval]) -> list[Interval]:
    """What is left of each interval outside all cuts."""
    left = list(intervals)
    for cut in cuts:
        left = [
            piece
            for one in left
            for piece in (
                one._replace(end=min(one.end, cut.start)),
                one._replace(start=max(one.start, cut.end)),
            )
            if piece.start < piece.end
        ]
    return left


def intersect(segment: Segment, windows: Sequence[Interval]) -> Iterator[tuple[int, int]]:
    """Start and end of each part of `segment` within a window."""
    for window in windows:
        start, end = max(segment.start, window.start), min(segment.end, window.end)
        if start < end:
            yield start, end


def close_segments(encounters: Sequence[NearRow]) -> dict[tuple[str, str], list[Segment]]:
    """(smaller, larger person) -> stretches of one weight: the largest any phone reported.

    Reports without any probability are no encounters.
    """
    rows: dict[tuple[str, str], list[Segment]] = defaultdict(list)
    for a, b, start, end, near in encounters:
        if near and start < end:
            rows[min(a, b), max(a, b)].append(Segment(start, end, near))
    return {pair: largest(own) for pair, own in rows.items()}


def largest(segments: Sequence[Segment]) -> list[Segment]:
    """The largest weight at every moment; touching stretches of one weight become one."""
    moments = sorted({moment for one in segments for moment in one[:2]})
    joined: list[Segment] = []
    for start, end in pairwise(moments):
        weight = max((s.weight for s in segments if s.start <= start and end <= s.end), default=0)
        if not weight:
            continue
        if joined and joined[-1].end == start and joined[-1].weight == weight:
            start = joined.pop().start
        joined.append(Segment(start, end, weight))
    return joined


def at_home_together(
    households: Sequence[HouseholdRow], home: Home | None, as_of: int
) -> dict[tuple[str, str], list[Segment]]:
    """(smaller, larger person) -> one stretch a day while both live in a common household.

    Two common households at once count once.
    """
    if home is None or not home.weight:
        return {}
    lives = naive.unite_each(
        ((household, person), Interval(start, as_of if end is None else min(end, as_of)))
        for household, person, start, end in households
    )
    members: dict[str, list[str]] = defaultdict(list)
    for household, person in lives:
        members[household].append(person)
    together = naive.unite_each(
        ((a, b), Interval(max(one.start, two.start), min(one.end, two.end)))
        for household, people in members.items()
        for a, b in combinations(sorted(people), 2)
        for one, two in product(lives[household, a], lives[household, b])
    )
    return {
        pair: [day for interval in own for day in days_at_home(interval, home)]
        for pair, own in together.items()
    }


def days_at_home(interval: Interval, home: Home) -> Iterator[Segment]:
    """The hours at home of every day, as far as they lie in `interval`."""
    begin = home.from_minute * MINUTE
    for day in range(day_number(interval.start) - 1, day_number(interval.end) + 1):
        start = day * DAY - OFFSET + begin
        start, end = max(start, interval.start), min(start + home.minutes * MINUTE, interval.end)
        if start < end:
            yield Segment(start, end, home.weight)
