"""Loops that make the evidence of pairs countable: the tree of places, encounters, households."""

import numpy as np

from lachan.engine.compiled import kernel
from lachan.engine.dtypes import Ints
from lachan.engine.pair_arrays import Cuts, Tree


@kernel
def climb(parent: Ints, weight: Ints, tree: Tree) -> int:
    """Fill `tree`; return a place that lies inside itself, or -1.

    Cost: places times their depth.  Twin: `naive_places.Tree`.
    """
    for venue in range(len(parent)):
        place = venue
        steps = 0
        while place >= 0:
            if weight[place] > 0:
                if tree.own[venue] < 0:
                    tree.own[venue] = place
                elif tree.up[venue] < 0 and weight[venue] > 0:
                    tree.up[venue] = place
                tree.outer[venue] = place
                tree.weight[venue] = max(tree.weight[venue], weight[place])
            tree.root[venue] = place
            place = parent[place]
            steps += 1
            if steps > len(parent):
                return venue
    return -1


@kernel
def largest_of_run(
    start: Ints, end: Ints, near: Ints, first: int, stop: int, out: tuple[Ints, ...]
) -> int:
    """Stretches of the largest weight among the rows `first : stop`; return how many.

    `out` receives row, start, end, weight from its front.
    """
    moments = np.unique(np.concatenate((start[first:stop], end[first:stop])))
    count = 0
    for m in range(len(moments) - 1):
        weight = 0
        for i in range(first, stop):
            if start[i] <= moments[m] and moments[m + 1] <= end[i]:
                weight = max(weight, near[i])
        if weight == 0:
            continue
        if count > 0 and out[2][count - 1] == moments[m] and out[3][count - 1] == weight:
            out[2][count - 1] = moments[m + 1]
            continue
        out[0][count] = first
        out[1][count] = moments[m]
        out[2][count] = moments[m + 1]
        out[3][count] = weight
        count += 1
    return count


@kernel
def largest(low: Ints, high: Ints, start: Ints, end: Ints, near: Ints) -> tuple[Ints, ...]:
    """Row of the pair, start, end, weight: the largest weight at every moment of each pair.

    Rows are sorted by (low, high, start), none is empty or without weight.  Cost: rows times the
    rows of one uninterrupted run.  Twin: `naive_presence.largest`.
    """
    room = 2 * len(low)
    row = np.empty(room, np.int64)
    begin = np.empty(room, np.int64)
    until = np.empty(room, np.int64)
    weight = np.empty(room, np.int64)
    count = 0
    first = 0
    while first < len(low):
        latest = end[first]
        stop = first + 1
        while (
            stop < len(low)
            and low[stop] == low[first]
            and high[stop] == high[first]
            and start[stop] <= latest
        ):
            latest = max(latest, end[stop])
            stop += 1
        out = (row[count:], begin[count:], until[count:], weight[count:])
        count += largest_of_run(start, end, near, first, stop, out)
        first = stop
    return row[:count], begin[:count], until[:count], weight[:count]


@kernel
def pair_up(household: Ints, person: Ints, start: Ints, end: Ints, out: tuple[Ints, ...]) -> int:
    """Who lives with whom and when: person, person, start, end in `out`; return how many.

    Rows are sorted by household.  Call again with more room when more than `len(out[0])` are
    found.  Cost: pairs of each household.  Twin: `naive_presence.at_home_together`.
    """
    count = 0
    for i in range(len(household)):
        j = i + 1
        while j < len(household) and household[j] == household[i]:
            begin = max(start[i], start[j])
            until = min(end[i], end[j])
            if person[i] != person[j] and begin < until:
                if count < len(out[0]):
                    out[0][count] = person[i]
                    out[1][count] = person[j]
                    out[2][count] = begin
                    out[3][count] = until
                count += 1
            j += 1
    return count


@kernel
def cut_windows(person: Ints, start: Ints, end: Ints, cuts: Cuts, out: tuple[Ints, ...]) -> int:
    """What isolation leaves of each infectious interval: row, start, end; return how many.

    Call again with more room when more than `len(out[0])` are found.
    """
    count = 0
    for i in range(len(person)):
        cursor = start[i]
        for c in range(cuts.of[person[i]], cuts.of[person[i] + 1] + 1):
            last = c == cuts.of[person[i] + 1]
            stop = end[i] if last else min(cuts.start[c], end[i])
            if cursor < stop:
                if count < len(out[0]):
                    out[0][count] = i
                    out[1][count] = cursor
                    out[2][count] = stop
                count += 1
            if not last:
                cursor = max(cursor, cuts.end[c])
    return count


@kernel
def earliest(of: Ints, at: Ints, person: Ints, since: Ints, never: int) -> Ints:
    """The first `at` of each person that is not before `since`, else `never`.

    `at[of[p] : of[p + 1]]` are a person's, ascending.
    """
    found = np.full(len(person), never, np.int64)
    for i in range(len(person)):
        for j in range(of[person[i]], of[person[i] + 1]):
            if at[j] >= since[i]:
                found[i] = at[j]
                break
    return found
