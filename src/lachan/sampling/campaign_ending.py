"""What is found at doors, the next round, and the end of a campaign with nothing open."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.sampling.campaign_people import members_of
from lachan.sampling.campaign_reading import next_round_of
from lachan.sampling.campaigning import (
    BATCH,
    NewCampaign,
    State,
    end_of,
    living,
    open_requests,
    write_plan,
)
from lachan.sampling.models import (
    Campaign,
    CampaignMember,
    CampaignPlan,
    SampleRequest,
    Visit,
)


def record_visit(
    *,
    member: CampaignMember,
    outcome: str,
    by: Principal,
    reason: str = "",
    id: UUID | None = None,
    at: datetime | None = None,
) -> Visit:
    """Nobody was at home, or the person refused and said why.  The same `id` again changes nothing.

    Refused: not_asked, reason_needed, different_content.
    """
    if member.request_id is None:
        raise Refused("not_asked", _("Nobody asked to sample this person in this campaign."))
    said = reason.strip()[:200]
    if outcome == Visit.Outcome.REFUSED and not said:
        raise Refused("reason_needed", _("Say why this person is not sampled."))
    if id is not None:
        known = Visit.objects.filter(pk=id).first()
        if known is not None:
            return _same(known, member, outcome, said)
    visit = Visit(
        id=id or uuid7(),
        member=member,
        outcome=outcome,
        reason=said,
        at=at or now(),
        by=by.account,
        organisation=member.organisation,
        commune=member.commune,
        province=member.province,
    )
    visit.save(force_insert=True)
    audit.record("campaign.visited", target=("campaign_member", member.id), by=by)
    return visit


def _same(known: Visit, member: CampaignMember, outcome: str, reason: str) -> Visit:
    if (known.member_id, known.outcome, known.reason) != (member.id, outcome, reason):
        raise Refused(
            "different_content",
            _("Something else was written under this number before. Write it anew."),
            status=409,
        )
    return known


def next_day_of(plan: CampaignPlan) -> date | None:
    """The first day of the next round by the rule's days, None where the rule sets none."""
    if not plan.days:
        return None
    return plan.campaign.starts_on + timedelta(days=plan.days)


def plan_next(*, campaign: Campaign, on: date, by: Principal) -> Campaign:
    """The next round of a campaign, with the same people chosen the same way.

    A round that is planned already is given back.  Refused: campaign_days.
    """
    known = next_round_of(campaign)
    if known is not None:
        return known
    if on <= campaign.starts_on:
        raise Refused("campaign_days", _("The next round begins after this one."))
    plan = campaign.plan
    assert campaign.commune is not None
    assert campaign.organisation is not None
    new = NewCampaign(
        name=campaign.name,
        disease=campaign.disease,
        reason=campaign.reason,
        method=campaign.method,
        area=plan.area,
        whom=plan.whom,
        starts_on=on,
        ends_on=on + (campaign.ends_on - campaign.starts_on),
        commune=campaign.commune,
        province=campaign.province,
        organisation=campaign.organisation,
        laboratory=campaign.laboratory,
        pool_size=campaign.pool_size,
    )
    made = write_plan(new, by, round=plan.round + 1, follows=campaign)
    CampaignPlan.objects.filter(pk=made.pk).update(lanes=plan.lanes, body=plan.body)
    made.plan.refresh_from_db()
    _copy_list(campaign, made)
    return made


def _copy_list(before: Campaign, made: Campaign) -> None:
    """The same people; a household's hand-made choice holds for the next round too."""
    chosen = {row.person_id: row for row in before.members.all()}
    fresh = members_of(made.plan, list(chosen))
    for member in fresh:
        old = chosen[member.person_id]
        member.symptoms = member.symptoms or old.symptoms
        member.chosen, member.why = old.chosen, old.why
        member.place, member.house, member.ord = old.place, old.house, old.ord
        member.household, member.lane = old.household, old.lane
    CampaignMember.objects.bulk_create(fresh, batch_size=BATCH)


def end(
    *, campaign: Campaign, by: Principal, carry_into: Campaign | None = None, reason: str = ""
) -> int:
    """End a campaign with nothing open: what waits is carried into the next round, or dropped for a
    reason.  Give how many requests that was.

    Refused: campaign_ended, requests_open, reason_needed.
    """
    locked = living(campaign)
    waiting = list(open_requests(locked))
    if waiting and carry_into is None and not reason.strip():
        raise Refused(
            "requests_open",
            _(
                "%(count)d people are not sampled yet. Carry them into the next round, or say"
                " why not."
            )
            % {"count": len(waiting)},
        )
    ids = [row.pk for row in waiting]
    if carry_into is not None:
        _carry(locked, carry_into, ids)
    else:
        SampleRequest.objects.filter(pk__in=ids).update(
            state=SampleRequest.State.DROPPED, ended_at=now(), why_dropped=reason.strip()[:200]
        )
    locked.state = State.ENDED
    locked.save(update_fields=["state"])
    audit.record(
        "campaign.ended",
        target=("campaign", locked.id),
        by=by,
        detail={
            "carried" if carry_into else "dropped": [str(key) for key in ids],
            "into": str(carry_into.id) if carry_into else "",
        },
    )
    return len(ids)


def _carry(before: Campaign, into: Campaign, ids: list[UUID]) -> None:
    """Open requests become the next round's, with its unit and its last day."""
    SampleRequest.objects.filter(pk__in=ids).update(
        campaign=into, organisation=into.organisation, due_at=end_of(into.ends_on), opened_at=None
    )
    waiting = SampleRequest.objects.filter(pk__in=ids).values_list("person", "id")
    of_person = dict(waiting)
    rows = list(into.members.filter(person__in=list(of_person)))
    for member in rows:
        member.request_id = of_person[member.person_id]
        member.chosen = True
    CampaignMember.objects.bulk_update(rows, ["request", "chosen"], batch_size=BATCH)
