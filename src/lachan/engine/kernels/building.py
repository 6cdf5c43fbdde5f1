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
def order_by_start(columns: DayColumns) -> Ints:
    """The rows in order of start; rows of one minute keep their order."""
    at = np.zeros(DAY_MINUTES + 1, np.int64)
    for i in range(len(columns.start)):
        at[whole(columns.start[i]) + 1] += 1
    for minute in range(DAY_MINUTES):
        at[minute + 1] += at[minute]
    order = np.empty(len(columns.start), np.int64)
    for i in range(len(columns.start)):
        minute = whole(columns.start[i])
        order[at[minute]] = i
        at[minute] += 1
    return order


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
def count_both(columns: DayColumns, venue_at: Halves, person_at: Halves) -> None:
    """How many visits there are before each venue and before each bucket of people."""
    for i in range(len(columns.person)):
        venue_at[whole(columns.venue[i]) + 1] += np.uint32(1)
        person_at[(whole(columns.person[i]) >> BUCKET_BITS) + 1] += np.uint32(1)
    add_up(venue_at)
    add_up(person_at)


@kernel
def add_up(counts: Halves) -> None:
    """Running sums in place."""
    total = np.uint32(0)
    for i in range(len(counts)):
        total += counts[i]
        counts[i] = total


@kernel
def scatter(
    columns: DayColumns,
    venue_at: Halves,
    person_at: Halves,
    visit: Words,
    position: Halves,
    tag: Marks,
) -> None:
    """Put visits, which come in order of start, at their places on both sides.

    One pass a dwell class leaves every venue ordered by class, then start.  Afterwards
    `venue_at` and `person_at` stand one place too far: `step_back` mends that.
    """
    for dwell in range(3):
        for i in range(len(columns.person)):
            start, end = whole(columns.start[i]), whole(columns.end[i])
            if dwell_class(end - start) != dwell:
                continue
            person, venue = whole(columns.person[i]), whole(columns.venue[i])
            at = venue_at[venue]
            venue_at[venue] = at + np.uint32(1)
            visit[at] = visit_word(person, start, end, whole(columns.imputed[i]))
            bucket = person >> BUCKET_BITS
            entry = person_at[bucket]
            person_at[bucket] = entry + np.uint32(1)
            position[entry] = at
            tag[entry] = np.uint8(person & 15)


@kernel
def step_back(starts: Halves) -> None:
    """Undo the counting on of `scatter`: each entry becomes its forerunner."""
    for i in range(len(starts) - 1, 0, -1):
        starts[i] = starts[i - 1]
    if len(starts) > 0:
        starts[0] = np.uint32(0)


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
