"""Pages of the gate: camera, desk with a reader, pictures, kiosk; and what they ask for."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded, wants_json
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.gate import selectors, services
from lachan.gate.services import Scanned
from lachan.gate.sheets import back_to, page_sheets, sheet_html, sheet_of, spoken_of
from lachan.gate.standing import PAGES, at_a_gate
from lachan.venues.models import Venue
from lachan.venues.selectors import count_of
from lachan.venues.services import read_moment

KEEPERS = (Role.GATE_CONTROLLER, Role.PLACE_MANAGER)

#: Ways a page of ours scans, as the ledger names the source; and the page to come back to.
PAGE_OF = {"gate": "camera", "desk": "desk", "kiosk": "kiosk"}
WAYS = frozenset(PAGE_OF)

#: The camera needs the decoder's WebAssembly and shows its own stream.
_CAMERA = {"script-src": ["'self'", "'wasm-unsafe-eval'"], "media-src": ["'self'", "blob:"]}


@csp_update(_CAMERA)
@require_safe
@guarded(*KEEPERS, purpose="gate")
@at_a_gate
def camera(request: SignedInRequest, venue: Venue) -> HttpResponse:
    """The guard's phone: scan with the camera, one by one or in a burst, also without a network."""
    return _page(request, "gate/camera.html", venue, **page_sheets("camera", venue))


@require_POST
@guarded(*KEEPERS, purpose="gate")
def scan(request: SignedInRequest) -> HttpResponse:
    """One scan of a page with a script, now or when the network is back."""
    try:
        given = json.loads(request.body)
        scanned = _scanned(given)
    except (ValueError, AttributeError):
        raise Refused("unreadable", _("This scan cannot be read."), status=400) from None
    venue = _named_gate(request, given)
    way = str(given.get("way", "gate"))
    source = way if way in WAYS else "gate"
    verdict = services.scan(scanned=scanned, venue=venue, source=source, by=request.principal)
    answer = {"id": str(scanned.id), "code": verdict.code, "kind": verdict.kind}
    if way != "kiosk":
        answer |= {
            **spoken_of(verdict, scanned),
            "sheet": sheet_html(verdict, scanned, venue, back_to(PAGE_OF[source], venue)),
        }
    # A kiosk has no guard: it learns whether, and neither who nor why.
    return JsonResponse(answer | {"count": count_of(venue.place_id).scans})


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*KEEPERS, purpose="gate")
@at_a_gate
def desk(request: SignedInRequest, venue: Venue) -> HttpResponse:
    """One field that a reader types into; without a script each answer is a page."""
    sheets = page_sheets("desk", venue)
    text = request.POST.get("text", "").strip()
    if not text:
        return _page(request, "gate/desk.html", venue, **sheets)
    scanned = at_once(request, text)
    try:
        verdict = services.scan(scanned=scanned, venue=venue, source="desk", by=request.principal)
    except Refused as refused:
        return _page(request, "gate/desk.html", venue, answer_refused=refused, **sheets)
    back = f"{back_to('desk', venue)}&direction={scanned.direction}"
    sheet = sheet_of(verdict, scanned, venue, back)
    return _page(request, "gate/desk.html", venue, verdict=sheet, **sheets)


@require_POST
@guarded(*KEEPERS, purpose="gate")
def does_not_fit(request: SignedInRequest) -> HttpResponse:
    """The code was somebody else's: whoever was let in a moment ago is turned away."""
    try:
        scanned = _scanned({**request.POST.dict(), "direction": "in"})
    except ValueError:
        raise Refused("unreadable", _("This scan cannot be read."), status=400) from None
    venue = _named_gate(request, request.POST)
    verdict = services.does_not_fit(
        scanned=scanned, venue=venue, source="gate", by=request.principal
    )
    if not wants_json(request):
        sheet = sheet_of(verdict, scanned, venue, back_to("desk", venue))
        return _page(request, "gate/desk.html", venue, verdict=sheet, **page_sheets("desk", venue))
    page = request.POST.get("page", "")
    back = back_to(page if page in PAGES else "camera", venue)
    told = {"id": str(scanned.id), "code": verdict.code, "kind": verdict.kind}
    sheet_text = sheet_html(verdict, scanned, venue, back)
    return JsonResponse(told | spoken_of(verdict, scanned) | {"sheet": sheet_text})


@csp_update(_CAMERA)
@require_safe
@guarded(*KEEPERS, purpose="gate")
@at_a_gate
def photo(request: SignedInRequest, venue: Venue) -> HttpResponse:
    """Pictures of codes, read on the device; no picture leaves it."""
    return _page(request, "gate/photo.html", venue, **page_sheets("photo", venue))


@csp_update(_CAMERA)
@require_safe
@guarded(*KEEPERS, purpose="gate")
@at_a_gate
def kiosk(request: SignedInRequest, venue: Venue) -> HttpResponse:
    """A gate without staff: the visitor holds the code there and reads one of two words."""
    return _page(request, "gate/kiosk.html", venue)


@require_safe
@guarded(*KEEPERS, purpose="gate")
def choose(request: SignedInRequest) -> HttpResponse:
    """Which gate one stands at; the device remembers it."""
    rows = [(venue, count_of(venue.place_id)) for venue in selectors.gates_of(request.principal)]
    to = request.GET.get("to", "")
    to = to if to in PAGES else "camera"
    context = {"rows": rows, "to": to, "page": reverse(f"gate:{to}")}
    return render(request, "gate/choose.html", context)


def _page(request: SignedInRequest, template: str, venue: Venue, **more: Any) -> HttpResponse:
    direction = "out" if _direction(request) == "out" else "in"
    context = {"direction": direction, **page_context(request, venue), **more}
    return render(request, template, context)


def page_context(request: SignedInRequest, venue: Venue) -> dict[str, Any]:
    """What every page of a gate shows: where it stands, its count, and the gates beside it."""
    gates = [each.code for each in selectors.gates_of(request.principal)]
    return {"venue": venue, "count": count_of(venue.place_id), "gates": gates}


def _named_gate(request: SignedInRequest, given: Mapping[str, Any]) -> Venue:
    """The gate a device says it stands at: a scan is never written under another place."""
    found = selectors.gate_of(request.principal, str(given.get("gate", "")))
    if found is None:
        raise Refused(
            "not_your_gate", _("This gate is closed, or another organisation's."), status=404
        )
    return found


def _direction(request: HttpRequest) -> str:
    return request.POST.get("direction") or request.GET.get("direction", "in")


def _scanned(given: Mapping[str, Any]) -> Scanned:
    return Scanned(
        id=UUID(str(given.get("id"))),
        text=str(given.get("text", "")),
        direction=str(given.get("direction", "")),
        at=read_moment(given, "at"),
        device_at=read_moment(given, "device_at"),
        passed=bool(given.get("passed")),
        offset_ms=_whole(given.get("offset_ms")),
    )


def _whole(given: object) -> int | None:
    return given if isinstance(given, int) and not isinstance(given, bool) else None


def at_once(request: HttpRequest, text: str) -> Scanned:
    """A scan that is made by posting a form."""
    moment: datetime = now()
    try:
        number = UUID(request.POST.get("id", ""))
    except ValueError:
        number = uuid7()
    return Scanned(number, text, _direction(request), moment, moment)
