"""A run: what one commit knew of one day, in one file, found by venue and by person.

A day is a list of runs, oldest first.  A person in `dead` has nothing left in older runs of
that day: the run itself holds all stays that are true now.  Encounters are only ever added.

File: `MAGIC`, the lengths of the arrays (u64 each), then the arrays in order, each padded to
8 bytes, little-endian.
"""

import hashlib
import mmap
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lachan.engine.dtypes import Ints
from lachan.engine.kernels import uniting
from lachan.engine.records import (
    Halves,
    Meets,
    Rows,
    Words,
    pack_encounters,
    pack_visits,
    those,
    unpack_encounters,
    unpack_visits,
)
from lachan.engine.refusals import StoreRefused

MAGIC = b"LACHAN\x01\n"


class Run(NamedTuple):
    """Records sorted by (venue, record) and (person, record), with sparse offsets.

    `visit[venue_at[i] : venue_at[i + 1]]` are the stays at `venue[i]`;
    `position[person_at[i] : person_at[i + 1]]` are where `person[i]`'s stays stand in `visit`;
    `encounter[meeter_at[i] : meeter_at[i + 1]]` are the encounters of `meeter[i]`.
    """

    visit: Words
    venue: Halves
    venue_at: Halves
    person: Halves
    person_at: Halves
    position: Halves
    dead: Halves
    encounter: Words
    meeter: Halves
    meeter_at: Halves


#: Types of the arrays, in the order of the file.
TYPES = ("<u8", "<u4", "<u4", "<u4", "<u4", "<u4", "<u4", "<u8", "<u4", "<u4")
HEADER = len(MAGIC) + 8 * len(TYPES)


def build(rows: Rows, dead: Ints, meets: Meets) -> Run:
    """Sort rows both ways.  Encounters may come in any direction and any number of times."""
    word = pack_visits(rows.person, rows.start, rows.end, rows.imputed)
    order = np.lexsort((word, rows.venue))
    person = rows.person[order]
    position = np.argsort(person, kind="stable")
    meeter, encounter = both_sides(meets)
    return Run(
        word[order],
        *sparse(rows.venue[order]),
        *sparse(person[position]),
        halves(position),
        halves(np.unique(dead)),
        encounter,
        *sparse(meeter),
    )


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


def sparse(ids: Ints) -> tuple[Halves, Halves]:
    """Distinct ids of a sorted column, and where each begins; one more for the end."""
    distinct, begin = np.unique(ids, return_index=True)
    return halves(distinct), halves(np.append(begin, len(ids)))


def halves(values: Ints) -> Halves:
    """Values as u32."""
    return values.astype(np.uint32)


def ranges(begin: Ints, end: Ints) -> Ints:
    """begin[0] .. end[0]-1, begin[1] .. end[1]-1, … as one array."""
    length = end - begin
    total = int(length.sum())
    before = np.cumsum(length) - length
    shift: Ints = np.repeat(begin - before, length)
    return np.arange(total) + shift


def positions(ids: Halves, at: Halves, wanted: Ints) -> Ints:
    """Positions of the rows of `wanted` ids (ascending) behind sparse offsets."""
    place = np.searchsorted(ids, wanted)
    place = place[place < len(ids)] if len(ids) else place[:0]
    found = place[np.isin(ids[place], wanted)]
    found = np.unique(found)
    return ranges(at[found].astype(np.int64), at[found + 1].astype(np.int64))


def stays_at(run: Run, position: Ints) -> Rows:
    """The stays at these positions of `visit`."""
    person, start, end, imputed = unpack_visits(run.visit[position])
    place = np.searchsorted(run.venue_at, position, side="right") - 1
    return Rows(person, run.venue[place].astype(np.int64), start, end, imputed)


def stays_of_people(run: Run, people: Ints) -> Rows:
    """The stays of `people` (ascending)."""
    at = positions(run.person, run.person_at, people)
    return stays_at(run, run.position[at].astype(np.int64))


def stays_at_venues(run: Run, venues: Ints) -> Rows:
    """Everybody's stays at `venues` (ascending)."""
    return stays_at(run, positions(run.venue, run.venue_at, venues))


def all_stays(run: Run) -> Rows:
    """Every stay."""
    return stays_at(run, np.arange(len(run.visit)))


def encounters_at(run: Run, position: Ints) -> Meets:
    """The encounters at these positions, as the person who has them there sees them."""
    other, start, end = unpack_encounters(run.encounter[position])
    place = np.searchsorted(run.meeter_at, position, side="right") - 1
    return Meets(run.meeter[place].astype(np.int64), other, start, end)


def encounters_of_people(run: Run, people: Ints) -> Meets:
    """The encounters of `people` (ascending)."""
    return encounters_at(run, positions(run.meeter, run.meeter_at, people))


def merge(runs: list[Run], *, oldest: bool) -> Run:
    """Successive runs as one; tombstones are done with when nothing `oldest` lies before."""
    rows, gone = [], np.empty(0, np.int64)
    for run in reversed(runs):
        stays = all_stays(run)
        rows.append(those(stays, ~np.isin(stays.person, gone)))
        gone = np.union1d(gone, run.dead.astype(np.int64))
    meets = [encounters_at(run, np.arange(len(run.encounter))) for run in runs]
    return build(
        Rows(*map(np.concatenate, zip(*rows, strict=True))),
        np.empty(0, np.int64) if oldest else gone,
        Meets(*map(np.concatenate, zip(*meets, strict=True))),
    )


def write(run: Run, path: Path) -> tuple[int, str]:
    """Write and sync; returns size and SHA-256."""
    lengths = np.array([len(array) for array in run], "<u8")
    blocks = [MAGIC, lengths.tobytes()]
    for array, kind in zip(run, TYPES, strict=True):
        block = np.asarray(array, kind).tobytes()
        blocks += [block, b"\0" * (-len(block) % 8)]
    content = b"".join(blocks)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return len(content), hashlib.sha256(content).hexdigest()


def open_run(path: Path, size: int, checksum: str) -> Run:
    """Map a run into memory.  `StoreRefused` names what is wrong with the file."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size != size or size < HEADER:
                raise StoreRefused("torn_file", f"{path} has not the length it was written with.")
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise StoreRefused("missing_file", f"{path} is not there.") from None
    if hashlib.sha256(content).hexdigest() != checksum:
        raise StoreRefused("torn_file", f"{path} is not what was written.")
    if content[: len(MAGIC)] != MAGIC:
        raise StoreRefused("foreign_file", f"{path} is not a run of this index.")
    lengths = np.frombuffer(content, "<u8", len(TYPES), len(MAGIC)).tolist()
    arrays, at = [], HEADER
    for length, kind in zip(lengths, TYPES, strict=True):
        arrays.append(np.frombuffer(content, kind, length, at))
        at += -(-arrays[-1].nbytes // 8) * 8
    return Run(*arrays)
