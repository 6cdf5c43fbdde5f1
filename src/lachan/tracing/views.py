"""The tracer's board, a case with its contacts, and the inbox of hand-overs."""

import csv
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.people.selectors import card_of
from lachan.places.selectors import unit_label
from lachan.rulebook.selectors import term
from lachan.tracing import access, handover, selectors, services
from lachan.tracing.forms import RETURNED_FOR, RULED_OUT_FOR, DecisionForm
from lachan.tracing.models import Case, Contact, Handover
from lachan.tracing.pages import case_tabs
from lachan.tracing.wording import contact_tools, inbox_tools, places_of, state_chip, verdict

#: Who works cases (a station those of its own commune), and who receives the people handed over.
TRACERS = (Role.TRACER, Role.DIRECTOR, Role.STATION_OFFICER)
RECEIVERS = (Role.STATION_OFFICER, Role.TRACER, Role.DIRECTOR)


@require_GET
@guarded(*TRACERS, purpose="tracing")
def board(request: SignedInRequest) -> HttpResponse:
    """Cases: nobody's first."""
    rows = [
        (case, unit_label(case.commune), term("disease", case.disease))
        for case in selectors.board()
    ]
    return render(request, "tracing/board.html", {"rows": rows})


@require_GET
@guarded(*TRACERS, purpose="tracing")
def case(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """A case: the verdict sentence, the list to verify, and who was only linked."""
    found = access.case_for(request.principal, case_id)
    context = _case_context(request, found)
    partial = bool(request.htmx)  # type: ignore[attr-defined]
    return render(request, "tracing/_case.html" if partial else "tracing/case.html", context)


def _case_context(request: SignedInRequest, found: Case) -> dict[str, object]:
    run = selectors.last_run(found)
    chosen = _filters(request)
    rows = access.contacts_for(request.principal, found, chosen)
    totals = selectors.sums(found)
    return {
        "case": found,
        "card": card_of(found.person_id),
        "commune": unit_label(found.commune),
        "run": run,
        "verdict": verdict(run, totals),
        "places": places_of(found, selectors.linked_places(run) if run else []),
        "disease": term("disease", found.disease),
        "here": request.get_full_path(),
        "rows": [(row, state_chip(row)) for row in rows],
        "tools": contact_tools(found, totals, chosen),
        "ruled_out_for": RULED_OUT_FOR,
        "case_tabs": case_tabs(found, "tracing:case"),
    }


def _filters(request: SignedInRequest) -> selectors.Chosen:
    state = request.GET.get("state", "")
    minutes = request.GET.get("minutes", "")
    return selectors.Chosen(
        state=state if state in Contact.State.values else "",
        minutes=int(minutes) if minutes.isdecimal() else 0,
        name=request.GET.get("q", "").strip(),
        place=_uuid(request.GET.get("place", "")),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_POST
@guarded(*TRACERS, purpose="tracing")
def ask(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """Ask the engine again."""
    found = access.case_for(request.principal, case_id)
    services.ask(found, by=request.principal)
    return redirect("tracing:case", case_id=case_id)


@require_POST
@guarded(*TRACERS, purpose="tracing")
def take(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """Put one's name to a case."""
    services.take(access.case_for(request.principal, case_id), by=request.principal)
    return redirect("tracing:case", case_id=case_id)


@require_POST
@guarded(*TRACERS, purpose="tracing")
def decide(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """Confirm, rule out or hand over the chosen people: one act, one event."""
    found = access.case_for(request.principal, case_id)
    form = DecisionForm(request.POST, case_contacts=found.contacts.all())
    if not form.is_valid():
        raise Refused("nobody_chosen", _("Choose at least one person."))
    chosen = _chosen(request, form, found)
    count = _act(form, found, chosen, request)
    text = ngettext("%(count)d person moved.", "%(count)d people moved.", count)
    messages.success(request, text % {"count": count})
    return redirect("tracing:case", case_id=case_id)


def _chosen(request: SignedInRequest, form: DecisionForm, found: Case) -> list[UUID]:
    """Everybody in the list as it is filtered, or the ticked ones."""
    if not form.cleaned_data["everybody"]:
        return [row.id for row in form.cleaned_data["contacts"]]
    listed = access.contacts_for(request.principal, found, _filters(request))
    act = form.cleaned_data["act"]
    movable = services.may_become(_STATE_OF_ACT[act])
    return [row.contact.id for row in listed if row.contact.state in movable]


_STATE_OF_ACT = {
    "confirm": Contact.State.CONFIRMED,
    "rule_out": Contact.State.RULED_OUT,
    "hand_over": Contact.State.HANDED_OVER,
}


def _act(form: DecisionForm, found: Case, chosen: list[UUID], request: SignedInRequest) -> int:
    act = form.cleaned_data["act"]
    if act == "hand_over":
        return handover.send(case=found, contacts=chosen, by=request.principal)
    state = _STATE_OF_ACT[act]
    reason = form.cleaned_data["reason"]
    return services.decide(contacts=chosen, state=state, reason=reason, by=request.principal)


@require_GET
@guarded(*TRACERS, purpose="tracing_export")
def contacts_csv(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """The list as CSV, with phones as text so that leading zeros stay."""
    found = access.case_for(request.principal, case_id)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.number}.csv"'
    writer = csv.writer(response)
    writer.writerow([_("Name"), _("Year"), _("Minutes"), _("Place"), _("First"), _("Phone"), ""])
    for row in access.contacts_for(request.principal, found, _filters(request)):
        writer.writerow(_csv_line(row))
    return response


def _csv_line(row: selectors.ContactRow) -> list[object]:
    card = row.card
    return [
        card.name if card else "",
        card.birth_year if card else "",
        row.minutes,
        row.contact.place.name if row.contact.place else "",
        row.contact.first_at.isoformat() if row.contact.first_at else "",
        f"\t{card.phone}" if card and card.phone else "",
        row.contact.state,
    ]


@require_GET
@guarded(*RECEIVERS, purpose="handover")
def inbox(request: SignedInRequest) -> HttpResponse:
    """People handed over to this commune or province."""
    state = request.GET.get("state", "")
    state = state if state in Handover.State.values else ""
    context = {
        "rows": access.inbox_for(request.principal, state=state),
        "tools": inbox_tools(state),
        "returned_for": RETURNED_FOR,
    }
    return render(request, "tracing/inbox.html", context)


@require_POST
@guarded(*RECEIVERS, purpose="handover")
def accept(request: SignedInRequest, handover_id: UUID) -> HttpResponse:
    """Take a person over."""
    handover.accept(access.handover_for(request.principal, handover_id), by=request.principal)
    return redirect("tracing:inbox")


@require_POST
@guarded(*RECEIVERS, purpose="handover")
def give_back(request: SignedInRequest, handover_id: UUID) -> HttpResponse:
    """Return a person with a reason."""
    handover.give_back(
        access.handover_for(request.principal, handover_id),
        reason=request.POST.get("reason", ""),
        by=request.principal,
    )
    return redirect("tracing:inbox")
