"""The ledger of scans: an entry before it is written, and the one statement that appends it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from django.db import connections
from django.utils.translation import gettext as _

from lachan.core import facts
from lachan.core.clock import AHEAD, BEHIND, day_of, now
from lachan.core.refusals import Refused

#: The ledger's columns in the order every writer fills them.
COLUMNS = (
    *("day", "id", "place", "trace_id", "direction", "at", "device_at", "received_at", "source"),
    *("authority", "payload_sha256", "commune", "province", "counter", "offset_ms", "offline"),
)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """A scan before it is written: what happened, where, and who says so.

    A device adds what it knows of itself.  `counter`: its own count of scans from 1, so that a
    missing one is named.  `offset_ms`: milliseconds it believes our clock to be ahead of its own.
    `offline`: it let the person pass without having asked us.
    """

    id: UUID
    place: UUID
    trace_id: UUID
    direction: str
    at: datetime
    device_at: datetime
    source: str
    authority: str
    commune: int
    province: int
    counter: int | None = None
    offset_ms: int | None = None
    offline: bool = False

    @property
    def day(self) -> date:
        """The partition, from the event time: a repeat always meets its first copy."""
        return day_of(self.at)

    @property
    def digest(self) -> bytes:
        """SHA-256 of what happened, without who sent it or how: a repeat by
        another way is the same."""
        moments = f"{_micros(self.at)}|{_micros(self.device_at)}"
        words = f"{self.place}|{self.trace_id}|{self.direction}|{moments}"
        return sha256(words.encode()).digest()

    @property
    def conflict_id(self) -> UUID:
        """The number under which other content is kept for review: one for each content."""
        return uuid5(self.id, self.digest.hex())

    def row(self, received_at: datetime) -> tuple[Any, ...]:
        """The values of COLUMNS."""
        return (
            *(self.day, self.id, self.place, self.trace_id, self.direction, self.at),
            *(self.device_at, received_at, self.source, self.authority, self.digest),
            *(self.commune, self.province, self.counter, self.offset_ms, self.offline),
        )

    def is_stored_as(self, digest: bytes) -> bool:
        """Whether a stored digest is of this content."""
        return digest == self.digest

    def kept_row(self, received_at: datetime) -> tuple[Any, ...]:
        """The values of COLUMNS as other content is kept, then the number it came under."""
        return (*replace(self, id=self.conflict_id).row(received_at), self.id)


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answer to a scan; `repeated` when it had been there already."""

    id: UUID
    day: date
    repeated: bool


def check_clock(at: datetime) -> None:
    """Refuse an event time that no ledger keeps: it is a device's clock, not a late scan."""
    moment = now()
    if at - moment > AHEAD or moment - at > BEHIND:
        raise Refused(
            "clock_wrong",
            _(
                "The time of this scan is not plausible: set the device's clock and scan again.",
            ),
        )


def different_content() -> Refused:
    """The refusal of a known id with other content."""
    return Refused(
        "different_content",
        _("A scan with this number is stored with other content; it is not replaced."),
        status=409,
    )


def append(entry: Entry) -> Recorded:
    """Write one entry inside the running scope; its tokens were checked by the caller."""
    marks = ", ".join(["%s"] * len(COLUMNS))
    with connections["default"].cursor() as cursor:
        cursor.execute(
            f"insert into venues_scan ({', '.join(COLUMNS)}) values ({marks})"
            " on conflict do nothing",
            entry.row(now()),
        )
        if cursor.rowcount == 1:
            facts.ring("venues.scan")
            return Recorded(entry.id, entry.day, repeated=False)
        cursor.execute("select core.same_scan(%s, %s, %s)", [entry.day, entry.id, entry.digest])
        same = cursor.fetchone()
    if same is None or not same[0]:
        raise different_content()
    return Recorded(entry.id, entry.day, repeated=True)


def keep_for_review(entry: Entry) -> None:
    """Keep what came under a stored number with other content; the same refused scan once."""
    marks = ", ".join(["%s"] * (len(COLUMNS) + 1))
    with connections["default"].cursor() as cursor:
        cursor.execute(
            f"insert into venues_conflict ({', '.join(COLUMNS)}, scan) values ({marks})"
            " on conflict do nothing",
            [*replace(entry, id=entry.conflict_id).row(now()), entry.id],
        )


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
