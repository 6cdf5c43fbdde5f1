"""What the installed gate page needs from us: keys, the pack, a token of its own, its own files."""

import base64
import json
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lachan.core.carrying import carrying_point
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded, public
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.signing import public_points
from lachan.gate import packs, selectors
from lachan.ui import wording
from lachan.ui.workers import service_worker
from lachan.venues.models import Venue
from lachan.venues.services import register_device

KEEPERS = (Role.GATE_CONTROLLER, Role.PLACE_MANAGER)


@require_safe
@public("Public keys, with which a gate verifies codes without a network.")
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys and our time, so that a device knows how far its clock is off.

    `keys` verify codes and packs; to `carry` a device seals the file it writes.
    """
    points = {str(one): base64.b64encode(point).decode() for one, point in public_points().items()}
    carry = base64.b64encode(carrying_point()).decode()
    return JsonResponse({"keys": points, "carry": carry, "now": now().isoformat()})


@require_safe
@guarded(*KEEPERS, purpose="gate")
def pack(request: SignedInRequest) -> HttpResponse:
    """What this gate judges by when the network is gone, signed.

    A device that names the `state` and `made` of its own is told 204 while nothing changed.
    """
    venue = _gate(request, request.GET.get("gate", ""))
    moment = now()
    made = request.GET.get("made", "")
    young = made.isdecimal() and moment - datetime.fromtimestamp(int(made), UTC) < packs.RENEWED
    if young and request.GET.get("state") == packs.state_of(venue, moment):
        return HttpResponse(status=204)
    response = JsonResponse(packs.gate_pack(venue, moment))
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@guarded(*KEEPERS, purpose="gate")
def enrol(request: SignedInRequest) -> HttpResponse:
    """A token of its own for this device at this gate: it uploads when no session is left.

    The manager of the place sees it among the devices, by who enrolled it, and may close it.
    """
    try:
        given = json.loads(request.body)
        venue = _gate(request, str(given.get("gate", "")))
    except (ValueError, AttributeError):
        raise Refused("unreadable", _("This scan cannot be read."), status=400) from None
    label = _("Gate page: %(name)s, %(at)s") % {
        "name": request.principal.name,
        "at": wording.clock(now()),
    }
    device, token = register_device(venue=venue, label=label, by=request.principal)
    return JsonResponse({"device": str(device.id), "token": token, "gate": venue.code})


@require_safe
@public("The name and icons of the installed page; it holds no data.")
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the gate's page among its programs."""
    icons = [
        {"src": static(f"gate/icon-{side}.png"), "sizes": f"{side}x{side}", "type": "image/png"}
        for side in (192, 512)
    ]
    told = {
        "id": reverse("gate:camera"),
        "name": _("Lá Chắn: gate"),
        "short_name": _("Gate"),
        "lang": get_language() or "vi",
        "start_url": reverse("gate:camera"),
        "scope": "/gate/",
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#15191d",
        "theme_color": "#15191d",
        "icons": [*icons, {**icons[-1], "purpose": "maskable"}],
    }
    return JsonResponse(told, content_type="application/manifest+json")


@require_safe
@public("The script that keeps the gate's page open without a network; it holds no data.")
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, served here so that it governs `/gate/` and nothing else."""
    return service_worker("gate/sw.js", scope="/gate/")


def _gate(request: SignedInRequest, code: str) -> Venue:
    venue = selectors.gate_of(request.principal, code)
    if venue is None:
        raise Refused(
            "no_gate",
            _("Your organisation has no place with a code yet. Ask its manager to give one."),
            status=404,
        )
    return venue
