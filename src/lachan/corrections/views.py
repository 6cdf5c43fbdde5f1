"""The board of corrections, and one positive that does not stand: before, the press, after."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.roles import Role
from lachan.corrections import access, selectors, services, wording
from lachan.corrections.access import Admitted
from lachan.corrections.forms import DecideForm
from lachan.corrections.kinds import Kind
from lachan.corrections.models import Correction
from lachan.corrections.navigation import DECIDERS

State = Correction.State


@require_GET
@guarded(*DECIDERS, purpose="corrections")
def board(request: SignedInRequest) -> HttpResponse:
    """What waits for a press, with its clock; tasks of signers; what was undone."""
    waiting = selectors.corrections_here()
    tasks = selectors.tasks_here()
    context = {
        "waiting": [wording.row_of(each) for each in waiting],
        "tasks": [wording.task_of(each) for each in tasks],
        "done": [wording.row_of(each) for each in selectors.corrections_done()],
        "cases": selectors.cases_here(),
        "to_take_back": selectors.to_take_back(request.principal.organisation),
        "verdict": wording.verdict(len(waiting), len(tasks)),
        "now": now(),
    }
    return render(request, "corrections/board.html", context)


@require_GET
@guarded(*DECIDERS, purpose="corrections")
def withdrawal(request: SignedInRequest, result_id: UUID) -> HttpResponse:
    """What this positive brought about; opening the page has it looked up."""
    found = access.admitted(request.principal, result_id)
    if found.correction is None:
        services.look_up(
            result=result_id, case=found.case, laboratory=found.laboratory, by=request.principal
        )
        found = access.admitted(request.principal, result_id)
    return _page(request, found, DecideForm())


def _page(
    request: SignedInRequest, found: Admitted, form: DecideForm, status: int = 200
) -> HttpResponse:
    correction = found.correction
    context: dict[str, Any] = {
        "result_id": found.result,
        "case": found.case,
        "tube": found.tube,
        "correction": correction,
        "form": form,
        "now": now(),
        "waits": correction is None or correction.state in (State.ASKED, State.DECIDED),
        "decidable": _decidable(found),
    }
    if correction is not None:
        context |= {
            "before": wording.grouped(
                _of_others(found, correction.found),
                done=[] if correction.decided_at else correction.undone,
            ),
            "after": _became(correction),
            "reaching": wording.reaching_words(correction.found),
            "chip": wording.chip(correction),
            "cause": wording.cause_of(correction),
            "due": correction.due_at if correction.decided_at is None else None,
            "events": wording.events_of(selectors.undoings_of(correction)),
        }
    partial = bool(request.htmx)  # type: ignore[attr-defined]
    name = "corrections/_withdrawal.html" if partial else "corrections/withdrawal.html"
    return render(request, name, context, status=status)


def _became(correction: Correction) -> list[tuple[str, list[dict[str, Any]]]]:
    """What became of everything, once a human has pressed and the worker has done it."""
    done = wording.grouped(correction.undone) if correction.decided_at else []
    for _title, lines in done:
        for line in lines:
            line["chip"] = wording.done_chip(line["act"])
    return done


def _of_others(found: Admitted, counts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """To the laboratory's head the own result is what the press takes back, no task of somebody."""
    return [each for each in counts if found.tube is None or each["kind"] != Kind.RESULT]


def _decidable(found: Admitted) -> bool:
    """Whether a press still does something for this reader."""
    correction = found.correction
    if correction is None or correction.state == State.ASKED:
        return False
    if correction.decided_at is None:
        return True
    # The province decided; the laboratory's own word is still to be taken back.
    return found.tube is not None and selectors.result_stands(found.result)


@require_POST
@guarded(*DECIDERS, purpose="corrections")
def again(request: SignedInRequest, result_id: UUID) -> HttpResponse:
    """Look it up anew."""
    services.look_again(correction=_correction(request, result_id), by=request.principal)
    return redirect("corrections:withdrawal", result_id)


@require_POST
@guarded(*DECIDERS, purpose="corrections")
def decide(request: SignedInRequest, result_id: UUID) -> HttpResponse:
    """One press: the positive does not stand, and everything it brought about is undone."""
    found = access.admitted(request.principal, result_id)
    correction = _correction(request, result_id)
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    services.decide(correction=correction, reason=form.cleaned_data["reason"], by=request.principal)
    if request.principal.has(Role.LABORATORY_LEAD):
        text = _("The result stands no more. What rested on it is being undone.")
    else:
        text = _("What rested on this positive is being undone.")
    messages.success(request, text)
    return redirect("corrections:withdrawal", result_id)


def _correction(request: SignedInRequest, result_id: UUID) -> Correction:
    found = access.admitted(request.principal, result_id).correction
    if found is None:
        raise Http404
    return found
