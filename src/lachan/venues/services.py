"""Writing: a venue gets its code, a device its token, and every scan its row, once."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.credentials.secrets import hash_secret, new_device_token
from lachan.formats.placecode import new_place_code
from lachan.places.models import Place
from lachan.venues.models import MINUTES_BY_KIND, USUAL_MINUTES, Device, Direction, Venue
from lachan.venues.recording import COLUMNS as COLUMNS
from lachan.venues.recording import Entry as Entry
from lachan.venues.recording import Recorded as Recorded
from lachan.venues.recording import append as append
from lachan.venues.recording import check_clock as check_clock
from lachan.venues.recording import different_content as different_content
from lachan.venues.telling import take_back_visit as take_back_visit
from lachan.venues.telling import tell_visit as tell_visit

#: 31**7 codes: a second clash in a row does not happen before the register has billions.
_TRIES = 5


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
