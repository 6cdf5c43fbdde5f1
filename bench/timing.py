"""Equality first, then times: all ways in turn, the first round dropped, medians kept."""

from collections.abc import Sequence
from resource import RUSAGE_SELF, getrusage
from statistics import median
from time import perf_counter
from typing import NamedTuple

from bench.asking import Answer, Question, are_equal, tally_of
from bench.peers.asked import Way


class Unequal(Exception):
    """Two engines gave different answers: no time of theirs means anything."""


class Timed(NamedTuple):
    """Milliseconds of one way: median and least of the rounds that count.

    `pages_read` is the median number of pages this process had to wait for the disk for.
    """

    name: str
    median_ms: float
    least_ms: float
    pages_read: float = 0.0


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
    times: list[list[float]] = [[] for _ in ways]
    pages: list[list[int]] = [[] for _ in ways]
    lists = list(zip(ways, times, pages, strict=True))
    for number in range(rounds + 1):
        begin = number % len(lists)
        for way, own, read in lists[begin:] + lists[:begin]:
            way.prepared(question)
            before = getrusage(RUSAGE_SELF).ru_majflt
            began = perf_counter()
            raw = way.ask()
            own.append(perf_counter() - began)
            read.append(getrusage(RUSAGE_SELF).ru_majflt - before)
            compare(ways[0].name, reference, way.name, way.read(raw))
    return [timed(way.name, own)._replace(pages_read=median(read[1:])) for way, own, read in lists]


def counting_in_turn(ways: Sequence[Way], question: Question, rounds: int) -> list[Timed]:
    """The same for ways that deliver no rows; their sums are compared."""
    wanted = tally_of(answers(ways[0], question)[0])
    counting = [(way.name, way.tally) for way in ways if way.tally is not None]
    times: list[list[float]] = [[] for _ in counting]
    for way in ways:
        way.prepared(question)
    for _ in range(rounds + 1):
        for (name, tally), own in zip(counting, times, strict=True):
            began = perf_counter()
            found = tally()
            own.append(perf_counter() - began)
            if found != wanted:
                raise Unequal(f"{name} counts {found}, {ways[0].name} {wanted}")
    return [timed(name, own) for (name, _), own in zip(counting, times, strict=True)]


def timed(name: str, seconds: Sequence[float]) -> Timed:
    """Of seconds, the first of which does not count."""
    return Timed(name, median(seconds[1:]) * 1e3, min(seconds[1:]) * 1e3)
