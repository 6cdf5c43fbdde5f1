"""Writing: a venue gets its code, a device its token, and every scan its row, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, connections, transaction
from django.utils.translation import gettext as _

from lachan.core import audit, facts
from lachan.core.clock import AHEAD, BEHIND, day_of, now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.credentials.secrets import hash_secret, new_device_token
from lachan.formats.placecode import new_place_code
from lachan.places.models import Place
from lachan.venues.models import MINUTES_BY_KIND, USUAL_MINUTES, Device, Direction, Venue

#: The ledger's columns in the order every writer fills them.
COLUMNS = (
    *("day", "id", "place", "trace_id", "direction", "at", "device_at", "received_at", "source"),
    *("authority", "payload_sha256", "commune", "province"),
)

#: 31**7 codes: a second clash in a row does not happen before the register has billions.
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """A scan before it is written: what happened, where, and who says so."""

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

    @property
    def day(self) -> date:
        """The partition, from the event time: a repeat always meets its first copy."""
        return day_of(self.at)

    @property
    def digest(self) -> bytes:
        """SHA-256 of what happened, without who sent it: a repeat by another way is the same."""
        moments = (_micros(self.at), _micros(self.device_at))
        words = (self.place, self.trace_id, self.direction, *moments)
        return sha256("|".join(str(word) for word in words).encode()).digest()

    @property
    def conflict_id(self) -> UUID:
        """The number under which other content is kept for review: one for each content."""
        return uuid5(self.id, self.digest.hex())

    def row(self, received_at: datetime) -> tuple[Any, ...]:
        """The values of COLUMNS."""
        return (
            *(self.day, self.id, self.place, self.trace_id, self.direction, self.at),
            *(self.device_at, received_at, self.source, self.authority, self.digest),
            *(self.commune, self.province),
        )


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


def record_scan(
    *,
    id: UUID,
    venue: Venue,
    trace_id: UUID,
    direction: str,
    at: datetime,
    device_at: datetime,
    source: str,
    by: Principal,
) -> Recorded:
    """Append a scan, or give the first answer again when the same one comes twice.

    Refused: clock_wrong, place_closed, unknown_direction, different_content (409).
    """
    if venue.closed_at is not None:
        raise Refused("place_closed", _("This place is closed: its code is no longer in use."))
    if direction not in Direction.values:
        raise Refused("unknown_direction", _("Choose In or Out."))
    check_clock(at)
    authority = "person" if source == "person" else f"account:{by.account}"
    entry = Entry(
        *(id, venue.place_id, trace_id, direction, at, device_at, source, authority),
        commune=venue.place.commune,
        province=venue.place.province,
    )
    return append(entry)


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


def open_venue(*, place: Place, by: Principal, phone: str = "") -> Venue:
    """Give a place its code, so that it can be scanned; a place that has one keeps it.

    Refused: not_your_place.
    """
    _only_own(place.organisation_id, by)
    found = Venue.objects.filter(place=place).first()
    if found is not None:
        return found
    for _try in range(_TRIES):
        try:
            with transaction.atomic():
                venue = Venue.objects.create(
                    place=place,
                    organisation=place.organisation_id,
                    code=new_place_code(),
                    imputed_minutes=MINUTES_BY_KIND.get(place.kind, USUAL_MINUTES),
                    phone=phone,
                    made_at=now(),
                )
        except IntegrityError:
            continue
        audit.record("venue.opened", target=("venue", venue.id), by=by)
        return venue
    raise Refused("no_free_code", _("No code could be given: try again."))


def register_device(*, venue: Venue, label: str, by: Principal) -> tuple[Device, str]:
    """A new device of this venue and its token, which is shown this one time."""
    _only_own(venue.organisation, by)
    token = new_device_token()
    device = Device.objects.create(
        venue=venue,
        organisation=venue.organisation,
        label=label.strip()[:60] or _("Gate"),
        token_sha256=hash_secret(token),
        made_at=now(),
        made_by=by.account,
    )
    audit.record("device.registered", target=("device", device.id), by=by)
    return device, token


def close_device(*, device: Device, by: Principal) -> None:
    """End a device's right to scan: it was lost, sold or stolen."""
    if device.closed_at is None:
        device.closed_at = now()
        device.save(update_fields=["closed_at"])
        audit.record("device.closed", target=("device", device.id), by=by)


def read_moment(fields: Mapping[str, object], name: str) -> datetime:
    """A device's ISO 8601 time with offset, or milliseconds since 1970; Refused("clock_wrong")."""
    value = fields.get(name)
    try:
        if isinstance(value, int) or str(value).isdecimal():
            return datetime.fromtimestamp(int(str(value)) / 1000, UTC)
        moment = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        raise Refused("clock_wrong", _("A scan needs its time.")) from None
    if moment.tzinfo is None:
        raise Refused("clock_wrong", _("A scan needs its time with the offset from UTC."))
    return moment.astimezone(UTC)


def _only_own(organisation: UUID, by: Principal) -> None:
    if organisation != by.organisation and not by.system:
        raise Refused(
            "not_your_place", _("This place belongs to another organisation."), status=403
        )


def _micros(at: datetime) -> int:
    return int((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000)
