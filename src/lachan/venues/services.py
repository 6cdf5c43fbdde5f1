"""Writing: a venue gets its code, a device its token, and every scan its row, once."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.credentials.secrets import hash_secret, new_device_token
from lachan.places.models import Place
from lachan.places.services import add_parts
from lachan.rulebook.selectors import places_rule
from lachan.venues.asking import note_request as note_request
from lachan.venues.coding import give_code
from lachan.venues.doors import refuse_shut
from lachan.venues.flagging import ask_about_declaring as ask_about_declaring
from lachan.venues.flagging import counters_seen as counters_seen
from lachan.venues.flagging import find_flags as find_flags
from lachan.venues.flagging import flag as flag
from lachan.venues.flagging import judge as judge
from lachan.venues.models import Device, Direction, State, Venue
from lachan.venues.names import every_name
from lachan.venues.posts import close_device as close_device
from lachan.venues.posts import end_post as end_post
from lachan.venues.posts import invite_guards as invite_guards
from lachan.venues.recording import COLUMNS as COLUMNS
from lachan.venues.recording import Entry as Entry
from lachan.venues.recording import Recorded as Recorded
from lachan.venues.recording import append as append
from lachan.venues.recording import check_clock as check_clock
from lachan.venues.recording import different_content as different_content
from lachan.venues.recording import keep_for_review as keep_for_review
from lachan.venues.registering import NewPlace as NewPlace
from lachan.venues.registering import check as check
from lachan.venues.registering import known_sentence as known_sentence
from lachan.venues.registering import likely, must_wait
from lachan.venues.registering import name_keeper as name_keeper
from lachan.venues.registering import register as register
from lachan.venues.telling import take_back_visit as take_back_visit
from lachan.venues.telling import tell_visit as tell_visit
from lachan.venues.ticketing import use_ticket as use_ticket
from lachan.venues.trades import OF_KIND
from lachan.venues.turns import approve as approve
from lachan.venues.turns import close as close
from lachan.venues.turns import lift as lift
from lachan.venues.turns import remind as remind
from lachan.venues.turns import suspend as suspend


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
    counter: int | None = None,
    offset_ms: int | None = None,
    offline: bool = False,
) -> Recorded:
    """Append a scan, or give the first answer again when the same one comes twice.

    `counter`, `offset_ms` and `offline` are what the device says of itself, as in `Entry`.

    Refused: clock_wrong, place_closed, place_waiting, place_suspended, unknown_direction,
    different_content (409).
    """
    if venue.closed_at is not None:
        raise Refused("place_closed", _("This place is closed: its code is no longer in use."))
    if direction == Direction.IN and not offline:
        refuse_shut(venue, at)
    if direction not in Direction.values:
        raise Refused("unknown_direction", _("Choose In or Out."))
    check_clock(at)
    authority = "person" if source == "person" else f"account:{by.account}"
    entry = Entry(
        *(id, venue.place_id, trace_id, direction, at, device_at, source, authority),
        commune=venue.place.commune,
        province=venue.place.province,
        counter=counter,
        offset_ms=offset_ms,
        offline=offline,
    )
    return append(entry)


def open_venue(*, place: Place, by: Principal, phone: str = "") -> Venue:
    """Give a place its code, so that it can be scanned; a place that has one keeps it.

    A part is as open as its whole.  An outermost place waits where the rulebook has the commune
    look at its kind first, unless its body runs an open place already.  Refused: not_your_place.
    """
    _only_own(place.organisation_id, by)
    found = Venue.objects.filter(place=place).first()
    if found is not None:
        return found
    whole = Venue.objects.filter(place=place.parent_id, closed_at=None).first()
    venue = give_code(
        place=place,
        state=whole.state if whole else _first_state(place, by),
        state_by=whole.state_by if whole else "",
        state_reason=whole.state_reason if whole else "",
        state_until=whole.state_until if whole else None,
        plate=whole.plate if whole else "",
        trade=OF_KIND.get(place.kind, "") if place.parent_id is None else "",
        phone=phone or (whole.phone if whole else ""),
    )
    audit.record("venue.opened", target=("venue", venue.id), by=by)
    return venue


def _first_state(place: Place, by: Principal) -> str:
    if by.system or place.parent_id is not None:
        return State.OPEN
    runs = Venue.objects.filter(
        organisation=place.organisation_id, closed_at=None, state=State.OPEN
    )
    rule = places_rule(now(), province=place.province)
    waits = must_wait(rule, kind=place.kind) and not runs.exists()
    return State.WAITING if waits else State.OPEN


def set_up(*, venue: Venue, by: Principal, **told: Any) -> None:
    """What the place says of itself changes: capacity, expected, closes_at, plate, phone.

    Refused: not_your_place, number_unlikely.
    """
    _only_own(venue.organisation, by)
    likely(told.get("capacity"), told.get("expected"))
    for name, value in told.items():
        setattr(venue, name, value)
    venue.save(update_fields=list(told))
    audit.record("venue.set_up", target=("venue", venue.id), by=by, detail={"of": sorted(told)})


def add_coded_parts(
    *, whole: Venue, kind: str, names: str, by: Principal
) -> tuple[list[Venue], list[tuple[str, Refused]]]:
    """Many parts at once, each with its code: those made, and the names refused.

    `names`: a line a part, or a row of them: "Dãy A..H", "Phòng 101-120".  Refused: not_your_place,
    too_many_parts.
    """
    _only_own(whole.organisation, by)
    made, refused = add_parts(
        parent=whole.place, kind=kind, names="\n".join(every_name(names)), by=by
    )
    return [open_venue(place=place, by=by) for place in made], refused


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
