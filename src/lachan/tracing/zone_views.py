"""The workshop of zones, and a zone with its decisions from the plan to the end."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.places.selectors import unit_name
from lachan.tracing import access, zone_access, zone_reading, zones
from lachan.tracing.models import ZoneDecision
from lachan.tracing.zone_choices import add_choices, take_choices
from lachan.tracing.zone_documents import decision_paper, ending_paper
from lachan.tracing.zone_forms import AdjustForm, AtForm, DecideForm, ResourcesForm
from lachan.tracing.zone_law import earliest_start, law_of, regime_word, sentence_of
from lachan.tracing.zone_pages import Asked, communes_of, workshop_page, zone_drawings
from lachan.tracing.zone_plan import Workshop
from lachan.ui.documents import PDF, WORD, Document, to_docx, to_pdf

#: Who plans, who reads, who takes the steps of the law in the commune's name.
PLANNERS = (Role.TRACER, Role.DIRECTOR, Role.STATION_OFFICER)
READERS = (*PLANNERS, Role.COMMUNE_CHAIRMAN, Role.VILLAGE_HEALTH_WORKER)
COMMUNE = (Role.COMMUNE_CHAIRMAN, Role.STATION_OFFICER)
SIGNERS = (Role.COMMUNE_CHAIRMAN,)


@require_GET
@guarded(*READERS, purpose="zoning")
def board(request: SignedInRequest) -> HttpResponse:
    """Zones of the own area, and outbreaks that may need one."""
    rows = [
        (zone, [(each, unit_name(each.commune)) for each in zone.decisions.all()])
        for zone in zone_reading.zones()
    ]
    plans = request.principal.has(*PLANNERS)
    outbreaks = [
        (each, unit_name(each.commune)) for each in (zone_reading.open_outbreaks() if plans else [])
    ]
    context = {"rows": rows, "outbreaks": outbreaks, "word": regime_word(now()), "plans": plans}
    return render(request, "tracing/zones.html", context)


@require_GET
@guarded(*PLANNERS, purpose="zoning")
def case_zone(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """From a case to the workshop: of its outbreak, or of the case alone."""
    case = access.case_for(request.principal, case_id)
    query = f"outbreak={case.outbreak_id}" if case.outbreak_id else f"case={case.id}"
    return redirect(f"{reverse('tracing:zone_plan')}?{query}")


@require_GET
@guarded(*PLANNERS, purpose="zoning")
def plan(request: SignedInRequest) -> HttpResponse:
    """The workshop: everything it shows follows from the address."""
    asked = Asked.of(request.GET)
    cases = zone_access.cases_for(request.principal, asked.outbreak, list(asked.cases))
    gathered = zone_access.gathered_for(request.principal, cases)
    context = workshop_page(asked, cases, gathered, request.principal)
    return render(request, "tracing/zone_plan.html", context)


@require_POST
@guarded(*PLANNERS, purpose="zoning")
def propose(request: SignedInRequest) -> HttpResponse:
    """Keep the plan of the address as a zone with its decisions."""
    asked = Asked.of(request.POST)
    cases = zone_access.cases_for(request.principal, asked.outbreak, list(asked.cases))
    gathered = zone_access.gathered_for(request.principal, cases)
    workshop = Workshop(gathered, communes_of(gathered, asked, request.principal))
    made = workshop.plan(asked.kind, asked.share)
    if made is None:
        raise Refused("plan_empty", _("This plan closes nothing. Choose another share or way."))
    zone = zones.propose(workshop=workshop, plan=made, cases=cases, by=request.principal)
    messages.success(request, _("The plan is kept. The commune reports it and decides."))
    return redirect("tracing:zone", zone_id=zone.id)


@require_GET
@guarded(*READERS, purpose="zoning")
def zone(request: SignedInRequest, zone_id: UUID) -> HttpResponse:
    """One zone: its communes' decisions, the drawing, what happened."""
    return _zone_page(request, zone_id)


