"""Measures of a case: what the law says first, then whom to propose, and how far each has come."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from lachan.core import looks
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.people.selectors import cards_of
from lachan.places.selectors import unit_label
from lachan.rulebook.selectors import term
from lachan.tracing import measure_wording, measures
from lachan.tracing.asked import TRACERS
from lachan.tracing.case_heads import case_head, case_of
from lachan.tracing.measure_requests import MeasureRequest
from lachan.tracing.models import Case, Contact
from lachan.ui.pages import page_of

#: Roles in the order of the page; the patient is one person and has a section of his own.
CONTACT_ROLES = ("contact", "contact_of_contact")


@require_GET
@guarded(*TRACERS, purpose="tracing")
def page(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """May we?, for this disease on this day; then the people of each role."""
    found = case_of(request, case_id)
    asked = measures.requests_of(found)
    rulings = measures.rulings(found, now())
    waiting = any(row.state == MeasureRequest.ASKED for rows in asked.values() for row in rows)
    sections = [_section(request, found, role, rulings, asked) for role in CONTACT_ROLES]
    context = case_head(found, "tracing:measures") | {
        "sections": [each for each in sections if each["count"] or each["role"] == "contact"],
        "patient": [_shown(each) for each in rulings if each.role == "patient"],
        "patient_asked": _chips(asked.get(found.person_id, [])),
        "waiting": waiting,
        "now": now(),
    }
    return render(request, "tracing/measures.html", context)


def _section(
    request: SignedInRequest,
    found: Case,
    role: str,
    rulings: list[measures.Ruling],
    asked: dict[UUID, list[MeasureRequest]],
) -> dict[str, Any]:
    confirmed = measures.confirmed_of(found, role)
    shown = page_of(confirmed, request.GET)
    cards = cards_of([row.person_id for row in shown])
    looks.record_many(persons=list(cards), what="contact_list", by=request.principal)
    found_at = measures.found_at(shown)
    return {
        "role": role,
        "label": term("role", role),
        "count": len(confirmed),
        "page": shown,
        "rulings": [_shown(each) for each in rulings if each.role == role],
        "rows": [
            {
                "contact": row,
                "card": cards.get(row.person_id),
                "home": unit_label(row.home_commune),
                "found_at": found_at[row.id],
                "chips": _chips(asked.get(row.person_id, [])),
            }
            for row in shown
        ],
    }


def _shown(ruling: measures.Ruling) -> dict[str, Any]:
    return {
        "ruling": ruling,
        "measure": term("measure", ruling.measure),
        "chip": measure_wording.outcome_chip(ruling),
        "signer": term("signer", ruling.answer.signer) if ruling.answer.signer else "",
        "advice": term("measure", ruling.advice) if ruling.advice else "",
        "reading": term("reading", ruling.answer.reading) if ruling.answer.reading else "",
    }


def _chips(requests: list[MeasureRequest]) -> list[dict[str, Any]]:
    return [
        {
            "request": row,
            "measure": term("measure", row.measure),
            "chip": measure_wording.state_chip(row),
        }
        for row in requests
    ]


@require_POST
@guarded(*TRACERS, purpose="tracing")
def ask(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """Propose or advise: `act` is "order" or "advice", a colon and the measure."""
    found = case_of(request, case_id)
    kind, _colon, measure = request.POST.get("act", "").partition(":")
    if kind not in MeasureRequest.Kind.values:
        raise Http404
    count = _ask(request, found, MeasureRequest.Kind(kind), measure)
    if count:
        messages.success(request, measure_wording.done(kind, count))
    else:
        messages.info(request, measure_wording.asked_before())
    return redirect("tracing:measures", case_id=case_id)


def _ask(request: SignedInRequest, found: Case, kind: MeasureRequest.Kind, measure: str) -> int:
    by = request.principal
    if request.POST.get("role") == "patient":
        return measures.ask_for_patient(kind=kind, case=found, measure=measure, by=by)
    service = measures.advise if kind == MeasureRequest.Kind.ADVICE else measures.propose
    return service(case=found, measure=measure, contacts=_chosen(request, found), by=by)


def _chosen(request: SignedInRequest, found: Case) -> list[UUID]:
    """The ticked ones, or everybody confirmed of the role."""
    role = request.POST.get("role", "")
    if request.POST.get("everybody") and role in CONTACT_ROLES:
        return [row.id for row in measures.confirmed_of(found, role)]
    ticked = [each for each in request.POST.getlist("contacts") if _is_uuid(each)]
    return list(Contact.objects.filter(case=found, pk__in=ticked).values_list("id", flat=True))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
