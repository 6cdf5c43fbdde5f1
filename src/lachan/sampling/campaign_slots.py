"""Appointments: slots of a site, given to households together, moved by whoever holds one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connections
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import OFFSET, now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.sampling.models import (
    Appointment,
    Campaign,
    CampaignMember,
    SampleRequest,
    Slot,
)

#: Slots that one form may make: a day of ten-minute slots is sixty.
MOST_SLOTS = 100


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a site on a day, cut into slots of `minutes` for `capacity` people each."""

    site: str
    on: date
    begins: time
    ends: time
    minutes: int
    capacity: int


def open_slots(*, campaign: Campaign, hours: Hours, by: Principal) -> int:
    """Make the slots of a site's hours; those that stand already stay.  How many are new.

    Refused: campaign_ended, slot_hours.
    """
    if campaign.state == Campaign.State.ENDED:
        raise Refused("campaign_ended", _("This campaign has ended. Plan the next round."))
    starts = _starts(hours)
    if not starts or len(starts) > MOST_SLOTS or not _within(campaign, hours.on):
        raise Refused(
            "slot_hours",
            _("Choose a day of the campaign, an end after the beginning, and at most 100 slots."),
        )
    known = set(
        Slot.objects.filter(campaign=campaign, site=hours.site, starts_at__in=starts).values_list(
            "starts_at", flat=True
        )
    )
    rows = [
        Slot(
            campaign=campaign,
            site=hours.site,
            starts_at=at,
            ends_at=at + timedelta(minutes=hours.minutes),
            capacity=hours.capacity,
            made_by=by.account,
            organisation=campaign.organisation,
            commune=campaign.commune,
            province=campaign.province,
        )
        for at in starts
        if at not in known
    ]
    Slot.objects.bulk_create(rows)
    audit.record(
        "campaign.slots_opened", target=("campaign", campaign.id), by=by, detail={"new": len(rows)}
    )
    return len(rows)


def _within(campaign: Campaign, on: date) -> bool:
    return campaign.starts_on <= on <= campaign.ends_on


def _starts(hours: Hours) -> list[datetime]:
    at = datetime.combine(hours.on, hours.begins, OFFSET)
    end = datetime.combine(hours.on, hours.ends, OFFSET)
    step = timedelta(minutes=hours.minutes)
    found: list[datetime] = []
    while at + step <= end and len(found) <= MOST_SLOTS:
        found.append(at)
        at += step
    return found


@dataclass(frozen=True, slots=True)
class Given:
    """How many people got a slot, and how many found no room."""

    people: int
    without: int


def give_appointments(*, campaign: Campaign, by: Principal) -> Given:
    """Give whoever is asked and has no slot the next free one, a household together, lane by lane.

    A household that fits into no slot whole waits for a human: nobody tears a family apart.
    """
    slots = list(
        Slot.objects.select_for_update()
        .filter(campaign=campaign, starts_at__gt=now())
        .order_by("starts_at", "site")
    )
    room = _room(slots)
    rows, without = [], 0
    for home in _homes_without(campaign):
        slot = next((slot for slot in slots if room[slot.id] >= len(home)), None)
        if slot is None:
            without += len(home)
            continue
        room[slot.id] -= len(home)
        rows += [_row(member, slot, by) for member in home]
    Appointment.objects.bulk_create(rows)
    audit.record(
        "campaign.appointments_given",
        target=("campaign", campaign.id),
        by=by,
        detail={"people": len(rows), "without": without},
    )
    return Given(len(rows), without)


def _room(slots: Sequence[Slot]) -> dict[UUID, int]:
    taken = dict(
        Slot.objects.filter(pk__in=[slot.id for slot in slots])
        .annotate(taken=Count("appointments", filter=Q(appointments__ended_at=None)))
        .values_list("id", "taken")
    )
    return {slot.id: slot.capacity - taken[slot.id] for slot in slots}


def _homes_without(campaign: Campaign) -> list[list[CampaignMember]]:
    """Households of whom nobody has a slot yet, in the order in which their houses stand."""
    standing = Appointment.objects.filter(ended_at=None, request__campaign=campaign)
    members = (
        campaign.members.filter(request__state=SampleRequest.State.OPEN, request__campaign=campaign)
        .exclude(request__in=standing.values("request"))
        .order_by("place", "ord", "house", "household", "id")
    )
    homes: dict[UUID, list[CampaignMember]] = {}
    for member in members:
        homes.setdefault(member.household or member.person_id, []).append(member)
    return list(homes.values())


def _row(member: CampaignMember, slot: Slot, by: Principal) -> Appointment:
    assert member.request_id is not None
    return Appointment(
        request_id=member.request_id,
        person_id=member.person_id,
        slot=slot,
        made_at=now(),
        made_by=by.account,
        organisation=member.organisation,
        commune=member.commune,
        province=member.province,
    )


def move_appointment(*, appointment: Appointment, slot: UUID, by: Principal) -> None:
    """Whoever holds it chooses another free slot of the same campaign; the database counts the
    room, because a citizen sees nobody else's.  Refused: slot_full, appointment_over."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select core.move_appointment(%s, %s, %s, %s)",
            [appointment.id, slot, now(), by.account],
        )
        row = cursor.fetchone()
    said = row[0] if row else ""
    if said == "full":
        raise Refused("slot_full", _("This time is full now. Choose another one."), status=409)
    if said != "moved":
        raise Refused(
            "appointment_over",
            _("This appointment cannot be moved any more. Ask the health station."),
            status=409,
        )
    audit.record("appointment.moved", target=("appointment", appointment.id), by=by)
