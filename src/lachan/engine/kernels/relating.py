"""Loops that find who shared a campus with a source, without looking at pairs.

Twin: `naive_pairs.related`.
"""

from lachan.engine.compiled import kernel
from lachan.engine.dtypes import Ints, Marks, Sources, Stays
from lachan.engine.kernels.meeting import first_row
from lachan.engine.pair_arrays import Cuts


@kernel
def infectious_presence(campus: Stays, sources: Sources, out: tuple[Ints, ...]) -> int:
    """Venue, start, end of every infectious stretch of time at a campus; return how many.

    Call again with more room when more than `len(out[0])` are found.
    """
    count = 0
    for k in range(len(sources.person)):
        for q in range(campus.of[sources.person[k]], campus.of[sources.person[k] + 1]):
            row = campus.rows[q]
            for w in range(sources.of[k], sources.of[k + 1]):
                start = max(campus.start[row], sources.start[w])
                end = min(campus.end[row], sources.end[w])
                if start < end:
                    if count < len(out[0]):
                        out[0][count] = campus.venue[row]
                        out[1][count] = start
                        out[2][count] = end
                    count += 1
    return count


@kernel
def mark_present(
    campus: Stays, venue: Ints, start: Ints, end: Ints, cuts: Cuts, marks: Marks
) -> None:
    """Mark who was at a campus during one of the united stretches, not isolated all the while.

    Cost: every stretch looks at the stays that can overlap it.
    """
    for i in range(len(venue)):
        stop = campus.at[venue[i] + 1]
        j = first_row(campus, venue[i], start[i])
        while j < stop and campus.start[j] < end[i]:
            begin = max(start[i], campus.start[j])
            if begin < min(end[i], campus.end[j]) and not marks[campus.person[j]]:
                until = min(end[i], campus.end[j])
                if is_outside(cuts, campus.person[j], begin, until):
                    marks[campus.person[j]] = 1
            j += 1


@kernel
def is_outside(cuts: Cuts, person: int, start: int, end: int) -> bool:
    """Whether a part of [start, end) lies outside the person's isolation."""
    cursor = start
    for c in range(cuts.of[person], cuts.of[person + 1]):
        if cuts.start[c] > cursor:
            break
        cursor = max(cursor, cuts.end[c])
    return cursor < end
