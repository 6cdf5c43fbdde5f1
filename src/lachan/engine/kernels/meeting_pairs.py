"""Loops that find the stretches of time people spent with the sources of one hop.

Cost: every stay of a source looks at the stays that can overlap it; every encounter of a source,
and every day at home, is looked at once.  Each loop writes as far as `out` has room and returns
how many it found: call again with more room when that was not enough.
Twin: `naive_pairs.World.met`.
"""

import numpy as np

from lachan.engine.compiled import kernel
from lachan.engine.days import DAY, OFFSET
from lachan.engine.dtypes import Ints, Pairs, Sources, Stays
from lachan.engine.kernels.meeting import first_row
from lachan.engine.kernels.ordering import counting_order
from lachan.engine.meetings import ENCOUNTER, HOUSEHOLD, VISIT
from lachan.engine.pair_arrays import Cuts, HomeHours, Pieces, Segments, Tree


@kernel
def put(
    out: Pieces,
    count: int,
    who: tuple[int, int, int, int],
    start: int,
    end: int,
    weight: int,
    imputed: int,
) -> int:
    """Write one piece where there is room; `who` is person, source, kind, venue."""
    if count < len(out.person):
        out.person[count] = who[0]
        out.source[count] = who[1]
        out.kind[count] = who[2]
        out.venue[count] = who[3]
        out.start[count] = start
        out.end[count] = end
        out.weight[count] = weight
        out.imputed[count] = imputed
    return count + 1


@kernel
def meet_at_places(
    stays: Stays, tree: Tree, sources: Sources, k: int, out: Pieces, count: int
) -> int:
    """Who shared a place with source number `k` while it was infectious."""
    source = sources.person[k]
    for q in range(stays.of[source], stays.of[source + 1]):
        row = stays.rows[q]
        venue = stays.venue[row]
        stop = stays.at[venue + 1]
        for w in range(sources.of[k], sources.of[k + 1]):
            start = max(stays.start[row], sources.start[w])
            end = min(stays.end[row], sources.end[w])
            if start >= end:
                continue
            j = first_row(stays, venue, start)
            while j < stop and stays.start[j] < end:
                if stays.end[j] > start and stays.person[j] != source:
                    count = put(
                        out,
                        count,
                        (stays.person[j], source, VISIT, venue),
                        max(start, stays.start[j]),
                        min(end, stays.end[j]),
                        tree.weight[venue],
                        stays.imputed[j] | stays.imputed[row],
                    )
                j += 1
    return count


@kernel
def meet_closely(close: Segments, sources: Sources, k: int, out: Pieces, count: int) -> int:
    """Encounters with source number `k` while it was infectious."""
    source = sources.person[k]
    for q in range(close.of[source], close.of[source + 1]):
        for w in range(sources.of[k], sources.of[k + 1]):
            start = max(close.start[q], sources.start[w])
            end = min(close.end[q], sources.end[w])
            if start < end:
                who = (close.other[q], source, ENCOUNTER, -1)
                count = put(out, count, who, start, end, close.weight[q], 0)
    return count


