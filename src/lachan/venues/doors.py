"""What the door must say before anybody is judged: the place is full, suspended, not open yet."""

from datetime import datetime
from uuid import UUID

from django.db import connections
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.places.models import Place
from lachan.rulebook.selectors import places_rule, render
from lachan.rulebook.shape import Decision
from lachan.venues.models import State, Venue


def inside_now(place: UUID, at: datetime | None = None) -> int:
    """How many are in a place and its parts; 0 for a place that is nobody's business here.

    Whoever scanned out, scanned in elsewhere, stayed longer than the place's minutes or past its
    closing hour is not counted.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute("select venues_inside(%s, %s)", [place, at or now()])
        row = cursor.fetchone()
    return int(row[0] or 0) if row else 0


def room_left(place: UUID) -> int | None:
    """How many more a place takes; None where it named no capacity.  A gate has its whole's."""
    venue = _stands_for(place)
    if venue is None or venue.capacity is None:
        return None
    return max(0, venue.capacity - inside_now(venue.place_id))


def at_the_door(place: Place) -> Decision | None:
    """Why nobody is let in just now, by the rule of the place's province; None when people are.

    Outcomes: `full` asks people to wait, `suspended` and `waits` let nobody in.  Leaving is never
    refused: the gate asks this for the way in alone.
    """
    venue = _stands_for(place.id)
    if venue is None:
        return None
    return _shut(venue) or _full(venue)


def said(decision: Decision) -> str:
    """The sentence of such a decision in the reader's language."""
    return render(decision, (get_language() or "vi")[:2])


def refuse_shut(venue: Venue, at: datetime) -> None:
    """Refuse a way in at a place that waits or is suspended; what happened before it was is kept.

    Refused: place_waiting, place_suspended.
    """
    if venue.state == State.WAITING:
        raise Refused(
            "place_waiting",
            _("This place is not open yet: the commune is looking at it. Ask its manager."),
        )
    suspended = venue.state == State.SUSPENDED
    if suspended and (venue.state_since is None or at >= venue.state_since):
        decision = _shut(venue)
        assert decision is not None
        raise Refused("place_suspended", said(decision))


def _shut(venue: Venue) -> Decision | None:
    if venue.state == State.OPEN:
        return None
    rule = places_rule(now(), province=venue.province)
    if venue.state == State.WAITING:
        return rule.says("waits")
    return rule.says("suspended", office=venue.state_by)


def _full(venue: Venue) -> Decision | None:
    """Everybody may know that a place is full; how many are inside only whoever runs it."""
    if venue.capacity is None:
        return None
    with connections["default"].cursor() as cursor:
        cursor.execute("select venues_full(%s)", [venue.place_id])
        row = cursor.fetchone()
    if row is None or not row[0]:
        return None
    return places_rule(now(), province=venue.province).says("full", capacity=venue.capacity)


def _stands_for(place: UUID) -> Venue | None:
    """The venue of a place; for a gate that of what it leads into."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "with recursive up as (select id, parent_id, kind from places_place where id = %s"
            " union all select p.id, p.parent_id, p.kind from places_place p"
            " join up on p.id = up.parent_id and up.kind = 'gate')"
            " select id from up where kind <> 'gate' limit 1",
            [place],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    return Venue.objects.filter(place=row[0], closed_at=None).first()
