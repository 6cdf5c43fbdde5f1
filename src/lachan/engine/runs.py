"""A run: what one commit knew of one day, in one file, found by venue and by person.

A day is a list of runs, oldest first.  A person in `dead` has nothing left in older runs of
that day: the run itself holds all stays that are true now.  Encounters are only ever added.

File: `MAGIC`, the lengths of the arrays (u64 each), then the arrays in order, each padded to
8 bytes, little-endian.
"""

import mmap
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lachan.engine.dtypes import Ints, Marks
from lachan.engine.kernels import building, layering, summing, uniting
from lachan.engine.records import (
    DayColumns,
    Halves,
    Meets,
    Rows,
    Run,
    Words,
    chosen,
    pack_encounters,
    unpack_encounters,
    unpack_visits,
)
from lachan.engine.refusals import StoreRefused

MAGIC = b"LACHAN\x02\n"

#: Types of the arrays, in the order of the file.
TYPES = ("<u8", *("<u4",) * 5, "<u1", "<u4", "<u4", "<u8", "<u4", "<u4", "<u8")
HEADER = len(MAGIC) + 8 * len(TYPES)

#: Up to so many visits sorting is quicker than counting through everybody's numbers.
FEW = 1 << 16

#: Bytes after which a large file is synced on its way: a small one that is synced meanwhile waits
#: for what the disk still holds of the large one.
SYNC_BYTES = 1 << 22

#: Rows are dealt into up to 2 to the power of this many parts (measured: 8 is best here).
PART_BITS = 8

NO_HALVES: Halves = np.frombuffer(b"", np.uint32)
NO_MARKS: Marks = np.frombuffer(b"", np.uint8)


class Sides(NamedTuple):
    """The arrays of a run that hold its visits, found from both sides."""

    visit: Words
    venue: Halves
    venue_at: Halves
    person: Halves
    person_at: Halves
    tag: Marks
    position: Halves


def build(columns: DayColumns, dead: Halves, meets: Meets, *, people: int, venues: int) -> Run:
    """A run of one day.  Visits come in any order and are united; encounters need not be.
    `dead` is ascending.

    `people` and `venues` are how many numbers there are.  Raises ValueError for a visit that does
    not lie within its day or has a number beyond those.
    """
    if not building.is_sound(columns, people, venues):
        raise ValueError("a stay must lie within its day, end after it starts, and be numbered")
    dense = len(columns.person) > FEW and _tables(people, venues) <= 8 * len(columns.person)
    sides = counted(columns, people, venues) if dense else ordered(columns)
    own, encounter = both_sides(meets)
    meeter, meeter_at = listed(own)
    return _frozen(
        Run(
            **sides._asdict(),
            block=blocks(sides.venue_at, len(sides.visit)),
            dead=dead,
            encounter=encounter,
            meeter=meeter,
            meeter_at=meeter_at,
            crowding=np.array([building.crowding_of(sides.venue_at)], np.uint64),
        )
    )


def _tables(people: int, venues: int) -> int:
    """Bytes of the two tables that have a place for every number."""
    return 4 * ((people >> layering.BUCKET_BITS) + venues + 3)


def counted(columns: DayColumns, people: int, venues: int) -> Sides:
    """Both sides with a place for every number."""
    if not building.is_in_order(columns):
        ordered_columns = room_for(len(columns.person))
        building.put_in_order(columns, ordered_columns)
        columns = ordered_columns
    size = len(columns.person)
    key_at = np.zeros(3 * venues + 1, np.uint32)
    person_at = np.zeros((people >> layering.BUCKET_BITS) + 2, np.uint32)
    building.count_both(columns, key_at, person_at)
    venue_at = key_at[::3].copy()
    venue_shift, venue_part = parts(venues, key_at, 3)
    person_shift, person_part = parts(people, person_at, 1 / (1 << layering.BUCKET_BITS))
    word, venue = np.empty(size, np.uint64), np.empty(size, np.uint32)
    building.deal(columns, venue_shift, venue_part, word, venue)
    visit, who, where = np.empty_like(word), np.empty_like(venue), np.empty_like(venue)
    building.place(word, venue, key_at, visit, person_shift, person_part, who, where)
    del word, venue
    position, tag = np.empty_like(who), np.empty(size, np.uint8)
    building.place_people(who, where, person_at.copy(), position, tag)
    return Sides(visit, NO_HALVES, venue_at, NO_HALVES, person_at, tag, position)


