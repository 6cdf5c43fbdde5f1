"""Sort who was met: close enough to be named for checking, or only at the same place and time.

Pure: the rule and the kinds of places come in, and nobody is confirmed here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from lachan.rulebook.evaluate import ContactRule
from lachan.tracing.meeting import Meeting, Met

#: What the rulebook calls the depth at which an overlap names a person for checking.
CLOSE = "to_verify"


@dataclass(frozen=True, slots=True)
class Close:
    """Somebody to verify: exposure at close quarters, and where most of it was."""

    trace_id: UUID
    seconds: int
    place: UUID | None
    first_at: datetime
    last_at: datetime
    imputed: bool


@dataclass(slots=True)
class AtPlace:
    """How many overlapped at one place, and since when."""

    close: bool
    first_at: datetime
    people: set[UUID] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Sorted:
    """The answer of a run: people to verify, people only linked, and the places."""

    close: list[Close]
    linked: set[UUID]
    places: dict[UUID, AtPlace]


def sort(found: Iterable[Met], kinds: Mapping[UUID, str], rule: ContactRule) -> Sorted:
    """Sort everybody who was met by the rule's depth and minutes.

    Who overlapped for less than the rule's minutes altogether is passed over: at the change of
    shifts everybody meets everybody at the gate.
    """
    close: list[Close] = []
    linked: set[UUID] = set()
    places: dict[UUID, AtPlace] = {}
    for person in found:
        if _together(person.meetings) < rule.min_minutes * 60:
            continue
        near = [each for each in person.meetings if _is_close(each, kinds, rule)]
        seconds = _together(near)
        if near and seconds >= rule.min_minutes * 60:
            close.append(_close(person.trace_id, near, seconds))
        else:
            linked.add(person.trace_id)
        for each in person.meetings:
            if each.place is not None:
                at = places.setdefault(
                    each.place, AtPlace(_is_close(each, kinds, rule), each.start)
                )
                at.people.add(person.trace_id)
                at.first_at = min(at.first_at, each.start)
    close.sort(key=lambda each: (-each.seconds, str(each.trace_id)))
    return Sorted(close, linked, places)


def _is_close(meeting: Meeting, kinds: Mapping[UUID, str], rule: ContactRule) -> bool:
    """A Bluetooth encounter is near by itself; a place is when the rule says so of its kind."""
    if meeting.place is None:
        return True
    return rule.depth_by_place_kind.get(kinds.get(meeting.place, "other")) == CLOSE


def close_seconds(meetings: Iterable[Meeting], kinds: Mapping[UUID, str], rule: ContactRule) -> int:
    """Seconds at close quarters in these meetings, whether or not they are enough."""
    return _together(each for each in meetings if _is_close(each, kinds, rule))


def _together(meetings: Iterable[Meeting]) -> int:
    """Seconds together: a table inside a room is one meeting, not two."""
    total = 0
    until: datetime | None = None
    for each in sorted(meetings, key=lambda each: (each.start, each.end)):
        begun = each.start if until is None else max(each.start, until)
        if each.end > begun:
            total += int((each.end - begun).total_seconds())
        until = each.end if until is None else max(until, each.end)
    return total


def _close(trace_id: UUID, near: list[Meeting], seconds: int) -> Close:
    by_place: dict[UUID | None, float] = {}
    for each in near:
        length = (each.end - each.start).total_seconds()
        by_place[each.place] = by_place.get(each.place, 0) + length
    most = max(by_place, key=lambda place: (by_place[place], str(place)))
    return Close(
        trace_id=trace_id,
        seconds=seconds,
        place=most,
        first_at=min(each.start for each in near),
        last_at=max(each.end for each in near),
        imputed=any(each.imputed for each in near),
    )
