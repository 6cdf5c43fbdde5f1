"""Why a score is what it is: a code and what its sentence is told with.

Nobody is named: the reason says where and how long, not with whom.  A room above words it.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from lachan.engine.meetings import ENCOUNTER, HOUSEHOLD, VISIT
from lachan.engine.scoring import Exposed

#: Kind of the chief meeting -> code when its source is a case, and when she was only exposed.
CODES = {
    VISIT: ("exposed_at_place", "exposed_at_place_to_contact"),
    ENCOUNTER: ("exposed_closely", "exposed_closely_to_contact"),
    HOUSEHOLD: ("exposed_at_home", "exposed_at_home_to_contact"),
}


class ExposureReason(NamedTuple):
    """The meeting that contributes most to a score, and how much of it there is besides.

    `venue` is -1 but for the codes at a place; `seconds` as long as it is taken to have been
    (for an imputed meeting the length the trace assumes), `start` when it began; `share` its
    percent of all hazard; `others` how many other meetings count; `estimated` when it rests on
    an end nobody recorded.
    """

    code: str
    venue: int
    seconds: int
    start: int
    share: int
    others: int
    estimated: bool


def reasons(exposed: Exposed) -> Iterator[ExposureReason]:
    """One reason a row of the scores."""
    scores, rows = exposed.scores, exposed.meetings
    chief = scores.chief
    columns = (
        rows.kind[chief],
        exposed.hop[rows.source[chief]],
        rows.venue[chief],
        np.maximum(rows.end[chief] - rows.start[chief], rows.least[chief]),
        rows.start[chief],
        (scores.share + 5) // 10,
        scores.meetings - 1,
        rows.imputed[chief],
    )
    for kind, hop, venue, seconds, start, share, others, imputed in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        code = CODES[kind][1 if hop else 0]
        yield ExposureReason(code, venue, seconds, start, share, others, bool(imputed))
