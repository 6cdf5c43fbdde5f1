"""The head of a campaign: plan it, make its list, exchange who is sampled, begin, go on, end."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.places.selectors import lanes_of, today_of, unit_name
from lachan.rulebook.selectors import diseases_at
from lachan.sampling import (
    campaign_access,
    campaign_ending,
    campaign_reading,
    campaign_words,
    campaigning,
    selectors,
)
from lachan.sampling.campaign_forms import (
    BodyForm,
    CampaignForm,
    EndForm,
    LanesForm,
    ListForm,
    NextRoundForm,
)
from lachan.sampling.models import Campaign, CampaignPlan
from lachan.sampling.navigation import HEADS, HELPERS
from lachan.ui.pages import page_of
from lachan.ui.wording import as_of, language

Whom = CampaignPlan.Whom


@require_safe
@guarded(*HELPERS, purpose="sampling_campaign")
def board(request: SignedInRequest) -> HttpResponse:
    """Campaigns, the newest first, with how far each is."""
    state = request.GET.get("state", "")
    rows = campaign_reading.campaigns(state)
    sums = campaign_reading.tallies(rows)
    context = {
        "rows": [
            (row, campaign_words.state_chip(row), sums.get(row.id, campaign_reading.Tally()))
            for row in rows
        ],
        "tools": campaign_words.board_tools(state),
        "may_plan": request.principal.has(*HEADS),
        "asof": as_of(now()),
    }
    return render(request, "sampling/campaigns.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*HEADS, purpose="sampling_campaign")
def new(request: SignedInRequest) -> HttpResponse:
    """Plan a campaign."""
    by = request.principal
    form = _campaign_form(request, by)
    if request.method == "POST" and form.is_valid():
        made = campaigning.plan_campaign(_as_new(form.cleaned_data, by), by=by)
        return redirect("sampling:campaign_whom", made.id)
    status = 422 if form.is_bound else 200
    return render(request, "sampling/campaign_new.html", {"form": form}, status=status)


def _campaign_form(request: SignedInRequest, by: Principal) -> CampaignForm:
    names = {code: words[language()] for code, words in diseases_at(now()).items()}
    province = _province(by)
    return CampaignForm(
        request.POST if request.method == "POST" else None,
        diseases=sorted(names.items()),
        units=campaign_reading.units_for(by.commune, province),
        laboratories=selectors.laboratories(),
        commune=by.commune,
    )


def _province(by: Principal) -> int:
    if by.commune is None:
        return by.province or 0
    try:
        return today_of(by.commune).province
    except Refused:
        return by.province or 0


def _as_new(data: dict[str, Any], by: Principal) -> campaigning.NewCampaign:
    commune = by.commune if by.commune is not None else data["commune"]
    return campaigning.NewCampaign(
        name=data["name"],
        disease=data["disease"],
        reason=data["reason"],
        method=data["method"],
        area=data["area"],
        whom=data["whom"],
        starts_on=data["starts_on"],
        ends_on=data["ends_on"],
        commune=commune,
        province=today_of(commune).province,
        organisation=UUID(data["organisation"]),
        laboratory=UUID(data["laboratory"]) if data["laboratory"] else None,
        pool_size=int(data["pool_size"]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*HEADS, purpose="sampling_campaign")
def whom(request: SignedInRequest, campaign_id: UUID) -> HttpResponse:
    """Whose people: lanes, an organisation, a file, or those who are asked for already."""
    found = campaign_access.campaign_for(campaign_id)
    form = _whom_form(request, found)
    if request.method == "POST" and (form is None or form.is_valid()):
        data = {} if form is None else form.cleaned_data
        count = campaigning.gather(
            campaign=found,
            by=request.principal,
            lanes=[UUID(lane) for lane in data.get("lanes", [])],
            body=UUID(data["body"]) if "body" in data else None,
        )
        text = ngettext("%(count)d person was added.", "%(count)d people were added.", count)
        messages.success(request, text % {"count": count})
        return redirect("sampling:campaign", found.id)
    context = {"campaign": found, "plan": found.plan, "form": form, "list_form": ListForm()}
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "sampling/campaign_whom.html", context, status=status)


def _whom_form(request: SignedInRequest, found: Campaign) -> LanesForm | BodyForm | None:
    data = request.POST if request.method == "POST" else None
    if found.plan.whom == Whom.LANES:
        assert found.commune is not None
        lanes = [(str(lane.id), lane.name) for lane in lanes_of([found.commune])]
        return LanesForm(data, lanes=lanes)
    if found.plan.whom == Whom.BODY:
        bodies = campaign_reading.bodies_for(found.commune, found.province)
        return BodyForm(data, bodies=bodies)
    return None


@require_safe
@guarded(*HELPERS, purpose="sampling_campaign")
def campaign(request: SignedInRequest, campaign_id: UUID) -> HttpResponse:
    """A campaign: how far it is, lane by lane, by whom we sample and round; what is to be done."""
    found = campaign_access.campaign_for(campaign_id)
    places = campaign_reading.places_of(found)
    tally = campaign_reading.tallies([found]).get(found.id, campaign_reading.Tally())
    later = campaign_reading.next_round_of(found)
    context = {
        "campaign": found,
        "plan": found.plan,
        "chip": campaign_words.state_chip(found),
        "commune": unit_name(found.commune) if found.commune else "",
        "household_rule": campaign_words.household_words(found.plan),
        "rule": campaign_words.rule_words(found.plan),
        "reason": campaign_words.REASON_WORDS.get(found.reason, found.reason),
        "method": campaign_words.METHOD_WORDS.get(found.method, found.method),
        "people": sum(place.people for place in places),
        "chosen": sum(place.chosen for place in places),
        "households": sum(place.households for place in places),
        "tally": tally,
        "sum": campaign_words.tally_sum(tally, _missing_link(found)),
        "places": campaign_words.place_rows(found, places, "sampling:campaign_place"),
        "reasons": [
            (campaign_words.REASON_WORDS.get(code, code), sums)
            for code, sums in campaign_reading.by_reason(found)
        ],
        "files": [
            (file, campaign_words.file_words(file)) for file in found.files.order_by("-sent_at")
        ],
        "next": later,
        "leads": request.principal.has(*HEADS),
        "next_form": NextRoundForm(initial={"on": campaign_ending.next_day_of(found.plan)}),
        "end_form": EndForm(),
        "asof": as_of(now()),
    }
    return render(request, "sampling/campaign.html", context)


def _missing_link(found: Campaign) -> str:
    return reverse("sampling:campaign_missing", args=[found.id])


@require_safe
@guarded(*HELPERS, purpose="sampling_campaign")
def place(request: SignedInRequest, campaign_id: UUID) -> HttpResponse:
    """The households of a lane: who is sampled of each and why; a human exchanges them."""
    found = campaign_access.campaign_for(campaign_id)
    name, show = request.GET.get("place", ""), request.GET.get("show", "")
    page = page_of(campaign_reading.members_at(found, name, show), request.GET)
    doors = campaign_access.doors_for(request.principal, page.rows)
    context = {
        "campaign": found,
        "name": campaign_words.place_name(name),
        "doors": _shown(doors),
        "page": page,
        "tools": campaign_words.show_levels("sampling:campaign_place", found, name, show),
        "here": request.get_full_path(),
        "ended": found.state == Campaign.State.ENDED,
        "household_rule": campaign_words.household_words(found.plan),
    }
    return render(request, "sampling/campaign_place.html", context)


def _shown(doors: list[campaign_reading.Door]) -> list[dict[str, Any]]:
    return [
        {
            "door": door,
            "rows": [
                (row, campaign_words.member_chip(row.state), campaign_words.why_words(row))
                for row in door.rows
            ],
        }
        for door in doors
    ]


@require_safe
@guarded(*HELPERS, purpose="sampling_campaign")
def missing(request: SignedInRequest, campaign_id: UUID) -> HttpResponse:
    """Everybody who was asked and is not sampled yet."""
    found = campaign_access.campaign_for(campaign_id)
    page = page_of(campaign_reading.missing(found), request.GET)
    context = {
        "campaign": found,
        "doors": _shown(campaign_access.doors_for(request.principal, page.rows)),
        "page": page,
    }
    return render(request, "sampling/campaign_missing.html", context)


@require_POST
@guarded(*HELPERS, purpose="sampling_campaign")
def choose(request: SignedInRequest, campaign_id: UUID, member_id: UUID) -> HttpResponse:
    """Exchange who of a household is sampled, or note that somebody has symptoms."""
    found = campaign_access.campaign_for(campaign_id)
    member = campaign_access.member_for(found, member_id)
    by = request.principal
    if "ill" in request.POST:
        ill = request.POST["ill"] == "yes"
        campaigning.note_symptoms(member=member, ill=ill, by=by)
    else:
        chosen = request.POST.get("chosen") == "yes"
        campaigning.choose(member=member, chosen=chosen, by=by)
    name = campaign_words.place_link("sampling:campaign_place", found, member.place)
    return redirect(f"{name}#m{member.id}")


@require_POST
@guarded(*HEADS, purpose="sampling_campaign")
def begin(request: SignedInRequest, campaign_id: UUID) -> HttpResponse:
    """Ask for everybody chosen."""
    found = campaign_access.campaign_for(campaign_id)
    count = campaigning.begin(campaign=found, by=request.principal)
    text = ngettext("%(count)d person is asked.", "%(count)d people are asked.", count)
    messages.success(request, text % {"count": count})
    return redirect("sampling:campaign", found.id)


@require_POST
@guarded(*HEADS, purpose="sampling_campaign")
def next_round(request: SignedInRequest, campaign_id: UUID) -> HttpResponse:
    """Plan the next round with the same people."""
    found = campaign_access.campaign_for(campaign_id)
    form = NextRoundForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the first day of the next round."))
        return redirect("sampling:campaign", found.id)
    made = campaign_ending.plan_next(
        campaign=found, on=form.cleaned_data["on"], by=request.principal
    )
    return redirect("sampling:campaign", made.id)


@require_POST
@guarded(*HEADS, purpose="sampling_campaign")
def end(request: SignedInRequest, campaign_id: UUID) -> HttpResponse:
    """End it with nothing open: carried into the next round, or dropped for a reason."""
    found = campaign_access.campaign_for(campaign_id)
    carry = campaign_reading.next_round_of(found) if request.POST.get("act") == "carry" else None
    campaign_ending.end(
        campaign=found,
        by=request.principal,
        carry_into=carry,
        reason="" if carry else request.POST.get("reason", ""),
    )
    messages.success(request, _("The campaign has ended. Nothing of it is open."))
    return redirect("sampling:campaign", found.id)
