"""Pages of the gate: the camera, the desk with a reader, and whoever has no code."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from csp.decorators import csp_update
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded, public
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.signing import public_points
from lachan.formats import qr
from lachan.gate import selectors, services
from lachan.gate.forms import GuestForm
from lachan.gate.services import Scanned
from lachan.gate.sheets import offline_sheet, refused_sheet, sheet_html, sheet_of, zone_sheet
from lachan.gate.zones import zone_pack
from lachan.venues.models import Venue
from lachan.venues.selectors import count_of, venues_of
from lachan.venues.services import read_moment

KEEPERS = (Role.GATE_CONTROLLER, Role.PLACE_MANAGER)

#: The camera needs the decoder's WebAssembly and shows its own stream.
_CAMERA = {"script-src": ["'self'", "'wasm-unsafe-eval'"], "media-src": ["'self'", "blob:"]}


@csp_update(_CAMERA)
@require_safe
@guarded(*KEEPERS, purpose="gate")
def camera(request: SignedInRequest) -> HttpResponse:
    """The guard's phone: scan with the camera, also without a network."""
    venue = _gate(request, request.GET.get("gate", ""))
    back = f"{reverse('gate:camera')}?gate={venue.code}"
    sheets = {
        "offline": offline_sheet(back),
        "refused": refused_sheet(back),
        "zoned": zone_sheet(back, venue),
    }
    return _page(request, "gate/camera.html", venue=venue, **sheets)


@require_POST
@guarded(*KEEPERS, purpose="gate")
def scan(request: SignedInRequest) -> HttpResponse:
    """One scan from the camera page, now or when the network is back."""
    try:
        given = json.loads(request.body)
        scanned = _scanned(given)
    except (ValueError, AttributeError):
        raise Refused("unreadable", _("This scan cannot be read."), status=400) from None
    venue = _gate(request, str(given.get("gate", "")))
    verdict = services.scan(scanned=scanned, venue=venue, source="gate", by=request.principal)
    back = f"{reverse('gate:camera')}?gate={venue.code}"
    return JsonResponse(
        {
            "id": str(scanned.id),
            "code": verdict.code,
            "kind": verdict.kind,
            "sheet": sheet_html(verdict, scanned, venue, back),
            "count": count_of(venue.place_id).scans,
        }
    )


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*KEEPERS, purpose="gate")
def desk(request: SignedInRequest) -> HttpResponse:
    """One field that a reader types into; works without a script, and needs the network."""
    text = request.POST.get("text", "").strip()
    if not text:
        return _page(request, "gate/desk.html")
    venue = _gate(request, request.POST.get("gate", ""))
    scanned = _at_once(request, text)
    try:
        verdict = services.scan(scanned=scanned, venue=venue, source="desk", by=request.principal)
    except Refused as refused:
        return _page(request, "gate/desk.html", venue=venue, refused=refused)
    back = f"{reverse('gate:desk')}?gate={venue.code}&direction={scanned.direction}"
    sheet = sheet_of(verdict, scanned, venue, back)
    return _page(request, "gate/desk.html", venue=venue, verdict=sheet)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*KEEPERS, purpose="gate")
def enter(request: SignedInRequest) -> HttpResponse:
    """Enter somebody without a code, and let him pass by the same rule as everybody."""
    venue = _gate(request, request.GET.get("gate", ""))
    form = GuestForm(request.POST or None, initial=_from_card(request.GET.get("text", "")))
    back = f"{reverse('gate:camera')}?gate={venue.code}"
    if request.method != "POST" or not form.is_valid():
        return render(request, "gate/enter.html", {"form": form, "venue": venue, "back": back})
    person = services.enter_person(given=form.cleaned_data, by=request.principal)
    scanned = _at_once(request, "")
    guest = services.guest_entered(person)
    verdict = services.pass_through(
        scanned=scanned, guest=guest, venue=venue, source="gate", by=request.principal
    )
    sheet = sheet_of(verdict, scanned, venue, back)
    return _page(request, "gate/desk.html", venue=venue, verdict=sheet)


@require_safe
@guarded(*KEEPERS, purpose="gate")
def choose(request: SignedInRequest) -> HttpResponse:
    """Which gate one stands at."""
    rows = [(venue, count_of(venue.place_id)) for venue in venues_of(request.principal)]
    return render(request, "gate/choose.html", {"rows": rows, "back": reverse("gate:camera")})


@require_safe
@public("Public keys, with which a gate verifies codes without a network.")
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys and our time, so that a device knows how far its clock is off."""
    points = {str(one): base64.b64encode(point).decode() for one, point in public_points().items()}
    return JsonResponse({"keys": points, "now": now().isoformat()})


@require_safe
@guarded(*KEEPERS, purpose="gate")
def pack(request: SignedInRequest) -> HttpResponse:
    """The zones this gate must know when the network is gone, signed."""
    venue = _gate(request, request.GET.get("gate", ""))
    response = JsonResponse(zone_pack(venue, now()))
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@public("The script that keeps the gate's page open without a network; it holds no data.")
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, served here so that it governs `/gate/` and nothing else."""
    path = finders.find("gate/sw.js")
    assert isinstance(path, str), "gate/sw.js is part of this room"
    with open(path, "rb") as file:
        response = HttpResponse(file.read(), content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/gate/"
    response["Cache-Control"] = "no-cache"
    return response


def _page(
    request: SignedInRequest, template: str, *, venue: Venue | None = None, **more: Any
) -> HttpResponse:
    venue = venue or _gate(request, request.GET.get("gate", ""))
    direction = "out" if _direction(request) == "out" else "in"
    context = {"venue": venue, "count": count_of(venue.place_id), "direction": direction, **more}
    return render(request, template, context)


def _gate(request: SignedInRequest, code: str) -> Venue:
    venue = selectors.gate_of(request.principal, code)
    if venue is None:
        raise Refused(
            "no_gate",
            _("Your organisation has no place with a code yet. Ask its manager to give one."),
            status=404,
        )
    return venue


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
    )


def _at_once(request: HttpRequest, text: str) -> Scanned:
    moment: datetime = now()
    try:
        number = UUID(request.POST.get("id", ""))
    except ValueError:
        number = uuid7()
    return Scanned(number, text, _direction(request), moment, moment)


def _from_card(text: str) -> dict[str, str]:
    """What a card that nobody knows yet already says."""
    found = qr.read(text, this_year=now().year)
    if found.kind not in ("cccd", "bhyt"):
        return {}
    return {
        "full_name": found.fields["name"],
        "birth_year": found.fields["birth"][:4],
        "address": found.fields["address"],
        "document": found.fields["number"],
        "kind": found.kind,
    }
