"""Equality first, then times: all ways in turn, the first round dropped, medians kept."""

from collections.abc import Callable, Sequence
from resource import RUSAGE_SELF, getrusage
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

from bench.asking import Answer, Question, are_equal, tally_of
from bench.peers.asked import Way


class Unequal(Exception):
    """Two engines gave different answers: no time of theirs means anything."""


class Timed(NamedTuple):
    """Milliseconds of one way: median and least of the rounds that count.

    `again_ms` is the median when the same is asked again at once: caches hold then what this way
    needs, and not what another one left.  `pages_read` is the median number of pages this process
    had to wait for the disk for.
    """

    name: str
    median_ms: float
    least_ms: float
    again_ms: float
    pages_read: float


def answers(way: Way, question: Question) -> list[Answer]:
    """What `way` answers, as arrays."""
    way.prepared(question)
    return way.read(way.ask())


def assert_equal(ways: Sequence[Way], question: Question) -> list[Answer]:
    """The answer of all `ways`; Unequal when they do not agree."""
    reference = answers(ways[0], question)
    for way in ways[1:]:
        compare(ways[0].name, reference, way.name, answers(way, question))
    return reference


def compare(name: str, one: Sequence[Answer], other_name: str, other: Sequence[Answer]) -> None:
    """Unequal when two answers differ at any hop."""
    if len(one) != len(other) or not all(map(are_equal, one, other)):
        sizes = [[len(answer.person) for answer in hops] for hops in (one, other)]
        raise Unequal(f"{name} and {other_name} disagree; rows a hop: {sizes[0]}, {sizes[1]}")


def in_turn(ways: Sequence[Way], question: Question, rounds: int) -> list[Timed]:
    """Time `ways` one after the other, `rounds` times and once before that does not count.

    Each round begins with another way, so that none always follows the slowest.  Every answer is
    compared with the first one.
    """
    reference = assert_equal(ways, question)
    records = [Record(way, [], [], []) for way in ways]
    for number in range(rounds + 1):
        begin = number % len(records)
        for record in records[begin:] + records[:begin]:
            record.way.prepared(question)
            before = getrusage(RUSAGE_SELF).ru_majflt
            raw = clocked(record.way.ask, record.seconds)
            record.pages.append(getrusage(RUSAGE_SELF).ru_majflt - before)
            compare(ways[0].name, reference, record.way.name, record.way.read(raw))
            record.way.prepared(question)
            clocked(record.way.ask, record.again)
    return [
        timed(each.way.name, each.seconds, each.again, median(each.pages[1:])) for each in records
    ]


class Record(NamedTuple):
    """What the rounds of one way took: seconds, the same asked again at once, pages read."""

    way: Way
    seconds: list[float]
    again: list[float]
    pages: list[int]


def clocked(act: Callable[[], Any], seconds: list[float]) -> Any:
    """What `act` gives; how long it took goes to the end of `seconds`."""
    began = perf_counter()
    given = act()
    seconds.append(perf_counter() - began)
    return given


def counting_in_turn(ways: Sequence[Way], question: Question, rounds: int) -> list[Timed]:
    """The same for ways that deliver no rows; their sums are compared."""
    wanted = tally_of(answers(ways[0], question)[0])
    counting = [(way.name, way.tally) for way in ways if way.tally is not None]
    times: list[list[float]] = [[] for _ in counting]
    for way in ways:
        way.prepared(question)
    for _ in range(rounds + 1):
        for (name, tally), own in zip(counting, times, strict=True):
            found = clocked(tally, own)
            if found != wanted:
                raise Unequal(f"{name} counts {found}, {ways[0].name} {wanted}")
    return [timed(name, own) for (name, _), own in zip(counting, times, strict=True)]


def timed(
    name: str, seconds: Sequence[float], again: Sequence[float] = (), pages: float = 0
) -> Timed:
    """Of seconds, the first of which does not count."""
    once_more = median(again[1:] or seconds[1:]) * 1e3
    return Timed(name, median(seconds[1:]) * 1e3, min(seconds[1:]) * 1e3, once_more, pages)
