"""What does not look right in one person's scans.  Pure: rows in, findings out.

Nothing here proves anything: a neighbour's shop, a bus, a phone that hung for an hour all look
strange once.  The limits are the rulebook's, and what is found is a question to a human.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid5

from lachan.rulebook.selectors import ScanRule
from lachan.venues.pairing import Rules

#: Made of what was found, a flag's number is the same whenever it is found again.
_NAMES = UUID("5f0a6a9e-0d0b-4c51-9a53-1f7f4f6f2a10")

#: Somebody stood at a gate with the code; rosters, interviews and paper are no readings.
GUARDED = frozenset({"gate", "desk", "kiosk"})
READ = (*sorted(GUARDED), "person")

#: The kind of flag that a finding is; the others have their own name.
KINDS = {
    "replay_ended": "replay",
    **dict.fromkeys(("bulk_person", "bulk_device", "bulk_place", "bulk_declared"), "bulk"),
}

#: The least kilometres between two communes, None where it is not known.
Distance = Callable[[int, int], float | None]


@dataclass(frozen=True, slots=True)
class Reading:
    """One scan.  `fresh`: nobody has judged it yet."""

    day: date
    id: UUID
    at: datetime
    place: UUID
    direction: str
    source: str
    authority: str
    commune: int
    province: int
    device_at: datetime
    received_at: datetime
    offset_ms: int | None
    fresh: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """What is asked about, where and when; `values` are the numbers of its sentence."""

    finding: str
    key: str
    at: datetime
    commune: int
    province: int
    rule: ScanRule
    values: dict[str, Any] = field(default_factory=dict)
    trace_id: UUID | None = None
    place: UUID | None = None
    authority: str = ""
    day: date | None = None
    scan: UUID | None = None

    @property
    def id(self) -> UUID:
        """The flag's number."""
        return uuid5(_NAMES, f"{self.finding}|{self.key}")

    @property
    def kind(self) -> str:
        """The kind of flag."""
        return KINDS.get(self.finding, self.finding)


@dataclass(frozen=True, slots=True)
class Judge:
    """The limits, what lies in what, and how far communes are apart."""

    rule: ScanRule
    places: Rules
    least_km: Distance

    def findings(self, trace_id: UUID, readings: Iterable[Reading]) -> Iterator[Finding]:
        """Everything strange in which a fresh reading takes part; the same thing once a day."""
        rows = sorted(readings, key=lambda row: (row.at, row.id))
        sound = [row for row in rows if not self.clock_is_off(row)]
        yield from self._moves(trace_id, sound)
        yield from self._inside_twice(trace_id, sound)
        yield from self._again_and_again(trace_id, rows)

    def clock_is_off(self, row: Reading) -> bool:
        """Whether the device's clock is too far from ours to believe its order of events."""
        most = timedelta(seconds=self.rule.limits["clock_seconds"])
        off = abs(timedelta(milliseconds=row.offset_ms or 0))
        return max(off, abs(row.at - row.device_at), row.device_at - row.received_at) > most

    def _moves(self, trace_id: UUID, rows: Sequence[Reading]) -> Iterator[Finding]:
        """From one scan to the next: quicker than a hand with one code, or than a vehicle."""
        for one, other in pairwise(rows):
            if not (one.fresh or other.fresh) or not self.places.apart(one.place, other.place):
                continue
            seconds = (other.at - one.at).total_seconds()
            both = ",".join(sorted(map(str, (one.place, other.place))))
            if seconds <= self.rule.limits["replay_seconds"]:
                yield self._of(trace_id, other, "replay", both, seconds=round(seconds))
                continue
            km = self.least_km(one.commune, other.commune) or 0.0
            if km * 3600 > seconds * self.rule.fastest(km):
                told = {"minutes": round(seconds / 60), "km": int(km)}
                yield self._of(trace_id, other, "impossible_travel", both, **told)

    def _inside_twice(self, trace_id: UUID, rows: Sequence[Reading]) -> Iterator[Finding]:
        """A guard saw him in at one place, a guard at another, and only then out of the first."""
        inside: dict[UUID, list[Reading]] = {}
        for row in rows:
            if row.source not in GUARDED:
                continue
            if row.direction == "in":
                for place, steps in inside.items():
                    if self.places.apart(place, row.place):
                        steps.append(row)
                inside[row.place] = [row]
                continue
            came, *elsewhere = inside.pop(row.place, [row])
            seen = [step for step in elsewhere if step.place != row.place]
            if seen and any(step.fresh for step in (came, *seen, row)):
                both = ",".join(sorted(map(str, (row.place, seen[0].place))))
                yield self._of(trace_id, seen[0], "two_places", both)

    def _again_and_again(self, trace_id: UUID, rows: Sequence[Reading]) -> Iterator[Finding]:
        """In, in, in at one place: a code that goes from hand to hand."""
        limits = self.rule.limits
        span = timedelta(minutes=limits["ways_in_minutes"])
        came: dict[UUID, list[Reading]] = {}
        row_of_ins: dict[UUID, list[Reading]] = {}
        for row in rows:
            if row.direction == "out":
                row_of_ins.pop(row.place, None)
                continue
            near = [one for one in came.get(row.place, []) if row.at - one.at < span]
            came[row.place] = near = [*near, row]
            same = [one for one in row_of_ins.get(row.place, []) if row.at - one.at < span]
            row_of_ins[row.place] = same = [*same, row]
            many = len(near) >= limits["ways_in"] or len(same) >= limits["same_ways_in"]
            if many and any(one.fresh for one in near):
                told = {"times": max(len(near), len(same)), "minutes": limits["ways_in_minutes"]}
                yield self._of(trace_id, row, "bulk_person", str(row.place), **told)

    def _of(
        self, trace_id: UUID, row: Reading, finding: str, key: str, **values: object
    ) -> Finding:
        return Finding(
            finding=finding,
            key=f"{trace_id}|{row.day}|{key}",
            at=row.at,
            commune=row.commune,
            province=row.province,
            rule=self.rule,
            values=dict(values),
            trace_id=trace_id,
            place=row.place,
            authority=row.authority,
            day=row.day,
            scan=row.id,
        )
