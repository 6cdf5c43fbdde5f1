"""Scans of cards under which nobody is entered: how many wait, and the person entered from one."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.gate import services, waiting
from lachan.gate.forms import GuestForm
from lachan.gate.guest_views import from_card
from lachan.gate.models import UnmatchedScan
from lachan.ui.pages import page_of

#: A station opens what waits in its commune; a manager learns how many wait at his places.
KEEPERS = (Role.STATION_OFFICER, Role.PLACE_MANAGER)


@require_safe
@guarded(*KEEPERS, purpose="unmatched")
def unmatched(request: SignedInRequest) -> HttpResponse:
    """Cards that wait for somebody to be entered, the longest waiting first."""
    station = request.principal.has(Role.STATION_OFFICER)
    page = page_of(waiting.cards_waiting(), request.GET) if station else None
    context = {
        "station": station,
        "page": page,
        "rows": waiting.with_places(page.rows) if page else [],
        "places": [] if station else waiting.waiting_at_own(request.principal),
    }
    return render(request, "gate/unmatched.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Role.STATION_OFFICER, purpose="unmatched")
def unmatched_one(request: SignedInRequest, day: str, scan: UUID) -> HttpResponse:
    """What one card says, to enter its person; opening it is on record."""
    row = _waiting(day, scan)
    if request.method != "POST":
        text = waiting.open_card(row=row, by=request.principal)
        return _form(request, row, GuestForm(initial=from_card(text), near=row.province))
    form = GuestForm(request.POST, near=row.province)
    if not form.is_valid():
        return _form(request, row, form, status=422)
    try:
        with scoped(request.principal, "unmatched"):
            services.enter_person(given=form.cleaned_data, by=request.principal)
    except Refused as refused:
        form.add_error(None, refused.message)
        return _form(request, row, form, status=422)
    messages.success(request, _("Entered. The scans of this card count within a minute."))
    return redirect("gate:unmatched")


def _form(
    request: SignedInRequest, row: UnmatchedScan, form: GuestForm, status: int = 200
) -> HttpResponse:
    home = form.data.get("home") or form.initial.get("home", "")
    [shown] = waiting.with_places([row])
    context = {"form": form, "row": shown, "home": home}
    return render(request, "gate/unmatched_one.html", context, status=status)


def _waiting(day: str, scan: UUID) -> UnmatchedScan:
    try:
        row = UnmatchedScan.objects.filter(day=date.fromisoformat(day), id=scan).first()
    except ValueError:
        row = None
    if row is None or row.settled_at is not None:
        raise Refused(
            "scan_settled",
            _("This scan does not wait any more, or it is not of your commune."),
            status=404,
        )
    return row
