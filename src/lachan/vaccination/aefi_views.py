"""Staff pages of reactions: the board, one event with its clocks, the printed report."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.people.selectors import reached
from lachan.rulebook.selectors import reaction_rule
from lachan.ui.documents import PDF, to_pdf
from lachan.vaccination import (
    aefi,
    aefi_access,
    aefi_notice,
    aefi_paper,
    aefi_reading,
    aefi_rights,
    aefi_words,
    lot_words,
)
from lachan.vaccination.aefi_forms import DocumentForm, JudgeForm, NoteForm, PaperForm, RecordForm
from lachan.vaccination.models import Reaction
from lachan.vaccination.navigation import AEFI_STAFF

#: The parts of the board, the gravest first.
PARTS: dict[str, Callable[[], list[Reaction]]] = {
    "urgent": aefi_reading.urgent,
    "judge": aefi_reading.to_judge,
    "severe": lambda: aefi_reading.of_severity(Reaction.Severity.SEVERE),
    "aefi": lambda: aefi_reading.of_severity(Reaction.Severity.AEFI),
    "reaction": lambda: aefi_reading.of_severity(Reaction.Severity.REACTION),
}

STAFF = guarded(*AEFI_STAFF, purpose="vaccination")
JUDGE = guarded(*aefi.JUDGES, purpose="vaccination")


def said(request: SignedInRequest, do: Callable[[Principal], object], done: str) -> bool:
    """Do it in a savepoint; say that it is done, or why not."""
    try:
        with scoped(request.principal, "vaccination") as by:
            do(by)
    except Refused as refused:
        messages.error(request, refused.message)
        return False
    messages.success(request, done)
    return True


@require_GET
@STAFF
def reactions(request: SignedInRequest) -> HttpResponse:
    """The board: danger signs first, then what is to be judged, then the events by severity."""
    by = request.principal
    part = request.GET.get("part", "urgent")
    part = part if part in PARTS else "urgent"
    rows = {name: find() for name, find in PARTS.items()}
    shown = aefi_access.with_cards(by, rows[part])
    labels = {
        "urgent": _("Call now"),
        "judge": _("To judge"),
        "severe": _("Severe"),
        "aefi": _("AEFI"),
        "reaction": _("Usual"),
    }
    levels = [
        {
            "href": f"?part={name}",
            "label": labels[name],
            "count": len(rows[name]),
            "on": name == part,
        }
        for name in PARTS
    ]
    context = {
        "at": now(),
        "part": part,
        "tools": {"levels": levels},
        "province": aefi_access.province_of(by),
        "rows": [
            {
                **aefi_words.shown(row, card),
                "clocks": [aefi_words.clock(one) for one in aefi_reading.clocks_of(row)]
                if part == "severe"
                else [],
            }
            for row, card in shown
        ],
    }
    return render(request, "vaccination/reactions.html", context)


@require_GET
@JUDGE
def choose(request: SignedInRequest) -> HttpResponse:
    """Of which dose: the own facility's of the last day, or whom a search means."""
    text = request.GET.get("q", "").strip()
    rows = aefi_access.doses_to_report(request.principal, text)
    context = {"rows": rows, "text": text, "province": aefi_access.province_of(request.principal)}
    return render(request, "vaccination/reaction_choose.html", context)


@JUDGE
def record(request: SignedInRequest, dose_id: UUID) -> HttpResponse:
    """Record a reaction to one dose."""
    by = request.principal
    dose, card = aefi_access.dose_for(by, dose_id)
    rule = reaction_rule(dose.disease, now(), province=dose.province)
    form = RecordForm(request.POST or None, rule=rule, initial={"id": uuid7()})
    if request.method == "POST" and form.is_valid():
        try:
            with scoped(by, "vaccination"):
                row = aefi.report(_told(form, dose.id, by), by=by)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Recorded in the books."))
            return redirect("vaccination:reaction", row.id)
    province = aefi_access.province_of(by)
    context = {"form": form, "dose": dose, "card": card, "province": province}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "vaccination/reaction_record.html", context, status=status)


def _told(form: RecordForm, dose: UUID, by: Principal) -> aefi.Told:
    given = form.cleaned_data
    facility = bool(given["where_text"]) or not by.has(Role.VACCINATOR)
    return aefi.Told(
        id=given["id"],
        dose=dose,
        source=Reaction.Source.FACILITY if facility else Reaction.Source.SITE,
        signs=tuple(given["signs"]),
        onset_at=given["onset_at"],
        note=given["note"],
        where_text=given["where_text"],
        severity=given["severity"],
        outcome=given["outcome"],
    )


