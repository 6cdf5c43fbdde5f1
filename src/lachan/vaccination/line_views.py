"""The line of a session for its devices, and the screen outside: numbers, never names."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded, public
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import reference_reading, scoped
from lachan.vaccination import line_calling, line_numbers, line_reading, site_sessions, site_words
from lachan.vaccination.line_reading import Station
from lachan.vaccination.line_rules import line_rule
from lachan.vaccination.models import LineTicket, Session
from lachan.vaccination.site_desk_views import DESK

#: A link of a screen is valid for nothing else.
_SALT = "vaccination.screen"
#: Milliseconds between two questions of the screen outside.
SCREEN_ASKS = 4000


@require_POST
@guarded(Role.VACCINATOR, purpose="vaccination")
def letter(request: SignedInRequest, session: UUID) -> HttpResponse:
    """The letter before the numbers of this device."""
    with scoped(request.principal, "vaccination") as by:
        found = site_sessions.own_session(session, by)
        told = _body(request)
        made = line_numbers.letter_of(found, _device(told.get("device")), by=by)
    return JsonResponse({"letter": made})


@require_safe
@guarded(Role.VACCINATOR, purpose="vaccination")
def line(request: SignedInRequest, session: UUID) -> HttpResponse:
    """Who waits where, by number: asked every few seconds."""
    with scoped(request.principal, "vaccination") as by:
        found = site_sessions.own_session(session, by)
        response = JsonResponse(line_reading.line_of(found))
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@guarded(Role.VACCINATOR, purpose="vaccination")
def call(request: SignedInRequest, session: UUID) -> HttpResponse:
    """`next`, a number `again`, or a number that `missed`, at a table of a station."""
    with scoped(request.principal, "vaccination") as by:
        found = site_sessions.own_session(session, by)
        row = _called(_body(request), found, by)
    return JsonResponse({"label": row.label if row else ""})


def _called(told: dict[str, Any], session: Session, by: Any) -> LineTicket | None:
    table = told.get("table")
    where = {
        "session": session,
        "station": str(told.get("station", "")),
        "table": table if isinstance(table, int) else 0,
        "by": by,
    }
    label = str(told.get("label", ""))
    acts: dict[str, Callable[[], LineTicket | None]] = {
        "next": lambda: line_calling.call_next(**where),
        "again": lambda: line_calling.call_number(**where, label=label),
        "missed": lambda: line_calling.miss(**where, label=label),
    }
    act = acts.get(str(told.get("act")))
    if act is None:
        raise _unreadable()
    return act()


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        told = json.loads(request.body)
    except ValueError:
        raise _unreadable() from None
    if not isinstance(told, dict):
        raise _unreadable()
    return told


def _device(given: object) -> UUID:
    try:
        return UUID(str(given))
    except ValueError:
        raise _unreadable() from None


def _unreadable() -> Refused:
    return Refused(
        "unreadable",
        _("This entry cannot be read: keep it and open the newest page of the site."),
        status=400,
    )


@require_safe
@guarded(*DESK, purpose="vaccination")
def screen_link(request: SignedInRequest, session: UUID) -> HttpResponse:
    """Open the screen outside on this device; its address may be opened on any other."""
    found = site_sessions.own_session(session, request.principal)
    return redirect("vaccination:screen", signing.dumps(str(found.id), salt=_SALT))


@require_safe
@public(
    "numbers and waiting times of a session for whoever waits outside; nobody's name or illness"
)
def screen(request: HttpRequest, word: str) -> HttpResponse:
    """The line in big letters; it asks for itself every few seconds."""
    context = _shown(word)
    return render(request, "vaccination/screen.html", {**context, "asks": SCREEN_ASKS})


@require_safe
@public(
    "numbers and waiting times of a session for whoever waits outside; nobody's name or illness"
)
def screen_board(request: HttpRequest, word: str) -> HttpResponse:
    """The board of that page alone."""
    response = render(request, "vaccination/_screen_board.html", _shown(word))
    response["Cache-Control"] = "no-store"
    return response


def _shown(word: str) -> dict[str, Any]:
    with reference_reading():
        session = _session_of(word)
        stations, heard = line_reading.outside(session.id)
    minutes = line_rule().quiet_minutes
    quiet = heard is not None and (now() - heard).total_seconds() > 60 * minutes
    return {
        "session": session,
        "stations": [(one, site_words.step_words(one.code), _wait(one)) for one in stations],
        "at": now(),
        "heard": heard if quiet else None,
        "over": session.state in {Session.State.CLOSED, Session.State.STOPPED},
    }


def _wait(station: Station) -> str:
    """How long, in words: a range, or that nobody knows yet."""
    if station.wait is None:
        return _("wait not known yet: too few people so far")
    least, most = station.wait
    if not most:
        return _("nobody waits")
    if not least:
        return _("wait up to about %(most)s minutes") % {"most": most}
    return _("wait about %(least)s to %(most)s minutes") % {"least": least, "most": most}


def _session_of(word: str) -> Session:
    """The session of a link.  Refused: no_screen."""
    try:
        found = Session.objects.filter(pk=signing.loads(word, salt=_SALT)).first()
    except signing.BadSignature:
        found = None
    if found is None:
        raise Refused(
            "no_screen",
            _("This is no link of a screen. Open the screen from the page of the session."),
            status=404,
        )
    return found
