"""Writing campaigns: planned, its list made and exchanged by hand, begun."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.bulk import insert_many
from lachan.core.clock import OFFSET, now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.sampling.campaign_people import asked_for, members_of, people_for
from lachan.sampling.campaign_rule import numbers_for
from lachan.sampling.models import (
    Campaign,
    CampaignMember,
    CampaignPlan,
    Reason,
    SampleRequest,
)
from lachan.sampling.requesting import Wanted, drop_request, request_samples

#: Rows of one UPDATE.
BATCH = 1_000

Why = CampaignMember.Why
Whom = CampaignPlan.Whom
State = Campaign.State
Open = SampleRequest.State.OPEN


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """What a planner says of a campaign.  `organisation`: the unit that takes the samples."""

    name: str
    disease: str
    reason: str
    method: str
    area: str
    whom: str
    starts_on: date
    ends_on: date
    commune: int
    province: int
    organisation: UUID
    laboratory: UUID | None = None
    pool_size: int = 1


def plan_campaign(new: NewCampaign, *, by: Principal) -> Campaign:
    """Keep a plan; nobody is on its list yet.  Refused: campaign_outside, campaign_days."""
    _refuse_outside(new, by)
    if new.ends_on < new.starts_on:
        raise Refused("campaign_days", _("The last day cannot be before the first."))
    return write_plan(new, by, round=1, follows=None)


def _refuse_outside(new: NewCampaign, by: Principal) -> None:
    own = by.commune == new.commune if by.commune is not None else by.province == new.province
    if not own:
        raise Refused("campaign_outside", _("Plan campaigns for your own area only."), status=403)


def write_plan(
    new: NewCampaign, by: Principal, *, round: int, follows: Campaign | None
) -> Campaign:
    at = now()
    numbers = numbers_for(disease=new.disease, area=new.area, at=at, province=new.province)
    where = {
        "organisation": new.organisation,
        "commune": new.commune,
        "province": new.province,
    }
    campaign = Campaign(
        name=new.name.strip(),
        disease=new.disease,
        reason=new.reason,
        method=new.method,
        pool_size=new.pool_size,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        laboratory=new.laboratory,
        made_at=at,
        made_by=by.account,
        **where,
    )
    campaign.save(force_insert=True)
    CampaignPlan(
        campaign=campaign,
        whom=new.whom,
        area=new.area,
        household_below=numbers.household.below,
        sampled_small=numbers.household.small,
        sampled_large=numbers.household.large,
        everybody=numbers.household.everybody,
        days=numbers.days,
        rule=numbers.rule,
        round=round,
        follows=follows,
        **where,
    ).save(force_insert=True)
    audit.record("campaign.planned", target=("campaign", campaign.id), by=by)
    return campaign


def gather(
    *, campaign: Campaign, by: Principal, lanes: Sequence[UUID] = (), body: UUID | None = None
) -> int:
    """Put everybody on the list whom the plan is for and this session may see; who stands there
    stays as he is.  Give how many are new.  Refused: campaign_ended, campaign_whom."""
    plan = living(campaign).plan
    if (plan.whom == Whom.LANES and not lanes) or (plan.whom == Whom.BODY and body is None):
        raise Refused("campaign_whom", _("Choose the lanes or the organisation to be sampled."))
    plan.lanes = list(dict.fromkeys([*plan.lanes, *lanes]))
    plan.body = body or plan.body
    plan.save(update_fields=["lanes", "body"])
    fresh = enlist(plan, people_for(plan))
    if plan.whom == Whom.ASKED:
        _take_along(plan, fresh)
    audit.record(
        "campaign.gathered", target=("campaign", campaign.id), by=by, detail={"new": len(fresh)}
    )
    return len(fresh)


def enlist(plan: CampaignPlan, persons: Sequence[UUID]) -> list[CampaignMember]:
    """Write the rows of these people; give the new ones."""
    fresh = members_of(plan, persons)
    insert_many(CampaignMember, fresh)
    return fresh


def _take_along(plan: CampaignPlan, fresh: Sequence[CampaignMember]) -> None:
    """Requests made by others are worked in this campaign from now on."""
    asked = asked_for(plan)
    for member in fresh:
        member.request = asked.get(member.person_id)
    CampaignMember.objects.bulk_update(fresh, ["request"], batch_size=BATCH)
    SampleRequest.objects.filter(pk__in=[row.request_id for row in fresh if row.request_id]).update(
        campaign=plan.campaign, organisation=plan.organisation
    )


def choose(*, member: CampaignMember, chosen: bool, by: Principal) -> CampaignMember:
    """A human exchanges who of a household is sampled.  In a running campaign the person is asked,
    or asked no more.  Refused: campaign_ended, already_sampled."""
    campaign = living(member.campaign)
    locked = CampaignMember.objects.select_for_update().get(pk=member.pk)
    if locked.chosen == chosen:
        return locked
    if not chosen:
        _ask_no_more(locked, by)
    locked.chosen = chosen
    locked.why = Why.BY_HAND if chosen else Why.LEFT_OUT
    locked.save(update_fields=["chosen", "why", "request"])
    audit.record("campaign.exchanged", target=("campaign_member", locked.id), by=by)
    if chosen and campaign.state == State.RUNNING:
        ask(campaign, [locked], by)
    return locked


def _ask_no_more(member: CampaignMember, by: Principal) -> None:
    request = member.request
    if request is None:
        return
    if request.state == SampleRequest.State.DONE:
        raise Refused("already_sampled", _("This person is sampled already."), status=409)
    if request.state == Open:
        drop_request(request, reason=_("Exchanged for somebody of the household"), by=by)
    member.request = None


def note_symptoms(*, member: CampaignMember, ill: bool, by: Principal) -> CampaignMember:
    """Somebody of the list has symptoms, or has none after all: whoever has is always sampled, in a
    tube of his own.  Refused: campaign_ended, already_sampled."""
    living(member.campaign)
    if member.symptoms == ill:
        return member
    CampaignMember.objects.filter(pk=member.pk).update(symptoms=ill)
    audit.record("campaign.symptoms_noted", target=("campaign_member", member.id), by=by)
    member.refresh_from_db()
    if ill and not member.chosen:
        member = choose(member=member, chosen=True, by=by)
    elif ill and member.request is not None and member.request.state == Open:
        SampleRequest.objects.filter(pk=member.request.pk).update(
            reason=Reason.SYMPTOMS, single=True
        )
    if ill:
        CampaignMember.objects.filter(pk=member.pk).update(why=Why.SYMPTOMS)
        member.refresh_from_db()
    return member


def begin(*, campaign: Campaign, by: Principal) -> int:
    """Ask for everybody chosen and set the campaign going; give how many were asked.

    Refused: campaign_ended, nobody_on_the_list.
    """
    locked = living(campaign)
    chosen = list(locked.members.filter(chosen=True, request=None))
    if not chosen and not locked.members.filter(chosen=True).exists():
        raise Refused("nobody_on_the_list", _("Nobody is chosen yet. Make the list first."))
    asked = ask(locked, chosen, by)
    if locked.state != State.RUNNING:
        locked.state = State.RUNNING
        locked.save(update_fields=["state"])
        audit.record("campaign.begun", target=("campaign", locked.id), by=by)
    return asked


def ask(campaign: Campaign, members: Sequence[CampaignMember], by: Principal) -> int:
    """A request for each member; due when the campaign's last day is over."""
    _ask_again(campaign, members, by)
    request_samples([_wanted(campaign, member) for member in members], by=by)
    rows = SampleRequest.objects.filter(campaign=campaign, source_id=campaign.id)
    by_person = {row.person_id: row for row in rows.filter(state=Open)}
    found = [member for member in members if member.person_id in by_person]
    for member in found:
        member.request = by_person[member.person_id]
    CampaignMember.objects.bulk_update(found, ["request"], batch_size=BATCH)
    return len(found)


