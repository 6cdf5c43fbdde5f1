"""Rooms and beds: houses, who sleeps where today or on a day, empty beds."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lachan.core.clock import now, today
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.venues import rolling, room_reading
from lachan.venues.absence_views import back_to
from lachan.venues.market_views import own_place
from lachan.venues.roll_forms import BedsForm

#: So few rooms are shown at once; of more, a house is chosen first.
FEW_ROOMS = 24


@require_safe
@guarded(Role.PLACE_MANAGER, purpose="roll")
def rooms(request: SignedInRequest) -> HttpResponse:
    """Houses with their beds; the rooms of one with who sleeps there, today or on another day."""
    by = request.principal
    houses = room_reading.houses_of(by)
    on = _day(request.GET.get("on", ""))
    chosen = next((h for h in houses if str(h.place.id) == request.GET.get("house", "")), None)
    shown = (
        room_reading.rooms_in(by, chosen.place.id if chosen else None, on)
        if chosen or sum(house.rooms for house in houses) <= FEW_ROOMS
        else []
    )
    only_empty = request.GET.get("show") == "empty"
    context = {
        "houses": houses,
        "house": chosen,
        "rooms": [(room, range(room.empty)) for room in shown if room.empty or not only_empty],
        "on": on,
        "today": today(),
        "is_today": on == today(),
        "only_empty": only_empty,
        "uncounted": sum(room.beds is None for room in shown),
        "beds": sum(house.beds for house in houses),
        "people": sum(house.people for house in houses),
        "empty": sum(house.empty for house in houses),
        "at": now(),
    }
    return render(request, "venues/roll/rooms.html", context)


@require_POST
@guarded(Role.PLACE_MANAGER, purpose="roll")
def beds(request: SignedInRequest, place: UUID) -> HttpResponse:
    """Say how many beds a room has, or every uncounted room of a house."""
    form = BedsForm(request.POST)
    by = request.principal
    where = own_place(by, place)
    if not form.is_valid():
        raise Refused("beds_number", _("A room has between 1 and 200 beds."))
    inside = [room for room in room_reading.rooms_in(by, where.id) if room.place != where]
    rooms = [room.place for room in inside if room.beds is None] if inside else [where]
    for room in rooms:
        rolling.set_beds(room=room, beds=form.cleaned_data["beds"], by=by)
    messages.success(request, _("Written down. What was before stays on record."))
    return redirect(back_to(request, reverse("venues:rooms")))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today()
