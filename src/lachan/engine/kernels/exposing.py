"""The sparse hop: from sources to where they were while infectious, from there to who was there.

Cost: the visits at the venue-days touched, whatever the index holds.  What waits for memory is
done in loops of its own, each over addresses already known, so that many waits overlap.

A presence is one word: venue number (32 bits), from and to in minutes of the day (11 bits each);
sorted, presences at one venue stand together.
"""

import numpy as np

from lachan.engine.compiled import kernel, prefetch, whole
from lachan.engine.dtypes import Crowd, Ints, Marks, Sources
from lachan.engine.kernels.gathering import add
from lachan.engine.kernels.layering import (
    BLOCK_BITS,
    BUCKET_BITS,
    bucket_of,
    end_of,
    is_marked,
    is_of,
    number_in,
    person_of,
    place_of,
    range_in,
    start_of,
)
from lachan.engine.records import Halves, Run, Words

MINUTE = 60
DAY = 86_400
DAY_MINUTES = 1_440

#: Up to so many visits a venue-day is read whole: they lie in a row, while each step of a search
#: would wait for memory.
SMALL = 64

#: Pairs of (infectious stay, visit) from which counting minute by minute is cheaper than
#: comparing: three passes over the minutes of a day, and one look-up a visit.
SWEEP_PAIRS = 4_320

#: Rows ahead of which memory is fetched: about as many waits as a core keeps open.
AHEAD = 12

#: Infectious stays counted together: times the minutes of a day they fit into 31 bits.
MOST = 1_000_000


@kernel
def presence_word(venue: int, start: int, end: int) -> np.uint64:
    """Where and when somebody was infectious."""
    return np.uint64(venue) << np.uint64(22) | np.uint64(start) << np.uint64(11) | np.uint64(end)


@kernel
def presence_of(word: np.uint64) -> tuple[int, int, int]:
    """Venue number, from, to."""
    start = whole((word >> np.uint64(11)) & np.uint64(0x7FF))
    return whole(word >> np.uint64(22)), start, whole(word & np.uint64(0x7FF))


@kernel
def find_presence(run: Run, gone: Marks, sources: Sources, midnight: int, out: Words) -> int:
    """Presences of the sources on one day; how many there are, of which `out` holds what fits."""
    people, start, end, of = sources.person, sources.start, sources.end, sources.of
    person, person_at, tag, entries = run.person, run.person_at, run.tag, run.position
    begin, stop = np.zeros(len(people), np.int64), np.zeros(len(people), np.int64)
    room, last = 0, len(people) - 1
    for k in range(len(people)):
        if len(person) == 0:
            soon = people[min(k + AHEAD, last)] >> BUCKET_BITS
            prefetch(person_at, min(soon, len(person_at) - 1))
        away = start[of[k]] >= midnight + DAY or end[of[k + 1] - 1] <= midnight
        if not away and not is_marked(gone, people[k]):
            begin[k], stop[k] = range_in(person, person_at, bucket_of(person, people[k]))
            room += stop[k] - begin[k]
    position, who = np.empty(room + 1, np.int64), np.empty(room + 1, np.int64)
    stays = 0
    for k in range(len(people)):
        soon = begin[min(k + AHEAD, last)]
        if len(tag) > 0:
            prefetch(tag, soon)
        prefetch(entries, soon)
        for entry in range(begin[k], stop[k]):
            position[stays] = entry
            who[stays] = k
            stays += is_of(tag, entry, people[k])
    for i in range(stays):
        position[i] = whole(entries[position[i]])
        prefetch(run.visit, position[i])
        prefetch(run.block, position[i] >> BLOCK_BITS)
    count = note_windows(run.visit, position[:stays], who, sources, midnight, out)
    venue, venue_at, block = run.venue, run.venue_at, run.block
    for i in range(min(count, len(out))):
        at, since, until = presence_of(out[i])
        out[i] = presence_word(number_in(venue, place_of(venue_at, block, at)), since, until)
    return count


