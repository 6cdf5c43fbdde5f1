"""Pages of venues: a poster's page for citizens; numbers, poster and devices for managers."""

from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.formats.placecode import shown_place_code
from lachan.people.selectors import PersonCard, cards_of, represented_by, trace_ids_of
from lachan.places.models import Place
from lachan.places.selectors import unit_label
from lachan.venues import poster, selectors, services
from lachan.venues.models import Device, Venue


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Role.CITIZEN, purpose="check_in")
def check_in(request: SignedInRequest, code: str) -> HttpResponse:
    """A citizen scanned the poster: who of my people, in or out."""
    venue = _venue_of_code(code)
    people = _my_people(request.principal)
    context = {"venue": venue, "where": unit_label(venue.place.commune), "people": people}
    if request.method != "POST":
        return render(request, "venues/check_in.html", {**context, "id": uuid7()})
    chosen = [card for card in people if str(card.person) in request.POST.getlist("person")]
    direction = request.POST.get("direction", "")
    if not chosen or direction not in ("in", "out"):
        missing = _("Choose who, then In or Out.")
        again = {**context, "id": uuid7(), "missing": missing}
        return render(request, "venues/check_in.html", again, status=422)
    _record(venue, chosen, direction, request)
    done = {**context, "chosen": chosen, "direction": direction, "at": now()}
    return render(request, "venues/checked.html", done)


@require_safe
@guarded(Role.CITIZEN, purpose="check_in")
def type_code(request: SignedInRequest) -> HttpResponse:
    """For somebody whose camera does not read the poster: type what stands under the code."""
    text = request.GET.get("code", "").strip()
    if not text:
        return render(request, "venues/type_code.html", {})
    return redirect("venues:check_in", code=_venue_of_code(text).code)


@require_safe
@guarded(Role.PLACE_MANAGER, purpose="places")
def venues(request: SignedInRequest) -> HttpResponse:
    """A manager's places: today's numbers, and those that have no code yet."""
    rows = [(venue, selectors.count_of(venue.place_id)) for venue in _own(request.principal)]
    without = selectors.places_without_code(request.principal)
    return render(request, "venues/venues.html", {"rows": rows, "without": without, "at": now()})


@require_POST
@guarded(Role.PLACE_MANAGER, purpose="places")
def give_code(request: SignedInRequest, place: UUID) -> HttpResponse:
    """Give a place its code."""
    found = Place.objects.filter(id=place, closed_at=None).first()
    if found is None:
        raise Refused("unknown_place", _("There is no such place."), status=404)
    venue = services.open_venue(place=found, by=request.principal)
    return redirect("venues:venue", venue=venue.id)


@require_safe
@guarded(Role.PLACE_MANAGER, purpose="places")
def venue(request: SignedInRequest, venue: UUID) -> HttpResponse:
    """One place: head-count, passages without persons, poster, devices."""
    return _venue_page(request, _own_venue(request.principal, venue))


@require_safe
@guarded(Role.PLACE_MANAGER, purpose="places")
def poster_pdf(request: SignedInRequest, venue: UUID) -> HttpResponse:
    """The poster, to print."""
    own = _own_venue(request.principal, venue)
    address = request.build_absolute_uri(reverse("venues:check_in", args=[own.code]))
    pdf = poster.poster(
        name=own.place.name,
        where=unit_label(own.place.commune),
        code=own.code,
        address=address,
    )
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="lachan-{own.code}.pdf"'
    return response


@require_POST
@guarded(Role.PLACE_MANAGER, purpose="places")
def add_device(request: SignedInRequest, venue: UUID) -> HttpResponse:
    """Register a device; its token is shown on this one answer."""
    own = _own_venue(request.principal, venue)
    label = request.POST.get("label", "")
    _device, token = services.register_device(venue=own, label=label, by=request.principal)
    return _venue_page(request, own, token=token)


@require_POST
@guarded(Role.PLACE_MANAGER, purpose="places")
def close_device(request: SignedInRequest, device: UUID) -> HttpResponse:
    """A device was lost: it may not scan any more."""
    by = request.principal
    found = Device.objects.filter(id=device).first()
    if found is None:
        raise Refused("unknown_device", _("There is no such device."), status=404)
    services.close_device(device=found, by=by)
    messages.success(request, _("The device may not scan any more."))
    return redirect("venues:venue", venue=found.venue_id)


def _venue_page(request: HttpRequest, venue: Venue, *, token: str = "") -> HttpResponse:
    context = {
        "venue": venue,
        "where": unit_label(venue.place.commune),
        "shown": shown_place_code(venue.code),
        "count": selectors.count_of(venue.place_id),
        "history": selectors.history_of(venue.place_id),
        "devices": selectors.devices_of(venue),
        "token": token,
        "at": now(),
    }
    return render(request, "venues/venue.html", context)


def _venue_of_code(code: str) -> Venue:
    found = selectors.venue_of_code(code)
    if found is None:
        raise Refused(
            "unknown_place",
            _("There is no open place with this code. Read the poster again."),
            status=404,
        )
    return found


def _own(by: Principal) -> list[Venue]:
    return list(selectors.venues_of(by))


def _own_venue(by: Principal, venue: UUID) -> Venue:
    found = selectors.venues_of(by).filter(id=venue).first()
    if found is None:
        raise Refused("unknown_place", _("There is no such place."), status=404)
    return found


def _my_people(by: Principal) -> list[PersonCard]:
    """Oneself first, then those one speaks for."""
    if by.person is None:
        return []
    others = [row.person_id for row in represented_by(by.person)]
    cards = cards_of([by.person, *others])
    return [cards[one] for one in (by.person, *others) if one in cards]


def _record(
    venue: Venue, people: list[PersonCard], direction: str, request: SignedInRequest
) -> None:
    traces = trace_ids_of([card.person for card in people])
    moment = now()
    for card in people:
        try:
            services.record_scan(
                id=_number(request.POST.get("id", ""), card.person, direction),
                venue=venue,
                trace_id=traces[card.person],
                direction=direction,
                at=moment,
                device_at=moment,
                source="person",
                by=request.principal,
            )
        except Refused as refused:
            # Pressed twice: the first press is the visit, with its own minute.
            if refused.code != "different_content":
                raise


def _number(form: str, person: UUID, direction: str) -> UUID:
    """One number for a form, a person and a way: the form sent twice is one visit."""
    try:
        return uuid5(UUID(form), f"{person} {direction}")
    except ValueError:
        return uuid7()
