"""Shapes and sentinels of the engine's arrays.

Within one struct all arrays have one length.  People and venues are dense numbers in the order
of their texts by code point, so that "the smallest id" is a comparison of integers.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Marks = npt.NDArray[np.uint8]
Minutes = npt.NDArray[np.int32]

#: Later than every time a file can hold; leaves room to add a latent time without overflow.
NEVER = 2**62

#: Stands in `end` where nobody recorded one.
OPEN = -(2**62)


class Visits(NamedTuple):
    """Rows as recorded; seconds; `end` may be `OPEN`."""

    person: Ints
    venue: Ints
    start: Ints
    end: Ints


class Encounters(NamedTuple):
    """Rows as recorded; seconds; each pair in any direction, any number of times."""

    a: Ints
    b: Ints
    start: Ints
    end: Ints


class Cases(NamedTuple):
    """Infectious windows as recorded; seconds; `end` may be `NEVER`."""

    person: Ints
    start: Ints
    end: Ints


class Stays(NamedTuple):
    """United visits in whole minutes (as seconds), sorted by (venue, start, person).

    `latest[i]` is the largest end among the rows of the same venue up to `i`: everything before
    the first `latest > t` is over at `t`.  `at[venue] : at[venue + 1]` are the venue's rows;
    `rows[of[person] : of[person + 1]]` are the person's.
    """

    person: Ints
    venue: Ints
    start: Ints
    end: Ints
    imputed: Marks
    latest: Ints
    at: Ints
    of: Ints
    rows: Ints


class Pairs(NamedTuple):
    """United encounters seen from either side: `of[person] : of[person + 1]` are a person's."""

    other: Ints
    start: Ints
    end: Ints
    of: Ints


class Sources(NamedTuple):
    """The infectious people of one hop, ascending, and their disjoint infectious intervals.

    `of[k] : of[k + 1]` are the intervals of `person[k]`.
    """

    person: Ints
    start: Ints
    end: Ints
    of: Ints


class Crowd(NamedTuple):
    """The infectious people at one venue on one day, minute by minute; 1,441 entries each.

    `present` are there in that minute, `until` is their number added up over all minutes before,
    `following` the next minute, or this one, in which anybody is there.
    """

    present: Minutes
    until: Minutes
    following: Minutes


class Tally(NamedTuple):
    """What the meetings of one hop amount to, one entry a person of the whole world."""

    seconds: Ints
    first: Ints
    via: Ints
    most: Ints
    sources: Ints
    venues: Ints
    imputed: Marks


class Met(NamedTuple):
    """Who met the source at hand: `people[: length[0]]`, for `seconds[person]` each."""

    seconds: Ints
    people: Ints
    length: Ints


class Reached(NamedTuple):
    """The answer, sorted by hop, seconds (most first), person."""

    person: Ints
    hop: Ints
    via: Ints
    first_at: Ints
    seconds: Ints
    venues: Ints
    sources: Ints
    imputed: Marks
