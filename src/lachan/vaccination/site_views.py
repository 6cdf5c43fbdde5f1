"""What the installed page of a vaccination site needs: the page, keys, pack, a token, its files."""

import base64
import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core import looks
from lachan.core.carried import MOST_BYTES
from lachan.core.carrying import carrying_point
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded, public
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.core.signing import public_points
from lachan.ui import wording
from lachan.ui.policy import scan_page
from lachan.ui.workers import service_worker
from lachan.vaccination import site_bars, site_devices, site_pack, site_sessions
from lachan.vaccination.site_carried import SITES
from lachan.vaccination.site_words import why_refused

#: Side lengths of the icon, which every installed page of ours shares.
_ICON = "ui/mark.svg"
#: Files given in at once.
MOST_FILES = 20


@require_safe
@scan_page
@guarded(Role.VACCINATOR, purpose="vaccination")
def site(request: SignedInRequest, session: UUID) -> HttpResponse:
    """The four stations of a session."""
    found = site_sessions.own_session(session, request.principal)
    context = {"session": found, "by": request.principal.name}
    return render(request, "vaccination/site.html", context)


@require_safe
@guarded(Role.VACCINATOR, purpose="vaccination")
def pack(request: SignedInRequest, session: UUID) -> HttpResponse:
    """What a device knows when the network is gone; a look at everybody of the list."""
    with scoped(request.principal, "vaccination") as by:
        found = site_sessions.own_session(session, by)
        people = site_pack.listed(found, 1)
        looks.record_many(persons=people, what="vaccination_list", by=by)
        response = JsonResponse(site_pack.pack_of(found))
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@guarded(Role.VACCINATOR, purpose="vaccination")
def pack_page(request: SignedInRequest, session: UUID, page: int) -> HttpResponse:
    """A further page of a list that is longer than one pack holds."""
    with scoped(request.principal, "vaccination") as by:
        found = site_sessions.own_session(session, by)
        people = site_pack.listed(found, page)
        looks.record_many(persons=people, what="vaccination_list", by=by)
        response = JsonResponse(site_pack.page_of(found, page))
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@guarded(Role.VACCINATOR, purpose="vaccination")
def bars(request: SignedInRequest, session: UUID) -> HttpResponse:
    """Which lots are barred, and whether the session was stopped: asked every few seconds."""
    found = site_sessions.own_session(session, request.principal)
    response = JsonResponse(site_bars.bars_of(found))
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@public("Public keys, with which a device verifies codes and packs without a network.")
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys and our time; to `carry` a device seals the file it writes."""
    points = {str(one): base64.b64encode(point).decode() for one, point in public_points().items()}
    carry = base64.b64encode(carrying_point()).decode()
    return JsonResponse({"keys": points, "carry": carry, "now": now().isoformat()})


@require_POST
@guarded(Role.VACCINATOR, purpose="vaccination")
def enrol(request: SignedInRequest) -> HttpResponse:
    """A token of its own for this device: it uploads when no session is left."""
    label = _("Site: %(name)s, %(at)s") % {
        "name": request.principal.name,
        "at": wording.clock(now()),
    }
    device, token = site_devices.enrol_device(label=label, by=request.principal)
    return JsonResponse({"device": str(device.id), "token": token})


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Role.VACCINATOR, Role.STATION_OFFICER, purpose="vaccination")
def carry(request: SignedInRequest) -> HttpResponse:
    """Give files in, several at once; and, on a site's own device, write one."""
    files = request.FILES.getlist("file")[:MOST_FILES] if request.method == "POST" else []
    context = {
        "done": [_told(request, file) for file in files],
        "missing": request.method == "POST" and not files,
    }
    return render(request, "vaccination/site_carry.html", context)


def _told(request: SignedInRequest, file: Any) -> dict[str, Any]:
    """One file's line.  A file that is refused costs the others nothing."""
    try:
        with scoped(request.principal, "vaccination") as by:
            made = SITES.take_in(name=file.name, text=file.read(MOST_BYTES + 1), by=by)
    except Refused as refused:
        return {"name": file.name, "sentence": refused.message}
    reasons = [(why_refused(code), n) for code, n in sorted(made.refused.items())]
    return {"name": file.name, "made": made, "reasons": reasons}


@require_safe
@public("The name and icon of the installed page; it holds no data.")
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the site's page among its programs."""
    start = reverse("vaccination:sessions")
    told = {
        "id": start,
        "name": _("Lá Chắn: vaccination site"),
        "short_name": _("Vaccination"),
        "lang": get_language() or "vi",
        "start_url": start,
        "scope": "/vaccination/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#15191d",
        "icons": [{"src": static(_ICON), "sizes": "any", "type": "image/svg+xml"}],
    }
    return HttpResponse(json.dumps(told), content_type="application/manifest+json")


@require_safe
@public("The script that keeps the site's page open without a network; it holds no data.")
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, served here so that it governs `/vaccination/site/` and nothing else."""
    return service_worker("vaccination/site-sw.js", scope="/vaccination/site/")
