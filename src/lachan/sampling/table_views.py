"""What the installed page of the sampling table needs: keys, pack, a token, its own files."""

import base64
import json

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
from lachan.core.scope import scoped
from lachan.core.signing import public_points
from lachan.sampling import access, table_devices, table_reading
from lachan.ui import wording
from lachan.ui.workers import service_worker

#: Side lengths of the icon, which every installed page of ours shares.
_ICON = "ui/mark.svg"


@require_safe
@public("Public keys, with which a table verifies codes without a network.")
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys and our time, so that a device knows how far its clock is off.

    `keys` verify codes; to `carry` a device seals the file it writes.
    """
    points = {str(one): base64.b64encode(point).decode() for one, point in public_points().items()}
    carry = base64.b64encode(carrying_point()).decode()
    return JsonResponse({"keys": points, "carry": carry, "now": now().isoformat()})


@require_safe
@guarded(Role.SAMPLER, purpose="sampling")
def pack(request: SignedInRequest) -> HttpResponse:
    """What a device of this unit warns by when the network is gone."""
    if request.principal.organisation is None:
        raise Refused("no_unit", _("Sign in for the unit that takes the samples."))
    response = JsonResponse(table_reading.pack_of(request.principal.organisation))
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@guarded(Role.SAMPLER, purpose="sampling")
def who(request: SignedInRequest) -> HttpResponse:
    """The name of whoever has just shown a telephone's code at the table; a look at him.

    Only a code that we signed and that has not expired: an identity number, which anybody could
    type, opens no name here.
    """
    with scoped(request.principal, "sampling") as by:
        card = access.shown_at_table(by, _code_in(request))
    told = {"name": card.name, "year": str(card.birth_year or "")} if card else {}
    response = JsonResponse(told)
    response["Cache-Control"] = "no-store"
    return response


def _code_in(request: HttpRequest) -> str:
    try:
        given = json.loads(request.body)
    except ValueError:
        return ""
    return str(given.get("code", "")) if isinstance(given, dict) else ""


@require_POST
@guarded(Role.SAMPLER, purpose="sampling")
def enrol(request: SignedInRequest) -> HttpResponse:
    """A token of its own for this device: it uploads when no session is left."""
    label = _("Table: %(name)s, %(at)s") % {
        "name": request.principal.name,
        "at": wording.clock(now()),
    }
    device, token = table_devices.enrol_device(label=label, by=request.principal)
    return JsonResponse({"device": str(device.id), "token": token})


@require_safe
@public("The name and icon of the installed page; it holds no data.")
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the table's page among its programs."""
    start = reverse("sampling:table")
    told = {
        "id": start,
        "name": _("Lá Chắn: sampling table"),
        "short_name": _("Samples"),
        "lang": get_language() or "vi",
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#15191d",
        "icons": [{"src": static(_ICON), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(told, content_type="application/manifest+json")


@require_safe
@public("The script that keeps the table's page open without a network; it holds no data.")
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, served here so that it governs `/sampling/` and nothing else."""
    return service_worker("sampling/sw.js", scope=reverse("sampling:table"))
