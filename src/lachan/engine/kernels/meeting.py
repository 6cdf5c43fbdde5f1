"""Loops that find who met the sources of one hop.

Cost: every stay of a source looks at the stays that can overlap it, twice: once source by source
(seconds, first meeting, via, sources), once venue by venue (distinct venues).
Twins: `naive.met_at_venues`, `naive.met_closely`, `naive.contact`.
"""

import numpy as np

from lachan.engine.compiled import kernel
from lachan.engine.dtypes import Ints, Marks, Met, Pairs, Sources, Stays, Tally


@kernel
def first_row(stays: Stays, venue: int, moment: int) -> int:
    """The first row of `venue` from which on a stay may end after `moment`."""
    low = stays.at[venue]
    high = stays.at[venue + 1]
    while low < high:
        middle = (low + high) // 2
        if stays.latest[middle] > moment:
            high = middle
        else:
            low = middle + 1
    return int(low)


@kernel
def note(tally: Tally, mine: Met, person: int, start: int, seconds: int) -> None:
    """Add one meeting with the source at hand."""
    if mine.seconds[person] == 0:
        mine.people[mine.length[0]] = person
        mine.length[0] += 1
    mine.seconds[person] += seconds
    tally.first[person] = min(tally.first[person], start)


@kernel
def meet_in_stay(
    stays: Stays, row: int, start: int, end: int, closed: Marks, tally: Tally, mine: Met
) -> None:
    """Note everybody who was at the venue of `row` within [start, end)."""
    source = stays.person[row]
    stop = stays.at[stays.venue[row] + 1]
    j = first_row(stays, stays.venue[row], start)
    while j < stop and stays.start[j] < end:
        person = stays.person[j]
        if stays.end[j] > start and person != source and not closed[person]:
            begin = max(start, stays.start[j])
            note(tally, mine, person, begin, min(end, stays.end[j]) - begin)
            tally.imputed[person] |= stays.imputed[j] | stays.imputed[row]
        j += 1


@kernel
def meet_at_venues(
    stays: Stays, sources: Sources, k: int, closed: Marks, tally: Tally, mine: Met
) -> None:
    """Note everybody who shared a venue with source number `k` while it was infectious."""
    source = sources.person[k]
    for q in range(stays.of[source], stays.of[source + 1]):
        row = stays.rows[q]
        for w in range(sources.of[k], sources.of[k + 1]):
            start = max(stays.start[row], sources.start[w])
            end = min(stays.end[row], sources.end[w])
            if start < end:
                meet_in_stay(stays, row, start, end, closed, tally, mine)


@kernel
def meet_closely(
    pairs: Pairs, sources: Sources, k: int, closed: Marks, tally: Tally, mine: Met
) -> None:
    """Note every encounter with source number `k` while it was infectious."""
    source = sources.person[k]
    for q in range(pairs.of[source], pairs.of[source + 1]):
        person = pairs.other[q]
        for w in range(sources.of[k], sources.of[k + 1]):
            start = max(pairs.start[q], sources.start[w])
            end = min(pairs.end[q], sources.end[w])
            if start < end and not closed[person]:
                note(tally, mine, person, start, end - start)


@kernel
def settle(tally: Tally, mine: Met, source: int) -> None:
    """Move what was met of `source` into the tally.

    Sources come in ascending order, so the first of several with most seconds is the smallest.
    """
    for i in range(mine.length[0]):
        person = mine.people[i]
        seconds = mine.seconds[person]
        mine.seconds[person] = 0
        tally.seconds[person] += seconds
        tally.sources[person] += 1
        if seconds > tally.most[person]:
            tally.most[person] = seconds
            tally.via[person] = source
    mine.length[0] = 0


@kernel
def meet(
    stays: Stays, pairs: Pairs, sources: Sources, closed: Marks, tally: Tally, mine: Met
) -> None:
    """Fill `tally` with the meetings of everybody not `closed` with the sources of one hop."""
    for k in range(len(sources.person)):
        meet_at_venues(stays, sources, k, closed, tally, mine)
        meet_closely(pairs, sources, k, closed, tally, mine)
        settle(tally, mine, sources.person[k])


@kernel
def count_venues(stays: Stays, sources: Sources, closed: Marks, tally: Tally) -> None:
    """Count for everybody not `closed` the distinct venues where a source was met."""
    slot = np.full(len(closed), -1, np.int64)
    for k in range(len(sources.person)):
        slot[sources.person[k]] = k
    seen = np.full(len(closed), -1, np.int64)
    for row in range(len(stays.person)):
        k = slot[stays.person[row]]
        if k < 0:
            continue
        for w in range(sources.of[k], sources.of[k + 1]):
            start = max(stays.start[row], sources.start[w])
            end = min(stays.end[row], sources.end[w])
            if start < end:
                mark_visitors(stays, row, start, end, closed, tally, seen)


@kernel
def mark_visitors(
    stays: Stays, row: int, start: int, end: int, closed: Marks, tally: Tally, seen: Ints
) -> None:
    """Count the venue of `row` once for everybody there within [start, end).

    `seen[person]` is the venue counted last; callers come venue by venue.
    """
    source = stays.person[row]
    venue = stays.venue[row]
    stop = stays.at[venue + 1]
    j = first_row(stays, venue, start)
    while j < stop and stays.start[j] < end:
        person = stays.person[j]
        overlaps = stays.end[j] > start and person != source and not closed[person]
        if overlaps and seen[person] != venue:
            seen[person] = venue
            tally.venues[person] += 1
        j += 1