def _zone_page(request: SignedInRequest, zone_id: UUID, **forms: Any) -> HttpResponse:
    found = zone_access.zone_for(zone_id)
    decisions = list(found.decisions.select_related("zone").order_by("-people"))
    shown = [zone_reading.shown(each, request.principal) for each in decisions]
    context = {
        "zone": found,
        "rows": [(each, _decision_context(request, each)) for each in shown],
        "drawings": zone_drawings([each.inside for each in shown], decisions),
        "names": {each.commune: unit_name(each.commune) for each in decisions},
        "history": [(step, unit_name(step.commune)) for step in zone_reading.history(decisions)],
        "people": sum(each.people for each in decisions),
        "households": sum(each.households for each in decisions),
        "businesses": sum(each.businesses for each in decisions),
        "residents": sum(each.residents for each in decisions),
        "law": sentence_of(decisions[0].answer) if decisions else "",
        "word": regime_word(now()),
    } | forms
    status = 422 if forms else 200
    return render(request, "tracing/zone.html", context, status=status)


def _decision_context(request: SignedInRequest, shown: zone_reading.Shown) -> dict[str, Any]:
    """What a decision's card shows, and which acts are this account's to take now."""
    decision, by = shown.decision, request.principal
    law = law_of(decision.zone.disease, at=now(), province=decision.province)
    earliest = None if decision.reported_at is None else earliest_start(decision.reported_at, law)
    signs = shown.mine and by.has(*SIGNERS)
    state = shown.state
    running = state in (ZoneDecision.State.DECIDED, ZoneDecision.State.IN_FORCE)
    return {
        "commune": unit_name(decision.commune),
        "earliest": earliest,
        "hours": law.hours,
        "files": decision.files.defer("content").order_by("at"),
        "may_report": shown.mine
        and by.has(*COMMUNE)
        and (state == ZoneDecision.State.PLANNED or running),
        "report_again": running,
        "may_decide": signs and state == ZoneDecision.State.REPORTED,
        "may_change": signs and running and decision.ended_at is None,
        "may_plan": shown.mine
        and by.has(*COMMUNE)
        and state in (ZoneDecision.State.PLANNED, ZoneDecision.State.REPORTED),
        "may_look_inside": shown.mine and running,
        "resources": [(name, decision.resources.get(name, "")) for name in zones.RESOURCES],
    }


@require_POST
@guarded(*COMMUNE, purpose="zoning")
def report(request: SignedInRequest, decision_id: UUID) -> HttpResponse:
    """The report to the province went out."""
    decision = zone_access.decision_for(decision_id)
    zones.report(decision=decision, by=request.principal)
    messages.success(request, _("The report to the province is recorded with its time."))
    return redirect("tracing:zone", zone_id=decision.zone_id)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*COMMUNE, purpose="zoning")
def resources(request: SignedInRequest, decision_id: UUID) -> HttpResponse:
    """Posts, people on duty and food, for the paper."""
    decision = zone_access.decision_for(decision_id)
    form = ResourcesForm(request.POST or None, initial=decision.resources)

    def act() -> None:
        zones.set_resources(decision=decision, words=form.cleaned_data, by=request.principal)

    return _form_page(request, decision, form, _("Resources for the zone"), act)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*SIGNERS, purpose="zoning")
def decide(request: SignedInRequest, decision_id: UUID) -> HttpResponse:
    """Enter the signed decision."""
    decision = zone_access.decision_for(decision_id)
    law = law_of(decision.zone.disease, at=now(), province=decision.province)
    initial = {"signer": request.principal.name}
    if decision.reported_at is not None:
        initial["starts_at"] = earliest_start(decision.reported_at, law)  # type: ignore[assignment]
    form = DecideForm(request.POST or None, request.FILES or None, initial=initial)

    def act() -> None:
        data = form.cleaned_data
        zones.decide(
            decision=decision,
            signed=form.signed(),
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            by=request.principal,
        )

    return _form_page(request, decision, form, _("Enter the signed decision"), act, law=law)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*SIGNERS, purpose="zoning")
