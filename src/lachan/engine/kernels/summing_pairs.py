"""Loops that add the pieces of each person up, and join what three lengths of one end give.

Pieces are sorted by (person, source, start, kind, venue).  Twin: `naive_pairs.World.sum`.
"""

import numpy as np

from lachan.engine.compiled import kernel
from lachan.engine.dtypes import Ints
from lachan.engine.meetings import ENCOUNTER, VISIT
from lachan.engine.pair_arrays import Pieces, Sums, Tree


@kernel
def count_people(pieces: Pieces) -> int:
    """How many people the pieces are of."""
    count = 0
    for i in range(len(pieces.person)):
        count += i == 0 or pieces.person[i] != pieces.person[i - 1]
    return count


@kernel
def add_up(pieces: Pieces, tree: Tree, sums: Sums) -> None:
    """Fill `sums`, one entry a person; its figures begin at zero.

    Cost: one pass over the pieces, each compared with the running meetings of its pair.
    """
    seen = np.full(len(tree.root), -1, np.int64)
    slot = -1
    first = 0
    while first < len(pieces.person):
        person = pieces.person[first]
        if first == 0 or pieces.person[first - 1] != person:
            slot += 1
            sums.person[slot] = person
            sums.first[slot] = pieces.start[first]
            sums.last[slot] = pieces.end[first]
        stop = first + 1
        while (
            stop < len(pieces.person)
            and pieces.person[stop] == person
            and pieces.source[stop] == pieces.source[first]
        ):
            stop += 1
        add_pair(pieces, first, stop, sums, slot, seen)
        longest = longest_meeting(pieces, first, stop, tree)
        sums.one_meeting[slot] = max(sums.one_meeting[slot], longest)
        first = stop


@kernel
def add_pair(pieces: Pieces, first: int, stop: int, sums: Sums, slot: int, seen: Ints) -> None:
    """Add the pieces of one pair; sources come ascending, so `via` is the smallest of several."""
    total = 0
    for i in range(first, stop):
        exposure = pieces.weight[i] * (pieces.end[i] - pieces.start[i])
        total += exposure
        sums.first[slot] = min(sums.first[slot], pieces.start[i])
        sums.last[slot] = max(sums.last[slot], pieces.end[i])
        sums.imputed[slot] |= pieces.imputed[i]
        if pieces.kind[i] == VISIT:
            sums.place[slot] += exposure
            venue = pieces.venue[i]
            if seen[venue] != slot:
                seen[venue] = slot
                sums.venues[slot] += 1
        elif pieces.kind[i] == ENCOUNTER:
            sums.encounter[slot] += exposure
        else:
            sums.household[slot] += exposure
    sums.total[slot] += total
    sums.sources[slot] += 1
    if total > sums.one_source[slot]:
        sums.one_source[slot] = total
        sums.via[slot] = pieces.source[first]


@kernel
def longest_meeting(pieces: Pieces, first: int, stop: int, tree: Tree) -> int:
    """The most exposure of one pair in one uninterrupted meeting."""
    if stop - first == 1:
        return int(pieces.weight[first] * (pieces.end[first] - pieces.start[first]))
    kind = np.empty(stop - first, np.int64)
    outer = np.empty(stop - first, np.int64)
    until = np.empty(stop - first, np.int64)
    exposure = np.zeros(stop - first, np.int64)
    running = 0
    most = 0
    for i in range(first, stop):
        place = tree.outer[pieces.venue[i]] if pieces.kind[i] == VISIT else -1
        r = 0
        while r < running and (kind[r] != pieces.kind[i] or outer[r] != place):
            r += 1
        if r == running:
            running += 1
            kind[r] = pieces.kind[i]
            outer[r] = place
            until[r] = pieces.start[i]
        if pieces.start[i] > until[r]:
            exposure[r] = 0
        until[r] = max(until[r], pieces.end[i])
        exposure[r] += pieces.weight[i] * (pieces.end[i] - pieces.start[i])
        most = max(most, exposure[r])
    return most
