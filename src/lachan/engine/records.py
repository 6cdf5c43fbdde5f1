"""What lies in the index: eight bytes a record, and the arrays that find it.

Visit: dwell class 2 bits, in 11, out 11, flags 10, person 30 (minutes of the day).
Encounter: start 17 bits, end 17, other person 30 (seconds of the day).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lachan.engine.dtypes import Ints, Marks

Words = npt.NDArray[np.uint64]
Halves = npt.NDArray[np.uint32]
Quarters = npt.NDArray[np.uint16]

#: A billion people.
PERSON_BITS = 30
PERSON_LIMIT = 1 << PERSON_BITS

#: Minutes up to which a stay belongs to dwell class 0 and 1: a search for who can overlap a
#: moment looks back no further than the class lasts.
CLASS_MINUTES = (60, 240)

#: Lowest of the ten flag bits: the end was not recorded.
IMPUTED = 1


class DayColumns(NamedTuple):
    """Visits of one day by dense numbers; minutes of the day, 0 to 1440, `end` after `start`."""

    person: Halves
    venue: Halves
    start: Quarters
    end: Quarters
    imputed: Marks


def chosen(columns: DayColumns, which: slice | Ints) -> DayColumns:
    """Some of the rows."""
    person, venue, start, end, imputed = columns
    return DayColumns(person[which], venue[which], start[which], end[which], imputed[which])


class Rows(NamedTuple):
    """Stays of one day, unpacked; minutes of the day."""

    person: Ints
    venue: Ints
    start: Ints
    end: Ints
    imputed: Marks


class Meets(NamedTuple):
    """Encounters of one day, unpacked; seconds of the day."""

    person: Ints
    other: Ints
    start: Ints
    end: Ints


class Run(NamedTuple):
    """What one commit, or a merge of several, knows of one day.

    `visit` is ordered by venue, inside a venue by dwell class and start.  Each side is found in
    one of two ways, whichever is smaller.  Listed: `venue` holds the venue numbers that occur and
    `visit[venue_at[i] : venue_at[i + 1]]` are the stays at `venue[i]`.  Dense: `venue` is empty
    and `i` is the venue number itself.  In the same way `position[person_at[i] : person_at[i +
    1]]` are where the stays of `person[i]` stand in `visit`; dense, `i` is the person number
    without its last four bits, and `tag` holds those.  `block[j]` is the place in `venue_at` of
    the stay at 64 j.  `crowding[0]` adds up the squares of the numbers of stays at each venue.

    People in `dead` have nothing left in older runs of that day.  `encounter[meeter_at[i] :
    meeter_at[i + 1]]` are the encounters of `meeter[i]`.
    """

    visit: Words
    venue: Halves
    venue_at: Halves
    block: Halves
    person: Halves
    person_at: Halves
    tag: Marks
    position: Halves
    dead: Halves
    encounter: Words
    meeter: Halves
    meeter_at: Halves
    crowding: Words

    @property
    def records(self) -> int:
        """How much there is in it."""
        return len(self.visit) + len(self.encounter) + len(self.dead)


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
