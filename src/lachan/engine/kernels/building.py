"""Ordering the visits of a day by counting: no comparison, a few passes.

Twin: sorting by (venue, dwell class, start) and by person, as `runs.ordered` does.
"""

import numpy as np

from lachan.engine.compiled import kernel, whole
from lachan.engine.dtypes import Ints, Marks
from lachan.engine.kernels.layering import (
    BLOCK_BITS,
    BUCKET_BITS,
    dwell_class,
    end_of,
    is_marked,
    number_in,
    person_of,
    start_of,
    visit_word,
)
from lachan.engine.records import DayColumns, Halves, Run, Words

DAY_MINUTES = 1_440


@kernel
def is_in_order(columns: DayColumns) -> bool:
    """Whether the rows come in order of start."""
    falls = 0
    for i in range(1, len(columns.start)):
        falls += columns.start[i] < columns.start[i - 1]
    return falls == 0


@kernel
def put_in_order(columns: DayColumns, out: DayColumns) -> None:
    """The rows in order of start; rows of one minute keep their order."""
    at = np.zeros(DAY_MINUTES + 1, np.int64)
    for i in range(len(columns.start)):
        at[whole(columns.start[i]) + 1] += 1
    for minute in range(DAY_MINUTES):
        at[minute + 1] += at[minute]
    for i in range(len(columns.start)):
        minute = whole(columns.start[i])
        to = at[minute]
        at[minute] = to + 1
        out.person[to] = columns.person[i]
        out.venue[to] = columns.venue[i]
        out.start[to] = columns.start[i]
        out.end[to] = columns.end[i]
        out.imputed[to] = columns.imputed[i]


@kernel
def is_sound(columns: DayColumns, people: int, venues: int) -> bool:
    """Whether every row lies within its day and has numbers below `people` and `venues`."""
    for i in range(len(columns.start)):
        start, end = columns.start[i], columns.end[i]
        if start >= end or end > DAY_MINUTES:
            return False
        if columns.person[i] >= people or columns.venue[i] >= venues:
            return False
    return True


@kernel
def key_of(columns: DayColumns, i: int) -> int:
    """Venue and dwell class of a row as one number: what a venue is ordered by."""
    start, end = whole(columns.start[i]), whole(columns.end[i])
    return 3 * whole(columns.venue[i]) + dwell_class(end - start)


@kernel
def count_both(columns: DayColumns, key_at: Halves, person_at: Halves) -> None:
    """How many visits there are before each key and before each bucket of people."""
    for i in range(len(columns.person)):
        key_at[key_of(columns, i) + 1] += np.uint32(1)
        person_at[(whole(columns.person[i]) >> BUCKET_BITS) + 1] += np.uint32(1)
    add_up(key_at)
    add_up(person_at)


@kernel
def add_up(counts: Halves) -> None:
    """Running sums in place."""
    total = np.uint32(0)
    for i in range(len(counts)):
        total += counts[i]
        counts[i] = total


@kernel
def deal(columns: DayColumns, shift: int, part_next: Ints, word: Words, venue: Halves) -> None:
    """Records and their venues, dealt by the high bits of the venue; rows of a part keep order.

    Few parts are written to at a time, so that each write goes on where the last one of that part
    ended; what is scattered later is then as small as a cache.
    """
    for i in range(len(columns.person)):
        number = columns.venue[i]
        at = part_next[whole(number) >> shift]
        part_next[whole(number) >> shift] = at + 1
        person, start, end = columns.person[i], columns.start[i], columns.end[i]
        word[at] = visit_word(whole(person), whole(start), whole(end), whole(columns.imputed[i]))
        venue[at] = number


@kernel
def place(
    word: Words,
    venue: Halves,
    key_next: Halves,
    visit: Words,
    shift: int,
    part_next: Ints,
    who: Halves,
    where: Halves,
) -> None:
    """Put dealt records where they stay, and deal who is where by the high bits of the person."""
    for i in range(len(word)):
        record = word[i]
        key = 3 * whole(venue[i]) + whole(record >> np.uint64(62))
        at = key_next[key]
        key_next[key] = at + np.uint32(1)
        visit[at] = record
        person = person_of(record)
        entry = part_next[person >> shift]
        part_next[person >> shift] = entry + 1
        who[entry] = np.uint32(person)
        where[entry] = at


@kernel
def place_people(
    who: Halves, where: Halves, person_next: Halves, position: Halves, tag: Marks
) -> None:
    """Put dealt people's entries where they stay."""
    for i in range(len(who)):
        person = whole(who[i])
        bucket = person >> BUCKET_BITS
        entry = person_next[bucket]
        person_next[bucket] = entry + np.uint32(1)
        position[entry] = where[i]
        tag[entry] = np.uint8(person & 15)


@kernel
def fill_blocks(venue_at: Halves, block: Halves) -> None:
    """The place in `venue_at` of the record at 64 j, for every j."""
    place = 0
    for j in range(len(block)):
        first = j << BLOCK_BITS
        while place + 2 < len(venue_at) and whole(venue_at[place + 1]) <= first:
            place += 1
        block[j] = np.uint32(place)


@kernel
def crowding_of(venue_at: Halves) -> np.uint64:
    """The squares of the numbers of stays at each venue, added up."""
    total = np.uint64(0)
    for place in range(len(venue_at) - 1):
        stays = np.uint64(venue_at[place + 1] - venue_at[place])
        total += stays * stays
    return total


@kernel
def take_living(run: Run, gone: Marks, at: int, out: DayColumns) -> int:
    """Append to `out` from row `at` the stays of a run that later runs have not replaced."""
    visit, ids, venue_at = run.visit, run.venue, run.venue_at
    for place in range(len(venue_at) - 1):
        venue = number_in(ids, place)
        for i in range(whole(venue_at[place]), whole(venue_at[place + 1])):
            word = visit[i]
            if is_marked(gone, person_of(word)):
                continue
            out.person[at] = np.uint32(person_of(word))
            out.venue[at] = np.uint32(venue)
            out.start[at] = np.uint16(start_of(word))
            out.end[at] = np.uint16(end_of(word))
            out.imputed[at] = np.uint8((word >> np.uint64(30)) & np.uint64(1))
            at += 1
    return at
