"""Reads of complaints: one's own, those of a desk by their hour, and the public board."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connections
from django.db.models import QuerySet

from lachan.core.clock import now
from lachan.core.sealing import open_sealed
from lachan.corrections.ticket_models import Ticket
from lachan.places.models import Organisation
from lachan.places.selectors import unit_name
from lachan.rulebook.selectors import complaints_rule
from lachan.vaccination.models import Dose

#: Complaints of one page of a desk.
PAGE = 50

#: Facilities of one search.
FACILITIES = 20


def own_tickets(persons: Iterable[UUID]) -> list[Ticket]:
    """Complaints of these people, the newest first."""
    found = Ticket.objects.filter(person__in=list(persons)).select_related("dose")
    return list(found.order_by("-opened_at")[:PAGE])


def at_desk(*, ended: bool = False) -> QuerySet[Ticket]:
    """Complaints this scope works on: the next due first; of the ended ones the newest first."""
    found = Ticket.objects.select_related("dose")
    if ended:
        return found.exclude(decided_at=None).order_by("-decided_at")
    return found.filter(decided_at=None).order_by("due_at")


def ticket_of(ticket: UUID) -> Ticket | None:
    """One complaint, None when this scope does not see it."""
    return Ticket.objects.select_related("dose", "person").filter(pk=ticket).first()


def dose_of(dose: UUID) -> Dose | None:
    """One entry of the ledger, None when this scope does not see it."""
    return Dose.objects.select_related("lot").filter(pk=dose).first()


def photo_of(ticket: Ticket) -> bytes:
    """The picture of a paper, opened.  Its look is recorded by whoever shows it."""
    assert ticket.photo is not None
    opened: str = open_sealed(ticket.person_id, bytes(ticket.photo))["jpeg"]
    return base64.b64decode(opened)


def data_of(ticket: Ticket) -> dict[str, str]:
    """Personal data as they were proposed, opened."""
    if ticket.correction is None:
        return {}
    opened = open_sealed(ticket.person_id, bytes(ticket.correction))
    return {name: str(value) for name, value in opened.items()}


def facilities(province: int, text: str) -> list[Organisation]:
    """Facilities of a province whose name holds every word of `text`, by name."""
    words = text.split()
    found = Organisation.objects.filter(province=province) if words else Organisation.objects.none()
    for word in words:
        found = found.filter(name__icontains=word)
    return list(found.order_by("name", "id")[:FACILITIES])


@dataclass(frozen=True, slots=True)
class Pace:
    """How a province, or one facility of it, answers.  `middle_hours` is None before anything was
    decided."""

    province: str
    facility: str
    opened: int
    decided: int
    in_time: int
    overdue: int
    middle_hours: float | None


def paces() -> tuple[list[Pace], int]:
    """The public board, and how many days it looks back; too small units are left out."""
    rule = complaints_rule(now())
    since = now() - timedelta(days=rule.board_days)
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from core.complaint_times(%s, %s)", [since, rule.least])
        rows = cursor.fetchall()
    names = dict(
        Organisation.objects.filter(id__in=[row[1] for row in rows if row[1]]).values_list(
            "id", "name"
        )
    )
    units = {row[0]: unit_name(row[0]) for row in rows}
    found = [Pace(units[row[0]], names.get(row[1], "") if row[1] else "", *row[2:]) for row in rows]
    return sorted(found, key=lambda each: (each.province, each.facility)), rule.board_days
