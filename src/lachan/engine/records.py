"""Eight bytes a record.

Visit: dwell class 2 bits, in 11, out 11, flags 10, person 30 (minutes of the day).
Encounter: start 17 bits, end 17, other person 30 (seconds of the day).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lachan.engine.dtypes import Ints, Marks

Words = npt.NDArray[np.uint64]
Halves = npt.NDArray[np.uint32]

#: A billion people.
PERSON_BITS = 30
PERSON_LIMIT = 1 << PERSON_BITS

#: Minutes up to which a stay belongs to dwell class 0 and 1: a search for who can overlap a
#: moment looks back no further than the class lasts.
CLASS_MINUTES = (60, 240)

#: Lowest of the ten flag bits: the end was not recorded.
IMPUTED = 1


class Rows(NamedTuple):
    """Stays of one day, unpacked; minutes of the day."""

    person: Ints
    venue: Ints
    start: Ints
    end: Ints
    imputed: Marks


def those(rows: Rows, which: npt.NDArray[np.bool_]) -> Rows:
    """The rows marked in `which`."""
    person, venue, start, end, imputed = rows
    return Rows(person[which], venue[which], start[which], end[which], imputed[which])


class Meets(NamedTuple):
    """Encounters of one day, unpacked; seconds of the day."""

    person: Ints
    other: Ints
    start: Ints
    end: Ints


def pack_visits(person: Ints, start: Ints, end: Ints, imputed: Marks) -> Words:
    """Visit records; they sort by dwell class, then by start."""
    dwell = np.searchsorted(CLASS_MINUTES, end - start, side="left")
    word = dwell << 62 | start << 51 | end << 40 | imputed.astype(np.int64) << 30 | person
    return word.astype(np.uint64)


def unpack_visits(word: Words) -> tuple[Ints, Ints, Ints, Marks]:
    """Person, start, end, imputed."""
    person = (word & np.uint64(PERSON_LIMIT - 1)).astype(np.int64)
    start = (word >> np.uint64(51) & np.uint64(0x7FF)).astype(np.int64)
    end = (word >> np.uint64(40) & np.uint64(0x7FF)).astype(np.int64)
    return person, start, end, (word >> np.uint64(30) & np.uint64(IMPUTED)).astype(np.uint8)


def pack_encounters(other: Ints, start: Ints, end: Ints) -> Words:
    """Encounter records of one person; they sort by start."""
    return start.astype(np.uint64) << np.uint64(47) | (end << 30 | other).astype(np.uint64)


def unpack_encounters(word: Words) -> tuple[Ints, Ints, Ints]:
    """Other person, start, end."""
    other = (word & np.uint64(PERSON_LIMIT - 1)).astype(np.int64)
    start = (word >> np.uint64(47)).astype(np.int64)
    end = (word >> np.uint64(30) & np.uint64(0x1FFFF)).astype(np.int64)
    return other, start, end
