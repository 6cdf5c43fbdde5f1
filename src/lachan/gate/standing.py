"""At which gate of its organisation a device stands: told once, remembered by the device."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from lachan.core.guard import SignedInRequest
from lachan.core.refusals import Refused
from lachan.gate import selectors
from lachan.venues.models import Venue

#: The device remembers its gate by this cookie: it holds a place's code, which hangs on its wall.
COOKIE = "lachan_gate"
#: A year, in seconds; a gate does not walk.
REMEMBERED = 365 * 86_400

#: Pages one can come to from the list of gates.
PAGES = ("camera", "desk", "photo", "kiosk")

GateView = Callable[[SignedInRequest, Venue], HttpResponse]


def at_a_gate(view: GateView) -> Callable[[SignedInRequest], HttpResponse]:
    """Hand the view its gate; where there are several and none was chosen, ask which.

    A scan is written under the gate's place, so nothing is guessed.
    """

    @wraps(view)
    def inner(request: SignedInRequest) -> HttpResponse:
        venue = gate_here(request)
        if venue is None:
            page = (request.resolver_match.url_name or "") if request.resolver_match else ""
            asked = {"to": page} if page in PAGES else {}
            return redirect(f"{reverse('gate:choose')}?{urlencode(asked)}")
        response = view(request, venue)
        _remember(request, response, venue)
        return response

    return inner


def gate_here(request: SignedInRequest) -> Venue | None:
    """The gate that the address, the form or the device names; the only one where there is one.

    None: there are several and none was named.  Refused: no_gate.
    """
    own = selectors.gates_of(request.principal)
    if not own:
        raise Refused(
            "no_gate",
            _("Your organisation has no place with a code yet. Ask its manager to give one."),
            status=404,
        )
    named = [request.GET.get("gate"), request.POST.get("gate"), request.COOKIES.get(COOKIE)]
    for code in named:
        found = next((venue for venue in own if venue.code == code), None)
        if found is not None:
            return found
    return own[0] if len(own) == 1 else None


def _remember(request: HttpRequest, response: HttpResponse, venue: Venue) -> None:
    if request.COOKIES.get(COOKIE) != venue.code:
        response.set_cookie(
            COOKIE,
            venue.code,
            max_age=REMEMBERED,
            path="/gate/",
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