@kernel
def note_windows(
    visit: Words, position: Ints, who: Ints, sources: Sources, midnight: int, out: Words
) -> int:
    """Note the infectious parts of stays, by their positions for now; how many there are."""
    start, end, of = sources.start, sources.end, sources.of
    count = 0
    for i in range(len(position)):
        word = visit[position[i]]
        for w in range(of[who[i]], of[who[i] + 1]):
            since = max(start_of(word), (max(start[w], midnight) - midnight) // MINUTE)
            until = min(end_of(word), (min(end[w], midnight + DAY) - midnight) // MINUTE)
            if since >= until:
                continue
            if count < len(out):
                out[count] = presence_word(position[i], since, until)
            count += 1
    return count


@kernel
def expose(
    run: Run,
    gone: Marks,
    present: Words,
    since: int,
    sums: Words,
    touched: Halves,
    count: int,
    crowd: Crowd,
    seen: Ints,
) -> int:
    """Add the exposure of everybody who was where sources were; how many are touched by now.

    `present` is sorted; `since` are the seconds from the question's first day to this one;
    `seen[0]` counts the visits looked at.  Sources themselves are added too: the caller never
    counts people of this hop or of an earlier one.
    """
    visit, venue, venue_at = run.visit, run.venue, run.venue_at
    i = 0
    while i < len(present):
        place = present[i] >> np.uint64(22)
        stop = i + 1
        while stop < len(present) and present[stop] >> np.uint64(22) == place and stop < i + MOST:
            stop += 1
        low, high = range_in(venue, venue_at, whole(place))
        if stop - i > 3 and (stop - i) * (high - low) > SWEEP_PAIRS:
            count_minutes(present[i:stop], crowd)
            seen[0] += high - low
            count = expose_crowd(visit, gone, low, high, since, sums, touched, count, crowd)
        elif high > low:
            for k in range(i, stop):
                count = expose_stay(
                    visit, gone, low, high, present[k], since, sums, touched, count, seen
                )
        i = stop
    return count


@kernel
def expose_stay(
    visit: Words,
    gone: Marks,
    low: int,
    high: int,
    present: np.uint64,
    since: int,
    sums: Words,
    touched: Halves,
    count: int,
    seen: Ints,
) -> int:
    """Compare one infectious stay with the visits of its venue-day that can overlap it."""
    _, start, end = presence_of(present)
    for dwell in range(3):
        first, limit = low, np.uint64(0xFFFFFFFFFFFFFFFF)
        if high - low > SMALL:
            look_back = 60 if dwell == 0 else 240 if dwell == 1 else DAY_MINUTES
            first = first_from(visit, low, high, dwell, max(start - look_back, 0))
            limit = np.uint64(dwell) << np.uint64(62) | np.uint64(end) << np.uint64(51)
        elif dwell > 0:
            break
        position = first
        while position < high and visit[position] < limit:
            prefetch(sums, person_of(visit[min(position + AHEAD, high - 1)]))
            word = visit[position]
            begin, stop = max(start_of(word), start), min(end_of(word), end)
            if begin < stop and not is_marked(gone, person_of(word)):
                moment = since + begin * MINUTE
                seconds = (stop - begin) * MINUTE
                count = add(sums, touched, count, person_of(word), moment, seconds)
            position += 1
        seen[0] += position - first
    return count


@kernel
def first_from(visit: Words, low: int, high: int, dwell: int, start: int) -> int:
    """The first visit of a dwell class that does not begin before `start`."""
    key = np.uint64(dwell) << np.uint64(62) | np.uint64(start) << np.uint64(51)
    while low < high:
        middle = (low + high) >> 1
        if visit[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def count_minutes(present: Words, crowd: Crowd) -> None:
    """How many infectious people there are each minute, added up, and when the next one is."""
    crowd.present[:] = 0
    for k in range(len(present)):
        _, start, end = presence_of(present[k])
        crowd.present[start] += 1
        crowd.present[end] -= 1
    finish_minutes(crowd)


@kernel
def finish_minutes(crowd: Crowd) -> None:
    """Turn comings and goings into running numbers."""
    present, until, following = crowd.present, crowd.until, crowd.following
    now, total = np.int32(0), np.int32(0)
    for minute in range(DAY_MINUTES):
        until[minute] = total
        now += present[minute]
        present[minute] = now
        total += now
    until[DAY_MINUTES] = total
    later = np.int32(DAY_MINUTES)
    for minute in range(DAY_MINUTES - 1, -1, -1):
        later = np.int32(minute) if present[minute] > 0 else later
        following[minute] = later


@kernel
def expose_crowd(
    visit: Words,
    gone: Marks,
    low: int,
    high: int,
    since: int,
    sums: Words,
    touched: Halves,
    count: int,
    crowd: Crowd,
) -> int:
    """Add to every visit of a venue-day what `count_minutes` found: one look-up each."""
    for position in range(low, high):
        prefetch(sums, person_of(visit[min(position + AHEAD, high - 1)]))
        word = visit[position]
        start = start_of(word)
        minutes = whole(crowd.until[end_of(word)]) - whole(crowd.until[start])
        if minutes == 0 or is_marked(gone, person_of(word)):
            continue
        moment = since + whole(crowd.following[start]) * MINUTE
        count = add(sums, touched, count, person_of(word), moment, minutes * MINUTE)
    return count


@kernel
def expose_closely(
    person: Ints,
    other: Ints,
    start: Ints,
    end: Ints,
    sources: Sources,
    origin: int,
    sums: Words,
    touched: Halves,
    count: int,
) -> int:
    """Add united encounters, each as its `person` has it, where that is an infectious source.

    Rows are ascending by `person`; times are seconds since 1970.
    """
    k = 0
    for i in range(len(person)):
        while k < len(sources.person) and sources.person[k] < person[i]:
            k += 1
        if k == len(sources.person):
            break
        if sources.person[k] != person[i]:
            continue
        for w in range(sources.of[k], sources.of[k + 1]):
            begin, stop = max(start[i], sources.start[w]), min(end[i], sources.end[w])
            if begin < stop:
                count = add(sums, touched, count, other[i], begin - origin, stop - begin)
    return count


@kernel
def company(run: Run, present: Words) -> int:
    """How many visits there are at the venues of some presences."""
    ids, venue_at = run.venue, run.venue_at
    total = 0
    for i in range(len(present)):
        venue = present[i] >> np.uint64(22)
        if i == 0 or present[i - 1] >> np.uint64(22) != venue:
            begin, stop = range_in(ids, venue_at, whole(venue))
            total += stop - begin
    return total


@kernel
def touch_sources(run: Run, people: Ints) -> int:
    """Read what `find_presence` will read of `people`, so that it comes from disk meanwhile."""
    person, person_at, tag, entries = run.person, run.person_at, run.tag, run.position
    total = 0
    for i in range(len(people)):
        begin, stop = range_in(person, person_at, bucket_of(person, people[i]))
        for entry in range(begin, stop):
            if is_of(tag, entry, people[i]):
                at = whole(entries[entry])
                total += start_of(run.visit[at]) + place_of(run.venue_at, run.block, at)
    return total


@kernel
def touch_venues(run: Run, present: Words) -> int:
    """Read a record of every page that `expose` may read at these presences."""
    total = 0
    for i in range(len(present)):
        low, high = range_in(run.venue, run.venue_at, whole(present[i] >> np.uint64(22)))
        for position in range(low, high, 512):
            total += start_of(run.visit[position])
    return total
