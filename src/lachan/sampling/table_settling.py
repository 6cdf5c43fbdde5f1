"""What the worker makes of everything that was sent about a tube, in whatever order it came.

Each time all events of the tube are read and its state follows from them: samples minus those that
were taken back, closed if anybody closed it.  Nothing is dropped because a limit is broken; that is
listed (`TableReview`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from lachan.core.clock import day_of
from lachan.sampling.models import Sample, TableEvent, TableKind, TableReview, Tube

Kind = TableReview.Kind

#: Who sits in a tube: a person, or the blind index of a card that nobody is entered under yet.
Occupant = UUID | bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """A sample event with what became of it: it stands where `out_at` is None."""

    event: TableEvent
    out_at: datetime | None = None
    out_by: UUID | None = None


@dataclass(slots=True)
class Contents:
    """What a tube holds by all that was sent, and what somebody has to look at: (kind, event)."""

    samples: list[Standing] = field(default_factory=list)
    closed_at: datetime | None = None
    reviews: list[tuple[Kind, TableEvent | None]] = field(default_factory=list)


def contents_of(events: Sequence[TableEvent], tube: Tube, others: Iterable[UUID]) -> Contents:
    """The tube's contents by its own unit's `events`, in order of time; `others`: persons who were
    put in without a device."""
    found = Contents()
    closing = [event.at for event in events if event.kind == TableKind.CLOSE]
    if closing:
        found.closed_at = max(min(closing), tube.opened_at)
    _sit(events, set(others), found)
    _judge(events, tube, len(set(others)), found)
    return found


def _sit(events: Sequence[TableEvent], inside: set[UUID], found: Contents) -> None:
    """Who sits in the tube: the first sample of each that was not taken back."""
    undone: dict[UUID, TableEvent] = {}
    for event in events:
        if event.kind == TableKind.UNDO and event.undoes is not None:
            undone.setdefault(event.undoes, event)
    seen: set[Occupant] = set(inside)
    for event in _samples(events):
        undo = undone.pop(event.id, None)
        who: Occupant = event.person or bytes(event.document or b"")
        if undo is not None:
            found.samples.append(Standing(event, undo.at, undo.account))
        elif who in seen:
            found.samples.append(Standing(event, event.at, event.account))
            found.reviews.append((Kind.IN_TUBE, event))
        else:
            seen.add(who)
            found.samples.append(Standing(event))
    known = {event.id for event in events if event.kind == TableKind.SAMPLE}
    for undo in undone.values():
        if undo.undoes not in known:
            found.reviews.append((Kind.NO_SAMPLE, undo))


def _judge(events: Sequence[TableEvent], tube: Tube, others: int, found: Contents) -> None:
    standing = [one.event for one in found.samples if one.out_at is None]
    for event in standing[max(0, tube.limit - others) :]:
        found.reviews.append((Kind.OVER_LIMIT, event))
    if found.closed_at is not None:
        late = [event for event in standing if event.at > found.closed_at]
        found.reviews += [(Kind.AFTER_CLOSE, event) for event in late]
    if len({event.device for event in standing}) > 1:
        found.reviews.append((Kind.TWO_DEVICES, None))
    if any(_setting(event) != _setting_of(tube) for event in events):
        found.reviews.append((Kind.TUBE_DIFFERS, None))
    unread = [e for e in events if e.kind == TableKind.SAMPLE and e.refused]
    found.reviews += [(Kind.UNREADABLE, event) for event in unread]


def _samples(events: Sequence[TableEvent]) -> list[TableEvent]:
    return [e for e in events if e.kind == TableKind.SAMPLE and not e.refused]


def _setting(event: TableEvent) -> tuple[object, ...]:
    return event.tube_limit, event.disease, event.laboratory, event.method


def _setting_of(tube: Tube) -> tuple[object, ...]:
    return tube.limit, tube.disease, tube.laboratory, tube.method


def in_two_tubes(samples: Iterable[Sample]) -> list[Sample]:
    """Of one person's standing samples for one disease and method, those that are not the first of
    their day."""
    found, days = [], set()
    for sample in sorted(samples, key=lambda one: (one.taken_at, one.id)):
        day = day_of(sample.taken_at)
        if day in days:
            found.append(sample)
        days.add(day)
    return found
