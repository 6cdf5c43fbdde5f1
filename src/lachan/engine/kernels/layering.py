"""Finding rows in a run, whichever of its two forms the run has (see `records.Run`).

Twin: `naive` has no index; equality is that of the answers.
"""

import numpy as np

from lachan.engine.compiled import kernel, whole
from lachan.engine.dtypes import Ints, Marks
from lachan.engine.records import DayColumns, Halves, Run, Words

#: Person numbers that share a bucket on the dense side: four bits, kept in `tag`.
BUCKET_BITS = 4

#: Visits between two entries of `block`.
BLOCK_BITS = 6

#: The low 30 bits of a visit record.
PERSON_MASK = np.uint64((1 << 30) - 1)


@kernel
def start_of(word: np.uint64) -> int:
    """Minute of the day at which a stay begins."""
    return whole((word >> np.uint64(51)) & np.uint64(0x7FF))


@kernel
def end_of(word: np.uint64) -> int:
    """Minute of the day at which a stay ends."""
    return whole((word >> np.uint64(40)) & np.uint64(0x7FF))


@kernel
def person_of(word: np.uint64) -> int:
    """Whose stay it is."""
    return whole(word & PERSON_MASK)


@kernel
def place_in(ids: Halves, wanted: int) -> int:
    """Where `wanted` stands in an ascending list; -1 when it does not."""
    low, high = 0, len(ids)
    while low < high:
        middle = (low + high) >> 1
        if whole(ids[middle]) < wanted:
            low = middle + 1
        else:
            high = middle
    if low < len(ids) and whole(ids[low]) == wanted:
        return low
    return -1


@kernel
def visits_at(run: Run, venue: int) -> tuple[int, int]:
    """Which records are the stays at a venue: from, to."""
    place = venue if len(run.venue) == 0 else place_in(run.venue, venue)
    if place < 0 or place + 1 >= len(run.venue_at):
        return 0, 0
    return whole(run.venue_at[place]), whole(run.venue_at[place + 1])


@kernel
def venue_number(run: Run, place: int) -> int:
    """The venue number at a place of `venue_at`."""
    return place if len(run.venue) == 0 else whole(run.venue[place])


@kernel
def place_of(run: Run, position: int) -> int:
    """The place in `venue_at` of the record at `position`.  Cost: a step a venue within 64."""
    place = whole(run.block[position >> BLOCK_BITS])
    while whole(run.venue_at[place + 1]) <= position:
        place += 1
    return place


@kernel
def entries_of(run: Run, person: int) -> tuple[int, int]:
    """Which entries of `position` may be the person's: from, to; on the dense side see `tag`."""
    place = person >> BUCKET_BITS if len(run.person) == 0 else place_in(run.person, person)
    if place < 0 or place + 1 >= len(run.person_at):
        return 0, 0
    return whole(run.person_at[place]), whole(run.person_at[place + 1])


@kernel
def is_of(run: Run, entry: int, person: int) -> bool:
    """Whether an entry that `entries_of` gave is the person's."""
    return len(run.tag) == 0 or whole(run.tag[entry]) == (person & 15)


@kernel
def is_marked(bits: Marks, number: int) -> bool:
    """Whether a number is in a set kept as bits; a set without bits is empty."""
    byte = number >> 3
    return byte < len(bits) and (bits[byte] >> (number & 7)) & 1 == 1


@kernel
def mark(bits: Marks, numbers: Halves) -> None:
    """Put numbers into a set kept as bits."""
    for i in range(len(numbers)):
        number = whole(numbers[i])
        bits[number >> 3] |= np.uint8(1 << (number & 7))


@kernel
def positions_of(run: Run, gone: Marks, people: Ints, out: Ints) -> int:
    """Where the stays of `people` stand; how many there are, of which `out` holds what fits."""
    count = 0
    for i in range(len(people)):
        person = people[i]
        if is_marked(gone, person):
            continue
        begin, stop = entries_of(run, person)
        for entry in range(begin, stop):
            if not is_of(run, entry, person):
                continue
            if count < len(out):
                out[count] = whole(run.position[entry])
            count += 1
    return count


@kernel
def positions_at(run: Run, gone: Marks, venues: Ints, out: Ints) -> int:
    """Where the stays at `venues` stand; how many, of which `out` holds what fits."""
    count = 0
    for i in range(len(venues)):
        begin, stop = visits_at(run, venues[i])
        for position in range(begin, stop):
            if is_marked(gone, person_of(run.visit[position])):
                continue
            if count < len(out):
                out[count] = position
            count += 1
    return count


@kernel
def venues_of(run: Run, position: Ints) -> Ints:
    """The venue of each position."""
    venue = np.empty(len(position), np.int64)
    for i in range(len(position)):
        venue[i] = venue_number(run, place_of(run, position[i]))
    return venue


@kernel
def meetings_of(run: Run, people: Ints, out: Ints) -> int:
    """Where the encounters of `people` stand in `encounter`; as `positions_of`."""
    count = 0
    for i in range(len(people)):
        place = place_in(run.meeter, people[i])
        if place < 0:
            continue
        for at in range(whole(run.meeter_at[place]), whole(run.meeter_at[place + 1])):
            if count < len(out):
                out[count] = at
            count += 1
    return count


@kernel
def dwell_class(minutes: int) -> int:
    """0 up to an hour, 1 up to four, 2 above (`records.CLASS_MINUTES`)."""
    if minutes <= 60:
        return 0
    return 1 if minutes <= 240 else 2


@kernel
def visit_word(person: int, start: int, end: int, imputed: int) -> np.uint64:
    """A visit record."""
    dwell = np.uint64(dwell_class(end - start))
    times = np.uint64(start) << np.uint64(51) | np.uint64(end) << np.uint64(40)
    return dwell << np.uint64(62) | times | np.uint64(imputed) << np.uint64(30) | np.uint64(person)


@kernel
def words_of(columns: DayColumns, out: Words) -> None:
    """Visit records of whole columns."""
    for i in range(len(columns.person)):
        person, start, end = columns.person[i], columns.start[i], columns.end[i]
        out[i] = visit_word(whole(person), whole(start), whole(end), whole(columns.imputed[i]))
