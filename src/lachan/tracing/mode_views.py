"""Lockdown modes of communes, the stages of a case by hand, and how fast communes trace."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.core.clock import OFFSET, now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.places.selectors import unit_name
from lachan.tracing import access, marking, modes, stages
from lachan.tracing.asked import TRACERS
from lachan.tracing.lockdown import Mode, StageMark
from lachan.tracing.mode_forms import ModeForm
from lachan.tracing.mode_words import commune_label, limited_modes, task_table
from lachan.tracing.stage_words import span

#: Who reads in which mode a commune works; who decides is asked again by the service.
READERS = (Role.COMMUNE_CHAIRMAN, Role.DIRECTOR, Role.TRACER, Role.STATION_OFFICER)


@require_GET
@guarded(*READERS, purpose="modes")
def mode(request: SignedInRequest) -> HttpResponse:
    """In which mode the communes work, and what that means."""
    may_decide = request.principal.has(*modes.DECIDERS)
    form = ModeForm(by=request.principal) if may_decide else None
    return _page(request, form)


@require_POST
@guarded(*modes.DECIDERS, purpose="modes")
def set_mode(request: SignedInRequest) -> HttpResponse:
    """A new decision about a commune's mode."""
    form = ModeForm(request.POST, by=request.principal)
    if not form.is_valid():
        return _page(request, form, status=422)
    _decide(request, form)
    return redirect("tracing:modes")


def _page(request: SignedInRequest, form: ModeForm | None, *, status: int = 200) -> HttpResponse:
    own = request.principal.commune
    context = {
        "form": form,
        "own": commune_label(own) if own is not None else "",
        "now": modes.mode_of(own).label if own is not None else "",
        "limited": limited_modes(),
        "history": modes.history_of(own) if own is not None else [],
        "modes": [label for _code, label in Mode.choices],
        "tasks": task_table(),
    }
    return render(request, "tracing/modes.html", context, status=status)


def _decide(request: SignedInRequest, form: ModeForm) -> None:
    row = modes.set_mode(
        commune=form.commune,
        mode=Mode(form.cleaned_data["mode"]),
        since=form.since,
        document=form.cleaned_data["document"],
        signer=form.cleaned_data["signer"],
        by=request.principal,
    )
    said = {"commune": unit_name(row.commune), "mode": Mode(row.mode).label}
    messages.success(request, _("%(commune)s: %(mode)s.") % said)


@require_POST
@guarded(*TRACERS, purpose="tracing")
def mark_stage(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """Say that a stage of a case is done, or take it back."""
    found = access.case_for(request.principal, case_id)
    stage = request.POST.get("stage", "")
    if stage not in set(marking.BY_HAND):
        raise Refused("no_such_stage", _("Choose a stage of the list."))
    undone = request.POST.get("undone") == "1"
    marking.mark(found, StageMark.Stage(stage), by=request.principal, undone=undone)
    return redirect("tracing:case", case_id=case_id)


@require_GET
@guarded(Role.DIRECTOR, Role.TRACER, purpose="tracing_pace")
def pace(request: SignedInRequest) -> HttpResponse:
    """How fast each commune reached the last close contact."""
    rows = [
        (row, unit_name(row.commune), span(row.median) if row.median is not None else "")
        for row in stages.pace_by_commune()
    ]
    context = {
        "rows": rows,
        "at": now(),
        "since": (now() - stages.LOOKED_BACK).astimezone(OFFSET),
        "hours": int(stages.WITHIN / timedelta(hours=1)),
        "total": _total([row for row, _name, _median in rows]),
    }
    return render(request, "tracing/pace.html", context)


def _total(rows: list[stages.Pace]) -> dict[str, int]:
    return {
        "cases": sum(row.cases for row in rows),
        "finished": sum(row.finished for row in rows),
        "in_time": sum(row.in_time for row in rows),
    }
