"""Carried files: written on a gate's device without a network, given in wherever there is one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from lachan.core.carried import MOST_BYTES
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.gate import carried, selectors
from lachan.gate.words import reason_of

#: Files given in at once; a station with more comes again.
MOST_FILES = 20


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Role.GATE_CONTROLLER, Role.PLACE_MANAGER, Role.STATION_OFFICER, purpose="carry_scans")
def carry(request: SignedInRequest) -> HttpResponse:
    """Give files in, several at once; and, on a gate's own device, write one."""
    files = request.FILES.getlist("file")[:MOST_FILES] if request.method == "POST" else []
    venue = selectors.gate_of(request.principal, request.GET.get("gate", ""))
    context = {
        "venue": venue,
        "station": request.principal.has(Role.STATION_OFFICER),
        "done": [_told(request, file) for file in files],
        "missing": request.method == "POST" and not files,
    }
    page = "gate/carry.html" if venue else "gate/carry_desk.html"
    return render(request, page, context)


def _told(request: SignedInRequest, file: Any) -> dict[str, Any]:
    """One file's line.  A file that is refused costs the others nothing."""
    try:
        with scoped(request.principal, "carry_scans"):
            made = carried.take_in(
                name=file.name, text=file.read(MOST_BYTES + 1), by=request.principal
            )
    except Refused as refused:
        return {"name": file.name, "sentence": refused.message}
    reasons = [(reason_of(code), n) for code, n in sorted(made.refused.items())]
    return {"name": file.name, "made": made, "reasons": reasons}
