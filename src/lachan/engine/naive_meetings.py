"""The records of `meetings.Meetings`, told plainly: one meeting by three lengths at once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lachan.engine.naive_pairs import BOUNDS, Evidence, Met, World, steps
from lachan.engine.pair_answers import ASSUMED, LEAST, MOST
from lachan.engine.pair_rule import PairRule

Key = tuple[str, str, int, str | None, int]  # person, source, kind, venue, weight


class MeetingRow(NamedTuple):
    """One entry of `Meetings` with names; `venue` is "" for encounters and households."""

    person: str
    source: str
    start: int
    end: int
    kind: int
    venue: str
    weight: int
    imputed: bool
    least: int
    most: int


def meetings(evidence: Evidence, rule: PairRule, hop: int) -> list[MeetingRow]:
    """Every meeting with a source of the hop before, sorted as `Meetings` are."""
    step = list(steps(World(evidence, rule)))[hop - 1]
    of: dict[Key, list[list[Met]]] = defaultdict(lambda: [[] for _ in BOUNDS])
    for bound in BOUNDS:
        for own in step.met[bound].values():
            for one in own:
                key = (one.person, one.source, one.kind, one.venue, one.weight)
                of[key][bound].append(one)
    return sorted(
        (row for key, met in of.items() for row in rows(key, met)),
        key=lambda row: (row.person, row.source, row.start, row.kind, row.venue),
    )


def rows(key: Key, met: Sequence[Sequence[Met]]) -> Iterator[MeetingRow]:
    """The meetings of one pair at one place, with one weight."""
    person, source, kind, venue, weight = key
    for start, end in spans([one for own in met for one in own]):
        within = [[one for one in own if start <= one.start < end] for own in met]
        assumed = sorted(within[ASSUMED], key=lambda one: one.start)
        bounds = [start, *(one.start for one in assumed[1:]), end]
        for number, begin in enumerate(bounds[:-1]):
            until = bounds[number + 1]
            least, most = (
                sum(max(0, min(one.end, until) - max(one.start, begin)) for one in within[bound])
                for bound in (LEAST, MOST)
            )
            one = assumed[number] if assumed else None
            guessed = [one] if one else within[MOST]
            yield MeetingRow(
                person=person,
                source=source,
                start=one.start if one else start,
                end=one.end if one else start,
                kind=kind,
                venue=venue or "",
                weight=weight,
                imputed=any(each.imputed for each in guessed),
                least=least,
                most=most,
            )


def spans(met: Sequence[Met]) -> list[tuple[int, int]]:
    """The stretches in which meetings overlap; touching ones stay apart."""
    found: list[tuple[int, int]] = []
    for one in sorted(met, key=lambda one: one.start):
        if found and one.start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], one.end))
        else:
            found.append((one.start, one.end))
    return found
