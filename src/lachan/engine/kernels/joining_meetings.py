"""Loops that make one record of what three lengths of unrecorded ends say about a meeting.

Rows are sorted by (person, source, kind, venue, weight, start); `bound` says by which length a
row is.  Twin: `naive_meetings.rows`.
"""

from lachan.engine.compiled import kernel
from lachan.engine.dtypes import Ints
from lachan.engine.pair_answers import ASSUMED, LEAST, MOST
from lachan.engine.pair_arrays import Joined, Pieces


@kernel
def same_place(rows: Pieces, i: int, j: int) -> bool:
    """Whether two rows are of one pair at one place (or kind of evidence), with one weight."""
    return bool(
        rows.person[i] == rows.person[j]
        and rows.source[i] == rows.source[j]
        and rows.kind[i] == rows.kind[j]
        and rows.venue[i] == rows.venue[j]
        and rows.weight[i] == rows.weight[j]
    )


@kernel
def join(rows: Pieces, bound: Ints, out: Joined) -> int:
    """Fill `out`, which has room for every row; return how many records there are.

    Cost: rows, times the rows of one stretch of overlapping ones.
    """
    count = 0
    first = 0
    while first < len(bound):
        until = rows.end[first]
        stop = first + 1
        while stop < len(bound) and same_place(rows, first, stop) and rows.start[stop] < until:
            until = max(until, rows.end[stop])
            stop += 1
        count = join_stretch(rows, bound, (first, stop, until), out, count)
        first = stop
    return count


@kernel
def join_stretch(
    rows: Pieces, bound: Ints, stretch: tuple[int, int, int], out: Joined, count: int
) -> int:
    """The records of one stretch (first row, row after the last, latest end)."""
    first, stop, latest = stretch
    begin = rows.start[first]
    one = -1
    for i in range(first, stop):
        if bound[i] != ASSUMED:
            continue
        if one >= 0:
            record(rows, bound, stretch, (one, begin, rows.start[i]), out, count)
            begin = rows.start[i]
            count += 1
        one = i
    record(rows, bound, stretch, (one, begin, latest), out, count)
    return count + 1


@kernel
def record(
    rows: Pieces,
    bound: Ints,
    stretch: tuple[int, int, int],
    part: tuple[int, int, int],
    out: Joined,
    slot: int,
) -> None:
    """Write one record for `part` of a stretch: the assumed row or -1, begin, end."""
    first, stop, _ = stretch
    one, begin, until = part
    row = first if one < 0 else one
    out.row[slot] = row
    out.start[slot] = begin if one < 0 else rows.start[one]
    out.end[slot] = begin if one < 0 else rows.end[one]
    out.imputed[slot] = 0 if one < 0 else rows.imputed[one]
    out.least[slot] = 0
    out.most[slot] = 0
    for i in range(first, stop):
        shared = max(0, min(rows.end[i], until) - max(rows.start[i], begin))
        if bound[i] == LEAST:
            out.least[slot] += shared
        elif bound[i] == MOST:
            out.most[slot] += shared
            if one < 0:
                out.imputed[slot] |= rows.imputed[i]
