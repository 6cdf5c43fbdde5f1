"""People to call: the list, one person, what came of it, the next one."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.declarations import triage_access as access
from lachan.declarations import triage_reading as reading
from lachan.declarations import triaging
from lachan.declarations.models import TriageTask
from lachan.declarations.navigation import CALLERS, COUNTERS
from lachan.declarations.triage_files import as_file
from lachan.declarations.triage_forms import OutcomeForm
from lachan.declarations.triage_words import day_shown, due_words, row_shown, tools
from lachan.people.selectors import card_of
from lachan.places.fields import StayForm
from lachan.places.selectors import unit_label
from lachan.ui.pages import page_of


@require_GET
@guarded(*CALLERS, *COUNTERS, purpose="triage")
def triage(request: SignedInRequest) -> HttpResponse:
    """People to call, by hour; a province reads how many each commune has."""
    if request.principal.commune is None:
        rows = reading.workload()
        context = {"rows": rows, "counts": reading.counts(), "at": now()}
        return render(request, "declarations/triage_communes.html", context)
    asked = _asked(request)
    found = reading.counts()
    page = page_of(reading.listed(asked), request.GET)
    context = {
        "rows": [row_shown(row) for row in access.rows_for(request.principal, page.rows)],
        "page": page,
        "tools": tools(asked, found),
        "counts": found,
        "closed": asked.state in (TriageTask.State.DONE, TriageTask.State.HANDED),
        "filtered": bool(asked.reason or asked.overdue),
        "at": now(),
    }
    return render(request, "declarations/triage.html", context)


def _asked(request: SignedInRequest) -> reading.Asked:
    state, reason = request.GET.get("state", ""), request.GET.get("reason", "")
    return reading.Asked(
        state=state if state in TriageTask.State.values else "",
        reason=reason if reason in TriageTask.Reason.values else "",
        overdue=request.GET.get("overdue") == "1",
    )


@require_GET
@guarded(*CALLERS, purpose="triage_export")
def triage_file(request: SignedInRequest, ending: str) -> HttpResponse:
    """The list as it is filtered, as CSV or a workbook."""
    return as_file(request.principal, reading.listed(_asked(request)), ending)


@require_POST
@guarded(*CALLERS, purpose="triage")
def triage_next(request: SignedInRequest) -> HttpResponse:
    """Take the first person nobody has."""
    return _next(request)


def _next(request: SignedInRequest) -> HttpResponse:
    found = reading.next_task(request.principal)
    if found is None:
        messages.success(request, _("Nobody waits to be called."))
        return redirect("declarations:triage")
    triaging.take(found, by=request.principal)
    return redirect("declarations:triage_task", found.id)


@require_POST
@guarded(*CALLERS, purpose="triage")
def triage_take(request: SignedInRequest, task_id: UUID) -> HttpResponse:
    """Take this person, from a colleague too."""
    triaging.take(access.task_for(request.principal, task_id), by=request.principal)
    return redirect("declarations:triage_task", task_id)


@require_http_methods(["GET", "POST"])
@guarded(*CALLERS, purpose="triage")
def triage_task(request: SignedInRequest, task_id: UUID) -> HttpResponse:
    """One person: the call, what was declared, what came of it; then the next one."""
    task = access.task_for(request.principal, task_id)
    form = OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        triaging.finish(
            task,
            outcome=form.cleaned_data["outcome"],
            note=form.cleaned_data["note"],
            site=request.build_absolute_uri("/").rstrip("/"),
            by=request.principal,
        )
        if "next" in request.POST:
            return _next(request)
        return redirect("declarations:triage")
    context = _task_context(request, task) | {"form": form}
    status = 422 if form.is_bound else 200
    return render(request, "declarations/triage_task.html", context, status=status)


def _task_context(request: SignedInRequest, task: TriageTask) -> dict[str, object]:
    declaration = access.declared_in(request.principal, task)
    said = reading.said_in(declaration) if declaration else []
    follow_up = reading.following(task.person_id)
    mine = task.taken_by in (None, request.principal.account)
    return {
        "task": task,
        "shown": row_shown(reading.rows_of([task])[0]),
        "card": card_of(task.person_id),
        "home": unit_label(task.commune),
        "declaration": declaration,
        "yes": [each for each in said if each.yes],
        "other": [each for each in said if not each.yes],
        "follow_up": follow_up,
        "days": [day_shown(row) for row in reading.days_of(follow_up)] if follow_up else [],
        "events": reading.events_of(task),
        "mine": mine,
        "due": due_words(task.due_at),
    }


@require_http_methods(["GET", "POST"])
@guarded(*CALLERS, purpose="triage")
def triage_elsewhere(request: SignedInRequest, task_id: UUID) -> HttpResponse:
    """The person stays in another commune now: the register says so, and the task goes there."""
    task = access.task_for(request.principal, task_id)
    if task.state not in reading.OPEN:
        raise Http404
    form = StayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        commune = form.cleaned_data["commune"]
        triaging.hand_over(
            task, commune=commune, address=form.cleaned_data["address"], by=request.principal
        )
        messages.success(request, _("Handed to %(unit)s.") % {"unit": unit_label(commune)})
        return redirect("declarations:triage")
    context = {"form": form, "task": task, "card": card_of(task.person_id)}
    status = 422 if form.is_bound else 200
    return render(request, "declarations/triage_elsewhere.html", context, status=status)
