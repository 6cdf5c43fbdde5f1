"""Reads of doses and sessions, bounded by the running scope."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Max, Min, QuerySet

from lachan.core.clock import now
from lachan.people.selectors import same_persons, same_persons_of
from lachan.vaccination.lot_reading import barred_lots as barred_lots
from lachan.vaccination.lot_reading import lot_barred as lot_barred
from lachan.vaccination.models import Dose, Session

#: Fewer doses of a table in a session say nothing of its pace.
MEASURED_FROM = 10


def standing() -> QuerySet[Dose]:
    """Entries that nothing reverses."""
    return Dose.objects.filter(reverses=None, reversed_by=None)


def doses_of(person: UUID) -> list[Dose]:
    """The true doses of a person in order: of every record that stands for that person."""
    return doses_of_many([person])[person]


def doses_of_many(persons: Iterable[UUID]) -> dict[UUID, list[Dose]]:
    """The true doses of each of many persons, with two statements."""
    same = same_persons_of(persons)
    records = frozenset().union(*same.values())
    found = standing().filter(person__in=records).select_related("lot")
    of_record: dict[UUID, list[Dose]] = {}
    for dose in found.order_by("given_at", "id"):
        of_record.setdefault(dose.person_id, []).append(dose)
    return {
        person: sorted(
            (dose for one in own for dose in of_record.get(one, [])),
            key=lambda dose: (dose.given_at, dose.id),
        )
        for person, own in same.items()
    }


def entries_of(person: UUID) -> list[Dose]:
    """Everything ever entered, reversals too, in the order in which it came."""
    found = Dose.objects.filter(person__in=same_persons(person))
    return list(found.select_related("lot", "reverses").order_by("received_at", "id"))


def sessions_of(organisation: UUID) -> QuerySet[Session]:
    """Sessions of a facility, the newest first."""
    return Session.objects.filter(organisation=organisation).order_by("-starts_at")


def measured_pace(organisation: UUID, days: int = 30) -> float | None:
    """Injections an hour and table of a facility in its last sessions, None without any: doses
    between the first and the last one of each session and table, of at least ten."""
    rows = (
        standing()
        .filter(
            organisation=organisation,
            session__isnull=False,
            given_at__gte=now() - timedelta(days=days),
        )
        .values("session", "table")
        .annotate(n=Count("id"), first=Min("given_at"), last=Max("given_at"))
    )
    doses, hours = 0, 0.0
    for row in rows:
        lasted = (row["last"] - row["first"]).total_seconds() / 3600
        if row["n"] >= MEASURED_FROM and lasted > 0:
            doses += row["n"] - 1
            hours += lasted
    return doses / hours if hours else None
