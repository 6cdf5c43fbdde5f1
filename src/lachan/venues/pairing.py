"""Scans of one person become visits: when he came in and when he must have left.

Pure: the feeder of the engine and the tests call it with rows, and nothing else.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from uuid import UUID

from lachan.core.clock import OFFSET
from lachan.venues.models import USUAL_MINUTES

#: A scan out later than this after the scan in is taken to belong to another, unseen visit.
#: Source: our own choice; the longest ordinary presence is a double shift.
LONGEST = timedelta(hours=24)


#: Sources that say from when to when, whoever scanned what: a roster, an interview.
TOLD = frozenset({"import", "interview"})


@dataclass(frozen=True, slots=True)
class Step:
    """One scan of one person; `direction` is in or out."""

    at: datetime
    place: UUID
    direction: str
    id: UUID
    source: str = "gate"


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay, half-open.  `imputed`: a rule or the next scan ended it, not a scan out."""

    place: UUID
    start: datetime
    end: datetime
    imputed: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """What pairing must know of places: minutes until an unseen exit, and what lies in what.

    `closes`: the hour, at the installation's offset, after which nobody is inside any more; a part
    closes at the latest with its whole.  `gates`: a gate is no place to stay at, so a scan there is
    a scan at the whole it leads into, and who came by one gate may leave by another.
    """

    minutes: Mapping[UUID, int] = field(default_factory=dict)
    parents: Mapping[UUID, UUID] = field(default_factory=dict)
    closes: Mapping[UUID, time] = field(default_factory=dict)
    gates: frozenset[UUID] = frozenset()

    def limit(self, step: Step) -> datetime:
        """When a visit that nobody ended is taken to have ended: by the place's minutes, and not
        after it closes."""
        by_minutes = step.at + timedelta(minutes=self.minutes.get(step.place, USUAL_MINUTES))
        closings = [
            closing_after(step.at, self.closes[place])
            for place in self._line(step.place)
            if place in self.closes
        ]
        return min([by_minutes, *closings])

    def stands(self, step: Step) -> Step:
        """The scan as one of the place that somebody is then in."""
        whole = step.place
        while whole in self.gates and whole in self.parents:
            whole = self.parents[whole]
        return step if whole == step.place else replace(step, place=whole)

    def _line(self, place: UUID | None) -> Iterable[UUID]:
        while place is not None:
            yield place
            place = self.parents.get(place)

    def inside(self, part: UUID, whole: UUID) -> bool:
        """Whether `part` lies in `whole`, at any depth, or is it."""
        return any(place == whole for place in self._line(part))

    def apart(self, one: UUID, other: UUID) -> bool:
        """Whether somebody in one place cannot be in the other: a line lies in its factory."""
        return not self.inside(one, other) and not self.inside(other, one)


def pair(steps: Iterable[Step], rules: Rules = Rules()) -> list[Visit]:  # immutable
    """The visits of one person, ordered by start.

    An `out` closes the open visit at its place and in its parts.  An `in` at a place apart closes
    whatever is open, since nobody is in two places; that end is imputed.  A second `in` at the same
    place before the imputed end is the other side of the same visit (guard and visitor both
    scanned) and opens nothing.  A visit nobody closed ends after the place's minutes.  An `out`
    without a visit is passed over: it says when somebody left, not since when he was there.

    A roster and an interview say themselves from when to when; scans neither end what they say nor
    are ended by it.
    """
    streams: dict[str, list[Step]] = defaultdict(list)
    for step in map(rules.stands, steps):
        stream = f"{step.source} {step.place}" if step.source in TOLD else ""
        streams[stream].append(step)
    visits = [visit for stream in streams.values() for visit in _Pairing(rules).visits(stream)]
    kept = [visit for visit in visits if visit.end > visit.start]
    return sorted(kept, key=lambda visit: (visit.start, visit.end, str(visit.place)))


class _Pairing:
    """One stream of scans, walked in time; what is open is known by place."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.open: dict[UUID, Step] = {}
        self.done: list[Visit] = []

    def visits(self, steps: Iterable[Step]) -> list[Visit]:
        """Every visit of the stream; the answer does not depend on the order of rows."""
        # At equal times `in` comes first, then the identifier.
        for step in sorted(steps, key=lambda step: (step.at, step.direction, step.id)):
            if step.direction == "in":
                self._enter(step)
            else:
                self._leave(step)
        for step in list(self.open.values()):
            self._close(step, self.rules.limit(step), imputed=True)
        return self.done

    def _enter(self, step: Step) -> None:
        standing = self.open.get(step.place)
        if standing is not None and step.at <= self.rules.limit(standing):
            return
        for other in list(self.open.values()):
            if other.place == step.place or self.rules.apart(other.place, step.place):
                self._close(other, min(self.rules.limit(other), step.at), imputed=True)
        self.open[step.place] = step

    def _leave(self, step: Step) -> None:
        for other in list(self.open.values()):
            if self.rules.inside(other.place, step.place):
                seen = step.at - other.at <= LONGEST
                end = step.at if seen else self.rules.limit(other)
                self._close(other, end, imputed=not seen)

    def _close(self, step: Step, end: datetime, *, imputed: bool) -> None:
        self.done.append(Visit(step.place, step.at, end, imputed))
        del self.open[step.place]


def closing_after(at: datetime, closes: time) -> datetime:
    """The first closing hour after `at`; an hour after midnight belongs to the evening before."""
    local = at.astimezone(OFFSET)
    today = datetime.combine(local.date(), closes, OFFSET)
    return today if today > local else today + timedelta(days=1)


def within(visits: Iterable[Visit], start: datetime, end: datetime) -> list[Visit]:
    """The parts of `visits` between `start` and `end`: what a day's partition holds of them."""
    return [
        replace(visit, start=max(visit.start, start), end=min(visit.end, end))
        for visit in visits
        if visit.start < end and visit.end > start
    ]
