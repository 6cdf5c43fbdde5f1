"""What happens to a place: it opens, is suspended and lifted, is reminded, closes.

Each is appended with who did it and why; the state on the venue is what they come to.
"""

from datetime import date

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now, today
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.places.selectors import cdc_of, station_of, unit_name
from lachan.venues.known import venues_inside
from lachan.venues.models import State, Turn, Venue

#: A reason that fits on the poster's page.
LONGEST_REASON = 300


def take_turn(
    *,
    venue: Venue,
    what: str,
    by: Principal,
    reason: str = "",
    until: date | None = None,
    rule: str = "",
    office: str = "",
) -> Turn:
    """Append what happened."""
    turn = Turn(
        venue=venue,
        organisation=venue.organisation,
        commune=venue.commune,
        province=venue.province,
        what=what,
        at=now(),
        account=by.account,
        office=office,
        reason=reason,
        until=until,
        rule=rule,
    )
    turn.save(force_insert=True)
    return turn


def approve(*, venue: Venue, by: Principal) -> None:
    """The commune has looked at a place that waited: it opens.  Refused: not_waiting."""
    if venue.state != State.WAITING:
        raise Refused("not_waiting", _("This place does not wait for approval."))
    _move(venue, State.OPEN, Turn.What.OPENED, by)


def suspend(*, venue: Venue, reason: str, by: Principal, until: date | None = None) -> None:
    """Nobody is let in from now on, until the commune lifts it; whoever is inside may leave.

    `until` is the last day, if one is named: it is told to everybody, and ends nothing by itself.
    Refused: reason_missing, until_past, suspended_already.
    """
    text = _reason(reason)
    if until is not None and until < today():
        raise Refused("until_past", _("This day is past. Choose today or a later day."))
    if venue.state == State.SUSPENDED:
        raise Refused("suspended_already", _("This place is suspended already."))
    _move(venue, State.SUSPENDED, Turn.What.SUSPENDED, by, text, until)


def lift(*, venue: Venue, reason: str, by: Principal) -> None:
    """The suspension ends.  Refused: reason_missing, not_suspended."""
    if venue.state != State.SUSPENDED:
        raise Refused("not_suspended", _("This place is not suspended."))
    _move(venue, State.OPEN, Turn.What.LIFTED, by, _reason(reason))


def remind(*, venue: Venue, by: Principal) -> int:
    """The person in charge was called or written to about using the code; how often by now."""
    take_turn(venue=venue, what=Turn.What.REMINDED, by=by, office=office_of(by))
    audit.record("venue.reminded", target=("venue", venue.id), by=by)
    return Turn.objects.filter(venue=venue, what=Turn.What.REMINDED).count()


def close(*, venue: Venue, reason: str, by: Principal) -> None:
    """The place is given up: its code and those of its parts are no longer in use; what was
    recorded stays.  Refused: reason_missing."""
    text = _reason(reason)
    Venue.objects.filter(id__in=venues_inside(venue), closed_at=None).update(closed_at=now())
    venue.closed_at = now()
    office = "" if by.organisation else office_of(by)
    take_turn(venue=venue, what=Turn.What.CLOSED, by=by, reason=text, office=office)
    audit.record("venue.closed", target=("venue", venue.id), by=by)


def office_of(by: Principal) -> str:
    """The office for which somebody acts, as everybody may know it."""
    if by.commune is not None:
        station = station_of(by.commune) if by.has(Role.STATION_OFFICER) else None
        return station.name if station else unit_name(by.commune)
    if by.province is not None:
        centre = cdc_of(by.province)
        return centre.name if centre else unit_name(by.province)
    return by.name


def _move(
    venue: Venue,
    state: State,
    what: Turn.What,
    by: Principal,
    reason: str = "",
    until: date | None = None,
) -> None:
    """A new state for the place and its parts, and the event; only the area's unit may."""
    _only_the_area(venue, by)
    office = office_of(by)
    venue.state, venue.state_since, venue.state_by = state, now(), office
    venue.state_reason, venue.state_until = reason, until
    Venue.objects.filter(id__in=venues_inside(venue)).update(
        state=venue.state,
        state_since=venue.state_since,
        state_by=office,
        state_reason=reason,
        state_until=until,
    )
    take_turn(venue=venue, what=what, by=by, reason=reason, until=until, office=office)
    audit.record(f"venue.{what.value}", target=("venue", venue.id), by=by)


def _only_the_area(venue: Venue, by: Principal) -> None:
    area = by.system or by.national or venue.commune == by.commune or venue.province == by.province
    if not area:
        raise Refused("not_your_area", _("Only the commune or the province does this."), status=403)


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason:
        raise Refused("reason_missing", _("Write the reason: the place reads it."))
    return reason[:LONGEST_REASON]
