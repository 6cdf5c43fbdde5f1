"""Scans of one person become visits: when he came in and when he must have left.

Pure: the feeder of the engine and the tests call it with rows, and nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from lachan.venues.models import USUAL_MINUTES

#: A scan out later than this after the scan in is taken to belong to another, unseen visit.
#: Source: our own choice; the longest ordinary presence is a double shift.
LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Step:
    """One scan of one person; `direction` is in or out."""

    at: datetime
    place: UUID
    direction: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay, half-open.  `imputed`: a rule or the next scan ended it, not a scan out."""

    place: UUID
    start: datetime
    end: datetime
    imputed: bool


def pair(steps: Iterable[Step], minutes: Mapping[UUID, int] | None = None) -> list[Visit]:
    """The visits of one person, ordered by start.

    An `out` closes the open visit at its place.  An `in` elsewhere closes whatever is open, since
    nobody is in two places; that end is imputed.  A second `in` at the same place before the
    imputed end is the other side of the same visit (guard and visitor both scanned) and opens
    nothing.  A visit nobody closed ends after the place's `minutes` (60 where it has none).  An
    `out` without a visit is passed over: it says when somebody left, not since when he was there.
    """
    visits: list[Visit] = []
    open_step: Step | None = None
    # At equal times `in` comes first, then the identifier: the answer is independent of row order.
    for step in sorted(steps, key=lambda step: (step.at, step.direction, step.id)):
        if open_step is None:
            open_step = step if step.direction == "in" else None
            continue
        limit = _limit(open_step, minutes)
        if step.direction == "out":
            if step.place == open_step.place:
                seen = step.at - open_step.at <= LONGEST
                end = step.at if seen else limit
                visits.append(Visit(open_step.place, open_step.at, end, imputed=not seen))
                open_step = None
            continue
        if step.place == open_step.place and step.at <= limit:
            continue
        visits.append(Visit(open_step.place, open_step.at, min(limit, step.at), imputed=True))
        open_step = step
    if open_step is not None:
        end = _limit(open_step, minutes)
        visits.append(Visit(open_step.place, open_step.at, end, imputed=True))
    return [visit for visit in visits if visit.end > visit.start]


def within(visits: Iterable[Visit], start: datetime, end: datetime) -> list[Visit]:
    """The parts of `visits` between `start` and `end`: what a day's partition holds of them."""
    return [
        replace(visit, start=max(visit.start, start), end=min(visit.end, end))
        for visit in visits
        if visit.start < end and visit.end > start
    ]


def _limit(step: Step, minutes: Mapping[UUID, int] | None) -> datetime:
    return step.at + timedelta(minutes=(minutes or {}).get(step.place, USUAL_MINUTES))