def parts(size: int, at: Halves, scale: float) -> tuple[int, Ints]:
    """How many low bits to drop so that numbers below `size` fall into few parts, and where the
    rows of each part begin: `at` holds where those of every number, times `scale`, do.
    """
    shift = max(size.bit_length() - PART_BITS, layering.BUCKET_BITS)
    first = np.arange((size >> shift) + 1, dtype=np.int64) << shift
    return shift, at[np.minimum((first * scale).astype(np.int64), len(at) - 1)].astype(np.int64)


def ordered(columns: DayColumns) -> Sides:
    """Both sides with a list of the numbers that occur."""
    word = np.empty(len(columns.person), np.uint64)
    layering.words_of(columns, word)
    key = columns.venue.astype(np.uint64) << np.uint64(13) | word >> np.uint64(51)
    order = np.argsort(key, kind="stable")
    by_person = columns.person[order].astype(np.uint64) << np.uint64(32)
    by_person |= np.arange(len(order), dtype=np.uint64)
    by_person.sort()
    venue, venue_at = listed(columns.venue[order])
    person, person_at = listed(by_person >> np.uint64(32))
    position = (by_person & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    return Sides(word[order], venue, venue_at, person, person_at, NO_MARKS, position)


def blocks(venue_at: Halves, size: int) -> Halves:
    """The place in `venue_at` of every 64th record."""
    block = np.empty(-(-size // (1 << layering.BLOCK_BITS)), np.uint32)
    building.fill_blocks(venue_at, block)
    return block


def _frozen(run: Run) -> Run:
    """Not to be written any more, as a mapped file is not: kernels are compiled for that alone."""
    for array in run:
        array.setflags(write=False)
    return run


def both_sides(meets: Meets) -> tuple[Ints, Words]:
    """United encounters as either person has them, sorted by (person, record)."""
    low, high = np.minimum(meets.person, meets.other), np.maximum(meets.person, meets.other)
    order = np.lexsort((meets.start, high, low))
    low, high = low[order], high[order]
    start, end = meets.start[order], meets.end[order]
    left = uniting.unite(low, high, start, end, np.zeros(len(low), np.uint8))
    own = np.concatenate((low[:left], high[:left]))
    word = np.concatenate(
        (
            pack_encounters(high[:left], start[:left], end[:left]),
            pack_encounters(low[:left], start[:left], end[:left]),
        )
    )
    by_person = np.lexsort((word, own))
    return own[by_person], word[by_person]


def listed(ids: npt.NDArray[np.integer]) -> tuple[Halves, Halves]:
    """Distinct ids of a sorted column, and where each begins; one more for the end."""
    begin = np.flatnonzero(np.diff(ids, prepend=ids[:1] + 1)) if len(ids) else ids[:0]
    at = np.append(begin, len(ids)).astype(np.uint32)
    return ids[begin.astype(np.int64)].astype(np.uint32), at


def stays_at(run: Run, position: Ints) -> Rows:
    """The stays at these positions of `visit`."""
    person, start, end, imputed = unpack_visits(run.visit[position])
    return Rows(person, layering.venues_of(run, position), start, end, imputed)


def stays_of_people(run: Run, gone: Marks, people: Ints) -> Rows:
    """The stays of `people` who are not in `gone`."""
    out = np.empty(4 * len(people) + 64, np.int64)
    count = layering.positions_of(run, gone, people, out)
    if count > len(out):
        out = np.empty(count, np.int64)
        layering.positions_of(run, gone, people, out)
    return stays_at(run, out[:count])


def stays_at_venues(run: Run, gone: Marks, venues: Ints) -> Rows:
    """The stays at `venues` of everybody not in `gone`."""
    out = np.empty(64, np.int64)
    count = layering.positions_at(run, gone, venues, out)
    if count > len(out):
        out = np.empty(count, np.int64)
        layering.positions_at(run, gone, venues, out)
    return stays_at(run, out[:count])


def encounters_at(run: Run, position: Ints) -> Meets:
    """The encounters at these positions, as the person who has them there sees them."""
    other, start, end = unpack_encounters(run.encounter[position])
    place = np.searchsorted(run.meeter_at, position, side="right") - 1
    return Meets(run.meeter[place].astype(np.int64), other, start, end)


def encounters_of_people(run: Run, people: Ints) -> Meets:
    """The encounters of `people`."""
    out = np.empty(64, np.int64)
    count = layering.meetings_of(run, people, out)
    if count > len(out):
        out = np.empty(count, np.int64)
        layering.meetings_of(run, people, out)
    return encounters_at(run, out[:count])


def graves(runs: Sequence[Run]) -> list[Marks]:
    """For each of successive runs, as bits, who in it is replaced by a later one."""
    gone = [NO_MARKS]
    for run in reversed(runs[1:]):
        size = (int(run.dead[-1]) >> 3) + 1 if len(run.dead) else 0
        bits = np.zeros(max(size, len(gone[0])), np.uint8)
        bits[: len(gone[0])] = gone[0]
        layering.mark(bits, run.dead)
        bits.setflags(write=False)
        gone.insert(0, bits)
    return gone


def room_for(size: int) -> DayColumns:
    """Columns to be filled."""
    return DayColumns(
        np.empty(size, np.uint32),
        np.empty(size, np.uint32),
        np.empty(size, np.uint16),
        np.empty(size, np.uint16),
        np.empty(size, np.uint8),
    )


def merge(runs: Sequence[Run], *, oldest: bool, people: int, venues: int) -> Run:
    """Successive runs as one; tombstones are done with when nothing `oldest` lies before."""
    size = sum(len(run.visit) for run in runs)
    columns = room_for(size)
    count = 0
    for run, gone in zip(runs, graves(runs), strict=True):
        count = building.take_living(run, gone, count, columns)
    meets = [encounters_at(run, np.arange(len(run.encounter))) for run in runs]
    dead = NO_HALVES
    for run in runs:
        dead = layering.union(dead, run.dead)
    return build(
        chosen(columns, slice(count)),
        dead[:0] if oldest else dead,
        Meets(*map(np.concatenate, zip(*meets, strict=True))),
        people=people,
        venues=venues,
    )


def write(run: Run, path: Path) -> tuple[int, str]:
    """Write and sync; returns size and checksum."""
    lengths = np.array([len(array) for array in run], "<u8")
    with path.open("w+b") as file:
        file.write(MAGIC + lengths.tobytes())
        for array, kind in zip(run, TYPES, strict=True):
            block = np.ascontiguousarray(array, kind).view(np.uint8)
            for begin in range(0, len(block), SYNC_BYTES):
                file.write(block[begin : begin + SYNC_BYTES].data)
                if len(block) > SYNC_BYTES:
                    os.fdatasync(file.fileno())
            file.write(b"\0" * (-block.nbytes % 8))
        size = file.tell()
        file.flush()
        os.fsync(file.fileno())
        with mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) as content:
            return size, checksum_of(content)


def checksum_of(content: mmap.mmap) -> str:
    """The checksum of a file, as the MANIFEST writes it."""
    words = np.frombuffer(content, "<u8")
    total = int(summing.checksum(words))
    del words  # or the map could not be closed
    return f"{total:016x}"


def open_run(path: Path, size: int, checksum: str) -> Run:
    """Map a run into memory.  `StoreRefused` names what is wrong with the file."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size != size or size < HEADER or size % 8:
                raise StoreRefused("torn_file", f"{path} has not the length it was written with.")
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise StoreRefused("missing_file", f"{path} is not there.") from None
    if checksum_of(content) != checksum:
        raise StoreRefused("torn_file", f"{path} is not what was written.")
    if content[: len(MAGIC)] != MAGIC:
        raise StoreRefused("foreign_file", f"{path} is not a run of this index.")
    lengths = np.frombuffer(content, "<u8", len(TYPES), len(MAGIC)).tolist()
    arrays, at = [], HEADER
    for length, kind in zip(lengths, TYPES, strict=True):
        arrays.append(np.frombuffer(content, kind, length, at))
        at += -(-arrays[-1].nbytes // 8) * 8
    return Run(*arrays)
