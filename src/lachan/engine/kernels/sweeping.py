"""The dense pass: when so many people are infectious that following each one costs more than
reading a whole day in the order it lies in.

Every thread reads its own venues and adds up in its own sums.
"""

import numpy as np

from lachan.engine.compiled import kernel, whole
from lachan.engine.dtypes import Crowd, Ints, Marks, Minutes
from lachan.engine.kernels.exposing import MINUTE, finish_minutes, presence_word
from lachan.engine.kernels.gathering import joined
from lachan.engine.kernels.layering import end_of, is_marked, person_of, start_of, venue_number
from lachan.engine.records import Run, Words

#: Infectious stays a venue-day may have and still be compared one by one.
FEW = 256

#: As in the sparse hop, for a loop without branches.
SWEEP_PAIRS = 3_000

#: In `infectious_from`: never.
NOT_INFECTIOUS = 2**31 - 1


@kernel
def set_infectious(infectious_from: Minutes, person: Ints, start: Ints, origin: int) -> None:
    """Minutes from the question's first day from which each source is infectious."""
    for i in range(len(person)):
        minute = (max(start[i], origin) - origin) // MINUTE
        infectious_from[person[i]] = np.int32(min(minute, NOT_INFECTIOUS))


@kernel
def unset_infectious(infectious_from: Minutes, person: Ints) -> None:
    """Nobody is infectious any more."""
    for i in range(len(person)):
        infectious_from[person[i]] = np.int32(NOT_INFECTIOUS)


@kernel
def mark_from(bits: Marks, person: Ints, start: Ints, since: int, until: int) -> None:
    """Put sources into `bits` who become infectious in [since, until)."""
    for i in range(len(person)):
        if since <= start[i] < until:
            bits[person[i] >> 3] |= np.uint8(1 << (person[i] & 7))


@kernel
def unmark(bits: Marks, person: Ints) -> None:
    """Take people out of `bits`, and with them some neighbours: for emptying it whole."""
    for i in range(len(person)):
        bits[person[i] >> 3] = np.uint8(0)


@kernel
def find_all_presence(
    run: Run, gone: Marks, bits: Marks, infectious_from: Minutes, day: int, out: Words
) -> int:
    """As `exposing.find_presence`, by reading every visit of a day that begins `day` minutes on."""
    count = 0
    for place in range(len(run.venue_at) - 1):
        venue = venue_number(run, place)
        for position in range(whole(run.venue_at[place]), whole(run.venue_at[place + 1])):
            word = run.visit[position]
            person = person_of(word)
            if not is_marked(bits, person) or is_marked(gone, person):
                continue
            start = max(start_of(word), whole(infectious_from[person]) - day)
            if start >= end_of(word):
                continue
            if count < len(out):
                out[count] = presence_word(venue, start, end_of(word))
            count += 1
    return count


@kernel
def sweep(
    run: Run,
    from_place: int,
    to_place: int,
    bits: Marks,
    infectious_from: Minutes,
    day: int,
    sums: Words,
    crowd: Crowd,
) -> int:
    """Add the exposure of everybody at some venues of a day that is one run; how many visits.

    People with a bit in `bits` are sources; what they get is never counted.  Cost: one pass over
    the visits, and one over those of venues with somebody infectious.
    """
    starts, ends = np.empty(FEW, np.int32), np.empty(FEW, np.int32)
    swept = 0
    for place in range(from_place, to_place):
        low, high = whole(run.venue_at[place]), whole(run.venue_at[place + 1])
        if high - low < 2:
            continue
        few = 0
        for position in range(low, high):
            word = run.visit[position]
            person = person_of(word)
            if (bits[person >> 3] >> (person & 7)) & 1 == 0:
                continue
            start = max(start_of(word), whole(infectious_from[person]) - day)
            end = end_of(word)
            if start >= end:
                continue
            if few < FEW:
                starts[few] = start
                ends[few] = end
            few += 1
        if few == 0:
            continue
        swept += high - low
        if few <= FEW and few * (high - low) <= SWEEP_PAIRS:
            sweep_few(run.visit[low:high], starts[:few], ends[:few], day * MINUTE, sums)
            continue
        if few <= FEW:
            count_few(starts[:few], ends[:few], crowd)
        else:
            count_infectious(run.visit[low:high], bits, infectious_from, day, crowd)
        sweep_crowd(run.visit[low:high], day * MINUTE, sums, crowd)
    return swept


@kernel
def sweep_few(visit: Words, starts: Minutes, ends: Minutes, since: int, sums: Words) -> None:
    """One venue-day with few infectious stays: compare each visit with each, without branches."""
    for position in range(len(visit)):
        word = visit[position]
        begin, stop = np.int32(start_of(word)), np.int32(end_of(word))
        minutes, first = np.int32(0), np.int32(1 << 30)
        for k in range(len(starts)):
            start = max(starts[k], begin)
            overlap = max(np.int32(0), min(ends[k], stop) - start)
            minutes += overlap
            first = min(first, start if overlap > 0 else np.int32(1 << 30))
        if minutes > 0:
            person = person_of(word)
            moment = since + whole(first) * MINUTE
            sums[person] = joined(sums[person], moment, whole(minutes) * MINUTE)


@kernel
def count_few(starts: Minutes, ends: Minutes, crowd: Crowd) -> None:
    """Fill `crowd` from infectious stays."""
    crowd.present[:] = 0
    for k in range(len(starts)):
        crowd.present[starts[k]] += 1
        crowd.present[ends[k]] -= 1
    finish_minutes(crowd)


@kernel
def count_infectious(
    visit: Words, bits: Marks, infectious_from: Minutes, day: int, crowd: Crowd
) -> None:
    """Fill `crowd` from the infectious visitors of one venue-day."""
    crowd.present[:] = 0
    for position in range(len(visit)):
        word = visit[position]
        person = person_of(word)
        if (bits[person >> 3] >> (person & 7)) & 1 == 0:
            continue
        start = max(start_of(word), whole(infectious_from[person]) - day)
        if start < end_of(word):
            crowd.present[start] += 1
            crowd.present[end_of(word)] -= 1
    finish_minutes(crowd)


@kernel
def sweep_crowd(visit: Words, since: int, sums: Words, crowd: Crowd) -> None:
    """One venue-day with many infectious stays: one look-up a visit."""
    for position in range(len(visit)):
        word = visit[position]
        start = start_of(word)
        minutes = whole(crowd.until[end_of(word)] - crowd.until[start])
        if minutes == 0:
            continue
        person = person_of(word)
        moment = since + whole(crowd.following[start]) * MINUTE
        sums[person] = joined(sums[person], moment, minutes * MINUTE)
