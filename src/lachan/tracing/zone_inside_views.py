"""Inside a zone: the household list on a phone, needs and presence by one tap, rounds, passes."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.roles import Role
from lachan.places.selectors import lanes_by_id, unit_name
from lachan.tracing import sample_asking, zone_access, zone_care, zone_reading
from lachan.tracing.models import ZoneDecision, ZoneNeed
from lachan.tracing.zone_forms import DoneForm, PassForm, RoundForm, local

#: Who looks after the people inside; the chairman signs the passes.
INSIDE = (Role.STATION_OFFICER, Role.COMMUNE_CHAIRMAN, Role.VILLAGE_HEALTH_WORKER)

#: Levels of the list: what the tap at the top leaves.
ANYBODY, AWAY, NOT_SEEN, NEEDING = "", "away", "unseen", "needs"


@require_GET
@guarded(*INSIDE, purpose="zone_care")
def inside(request: SignedInRequest, decision_id: UUID) -> HttpResponse:
    """Who is inside, house by house."""
    decision = zone_access.decision_inside_for(request.principal, decision_id)
    rows = zone_access.inside_for(request.principal, decision, now())
    show = request.GET.get("show", ANYBODY)
    lanes = lanes_by_id({row.house.lane_id for row in rows})
    kept = [
        {"row": row, "lane": lanes[row.house.lane_id], "residents": people}
        for row in rows
        if (people := [each for each in row.residents if _shown(each, show)])
    ]
    context = {
        "decision": decision,
        "zone": decision.zone,
        "commune": unit_name(decision.commune),
        "households": kept,
        "sums": _sums(rows),
        "tools": {"levels": _levels(decision, rows, show)},
        "kinds": ZoneNeed.Kind.choices,
        "here": request.get_full_path(),
    }
    return render(request, "tracing/zone_inside.html", context)


def _shown(each: zone_reading.Resident, show: str) -> bool:
    if show == AWAY:
        return each.present is False
    if show == NOT_SEEN:
        return each.present is None
    return bool(each.needs) if show == NEEDING else True


def _levels(
    decision: ZoneDecision, rows: list[zone_reading.Household], show: str
) -> list[dict[str, Any]]:
    everybody = [each for row in rows for each in row.residents]
    here = reverse("tracing:zone_inside", args=[decision.id])
    names = [
        (ANYBODY, _("All")),
        (NOT_SEEN, _("Not seen yet")),
        (AWAY, _("Away")),
        (NEEDING, _("Need something")),
    ]
    return [
        {
            "href": f"{here}?show={code}" if code else here,
            "label": label,
            "count": sum(_shown(each, code) for each in everybody),
            "on": code == show,
        }
        for code, label in names
    ]


def _sums(rows: list[zone_reading.Household]) -> dict[str, Any]:
    """People inside = present + away + not seen; and how many need what."""
    everybody = [each for row in rows for each in row.residents]
    needs = Counter(kind for each in everybody for kind in each.needs)
    return {
        "all": len(everybody),
        "present": sum(each.present is True for each in everybody),
        "away": sum(each.present is False for each in everybody),
        "unseen": sum(each.present is None for each in everybody),
        "needs": [(label, needs[code]) for code, label in ZoneNeed.Kind.choices if needs[code]],
    }


@require_POST
@guarded(*INSIDE, purpose="zone_care")
def presence(request: SignedInRequest, decision_id: UUID, person_id: UUID) -> HttpResponse:
    """In or out, by one tap."""
    decision = zone_access.decision_inside_for(request.principal, decision_id)
    zone_care.mark_presence(
        decision=decision,
        person=person_id,
        present=request.POST.get("present") == "yes",
        by=request.principal,
    )
    return _back(request, decision, person_id)


@require_POST
@guarded(*INSIDE, purpose="zone_care")
def need(request: SignedInRequest, decision_id: UUID, person_id: UUID) -> HttpResponse:
    """A need, or that it was met, by one tap."""
    decision = zone_access.decision_inside_for(request.principal, decision_id)
    zone_care.mark_need(
        decision=decision,
        person=person_id,
        kind=request.POST.get("kind", ""),
        open=request.POST.get("open") == "yes",
        by=request.principal,
    )
    return _back(request, decision, person_id)


def _back(request: HttpRequest, decision: ZoneDecision, person: UUID) -> HttpResponse:
    """To the same list at the same person: a thumb goes on from there."""
    show = request.POST.get("show", "")
    kept = f"?show={show}" if show in (AWAY, NOT_SEEN, NEEDING) else ""
    return redirect(f"{reverse('tracing:zone_inside', args=[decision.id])}{kept}#p{person}")


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*INSIDE, purpose="zone_care")
def rounds(request: SignedInRequest, decision_id: UUID) -> HttpResponse:
    """Rounds of sampling: planned, and what each gave."""
    decision = zone_access.decision_inside_for(request.principal, decision_id)
    form = RoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["planned_on"]
        zone_care.plan_round(decision=decision, on=day, by=request.principal)
        messages.success(request, _("The round of sampling is planned."))
        return redirect("tracing:zone_rounds", decision_id=decision.id)
    planned = zone_reading.rounds_of(decision)
    asked = sample_asking.asked_in(planned)
    context = {
        "decision": decision,
        "zone": decision.zone,
        "commune": unit_name(decision.commune),
        "rows": [(row, DoneForm(prefix=f"r{row.number}"), asked.get(row.id, 0)) for row in planned],
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "tracing/zone_rounds.html", context, status=status)


@require_POST
@guarded(*INSIDE, purpose="zone_care")
def round_ask(request: SignedInRequest, decision_id: UUID, round_id: UUID) -> HttpResponse:
    """Ask the station to sample the households inside, in this round."""
    decision = zone_access.decision_inside_for(request.principal, decision_id)
    row = zone_access.round_for(decision, round_id)
    count = sample_asking.ask_households(round=row, by=request.principal)
    text = ngettext(
        "%(count)d person is to be sampled now.", "%(count)d people are to be sampled now.", count
    )
    messages.success(request, text % {"count": count})
    return redirect("tracing:zone_rounds", decision_id=decision.id)


@require_POST
@guarded(*INSIDE, purpose="zone_care")
def round_done(request: SignedInRequest, decision_id: UUID, round_id: UUID) -> HttpResponse:
    """What a round gave."""
    decision = zone_access.decision_inside_for(request.principal, decision_id)
    row = zone_access.round_for(decision, round_id)
    form = DoneForm(request.POST, prefix=f"r{row.number}")
    if form.is_valid():
        zone_care.finish_round(row=row, by=request.principal, **form.cleaned_data)
        messages.success(request, _("The round is done."))
    else:
        messages.error(request, _("Give both counts as whole numbers."))
    return redirect("tracing:zone_rounds", decision_id=decision.id)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*INSIDE, purpose="zone_care")
def passes(request: SignedInRequest, decision_id: UUID) -> HttpResponse:
    """Passes: who may go in and out, why, from when until when, signed by whom."""
    decision = zone_access.decision_inside_for(request.principal, decision_id)
    text = request.GET.get("q", "").strip()
    found = zone_access.found_for(request.principal, text)
    inside_now = zone_access.inside_for(request.principal, decision, now())
    cards = [each.card for row in inside_now for each in row.residents if each.card is not None]
    people = {
        str(card.person): f"{card.name}, {card.birth_year or '–'}" for card in (*found, *cards)
    }
    initial = {"from_at": local(now())}
    form = PassForm(request.POST or None, people=list(people.items()), initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        zone_care.give_pass(
            decision=decision,
            person=UUID(data["person"]),
            reason=data["reason"],
            from_at=data["from_at"],
            to_at=data["to_at"],
            signer=data["signer"],
            by=request.principal,
        )
        messages.success(request, _("The pass is given. The gate knows it at once."))
        return redirect("tracing:zone_passes", decision_id=decision.id)
    context = {
        "decision": decision,
        "zone": decision.zone,
        "commune": unit_name(decision.commune),
        "rows": zone_access.passes_for(request.principal, decision),
        "form": form,
        "q": text,
        "found": len(found),
        "now": now(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "tracing/zone_passes.html", context, status=status)


@require_POST
@guarded(*INSIDE, purpose="zone_care")
def pass_withdrawn(request: SignedInRequest, decision_id: UUID, pass_id: UUID) -> HttpResponse:
    """The pass holds no longer."""
    decision = zone_access.decision_inside_for(request.principal, decision_id)
    row = zone_access.pass_for(decision, pass_id)
    zone_care.withdraw_pass(row=row, by=request.principal)
    messages.success(request, _("The pass is withdrawn."))
    return redirect("tracing:zone_passes", decision_id=decision.id)
