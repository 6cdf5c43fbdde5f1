"""The definition of the exposure score, written as the definition: slow, obvious, no arrays.

`scoring` must give exactly these rows.  Hazards and chances are millionths.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from lachan.engine.naive import Interval
from lachan.engine.risk import BITS, CERTAIN, MILLION, ONE, escape
from lachan.engine.rule import ceil_minute
from lachan.engine.scoring_rule import LONGEST, THOUSAND, Scoring

DAY = 86_400
HOUR = 3_600


class Meeting(NamedTuple):
    """One row of `meetings.Meetings`, in the order of its table."""

    person: int
    source: int
    start: int
    kind: int
    venue: int
    end: int
    weight: int
    imputed: bool
    least: int
    most: int


class Chance(NamedTuple):
    """How surely a source is infected, with bounds, and her onset in seconds."""

    chance: int
    least: int
    most: int
    onset: int


class Score(NamedTuple):
    """What all meetings of one person amount to; see `scoring.Scores`."""

    person: int
    risk: int
    least: int
    most: int
    chief: Meeting
    share: int
    meetings: int
    sources: int
    seconds: int


def score(
    meetings: Sequence[Meeting],
    chances: Mapping[int, Chance],
    scoring: Scoring,
    doses: Mapping[int, int],
) -> list[Score]:
    """One row for everybody who met a source, by person; nobody in `doses`: unknown."""
    of: dict[int, list[Meeting]] = defaultdict(list)
    for meeting in sorted(meetings):
        of[meeting.person].append(meeting)
    return [
        score_of(own, chances, scoring, susceptible(scoring, doses.get(person)))
        for person, own in sorted(of.items())
    ]


def score_of(
    own: Sequence[Meeting], chances: Mapping[int, Chance], scoring: Scoring, open_to_it: int
) -> Score:
    """The score of one person from her meetings, in order of source."""
    parts = []
    for meeting in own:
        source = chances[meeting.source]
        parts.append(hazard(meeting, likely(meeting, scoring), source.onset, scoring))
    weights = [
        part * chances[meeting.source].chance // MILLION
        for part, meeting in zip(parts, own, strict=True)
    ]

    def chance_of(parts: Sequence[int], how_sure: Callable[[Chance], int]) -> int:
        anyhow = risk(own, parts, how_sure, chances, scoring.unseen)
        return anyhow * open_to_it // THOUSAND

    chief = max(range(len(own)), key=lambda i: (weights[i], -i))
    return Score(
        own[0].person,
        chance_of(parts, lambda c: c.chance),
        chance_of(bounds(own, chances, scoring, min, "least"), lambda c: c.least),
        chance_of(bounds(own, chances, scoring, max, "most"), lambda c: c.most),
        own[chief],
        weights[chief] * THOUSAND // sum(weights) if sum(weights) else 0,
        len(own),
        len({meeting.source for meeting in own}),
        sum(meeting.end - meeting.start for meeting in own),
    )


def bounds(
    own: Sequence[Meeting],
    chances: Mapping[int, Chance],
    scoring: Scoring,
    choose: Callable[[int, int], int],
    column: str,
) -> list[int]:
    """Hazards of every meeting at its `least` or `most` possible length."""
    return [
        hazard(
            meeting,
            choose(int(getattr(meeting, column)), likely(meeting, scoring)),
            chances[meeting.source].onset,
            scoring,
        )
        for meeting in own
    ]


def likely(meeting: Meeting, scoring: Scoring) -> int:
    """Seconds a meeting is taken to have lasted."""
    if not meeting.imputed:
        return meeting.end - meeting.start
    return meeting.least + (meeting.most - meeting.least) * scoring.imputed // THOUSAND


def hazard(meeting: Meeting, seconds: int, onset: int, scoring: Scoring) -> int:
    """The hazard of one meeting of that length."""
    day = (meeting.start - onset) // DAY - scoring.first_day
    strength = scoring.infectious[min(max(day, 0), len(scoring.infectious) - 1)]
    effective = min(seconds, LONGEST) * strength * meeting.weight // THOUSAND
    return min(effective * scoring.rate[meeting.kind] // (HOUR * THOUSAND), CERTAIN)


def risk(
    own: Sequence[Meeting],
    parts: Sequence[int],
    how_sure: Callable[[Chance], int],
    chances: Mapping[int, Chance],
    unseen: int,
) -> int:
    """The chance that at least one source infected the person.

    Hazards from one source add up; a source that is infected for sure infects with
    1 - exp(-hazard); sources are independent of each other and of what is `unseen`.
    """
    by_source: dict[int, int] = defaultdict(int)
    for meeting, part in zip(own, parts, strict=True):
        by_source[meeting.source] += part
    healthy = escape(unseen)
    for source in sorted(by_source):
        infected = (ONE - escape(by_source[source])) * how_sure(chances[source]) // MILLION
        healthy = healthy * (ONE - infected) >> BITS
    return (ONE - healthy) * MILLION >> BITS


def susceptible(scoring: Scoring, doses: int | None) -> int:
    """Permille of people with so many doses who can be infected at all."""
    known = -1 if doses is None else doses
    return scoring.susceptible[min(max(known + 1, 0), len(scoring.susceptible) - 1)]


#: Finds all meetings of everybody else with these infectious people.
Meet = Callable[[Mapping[int, Sequence[Interval]]], Sequence[Meeting]]


def expose(
    meet: Meet,
    cases: Mapping[int, Sequence[Interval]],
    *,
    onset: Mapping[int, int],
    doses: Mapping[int, int],
    hops: int,
    min_seconds: int,
    latent_seconds: int,
    scoring: Scoring,
    source_from: int = 0,
) -> list[tuple[Score, int]]:
    """Everybody reached in `hops` steps: her score and her hop; see `scoring.expose`."""
    hop = dict.fromkeys(cases, 0)
    chances = {case: Chance(MILLION, MILLION, MILLION, onset[case]) for case in cases}
    met: list[Meeting] = []
    infectious = dict(cases)
    for step in range(1, hops + 1):
        found = [meeting for meeting in meet(infectious) if meeting.person not in cases]
        met += found
        reached = newly_reached(found, hop, min_seconds)
        hop |= dict.fromkeys(reached, step)
        infectious = {}
        for row in score(counting(met, hop), chances, scoring, doses):
            if row.person not in reached or row.risk < source_from:
                continue
            start = ceil_minute(reached[row.person] + latent_seconds)
            infectious[row.person] = [Interval(start, 2**62)]
            chances[row.person] = Chance(row.risk, row.least, row.most, start + scoring.onset_after)
        if not infectious:
            break
    return [(row, hop[row.person]) for row in score(counting(met, hop), chances, scoring, doses)]


def newly_reached(
    meetings: Sequence[Meeting], hop: Mapping[int, int], min_seconds: int
) -> dict[int, int]:
    """Person -> start of the first meeting, for those whose meetings add up to enough."""
    of: dict[int, list[Meeting]] = defaultdict(list)
    for meeting in meetings:
        if meeting.person not in hop and possible(meeting) > 0:
            of[meeting.person].append(meeting)
    found = {}
    for person, own in of.items():
        if sum(possible(meeting) for meeting in own) >= min_seconds:
            found[person] = min(meeting.start for meeting in own)
    return found


def possible(meeting: Meeting) -> int:
    """Seconds a meeting can have lasted."""
    return max(meeting.most, meeting.end - meeting.start)


def counting(meetings: Sequence[Meeting], hop: Mapping[int, int]) -> list[Meeting]:
    """The meetings of reached people with sources of hops up to their own."""
    return [
        meeting
        for meeting in meetings
        if hop.get(meeting.person, 0) > 0 and hop[meeting.source] <= hop[meeting.person]
    ]
