"""Loops that turn hazards into chances.

Cost: one pass over the meetings.  Twin: `naive_scoring`.
"""

from typing import NamedTuple

from lachan.engine import risk
from lachan.engine.compiled import kernel
from lachan.engine.dtypes import Ints
from lachan.engine.meetings import Meetings
from lachan.engine.risk import BITS, MILLION, ONE

escape = kernel(risk.escape)


class Tally(NamedTuple):
    """What the meetings amount to, one entry an exposed person; see `scoring.Scores`."""

    risk: Ints
    least: Ints
    most: Ints
    chief: Ints
    share: Ints
    meetings: Ints
    sources: Ints
    seconds: Ints


@kernel
def survive(begin: Ints, source: Ints, hazard: Ints, chance: Ints, unseen: int, risk: Ints) -> None:
    """Fill `risk` with the chance, in millionths, that at least one source infected the person.

    The rows `begin[i] : begin[i + 1]` are person i's, sorted by source; `chance[row]` is how
    surely the row's source is infected, `unseen` the hazard of everybody.
    """
    for i in range(len(begin) - 1):
        healthy = escape(unseen)
        total = 0
        for row in range(begin[i], begin[i + 1]):
            total += hazard[row]
            if row + 1 < begin[i + 1] and source[row + 1] == source[row]:
                continue
            infected = (ONE - escape(total)) * chance[row] // MILLION
            healthy = healthy * (ONE - infected) >> BITS
            total = 0
        risk[i] = (ONE - healthy) * MILLION >> BITS


@kernel
def weigh(begin: Ints, meetings: Meetings, hazard: Ints, chance: Ints, tally: Tally) -> None:
    """Fill in which meeting counts most, its share, and how much there was of everything."""
    for i in range(len(begin) - 1):
        chief = begin[i]
        most = -1
        total = 0
        for row in range(begin[i], begin[i + 1]):
            part = hazard[row] * chance[row] // MILLION
            total += part
            if part > most:
                most = part
                chief = row
            tally.seconds[i] += meetings.end[row] - meetings.start[row]
            if row == begin[i] or meetings.source[row] != meetings.source[row - 1]:
                tally.sources[i] += 1
        tally.chief[i] = chief
        tally.meetings[i] = begin[i + 1] - begin[i]
        tally.share[i] = most * 1_000 // total if total > 0 else 0