def _ask_again(campaign: Campaign, members: Sequence[CampaignMember], by: Principal) -> None:
    """Who was left out and is chosen again has a request already: it is open again."""
    again = SampleRequest.objects.filter(
        campaign=campaign,
        source_id=campaign.id,
        person__in=[member.person_id for member in members],
        state=SampleRequest.State.DROPPED,
    )
    if again.update(state=Open, ended_at=None, why_dropped=""):
        audit.record("request.reopened", target=("campaign", campaign.id), by=by)


def _wanted(campaign: Campaign, member: CampaignMember) -> Wanted:
    return Wanted(
        person=member.person_id,
        disease=campaign.disease,
        reason=Reason.SYMPTOMS if member.symptoms else campaign.reason,
        source=SampleRequest.Source.CAMPAIGN,
        source_id=campaign.id,
        method=campaign.method,
        single=member.symptoms or campaign.pool_size == 1,
        due_at=end_of(campaign.ends_on),
        organisation=campaign.organisation,
        campaign=campaign,
    )


def end_of(day: date) -> datetime:
    """The first moment after a day."""
    return datetime.combine(day + timedelta(days=1), time.min, OFFSET)


def living(campaign: Campaign) -> Campaign:
    """The campaign, locked and not ended."""
    locked = Campaign.objects.select_for_update().select_related(None).get(pk=campaign.pk)
    if locked.state == State.ENDED:
        raise Refused(
            "campaign_ended", _("This campaign has ended. Plan the next round."), status=409
        )
    return locked


def open_requests(campaign: Campaign) -> Iterable[SampleRequest]:
    """What a campaign still owes."""
    return SampleRequest.objects.filter(campaign=campaign, state=Open)
