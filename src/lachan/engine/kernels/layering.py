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
def range_in(ids: Halves, at: Halves, number: int) -> tuple[int, int]:
    """From where to where the rows of a number stand, `ids` being empty when there is no list."""
    place = number if len(ids) == 0 else place_in(ids, number)
    if place < 0 or place + 1 >= len(at):
        return 0, 0
    return whole(at[place]), whole(at[place + 1])


@kernel
def place_of(venue_at: Halves, block: Halves, position: int) -> int:
    """The place in `venue_at` of the record at `position`.  Cost: a step a venue within 64."""
    place = whole(block[position >> BLOCK_BITS])
    while whole(venue_at[place + 1]) <= position:
        place += 1
    return place


@kernel
def number_in(ids: Halves, place: int) -> int:
    """The number that stands at a place, which itself is it when there is no list."""
    return place if len(ids) == 0 else whole(ids[place])


@kernel
def bucket_of(person: Halves, number: int) -> int:
    """What a person's entries are looked up by: the number, or its bucket when there is no list."""
    return number >> BUCKET_BITS if len(person) == 0 else number


@kernel
def first_at(run: Run, present: int) -> int:
    """The first visit at the venue of a presence (see `exposing`)."""
    return range_in(run.venue, run.venue_at, present >> 22)[0]


@kernel
def is_of(tag: Marks, entry: int, number: int) -> bool:
    """Whether an entry of a bucket is the person's; outside buckets it is."""
    return len(tag) == 0 or whole(tag[entry]) == (number & 15)


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
def union(one: Halves, other: Halves) -> Halves:
    """Ascending numbers that are in either of two ascending lists."""
    out = np.empty(len(one) + len(other), np.uint32)
    i, j, count = 0, 0, 0
    while i < len(one) or j < len(other):
        first = j == len(other) or (i < len(one) and one[i] <= other[j])
        number = one[i] if first else other[j]
        i += whole(i < len(one) and one[i] == number)
        j += whole(j < len(other) and other[j] == number)
        out[count] = number
        count += 1
    return out[:count].copy()


@kernel
def positions_of(run: Run, gone: Marks, people: Ints, out: Ints) -> int:
    """Where the stays of `people` stand; how many there are, of which `out` holds what fits."""
    person, person_at, tag, position = run.person, run.person_at, run.tag, run.position
    count = 0
    for i in range(len(people)):
        number = people[i]
        if is_marked(gone, number):
            continue
        begin, stop = range_in(person, person_at, bucket_of(person, number))
        for entry in range(begin, stop):
            if not is_of(tag, entry, number):
                continue
            if count < len(out):
                out[count] = whole(position[entry])
            count += 1
    return count


@kernel
def positions_at(run: Run, gone: Marks, venues: Ints, out: Ints) -> int:
    """Where the stays at `venues` stand; how many, of which `out` holds what fits."""
    visit, venue, venue_at = run.visit, run.venue, run.venue_at
    count = 0
    for i in range(len(venues)):
        begin, stop = range_in(venue, venue_at, venues[i])
        for position in range(begin, stop):
            if is_marked(gone, person_of(visit[position])):
                continue
            if count < len(out):
                out[count] = position
            count += 1
    return count


@kernel
def venues_of(run: Run, position: Ints) -> Ints:
    """The venue of each position."""
    ids, venue_at, block = run.venue, run.venue_at, run.block
    venue = np.empty(len(position), np.int64)
    for i in range(len(position)):
        venue[i] = number_in(ids, place_of(venue_at, block, position[i]))
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
    return whole(minutes > 60) + whole(minutes > 240)


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
