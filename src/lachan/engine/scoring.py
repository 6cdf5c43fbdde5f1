"""The exposure score: from all meetings of a person to the chance that she was infected.

Definition and twin: `naive_scoring`.  Whole numbers only: the score depends on no machine, no
thread and no order of rows.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lachan.engine import pairing
from lachan.engine.dtypes import NEVER, Ints, Sources
from lachan.engine.gathering_pairs import outside_isolation
from lachan.engine.kernels import scoring as kernels
from lachan.engine.meetings import Meetings
from lachan.engine.pair_arrays import Cuts, PairWorld
from lachan.engine.pair_meetings import of_lengths, of_one_length
from lachan.engine.risk import CERTAIN, MILLION
from lachan.engine.scoring_rule import LONGEST, THOUSAND, Scoring
from lachan.engine.tracing import sources_of_reached

#: Seconds in a day: infectiousness goes by whole days from onset.
DAY = 86_400

#: Stands in `doses` where nobody knows how many.
UNKNOWN_DOSES = -1

#: Effective milliseconds in an hour at full weight and full infectiousness.
EFFECTIVE_HOUR = 3_600 * THOUSAND

#: Finds all meetings with these sources; see `meetings`.
Meet = Callable[[Sources], Meetings]


class Chances(NamedTuple):
    """How surely each person is infected, millionths, with bounds, and her onset in seconds.

    One entry a person of the whole world; entries of people who are no source are not read.
    """

    chance: Ints
    least: Ints
    most: Ints
    onset: Ints


class Scores(NamedTuple):
    """One row an exposed person, ascending.

    `risk` is the chance that she was infected, millionths, `least` and `most` the same if every
    imputed meeting was as short or as long as it can have been.  `chief` is the row of the
    meeting that contributes most (of several the first), `share` its permille of all hazard.
    """

    person: Ints
    risk: Ints
    least: Ints
    most: Ints
    chief: Ints
    share: Ints
    meetings: Ints
    sources: Ints
    seconds: Ints


class Exposed(NamedTuple):
    """The people of the answer, and what it was made from.

    `meetings` are those that count; `scores.chief` is a row of them.  `hop` and `chances` have an
    entry a person of the whole world: 0 is a case, -1 was not reached.
    """

    scores: Scores
    meetings: Meetings
    hop: Ints
    chances: Chances


def hazards(meetings: Meetings, onset: Ints, scoring: Scoring) -> tuple[Ints, Ints, Ints]:
    """Hazard of every meeting in millionths, with its bounds."""
    day = (meetings.start - onset[meetings.source]) // DAY - scoring.first_day
    table = np.array(scoring.infectious, np.int64)
    strength = table[np.clip(day, 0, len(table) - 1)] * meetings.weight
    rate = np.array(scoring.rate, np.int64)[meetings.kind]

    def hazard(seconds: Ints) -> Ints:
        effective = np.minimum(seconds, LONGEST) * strength // THOUSAND
        found: Ints = np.minimum(effective * rate // EFFECTIVE_HOUR, CERTAIN)
        return found

    least, most = meetings.least, meetings.most
    guess = least + (most - least) * scoring.imputed // THOUSAND
    likely = np.where(meetings.imputed != 0, guess, meetings.end - meetings.start)
    return hazard(likely), hazard(np.minimum(least, likely)), hazard(np.maximum(most, likely))


def score(meetings: Meetings, chances: Chances, scoring: Scoring, doses: Ints) -> Scores:
    """The score of everybody who met a source; `doses[person]` may be `UNKNOWN_DOSES`."""
    likely, least, most = hazards(meetings, chances.onset, scoring)
    first = np.flatnonzero(np.diff(meetings.person, prepend=-1))
    begin = np.append(first, len(meetings.person))
    person = meetings.person[first]
    table = np.array(scoring.susceptible, np.int64)
    susceptible = table[np.clip(doses[person] + 1, 0, len(table) - 1)]
    of = meetings.source
    tally = kernels.Tally(*(np.zeros(len(person), np.int64) for _ in kernels.Tally._fields))
    kernels.survive(begin, of, likely, chances.chance[of], scoring.unseen, tally.risk)
    kernels.survive(begin, of, least, chances.least[of], scoring.unseen, tally.least)
    kernels.survive(begin, of, most, chances.most[of], scoring.unseen, tally.most)
    kernels.weigh(begin, meetings, likely, chances.chance[of], tally)
    return Scores(
        person=person,
        risk=tally.risk * susceptible // THOUSAND,
        least=tally.least * susceptible // THOUSAND,
        most=tally.most * susceptible // THOUSAND,
        chief=tally.chief,
        share=tally.share,
        meetings=tally.meetings,
        sources=tally.sources,
        seconds=tally.seconds,
    )


def expose(
    meet: Meet,
    cases: Sources,
    *,
    onset: Ints,
    doses: Ints,
    hops: int,
    min_seconds: int,
    latent_seconds: int,
    scoring: Scoring,
    source_from: int = 0,
) -> Exposed:
    """Everybody the rule reaches in `hops` steps, with her score from all sources up to her hop.

    A person is reached when her meetings with the sources of one hop, each as long as it can have
    been, add up to `min_seconds`: an exit nobody scanned hides nobody, and the score says how
    likely it is.  A person reached at hop h with a risk of `source_from` millionths or more is a
    source of hop h + 1 with that chance, infectious from her first meeting with hop h - 1 plus
    latency.  A person's score counts the sources of hops up to her own, so nobody is exposed to
    somebody who can only have it from her.  `onset[person]` is a case's onset.
    """
    hop = np.full(len(onset), -1)
    hop[cases.person] = 0
    certain = np.where(hop == 0, MILLION, 0)
    chances = Chances(certain, certain.copy(), certain.copy(), onset.copy())
    met: list[Meetings] = []
    sources = cases
    for step in range(1, hops + 1):
        found = without_cases(meet(sources), hop)
        met.append(found)
        reached, first_at = newly_reached(found, hop, min_seconds)
        if len(reached) == 0:
            break
        hop[reached] = step
        scores = score(counting(united(met), hop), chances, scoring, doses)
        at = np.searchsorted(scores.person, reached)
        going = scores.risk[at] >= source_from
        for whole, own in zip(chances, (scores.risk, scores.least, scores.most), strict=False):
            whole[reached] = own[at]
        sources = sources_of_reached(reached[going], first_at[going], latent_seconds)
        chances.onset[sources.person] = sources.start + scoring.onset_after
        if len(sources.person) == 0:
            break
    rows = counting(united(met), hop)
    scores = score(rows, chances, scoring, doses)
    return Exposed(scores, rows, hop, chances)


def meet_in(world: PairWorld, cases: Ints, cuts: Cuts) -> Meet:
    """Finds the meetings of everybody who is no case in this evidence, isolation cut out."""
    closed = np.zeros(world.people, np.uint8)
    closed[cases] = 1

    def meet(sources: Sources) -> Meetings:
        sources = outside_isolation(sources, cuts)
        pieces = [
            pairing.refine(world, pairing.meet(world, bound, sources), closed, cuts)
            for bound in range(len(world.stays))
        ]
        return of_one_length(pieces[0]) if len(pieces) == 1 else of_lengths(pieces)

    return meet


def without_cases(meetings: Meetings, hop: Ints) -> Meetings:
    """Meetings of people who are no case."""
    return taken(meetings, np.flatnonzero(hop[meetings.person] != 0))


def newly_reached(meetings: Meetings, hop: Ints, min_seconds: int) -> tuple[Ints, Ints]:
    """Who is reached by these meetings and was not before, ascending, and her first meeting."""
    possible = np.maximum(meetings.most, meetings.end - meetings.start)
    fresh = (hop[meetings.person] < 0) & (possible > 0)
    person = meetings.person[fresh]
    seconds = np.zeros(len(hop), np.int64)
    np.add.at(seconds, person, possible[fresh])
    first = np.full(len(hop), NEVER)
    np.minimum.at(first, person, meetings.start[fresh])
    reached = np.flatnonzero((seconds >= min_seconds) & (seconds > 0))
    return reached, first[reached]


def counting(meetings: Meetings, hop: Ints) -> Meetings:
    """The meetings of reached people with sources of hops up to their own."""
    own = hop[meetings.person]
    return taken(meetings, np.flatnonzero((own > 0) & (hop[meetings.source] <= own)))


def united(parts: list[Meetings]) -> Meetings:
    """Meetings of several hops in one table, in its order."""
    whole = Meetings._make(map(np.concatenate, zip(*parts, strict=True)))
    keys = (whole.venue, whole.kind, whole.start, whole.source, whole.person)
    return taken(whole, np.lexsort(keys))


def taken(meetings: Meetings, rows: Ints) -> Meetings:
    """Some rows of the table."""
    return Meetings._make(column[rows] for column in meetings)
