"""The meetings of one hop as the columns of `meetings.Meetings`."""

import numpy as np

from lachan.engine.dtypes import Ints
from lachan.engine.kernels import joining_meetings
from lachan.engine.meetings import Meetings
from lachan.engine.pair_arrays import Joined, PairWorld, Pieces
from lachan.engine.pairing import Traced, refine


def meetings(world: PairWorld, traced: Traced, hop: int) -> Meetings:
    """Every meeting of hop `hop` (1: with the cases) of people who are no case and not nearer.

    Also of people whose exposure stays below the minimum of the rule.
    """
    own = traced.hops[hop - 1]
    pieces = [refine(world, raw, own.closed, traced.limits.cuts) for raw in own.raw]
    return of_one_length(pieces[0]) if len(pieces) == 1 else of_lengths(pieces)


def of_one_length(pieces: Pieces) -> Meetings:
    """Where every end is recorded, or all lengths are one."""
    seconds = pieces.end - pieces.start
    return columns(pieces, pieces.start, pieces.end, pieces.imputed, seconds, seconds)


def of_lengths(pieces: list[Pieces]) -> Meetings:
    """Where the three lengths differ."""
    bound = np.repeat(np.arange(len(pieces)), [len(own.person) for own in pieces])
    rows = Pieces(*(np.concatenate(own) for own in zip(*pieces, strict=True)))
    order = np.lexsort((rows.start, rows.weight, rows.venue, rows.kind, rows.source, rows.person))
    rows = Pieces(*(column[order] for column in rows))
    room = Joined(*(np.empty(len(bound), np.int64) for _ in Joined._fields))
    count = joining_meetings.join(rows, bound[order], room)
    found = Joined(*(column[:count] for column in room))
    own = Pieces(*(column[found.row] for column in rows))
    kept = np.lexsort((own.venue, own.kind, found.start, own.source, own.person))
    own = Pieces(*(column[kept] for column in own))
    return columns(own, *(column[kept] for column in found[1:]))


def columns(
    pieces: Pieces, start: Ints, end: Ints, imputed: Ints, least: Ints, most: Ints
) -> Meetings:
    """The record as it is read elsewhere."""
    return Meetings(
        person=pieces.person,
        source=pieces.source,
        start=start,
        end=end,
        venue=pieces.venue,
        kind=pieces.kind.astype(np.int8),
        weight=pieces.weight,
        imputed=imputed.astype(np.uint8),
        least=least,
        most=most,
    )
