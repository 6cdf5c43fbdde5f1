"""A campaign and the people of its list are obtained here, and every look is recorded."""

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404

from lachan.core import looks
from lachan.core.scope import Principal
from lachan.sampling import campaign_reading, campaign_slot_reading
from lachan.sampling.models import Campaign, CampaignFile, CampaignMember

#: Code of a look at somebody in the list of a campaign.
LOOK = "sampling_list"


def campaign_for(campaign: UUID) -> Campaign:
    """A campaign this account may see, or 404."""
    found = Campaign.objects.filter(pk=campaign, plan__isnull=False).select_related("plan").first()
    if found is None:
        raise Http404
    return found


def member_for(campaign: Campaign, member: UUID) -> CampaignMember:
    """Somebody of a campaign's list, or 404."""
    rows = CampaignMember.objects.select_related("campaign__plan", "request")
    found = rows.filter(pk=member, campaign=campaign).first()
    if found is None:
        raise Http404
    return found


def file_for(campaign: Campaign, file: UUID) -> CampaignFile:
    """A list of a campaign, or 404."""
    found = CampaignFile.objects.filter(pk=file, campaign=campaign).first()
    if found is None:
        raise Http404
    return found


def doors_for(by: Principal, members: Sequence[CampaignMember]) -> list[campaign_reading.Door]:
    """People of a list, household by household; each may see that the list was looked at."""
    found = campaign_reading.doors(members)
    seen = [row.member.person_id for door in found for row in door.rows if row.card is not None]
    looks.record_many(persons=seen, what=LOOK, by=by)
    return found


def coming_for(by: Principal, campaign: Campaign, place: str) -> list[campaign_slot_reading.Coming]:
    """Whoever of a lane is asked, with the time; each may see that the list was looked at."""
    found = campaign_slot_reading.coming_of(campaign, place)
    seen = [one.member.person_id for one in found if one.card is not None]
    looks.record_many(persons=seen, what=LOOK, by=by)
    return found
