"""A case with its contacts, and the inbox of hand-overs."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.people.selectors import card_of
from lachan.places.selectors import unit_label
from lachan.rulebook.selectors import term
from lachan.tracing import access, handover, sample_asking, selectors, services, wording
from lachan.tracing.asked import TRACERS, filters_of
from lachan.tracing.boards import silent_receivers
from lachan.tracing.case_heads import duty_line
from lachan.tracing.case_time import over_time
from lachan.tracing.forms import RULED_OUT_FOR, DecisionForm
from lachan.tracing.mode_words import mode_line
from lachan.tracing.models import Case, Contact, Handover
from lachan.tracing.pages import case_tabs
from lachan.tracing.stage_words import stage_clock, stage_marks
from lachan.tracing.stages import stages_of
from lachan.tracing.wording import (
    contact_tools,
    hop_switch,
    listed_in,
    places_of,
    state_chip,
    verdict,
)
from lachan.ui.pages import page_of


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
    chosen = filters_of(request.GET)
    page = page_of(
        selectors.contact_list(found, chosen).select_related("place", "group"), request.GET
    )
    rows = access.contacts_for(request.principal, page.rows)
    totals = selectors.sums(found)
    told = stages_of(found)
    return {
        "case": found,
        "card": card_of(found.person_id),
        "commune": unit_label(found.commune),
        "run": run,
        "verdict": verdict(run, totals),
        "places": places_of(found, selectors.linked_places(run) if run else []),
        "disease": term("disease", found.disease),
        "here": request.get_full_path(),
        "rows": [(row, state_chip(row), wording.mark_chip(row)) for row in rows],
        "page": page,
        "listed": wording.more_than(listed_in(totals, chosen)),
        "stages": stage_clock(found, told),
        "marks": stage_marks(found, told),
        "mode": mode_line(found.commune),
        "tools": contact_tools(found, totals, chosen),
        "hops": hop_switch(found, selectors.hop_sums(found), chosen),
        "over_time": over_time(found),
        "ruled_out_for": RULED_OUT_FOR,
        "case_tabs": case_tabs(found, "tracing:case"),
        "receivers": silent_receivers(found),
        **duty_line(found),
    }


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
    if form.cleaned_data["act"] == "request_samples":
        text = ngettext(
            "%(count)d person is to be sampled now.",
            "%(count)d people are to be sampled now.",
            count,
        )
    else:
        text = ngettext("%(count)d person moved.", "%(count)d people moved.", count)
    messages.success(request, text % {"count": count})
    return redirect("tracing:case", case_id=case_id)


def _chosen(request: SignedInRequest, form: DecisionForm, found: Case) -> list[UUID]:
    """Everybody in the list as it is filtered, or the ticked ones."""
    if not form.cleaned_data["everybody"]:
        return [row.id for row in form.cleaned_data["contacts"]]
    listed = selectors.contact_list(found, filters_of(request.GET))
    movable = _MOVABLE[form.cleaned_data["act"]]
    return list(listed.filter(state__in=movable).values_list("id", flat=True))


_STATE_OF_ACT = {
    "confirm": Contact.State.CONFIRMED,
    "rule_out": Contact.State.RULED_OUT,
    "hand_over": Contact.State.HANDED_OVER,
}


_MOVABLE = {act: services.may_become(state) for act, state in _STATE_OF_ACT.items()} | {
    "ask_sampling": {Contact.State.TO_VERIFY.value, Contact.State.CONFIRMED.value},
    "request_samples": {state.value for state in sample_asking.CONFIRMED},
}


def _act(form: DecisionForm, found: Case, chosen: list[UUID], request: SignedInRequest) -> int:
    act = form.cleaned_data["act"]
    if act == "hand_over":
        return handover.send(case=found, contacts=chosen, by=request.principal)
    if act == "ask_sampling":
        kind = Handover.Kind.SAMPLING
        return handover.ask(case=found, contacts=chosen, kind=kind, by=request.principal)
    if act == "request_samples":
        return sample_asking.ask_contacts(case=found, contacts=chosen, by=request.principal)
    state = _STATE_OF_ACT[act]
    reason = form.cleaned_data["reason"]
    return services.decide(contacts=chosen, state=state, reason=reason, by=request.principal)
