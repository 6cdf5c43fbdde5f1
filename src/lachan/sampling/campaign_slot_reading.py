"""Reading appointments: a campaign's slots, one's own, and who has to be told on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections
from django.db.models import Count, Q

from lachan.people.selectors import PersonCard, cards_of
from lachan.sampling.models import Appointment, Campaign, CampaignMember, SampleRequest, Slot


@dataclass(frozen=True, slots=True)
class Filled:
    """A slot with how many come."""

    slot: Slot
    taken: int

    @property
    def free(self) -> int:
        """How many may still come."""
        return self.slot.capacity - self.taken


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody of a list, where he lives, and when he comes."""

    member: CampaignMember
    card: PersonCard | None
    appointment: Appointment | None


@dataclass(frozen=True, slots=True)
class Own:
    """A request of one's own, its appointment, and the other times that are free."""

    request: SampleRequest
    appointment: Appointment | None
    free: list[tuple[Slot, int]]


def slots_of(campaign: Campaign) -> list[Filled]:
    """A campaign's slots in their order."""
    rows = campaign.slots.annotate(
        taken=Count("appointments", filter=Q(appointments__ended_at=None))
    )
    return [Filled(slot, slot.taken) for slot in rows.order_by("starts_at", "site")]


def coming_of(campaign: Campaign, place: str | None = None) -> list[Coming]:
    """Whoever is asked, household by household, with the time he comes."""
    members = campaign.members.filter(request__state=SampleRequest.State.OPEN)
    if place is not None:
        members = members.filter(place=place)
    rows = list(members.order_by("place", "ord", "house", "household", "id"))
    cards = cards_of([row.person_id for row in rows])
    standing = _standing([row.request_id for row in rows if row.request_id])
    return [
        Coming(
            row, cards.get(row.person_id), standing.get(row.request_id) if row.request_id else None
        )
        for row in rows
    ]


def _standing(requests: Sequence[UUID]) -> dict[UUID, Appointment]:
    rows = Appointment.objects.filter(request__in=requests, ended_at=None).select_related("slot")
    return {row.request_id: row for row in rows}


def own_of(person: UUID, at: datetime) -> list[Own]:
    """Open requests of a person with appointments, as the person reads them."""
    requests = list(
        SampleRequest.objects.filter(person=person, state=SampleRequest.State.OPEN).order_by(
            "asked_at", "id"
        )
    )
    standing = _standing([row.id for row in requests])
    return [Own(row, standing.get(row.id), _free(standing.get(row.id), at)) for row in requests]


def _free(appointment: Appointment | None, at: datetime) -> list[tuple[Slot, int]]:
    """Other times of the same campaign with room; the database counts who comes."""
    if appointment is None or appointment.slot.starts_at <= at:
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute("select slot, free from core.free_slots(%s, %s)", [appointment.id, at])
        free = dict(cursor.fetchall())
    rows = Slot.objects.filter(pk__in=list(free)).order_by("starts_at", "site")
    return [(row, free[row.id]) for row in rows]
