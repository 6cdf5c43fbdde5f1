"""The columnar record of meetings: who was with whom, when, where, and how sure that is.

The pair path (`engine/pairing.py`) yields it; whatever looks at single meetings (minima per
source, scores of risk) reads it.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lachan.engine.dtypes import Ints, Marks

Kinds = npt.NDArray[np.int8]

#: Values of `kind`: the evidence a meeting rests on.
VISIT, ENCOUNTER, HOUSEHOLD = 0, 1, 2

#: A weight of one, in permille: the exposure counts in full.
WHOLE = 1000


class Meetings(NamedTuple):
    """`person` was with the infectious `source` from `start` to `end` (seconds, half-open).

    One entry per meeting in every array, sorted by (person, source, start, kind, venue).  No
    entry has a person who is itself a source or was known before.

    `person`, `source`, `venue`: dense ids; `venue` is the deepest place that counts in which
    both were, and -1 for encounters and households.
    `start`, `end`: clipped to the infectious intervals of the source, isolation cut out, ends
    nobody recorded at their assumed length.  `start == end` when the two meet only by the
    longest length an unrecorded end may have: then `start` is where that meeting would begin.
    `kind`: `VISIT`, `ENCOUNTER` or `HOUSEHOLD`.
    `weight`: permille, 1..`WHOLE`; of the kind of place, the probability that the two were close,
    or of a household.  Weight x seconds are milliseconds of exposure.
    `imputed`: 1 when the meeting rests on an end that nobody recorded.
    `least`, `most`: seconds of the same meeting by the shortest and the longest lengths such an
    end may have; both equal `end - start` where every end is recorded.  Sums over the meetings of
    a pair are exact.  `least <= end - start <= most`, except where one place that counts lies
    inside another: there a longer stay can move time from the outer to the inner place.

    Visits at one venue, and encounters of one weight, do not overlap within a pair; different
    kinds of evidence, and different venues, may.  A household has one entry a day.
    """

    person: Ints
    source: Ints
    start: Ints
    end: Ints
    venue: Ints
    kind: Kinds
    weight: Ints
    imputed: Marks
    least: Ints
    most: Ints


def empty() -> Meetings:
    """Nobody met anybody."""
    none = np.empty(0, np.int64)
    return Meetings(
        person=none,
        source=none,
        start=none,
        end=none,
        venue=none,
        kind=np.empty(0, np.int8),
        weight=none,
        imputed=np.empty(0, np.uint8),
        least=none,
        most=none,
    )
