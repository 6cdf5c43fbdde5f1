"""Reads of doses and sessions, bounded by the running scope."""

from uuid import UUID

from django.db.models import QuerySet

from lachan.people.selectors import same_persons
from lachan.vaccination.lot_reading import barred_lots as barred_lots
from lachan.vaccination.lot_reading import lot_barred as lot_barred
from lachan.vaccination.models import Dose, Session


def standing() -> QuerySet[Dose]:
    """Entries that nothing reverses."""
    return Dose.objects.filter(reverses=None, reversed_by=None)


def doses_of(person: UUID) -> list[Dose]:
    """The true doses of a person in order: of every record that stands for that person."""
    found = standing().filter(person__in=same_persons(person))
    return list(found.select_related("lot").order_by("given_at", "id"))


def entries_of(person: UUID) -> list[Dose]:
    """Everything ever entered, reversals too, in the order in which it came."""
    found = Dose.objects.filter(person__in=same_persons(person))
    return list(found.select_related("lot", "reverses").order_by("received_at", "id"))


def sessions_of(organisation: UUID) -> QuerySet[Session]:
    """Sessions of a facility, the newest first."""
    return Session.objects.filter(organisation=organisation).order_by("-starts_at")
