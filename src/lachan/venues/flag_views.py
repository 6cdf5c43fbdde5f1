"""Unusual scans of the area: what was found, and one tap for what a human found out."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.ui.pages import page_of
from lachan.venues import flag_access, flagged, services
from lachan.venues.flagged import AskedFlags
from lachan.venues.models import Flag, FlagKind, FlagVerdict

ASKERS = (Role.STATION_OFFICER, Role.TRACER, Role.DIRECTOR)

#: What the list keeps in its address.
KEPT = ("kind", "part", "place", "page")


@require_safe
@guarded(*ASKERS, purpose="flags")
def flags(request: SignedInRequest) -> HttpResponse:
    """What waits for an answer, newest first; `?part=answered` for what was answered."""
    asked = _asked(request.GET)
    page = page_of(flagged.flags_asked(asked), request.GET)
    context = {
        "page": page,
        "rows": flag_access.shown_to(request.principal, page.rows),
        "answers": FlagVerdict.choices,
        "asked": asked,
        "tools": _tools(asked),
        "here": urlencode([(name, request.GET[name]) for name in KEPT if name in request.GET]),
    }
    return render(request, "venues/flags.html", context)


@require_POST
@guarded(*ASKERS, purpose="flags")
def judge(request: SignedInRequest, flag: UUID) -> HttpResponse:
    """What somebody found who asked."""
    row = Flag.objects.filter(id=flag).first()
    if row is None:
        raise Refused("unknown_flag", _("There is no such question in your area."), status=404)
    services.judge(flag=row, verdict=request.POST.get("verdict", ""), by=request.principal)
    messages.success(request, _("Answered. It stays in the list of the answered ones."))
    kept = QueryDict(request.POST.get("here", ""))
    query = urlencode([(name, kept[name]) for name in KEPT if name in kept])
    return redirect(f"{reverse('venues:flags')}{'?' if query else ''}{query}")


def _asked(query: QueryDict) -> AskedFlags:
    kind = query.get("kind", "")
    return AskedFlags(
        kind=kind if kind in FlagKind.values else "",
        answered=query.get("part") == "answered",
        place=_uuid(query.get("place", "")),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _tools(asked: AskedFlags) -> dict[str, Any]:
    """Waiting or answered, and each kind of which something waits."""
    waiting = flagged.kinds_open()
    levels = [
        {
            "label": _("Waiting"),
            "count": sum(waiting.values()),
            "href": _address(asked, answered=False),
            "on": not asked.answered,
        },
        {
            "label": _("Answered"),
            "count": None,
            "href": _address(asked, answered=True),
            "on": asked.answered,
        },
    ]
    kinds = [
        {
            "label": f"{kind.label} {waiting[kind]}" if kind in waiting else str(kind.label),
            "href": _address(asked, kind="" if asked.kind == kind else kind.value),
            "on": asked.kind == kind,
        }
        for kind in FlagKind
        if kind in waiting or asked.kind == kind
    ]
    return {"levels": levels, "filters": kinds}


def _address(asked: AskedFlags, **changed: object) -> str:
    told = {"kind": asked.kind, "answered": asked.answered, "place": asked.place} | changed
    named: dict[str, str] = {
        "part": "answered" if told["answered"] else "",
        "kind": str(told["kind"]),
        "place": str(told["place"] or ""),
    }
    return "?" + urlencode({name: value for name, value in named.items() if value})
