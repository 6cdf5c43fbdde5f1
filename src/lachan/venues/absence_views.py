"""Today's absences: one page with the keyboard for the unit, one list for the health station."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core.clock import now, today
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.roles import Role
from lachan.venues import absence_files, attending, roll_access, roll_reading
from lachan.venues.roll_forms import FileForm
from lachan.venues.roll_reading import RollRow, Today
from lachan.venues.roll_views import download, own_row
from lachan.venues.roll_wording import CHIPS, XLSX, state_word
from lachan.venues.rolls import Attendance

#: Reasons in the order of their keys 1, 2, 3.
REASONS = ("symptoms", "leave", "unknown")

#: Who in the health line reads who stays away with symptoms.
HEALTH = (Role.STATION_OFFICER, Role.TRACER, Role.DIRECTOR)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Role.PLACE_MANAGER, purpose="roll")
def absences(request: SignedInRequest) -> HttpResponse:
    """Who does not come today and why: type a name, press Enter, press 1, 2 or 3."""
    by = request.principal
    if request.method == "POST":
        return _say(request)
    known = roll_reading.today_of(by)
    text, shift = request.GET.get("q", "").strip(), request.GET.get("shift", "")
    show, place = request.GET.get("show", ""), request.GET.get("place", "")
    found: list[RollRow] = []
    if text or show == "open":
        where = UUID(place) if _is_uuid(place) else None
        found = roll_reading.roll_of(by, text=text, place=where, shift=shift)
        if show == "open":
            found = [row for row in found if not known.state_of(row.member.id)]
    keep = [(name, value) for name, value in (("show", show), ("place", place)) if value]
    context = {
        "found": [(row, _chip(known, row)) for row in found],
        "asked": text,
        "show": show,
        "absent": [
            (row, word, _chip(known, row)) for row, word in roll_reading.absent_rows(by, known)
        ],
        "reasons": [(at, r, state_word(r)) for at, r in enumerate(REASONS, start=1)],
        "tools": {
            "search": {
                "name": "q",
                "value": text,
                "hint": _("Name, code or phone"),
                "keep": keep,
            },
            "filters": [
                {
                    "label": _("Not yet known"),
                    "href": "?" if show == "open" else "?show=open",
                    "on": show == "open",
                }
            ],
        },
        "here": request.get_full_path(),
        "file": FileForm(),
        "at": now(),
    }
    return render(request, "venues/roll/absences.html", context)


def _chip(known: Today, row: RollRow) -> dict[str, str]:
    state = known.state_of(row.member.id)
    kind, icon = CHIPS[state]
    return {"kind": kind, "icon": icon, "text": state_word(state)}


def _say(request: SignedInRequest) -> HttpResponse:
    by = request.principal
    row = own_row(
        by, UUID(request.POST["member"]) if _is_uuid(request.POST.get("member")) else UUID(int=0)
    )
    said = request.POST.get("said", "")
    name = row.written.name
    if said == "present":
        attending.say_present(member=row.member, by=by)
        messages.success(request, _("%(name)s came.") % {"name": name})
    elif said == Attendance.State.TAKEN_BACK:
        attending.take_back(member=row.member, by=by)
        messages.success(request, _("%(name)s: taken back.") % {"name": name})
    else:
        attending.say_absent(member=row.member, reason=said, by=by)
        words = {"name": name, "reason": state_word(said)}
        messages.success(request, _("%(name)s: %(reason)s.") % words)
    return redirect(back_to(request, reverse("venues:absences")))


def back_to(request: SignedInRequest, usual: str) -> str:
    """Where the form said to go on, when that is a page of ours."""
    wanted = request.POST.get("back", "")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if ours else usual


@require_safe
@guarded(Role.PLACE_MANAGER, purpose="roll")
def day_sheet(request: SignedInRequest) -> HttpResponse:
    """The day's sheet: who has not come, with a column for why."""
    by = request.principal
    known = roll_reading.today_of(by)
    rows = roll_reading.everybody(by)
    name = f"vang-mat-{today():%d-%m-%Y}.xlsx"
    return download(absence_files.sheet_of(rows, known), name, XLSX)


@require_POST
@guarded(Role.PLACE_MANAGER, purpose="roll")
def take_sheet(request: SignedInRequest) -> HttpResponse:
    """The day's sheet with reasons, back in."""
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose the file."))
        return redirect("venues:absences")
    sent = form.cleaned_data["file"]
    kept = absence_files.take_absences(data=sent.read(), file_name=sent.name, by=request.principal)
    return redirect("venues:roll_file", file=kept.id)


@require_safe
@guarded(*HEALTH, purpose="roll_health")
def with_symptoms(request: SignedInRequest) -> HttpResponse:
    """Who stays away from units of one's own area with symptoms; every name is a look."""
    rows = roll_access.absent_with_symptoms(by=request.principal)
    return render(request, "venues/roll/with_symptoms.html", {"days": rows, "at": now()})


def _is_uuid(text: str | None) -> bool:
    try:
        UUID(text or "")
    except ValueError:
        return False
    return True
