"""The board of cases, and outbreaks: list, one of them, what moves it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lachan.core import looks
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.places.selectors import unit_label
from lachan.rulebook.selectors import term
from lachan.tracing import boards, clusters, inbox, suspecting
from lachan.tracing.asked import TRACERS
from lachan.tracing.boards import SHOWS, Wanted
from lachan.tracing.case_heads import case_of
from lachan.tracing.file_forms import OutbreakForm
from lachan.tracing.file_wording import STATUSES, found_where
from lachan.tracing.mode_words import limited_modes
from lachan.tracing.models import Case, Outbreak
from lachan.ui.pages import page_of


@require_safe
@guarded(*TRACERS, purpose="tracing")
def board(request: SignedInRequest) -> HttpResponse:
    """Cases: nobody's first, with the minutes since the release and who is on duty there."""
    wanted = _wanted(request)
    page = page_of(boards.cases_of_board(wanted, request.principal), request.GET)
    rows = [
        (row, term("disease", row.case.disease), found_where(row.case))
        for row in boards.board_rows(page.rows)
    ]
    context = {
        "rows": rows,
        "page": page,
        "wanted": wanted,
        "levels": _levels(wanted, boards.board_counts(request.principal)),
        "communes": boards.board_communes(),
        "statuses": STATUSES[:2],
        "at": now(),
        "here": request.get_full_path(),
        "climbed": inbox.climbed(request.principal),
        "modes": limited_modes(),
    }
    partial = bool(request.htmx)  # type: ignore[attr-defined]
    if not partial:
        context["rapids"] = suspecting.waiting_for(request.principal)
    return render(request, "tracing/_board.html" if partial else "tracing/board.html", context)


@require_POST
@guarded(*TRACERS, purpose="tracing")
def suspect(request: SignedInRequest, result_id: UUID) -> HttpResponse:
    """Trace a positive rapid test before RT-PCR has answered."""
    suspecting.suspect(result=result_id, by=request.principal)
    messages.success(
        request, _("It is traced as a suspected case. It stands among the cases in a moment.")
    )
    return redirect("tracing:board")


def _wanted(request: SignedInRequest) -> Wanted:
    show = request.GET.get("show", "")
    status = request.GET.get("status", "")
    commune = request.GET.get("commune", "")
    return Wanted(
        show=show if show in SHOWS else "",
        status=status if status in {code for code, _label in STATUSES[:2]} else "",
        commune=int(commune) if commune.isdecimal() and len(commune) < 10 else None,
    )


def _levels(wanted: Wanted, counts: Any) -> list[dict[str, Any]]:
    names = [("", _("All")), ("open", _("Nobody's yet")), ("mine", _("Mine"))]
    kept = {"status": wanted.status, "commune": wanted.commune or ""}
    return [
        {
            "href": _with(reverse("tracing:board"), show=show, **kept),
            "label": label,
            "count": counts[show],
            "on": wanted.show == show,
        }
        for show, label in names
    ]


def _with(path: str, **values: object) -> str:
    kept = {key: value for key, value in values.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path


@require_safe
@guarded(*TRACERS, purpose="tracing")
def outbreaks(request: SignedInRequest) -> HttpResponse:
    """Outbreaks of the area, the open ones first."""
    state = request.GET.get("state", "")
    closed = {"open": False, "closed": True}.get(state)
    page = page_of(boards.outbreaks(closed=closed), request.GET)
    rows = [(row, term("disease", row.outbreak.disease)) for row in boards.clusters(page.rows)]
    names = [("", _("All")), ("open", _("Still open")), ("closed", _("Closed outbreaks"))]
    here = reverse("tracing:outbreaks")
    levels = [
        {"href": _with(here, state=code), "label": label, "count": None, "on": code == state}
        for code, label in names
    ]
    context = {"rows": rows, "page": page, "tools": {"levels": levels}}
    return render(request, "tracing/outbreaks.html", context)


@require_safe
@guarded(*TRACERS, purpose="tracing")
def outbreak(request: SignedInRequest, outbreak_id: UUID) -> HttpResponse:
    """One outbreak: its cases, its line of days, and what may be done."""
    found = _outbreak(outbreak_id)
    cases = boards.cases_of(found)
    looks.record_many(
        persons=[case.person_id for case in cases], what="outbreak", by=request.principal
    )
    line = boards.daily_line(cases)
    [cluster] = boards.clusters([found])
    context = {
        "outbreak": found,
        "cluster": cluster,
        "where": unit_label(found.commune),
        "disease": term("disease", found.disease),
        "cases": [(case, boards.ill_on(case), found_where(case)) for case in cases],
        "line": line,
        "most": max((count for _day, count in line), default=1),
        "candidates": [] if found.closed_at else boards.candidates(found),
    }
    return render(request, "tracing/outbreak.html", context)


@require_POST
@guarded(*TRACERS, purpose="tracing")
def outbreak_open(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """Open one from its first case, or put the case in one that is open."""
    case = case_of(request, case_id)
    chosen = _uuid(request.POST.get("outbreak", ""))
    if chosen is not None:
        found = _outbreak(chosen)
        clusters.put_in(outbreak=found, case=case, by=request.principal)
    else:
        form = OutbreakForm(request.POST)
        if not form.is_valid():
            raise Refused(
                "outbreak_unnamed", _("Write which place it is: a hamlet, a school, a shop.")
            )
        name = form.cleaned_data["name"]
        found = clusters.open_outbreak(case=case, name=name, by=request.principal)
    messages.success(request, _("The case belongs to the outbreak."))
    return redirect("tracing:outbreak", found.id)


@require_POST
@guarded(*TRACERS, purpose="tracing")
def outbreak_add(request: SignedInRequest, outbreak_id: UUID) -> HttpResponse:
    """Put a case in."""
    found = _outbreak(outbreak_id)
    case = _case(request, request.POST.get("case", ""))
    clusters.put_in(outbreak=found, case=case, by=request.principal)
    messages.success(request, _("The case belongs to the outbreak."))
    return redirect("tracing:outbreak", found.id)


@require_POST
@guarded(*TRACERS, purpose="tracing")
def outbreak_remove(request: SignedInRequest, outbreak_id: UUID) -> HttpResponse:
    """Take a case out."""
    found = _outbreak(outbreak_id)
    case = _case(request, request.POST.get("case", ""))
    clusters.take_out(outbreak=found, case=case, by=request.principal)
    messages.success(request, _("The case is out of the outbreak."))
    return redirect("tracing:outbreak", found.id)


@require_POST
@guarded(*TRACERS, purpose="tracing")
def outbreak_close(request: SignedInRequest, outbreak_id: UUID) -> HttpResponse:
    """It is over."""
    found = _outbreak(outbreak_id)
    clusters.close_outbreak(outbreak=found, by=request.principal)
    messages.success(request, _("The outbreak is closed."))
    return redirect("tracing:outbreak", found.id)


def _outbreak(outbreak_id: UUID) -> Outbreak:
    found = Outbreak.objects.filter(pk=outbreak_id).first()
    if found is None:
        raise Http404
    return found


def _case(request: SignedInRequest, text: str) -> Case:
    chosen = _uuid(text)
    if chosen is None:
        raise Refused("no_case_chosen", _("Choose a case."))
    return case_of(request, chosen)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