def adjust(request: SignedInRequest, decision_id: UUID) -> HttpResponse:
    """Add or take out parts by a signed paper."""
    decision = zone_access.decision_for(decision_id)
    form = AdjustForm(
        request.POST or None,
        request.FILES or None,
        inside=take_choices(decision),
        outside=add_choices(decision),
        initial={"signer": request.principal.name},
    )

    def act() -> None:
        zones.adjust(
            decision=decision,
            add=form.keys("add"),
            take=form.keys("take"),
            at=form.cleaned_data["at"],
            signed=form.signed(),
            by=request.principal,
        )

    return _form_page(request, decision, form, _("Adjust the zone"), act)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*SIGNERS, purpose="zoning")
def end(request: SignedInRequest, decision_id: UUID) -> HttpResponse:
    """Enter the signed paper that ends the zone."""
    decision = zone_access.decision_for(decision_id)
    initial = {"signer": request.principal.name}
    form = AtForm(request.POST or None, request.FILES or None, initial=initial)

    def act() -> None:
        at = form.cleaned_data["at"]
        zones.end(decision=decision, signed=form.signed(), at=at, by=request.principal)

    return _form_page(request, decision, form, _("End the zone"), act)


def _form_page(
    request: SignedInRequest,
    decision: ZoneDecision,
    form: Any,
    heading: str,
    act: Callable[[], None],
    **more: Any,
) -> HttpResponse:
    """One act on a page of its own: refused in place, or done and back to the zone."""
    if request.method == "POST" and form.is_valid():
        act()
        messages.success(request, _("Done. It is in the zone's history."))
        return redirect("tracing:zone", zone_id=decision.zone_id)
    context = {
        "form": form,
        "heading": heading,
        "decision": decision,
        "zone": decision.zone,
        "commune": unit_name(decision.commune),
        "back": reverse("tracing:zone", args=[decision.zone_id]),
    } | more
    status = 422 if form.is_bound else 200
    return render(request, "tracing/zone_form.html", context, status=status)


@require_GET
@guarded(*READERS, purpose="zoning")
def decision_docx(request: SignedInRequest, decision_id: UUID) -> HttpResponse:
    """The decision as Word."""
    return _word(decision_paper(zone_access.decision_for(decision_id)), "quyet-dinh-khoanh-vung")


@require_GET
@guarded(*READERS, purpose="zoning")
def decision_pdf(request: SignedInRequest, decision_id: UUID) -> HttpResponse:
    """The decision as PDF."""
    return _pdf(decision_paper(zone_access.decision_for(decision_id)), "quyet-dinh-khoanh-vung")


@require_GET
@guarded(*READERS, purpose="zoning")
def ending_docx(request: SignedInRequest, decision_id: UUID) -> HttpResponse:
    """The paper that ends the zone as Word."""
    return _word(ending_paper(zone_access.decision_for(decision_id)), "ket-thuc-khoanh-vung")


@require_GET
@guarded(*READERS, purpose="zoning")
def ending_pdf(request: SignedInRequest, decision_id: UUID) -> HttpResponse:
    """The paper that ends the zone as PDF."""
    return _pdf(ending_paper(zone_access.decision_for(decision_id)), "ket-thuc-khoanh-vung")


def _word(document: Document, name: str) -> HttpResponse:
    return _download(to_docx(document), WORD, f"{name}.docx")


def _pdf(document: Document, name: str) -> HttpResponse:
    return _download(to_pdf(document), PDF, f"{name}.pdf")


def _download(content: bytes, media: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
@guarded(*READERS, purpose="zoning")
def paper(request: SignedInRequest, file_id: UUID) -> HttpResponse:
    """The scan of a signed paper, byte by byte as it came."""
    file = zone_access.file_for(file_id)
    ending = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}[file.media]
    return _download(bytes(file.content), file.media, f"{file.kind}-{file.id.hex[:8]}.{ending}")
