"""Reading for the telephone: the rows a call is about, earlier calls, who is on shift."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from lachan.core.scope import Principal
from lachan.core.sealing import open_many
from lachan.places.selectors import cdc_of, station_of, unit_name
from lachan.tracing.calls import Call, CallShift, Outcome
from lachan.tracing.models import Contact

#: Earlier calls shown beside a call; older ones stay on record.
CALLS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class CallRow:
    """One earlier call, with its note opened."""

    at: datetime
    by_name: str
    outcome: str
    note: str
    next_at: datetime | None


def contacts_of(person: UUID) -> list[Contact]:
    """The rows of a person that this officer works, the nearest first."""
    return list(
        Contact.objects.select_related("case", "place", "group")
        .filter(person=person)
        .exclude(state=Contact.State.RULED_OUT)
        .order_by("hop", "-seconds")
    )


def calls_of(person: UUID) -> list[CallRow]:
    """What was said to a person so far, the newest first."""
    rows = list(Call.objects.filter(person=person).order_by("-at")[:CALLS_SHOWN])
    sealed = [row for row in rows if row.note_sealed is not None]
    opened = open_many([(person, bytes(row.note_sealed or b"")) for row in sealed])
    notes = {row.id: str(text.get("note", "")) for row, text in zip(sealed, opened, strict=True)}
    return [
        CallRow(
            at=row.at,
            by_name=row.by_name,
            outcome=str(Outcome(row.outcome).label),
            note=notes.get(row.id, ""),
            next_at=row.next_at,
        )
        for row in rows
    ]


def shifts_of() -> QuerySet[CallShift]:
    """Who is at the telephone now, in the order of sitting down."""
    return CallShift.objects.filter(ended_at=None).order_by("begun_at")


def unit_of(by: Principal) -> str:
    """The unit an officer calls for, as he says it on the telephone."""
    if by.commune is not None:
        station = station_of(by.commune)
        return station.name if station else unit_name(by.commune)
    if by.province is not None:
        cdc = cdc_of(by.province)
        return cdc.name if cdc else unit_name(by.province)
    return ""


def station_name(commune: int) -> str:
    """The health station where somebody stays, as he is told whom to ring."""
    station = station_of(commune)
    return station.name if station else unit_name(commune)
