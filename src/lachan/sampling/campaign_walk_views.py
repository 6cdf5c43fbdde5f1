"""A team at the doors with a phone, and lists by Excel with their refusals."""

from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lachan.core import audit
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.sampling import (
    campaign_access,
    campaign_ending,
    campaign_files,
    campaign_reading,
    campaign_words,
)
from lachan.sampling.campaign_forms import ListForm, VisitForm
from lachan.sampling.models import Campaign
from lachan.sampling.navigation import HEADS, HELPERS, WALKERS
from lachan.ui.lists import LARGEST
from lachan.ui.pages import page_of

#: Refused rows shown on the page; the copy of the file has them all.
REFUSALS_SHOWN = 50

#: Content types by the copy's ending.
TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}


@require_safe
@guarded(*WALKERS, purpose="sampling_campaign")
def walks(request: SignedInRequest) -> HttpResponse:
    """The campaigns that run, for a team."""
    rows = campaign_reading.campaigns(Campaign.State.RUNNING)
    sums = campaign_reading.tallies(rows)
    context = {"rows": [(row, sums.get(row.id, campaign_reading.Tally())) for row in rows]}
    return render(request, "sampling/walks.html", context)


@require_safe
@guarded(*WALKERS, purpose="sampling_campaign")
def walk(request: SignedInRequest, campaign_id: UUID) -> HttpResponse:
    """Lane by lane, then door by door: who is left, who was not at home, who refused."""
    found = campaign_access.campaign_for(campaign_id)
    if "place" not in request.GET:
        places = campaign_reading.places_of(found)
        rows = campaign_words.place_rows(found, places, "sampling:campaign_walk")
        return render(request, "sampling/walk.html", {"campaign": found, "places": rows})
    name, show = request.GET["place"], request.GET.get("show", "open")
    members = campaign_reading.members_at(found, name, show).filter(request__isnull=False)
    page = page_of(members, request.GET)
    doors = campaign_access.doors_for(request.principal, page.rows)
    context = {
        "campaign": found,
        "name": campaign_words.place_name(name),
        "place": name,
        "doors": [
            (door, [(row, campaign_words.member_chip(row.state), uuid7()) for row in door.rows])
            for door in doors
        ],
        "page": page,
        "tools": campaign_words.show_levels("sampling:campaign_walk", found, name, show),
        "show": show,
        "running": found.state == Campaign.State.RUNNING,
    }
    return render(request, "sampling/walk_doors.html", context)


@require_POST
@guarded(*WALKERS, purpose="sampling_campaign")
def visit(request: SignedInRequest, campaign_id: UUID, member_id: UUID) -> HttpResponse:
    """Nobody at home, or refused with a reason."""
    found = campaign_access.campaign_for(campaign_id)
    member = campaign_access.member_for(found, member_id)
    form = VisitForm(request.POST)
    if not form.is_valid():
        raise Refused("nothing_chosen", _("Choose what was found at the door."))
    campaign_ending.record_visit(
        member=member,
        outcome=form.cleaned_data["outcome"],
        reason=form.cleaned_data["reason"],
        id=form.cleaned_data["id"],
        by=request.principal,
    )
    show = request.POST.get("show", "")
    link = campaign_words.place_link("sampling:campaign_walk", found, member.place, show=show)
    return redirect(f"{link}#m{member.id}")


@require_POST
@guarded(*HEADS, purpose="sampling_campaign")
def send(request: SignedInRequest, campaign_id: UUID) -> HttpResponse:
    """A list by Excel for this campaign."""
    found = campaign_access.campaign_for(campaign_id)
    form = ListForm(request.POST, request.FILES)
    if not form.is_valid():
        context = {"campaign": found, "plan": found.plan, "form": None, "list_form": form}
        return render(request, "sampling/campaign_whom.html", context, status=422)
    file = form.cleaned_data["file"]
    too_large = file.size > LARGEST
    row = campaign_files.send(
        campaign=found,
        data=b"\0" * (LARGEST + 1) if too_large else file.read(),
        file_name=file.name,
        by=request.principal,
    )
    return redirect("sampling:campaign_file", found.id, row.id)


@require_safe
@guarded(*HELPERS, purpose="sampling_campaign")
def one_file(request: SignedInRequest, campaign_id: UUID, file_id: UUID) -> HttpResponse:
    """Where a list stands: how far it is, then its sums and its refusals by row."""
    found = campaign_access.campaign_for(campaign_id)
    file = campaign_access.file_for(found, file_id)
    refusals = list(file.refusals.order_by("row")[:REFUSALS_SHOWN])
    done = file.accepted + file.refused
    context = {
        "campaign": found,
        "file": file,
        "said": campaign_words.file_words(file),
        "sum": campaign_words.file_sum(file),
        "percent": 100 * done // file.rows if file.rows else 0,
        "refusals": [(row, campaign_files.refusal_words(row.problems)) for row in refusals],
        "more": max(0, file.refused - len(refusals)),
    }
    partial = bool(request.htmx)  # type: ignore[attr-defined]
    page = "sampling/_campaign_file.html" if partial else "sampling/campaign_file.html"
    return render(request, page, context)


@require_safe
@guarded(*HELPERS, purpose="sampling_campaign_export")
def copy(request: SignedInRequest, campaign_id: UUID, file_id: UUID) -> HttpResponse:
    """The same file with its refusals marked."""
    found = campaign_access.campaign_for(campaign_id)
    file = campaign_access.file_for(found, file_id)
    data, name = campaign_files.errors_copy(file, only_refused=request.GET.get("rows") != "all")
    audit.record("campaign.list_copied", target=("campaign", found.id), by=request.principal)
    answer = HttpResponse(data, content_type=TYPES[name[name.rindex(".") :]])
    # A file name may hold letters that a header may not.  Source: RFC 6266.
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