@require_GET
@STAFF
def reaction(request: SignedInRequest, reaction_id: UUID) -> HttpResponse:
    """One event: the facts, what is to be done, the clocks, the compensation file."""
    row, card = aefi_access.reaction_for(request.principal, reaction_id)
    severe = row.severity == Reaction.Severity.SEVERE
    by_phone = reached([card]) if card else {}
    may = aefi_rights.rights_of(row, request.principal)
    context = {
        "at": now(),
        "one": aefi_words.shown(row, card),
        "said": aefi_words.said_of(row),
        "reach": by_phone.get(row.person_id),
        "commune": lot_words.place(row.commune),
        "session": aefi_reading.session_of(row),
        "clocks": [aefi_words.clock(one) for one in aefi_reading.clocks_of(row)],
        "papers": [
            (code, aefi_words.PAPERS.get(code, code), paper)
            for code, paper in (aefi_reading.papers_of(row) if severe else [])
        ],
        "severe": severe,
        "judges": request.principal.has(*aefi.JUDGES) and may.judge,
        "steps": request.principal.has(*aefi.JUDGES) and may.steps,
        "may": may,
        "home": lot_words.place(row.province),
        "given": lot_words.place(row.given_province),
        "judge_form": JudgeForm(auto_id="judge_%s"),
        "answer_form": NoteForm(auto_id="answer_%s"),
        "province": aefi_access.province_of(request.principal),
    }
    return render(request, "vaccination/reaction.html", context)


@require_POST
@JUDGE
def judge(request: SignedInRequest, reaction_id: UUID) -> HttpResponse:
    """Say how grave it is."""
    row, _card = aefi_access.reaction_for(request.principal, reaction_id)
    form = JudgeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say how grave it is and how the person is."))
    else:
        given = form.cleaned_data
        said(request, lambda by: aefi.judge(row, **given, by=by), _("Judged."))
    return redirect("vaccination:reaction", row.id)


@require_POST
@JUDGE
def answer(request: SignedInRequest, reaction_id: UUID) -> HttpResponse:
    """The person was called or seen."""
    row, _card = aefi_access.reaction_for(request.principal, reaction_id)
    note = request.POST.get("note", "")
    said(request, lambda by: aefi.answer(row, note=note, by=by), _("Written down."))
    return redirect("vaccination:reaction", row.id)


@require_POST
@JUDGE
def step(request: SignedInRequest, step_id: UUID) -> HttpResponse:
    """A step of the law was taken."""
    found = aefi_access.step_for(step_id)
    form = DocumentForm(request.POST)
    document = form.cleaned_data["document"] if form.is_valid() else ""
    note = request.POST.get("note", "")
    said(
        request,
        lambda by: aefi.complete(found, document=document, note=note, by=by),
        _("Written down; the next clock runs."),
    )
    return redirect("vaccination:reaction", found.reaction_id)


@require_POST
@JUDGE
def paper(request: SignedInRequest, reaction_id: UUID) -> HttpResponse:
    """A paper of the compensation file came in."""
    row, _card = aefi_access.reaction_for(request.principal, reaction_id)
    form = PaperForm(request.POST)
    given: dict[str, Any] = form.cleaned_data if form.is_valid() else {"code": "", "document": ""}
    said(
        request,
        lambda by: aefi.file_paper(row, code=given["code"], document=given["document"], by=by),
        _("Put into the file."),
    )
    return redirect("vaccination:reaction", row.id)


@require_GET
@STAFF
def notice(request: SignedInRequest, step_id: UUID) -> HttpResponse:
    """What is sent for one step of the law, as PDF."""
    found = aefi_access.step_for(step_id)
    row, card = aefi_access.reaction_for(request.principal, found.reaction_id)
    made = to_pdf(aefi_notice.notice_of(found, row, card))
    response = HttpResponse(made, content_type=PDF)
    response["Content-Disposition"] = f'inline; filename="{found.kind}-{row.id.hex[-8:]}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@STAFF
def report(request: SignedInRequest, reaction_id: UUID) -> HttpResponse:
    """The report form as PDF, with every fact that is known."""
    row, card = aefi_access.reaction_for(request.principal, reaction_id)
    response = HttpResponse(to_pdf(aefi_paper.report_of(row, card)), content_type=PDF)
    response["Content-Disposition"] = f'inline; filename="aefi-{row.id.hex[-8:]}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
