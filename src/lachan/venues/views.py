"""Pages of a poster: a citizen scanned it, or types what stands under it."""

from uuid import UUID, uuid5

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.people.selectors import PersonCard, cards_of, represented_by, trace_ids_of
from lachan.places.selectors import unit_label
from lachan.venues import selectors, services
from lachan.venues.models import Venue


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Role.CITIZEN, purpose="check_in")
def check_in(request: SignedInRequest, code: str) -> HttpResponse:
    """A citizen scanned the poster: who of my people, in or out."""
    venue = _venue_of_code(code)
    people = _my_people(request.principal)
    shut = selectors.at_the_door(venue.place)
    context = {
        "venue": venue,
        "where": unit_label(venue.place.commune),
        "people": people,
        "shut": selectors.said(shut) if shut else "",
    }
    if request.method != "POST":
        return render(request, "venues/check_in.html", {**context, "id": uuid7()})
    chosen = [card for card in people if str(card.person) in request.POST.getlist("person")]
    direction = request.POST.get("direction", "")
    if not chosen or direction not in ("in", "out"):
        missing = _("Choose who, then In or Out.")
        again = {**context, "id": uuid7(), "missing": missing}
        return render(request, "venues/check_in.html", again, status=422)
    if shut is not None and direction == "in":
        again = {**context, "id": uuid7(), "missing": context["shut"]}
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


def _venue_of_code(code: str) -> Venue:
    found = selectors.venue_of_code(code)
    if found is None:
        raise Refused(
            "unknown_place",
            _("There is no open place with this code. Read the poster again."),
            status=404,
        )
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