@kernel
def meet_at_home(
    homes: Pairs, hours: HomeHours, sources: Sources, k: int, out: Pieces, count: int
) -> int:
    """Days at home with source number `k` while it was infectious."""
    source = sources.person[k]
    for q in range(homes.of[source], homes.of[source + 1]):
        who = (homes.other[q], source, HOUSEHOLD, -1)
        for w in range(sources.of[k], sources.of[k + 1]):
            low = max(homes.start[q], sources.start[w])
            high = min(homes.end[q], sources.end[w])
            if low >= high:
                continue
            for day in range((low + OFFSET) // DAY - 1, (high + OFFSET) // DAY + 1):
                begin = day * DAY - OFFSET + hours.begin
                start = max(low, begin)
                end = min(high, begin + hours.seconds)
                if start < end:
                    count = put(out, count, who, start, end, hours.weight, 0)
    return count


@kernel
def meet(
    stays: Stays,
    tree: Tree,
    close: Segments,
    homes: Pairs,
    hours: HomeHours,
    sources: Sources,
    out: Pieces,
) -> int:
    """All stretches with the sources of one hop, source by source."""
    count = 0
    for k in range(len(sources.person)):
        count = meet_at_places(stays, tree, sources, k, out, count)
        count = meet_closely(close, sources, k, out, count)
        if hours.weight > 0:
            count = meet_at_home(homes, hours, sources, k, out, count)
    return count


@kernel
def order(pieces: Pieces, people: int) -> Ints:
    """The order by (person, source, start, kind, venue) of pieces in any order.

    Cost: two counting passes over the pieces and the people, then insertion within each pair.
    """
    by_source = counting_order(pieces.source, np.arange(len(pieces.person)), people)
    ordered = counting_order(pieces.person, by_source, people)
    for i in range(1, len(ordered)):
        moved = ordered[i]
        j = i
        while j > 0 and same_pair(pieces, ordered[j - 1], moved):
            if not is_later(pieces, ordered[j - 1], moved):
                break
            ordered[j] = ordered[j - 1]
            j -= 1
        ordered[j] = moved
    return ordered


@kernel
def same_pair(pieces: Pieces, i: int, j: int) -> bool:
    """Whether two pieces are of one person and one source."""
    return bool(pieces.person[i] == pieces.person[j] and pieces.source[i] == pieces.source[j])


@kernel
def is_later(pieces: Pieces, i: int, j: int) -> bool:
    """Whether piece `i` comes after piece `j` of the same pair."""
    if pieces.start[i] != pieces.start[j]:
        return bool(pieces.start[i] > pieces.start[j])
    if pieces.kind[i] != pieces.kind[j]:
        return bool(pieces.kind[i] > pieces.kind[j])
    return bool(pieces.venue[i] > pieces.venue[j])


@kernel
def is_inside(tree: Tree, inner: int, outer: int) -> bool:
    """Whether a place that counts is a part of another, and not the same."""
    place = tree.up[inner]
    while place >= 0:
        if place == outer:
            return True
        place = tree.up[place]
    return False


@kernel
def keep_innermost(pieces: Pieces, tree: Tree, out: Pieces) -> int:
    """Take from every visit the time its pair spent in a place inside; in order of the pieces.

    Cost: pieces times the pieces of their pair.
    """
    count = 0
    first = 0
    for i in range(len(pieces.person)):
        if not same_pair(pieces, first, i):
            first = i
        cursor = pieces.start[i]
        j = first
        while pieces.kind[i] == VISIT and j < len(pieces.person) and same_pair(pieces, i, j):
            if pieces.start[j] >= pieces.end[i]:
                break
            inner = pieces.kind[j] == VISIT and is_inside(tree, pieces.venue[j], pieces.venue[i])
            if inner and pieces.end[j] > cursor:
                if cursor < pieces.start[j]:
                    count = copy(pieces, i, cursor, pieces.start[j], out, count)
                cursor = pieces.end[j]
            j += 1
        if cursor < pieces.end[i]:
            count = copy(pieces, i, cursor, pieces.end[i], out, count)
    return count


@kernel
def copy(pieces: Pieces, i: int, start: int, end: int, out: Pieces, count: int) -> int:
    """Write piece `i` with another start and end."""
    who = (pieces.person[i], pieces.source[i], pieces.kind[i], pieces.venue[i])
    return int(put(out, count, who, start, end, pieces.weight[i], pieces.imputed[i]))


@kernel
def cut_people(pieces: Pieces, cuts: Cuts, out: Pieces) -> int:
    """Take from every piece the isolation of its person; in order of the pieces."""
    count = 0
    for i in range(len(pieces.person)):
        cursor = pieces.start[i]
        person = pieces.person[i]
        for c in range(cuts.of[person], cuts.of[person + 1]):
            stop = min(cuts.start[c], pieces.end[i])
            if cursor < stop:
                count = copy(pieces, i, cursor, stop, out, count)
            cursor = max(cursor, cuts.end[c])
        if cursor < pieces.end[i]:
            count = copy(pieces, i, cursor, pieces.end[i], out, count)
    return count
