"""The dense pass: when so many people are infectious that following each one costs more than
reading a whole day in the order it lies in.

Every thread reads its own venues and adds up in its own sums.
"""

import numpy as np

from lachan.engine.compiled import kernel, prefetch, whole
from lachan.engine.dtypes import Crowd, Marks, Minutes
from lachan.engine.kernels.exposing import DAY_MINUTES, MINUTE, MOST, finish_minutes, presence_word
from lachan.engine.kernels.gathering import joined_if
from lachan.engine.kernels.layering import end_of, is_marked, number_in, person_of, start_of
from lachan.engine.records import Halves, Run, Words

#: Infectious stays a venue-day may have and still be compared one by one.
FEW = 256

#: As in the sparse hop, for a loop without branches.
SWEEP_PAIRS = 3_000

#: Visits ahead of which what is known of a person is fetched.
AHEAD = 24

#: Person numbers in a block of which one mark says whether anybody is infectious: a nation's marks
#: fit into the nearest cache.
NEAR_BITS = 12

#: In `since`: never.
NOT_INFECTIOUS = 2**31 - 1


@kernel
def set_infectious(since: Minutes, person: Halves, minute: Minutes, offset: int) -> None:
    """Write for each infected person the minute from which on, counted `offset` later."""
    for i in range(len(person)):
        since[person[i]] = np.int32(max(whole(minute[i]) - offset, 0))


@kernel
def mark_near(near: Marks, person: Halves, value: int) -> None:
    """Say of the block of numbers each infected person lies in that somebody there is."""
    for i in range(len(person)):
        near[whole(person[i]) >> NEAR_BITS] = np.uint8(value)


@kernel
def unset_infectious(since: Minutes, person: Halves) -> None:
    """Nobody is infectious any more."""
    for i in range(len(person)):
        since[person[i]] = np.int32(NOT_INFECTIOUS)


@kernel
def find_all_presence(run: Run, gone: Marks, since: Minutes, day: int, out: Words) -> int:
    """As `exposing.find_presence`, by reading every visit of a day that begins `day` minutes on."""
    visit, ids, venue_at = run.visit, run.venue, run.venue_at
    count = 0
    for place in range(len(venue_at) - 1):
        venue = number_in(ids, place)
        for position in range(whole(venue_at[place]), whole(venue_at[place + 1])):
            word = visit[position]
            start = max(start_of(word), whole(since[person_of(word)]) - day)
            if start >= end_of(word) or is_marked(gone, person_of(word)):
                continue
            out[count] = presence_word(venue, start, end_of(word))
            count += 1
    return count


@kernel
def sweep(
    run: Run,
    from_place: int,
    to_place: int,
    since: Minutes,
    near: Marks,
    day: int,
    sums: Words,
    crowd: Crowd,
) -> int:
    """Add the exposure of everybody at some venues of a day that is one run; how many visits.

    What sources get is added too: the caller never counts them.  Cost: one pass over the visits,
    and one over those of venues with somebody infectious.  No loop has a branch that depends on
    who is infectious: guessing it wrong would cost more than the work it saves.
    """
    visit, venue_at = run.visit, run.venue_at
    starts, ends = np.empty(FEW + 1, np.int32), np.empty(FEW + 1, np.int32)
    swept = 0
    for place in range(from_place, to_place):
        low, high = whole(venue_at[place]), whole(venue_at[place + 1])
        if high - low < 2 or is_far(visit[low:high], near):
            continue
        few = 0
        for position in range(low, high):
            soon = person_of(visit[min(position + AHEAD, len(visit) - 1)])
            prefetch(since, soon)
            prefetch(sums, soon)
            word = visit[position]
            start = max(start_of(word), whole(since[person_of(word)]) - day)
            end = end_of(word)
            at = min(few, FEW)
            starts[at] = np.int32(start)
            ends[at] = np.int32(end)
            few += whole(start < end)
        if few == 0:
            continue
        swept += high - low
        if few <= FEW and few * (high - low) <= SWEEP_PAIRS:
            sweep_few(visit[low:high], starts[:few], ends[:few], day * MINUTE, sums)
            continue
        if few <= FEW:
            count_few(starts[:few], ends[:few], crowd)
            sweep_crowd(visit[low:high], day * MINUTE, sums, crowd)
            continue
        for begin in range(low, high, MOST):
            count_infectious(visit[begin : min(begin + MOST, high)], since, day, crowd)
            sweep_crowd(visit[low:high], day * MINUTE, sums, crowd)
    return swept


@kernel
def is_far(visit: Words, near: Marks) -> bool:
    """Whether all visitors have numbers far from those of anybody infectious.

    Neighbours have near numbers: where nobody around is infectious this spares looking at each.
    """
    any_near = np.uint8(0)
    for position in range(len(visit)):
        any_near |= near[person_of(visit[position]) >> NEAR_BITS]
    return whole(any_near) == 0


@kernel
def sweep_few(visit: Words, starts: Minutes, ends: Minutes, since: int, sums: Words) -> None:
    """One venue-day with few infectious stays: compare each visit with each."""
    for position in range(len(visit)):
        word = visit[position]
        begin, stop = np.int32(start_of(word)), np.int32(end_of(word))
        minutes, first = np.int32(0), np.int32(DAY_MINUTES)
        for k in range(len(starts)):
            start = max(starts[k], begin)
            overlap = max(np.int32(0), min(ends[k], stop) - start)
            minutes += overlap
            first = min(first, start if overlap > 0 else np.int32(DAY_MINUTES))
        person = person_of(word)
        moment = since + whole(first) * MINUTE
        sums[person] = joined_if(sums[person], moment, whole(minutes) * MINUTE)


@kernel
def count_few(starts: Minutes, ends: Minutes, crowd: Crowd) -> None:
    """Fill `crowd` from infectious stays."""
    crowd.present[:] = 0
    for k in range(len(starts)):
        crowd.present[starts[k]] += 1
        crowd.present[ends[k]] -= 1
    finish_minutes(crowd)


@kernel
def count_infectious(visit: Words, since: Minutes, day: int, crowd: Crowd) -> None:
    """Fill `crowd` from the infectious visitors of one venue-day."""
    present = crowd.present
    present[:] = 0
    for position in range(len(visit)):
        word = visit[position]
        start, end = start_of(word), end_of(word)
        # Whoever is not infectious in time comes and goes in the same minute.
        present[min(max(start, whole(since[person_of(word)]) - day), end)] += 1
        present[end] -= 1
    finish_minutes(crowd)


@kernel
def sweep_crowd(visit: Words, since: int, sums: Words, crowd: Crowd) -> None:
    """One venue-day with many infectious stays: one look-up a visit."""
    until, following = crowd.until, crowd.following
    for position in range(len(visit)):
        word = visit[position]
        start = start_of(word)
        minutes = whole(until[end_of(word)]) - whole(until[start])
        person = person_of(word)
        moment = since + whole(following[start]) * MINUTE
        sums[person] = joined_if(sums[person], moment, minutes * MINUTE)
