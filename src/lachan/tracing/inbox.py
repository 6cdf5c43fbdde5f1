"""Hand-overs as either side reads them: what came, what went, and what nobody answered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, Min, Q, QuerySet, Value, When

from lachan.core.clock import now
from lachan.core.scope import Principal
from lachan.core.sealing import open_many
from lachan.people.selectors import OnDuty, PersonCard, cards_of
from lachan.places.selectors import cdc_of, unit_label, unit_name
from lachan.tracing import modes
from lachan.tracing.boards import first_on_duty
from lachan.tracing.handovers import HandoverState, Kind
from lachan.tracing.models import Handover, HandoverReceipt

#: The task without which a commune does not work a kind: its rows stay, but are nobody's work.
TASK_OF = {
    Kind.CONTACT: modes.Task.HAND_OVER,
    Kind.SAMPLING: modes.Task.SAMPLING,
    Kind.VISIT: modes.Task.VISIT,
}


@dataclass(frozen=True, slots=True)
class AskedInbox:
    """What the receiver filtered by; empty values filter nothing."""

    state: str = ""
    kind: str = ""
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """One line of the inbox."""

    handover: Handover
    card: PersonCard | None
    home: str
    sender: str
    note: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class SentRow:
    """One line of what this unit sent: the person and how the receiver answered."""

    receipt: HandoverReceipt
    card: PersonCard | None
    to: str
    overdue: bool
    duty: OnDuty | None = None


@dataclass(frozen=True, slots=True)
class Climbed:
    """Hand-overs that one commune did not answer in time.  `ours`: it was sent by this unit."""

    commune: str
    province: str
    people: int
    since: datetime
    ours: bool
    commune_id: int
    duty: OnDuty | None = None


def came(asked: AskedInbox) -> QuerySet[Handover]:
    """Hand-overs to this account's commune or province, the unanswered and oldest first."""
    rows = worked()
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.overdue:
        rows = rows.filter(state=HandoverState.SENT, due_at__lt=now())
    return rows.order_by(_UNANSWERED_FIRST, "due_at", "id")


_UNANSWERED_FIRST = Case(
    When(state=HandoverState.SENT, then=Value(0)),
    When(state=HandoverState.ACCEPTED, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


def worked() -> QuerySet[Handover]:
    """Hand-overs that are work in the mode of the commune they came to."""
    rows = Handover.objects.all()
    for kind, task in TASK_OF.items():
        communes = modes.without(task)
        if communes:
            rows = rows.exclude(kind=kind, commune__in=communes)
    return rows


def resting() -> int:
    """How many unanswered hand-overs the mode of their commune leaves alone."""
    waiting = Handover.objects.filter(state=HandoverState.SENT)
    return waiting.count() - worked().filter(state=HandoverState.SENT).count()


def counts(kind: str = "") -> dict[str, int]:
    """How many hand-overs stand at each state, and how many of them are overdue."""
    rows = worked()
    if kind:
        rows = rows.filter(kind=kind)
    late = Count("id", filter=Q(state=HandoverState.SENT, due_at__lt=now()))
    found = dict.fromkeys(HandoverState.values, 0)
    found |= dict(rows.order_by().values_list("state").annotate(n=Count("id")))
    return found | rows.aggregate(overdue=late)


def rows_of(handovers: Iterable[Handover]) -> list[HandoverRow]:
    """Hand-overs with their persons' cards, in the order given."""
    found = list(handovers)
    cards = cards_of([row.person_id for row in found])
    notes = _notes(found)
    at = now()
    return [
        HandoverRow(
            handover=row,
            card=cards.get(row.person_id),
            home=unit_label(row.commune),
            sender=cdc_name(row.from_province),
            note=notes.get(row.id, ""),
            overdue=row.state == HandoverState.SENT and row.due_at < at,
        )
        for row in found
    ]


def _notes(rows: Sequence[Handover]) -> dict[UUID, str]:
    sealed = [row for row in rows if row.note_sealed is not None]
    opened = open_many([(row.person_id, bytes(row.note_sealed or b"")) for row in sealed])
    return {row.id: str(fields.get("note", "")) for row, fields in zip(sealed, opened, strict=True)}


def cdc_name(province: int) -> str:
    """Whom to ask back: the CDC of a province, or the province where no CDC is on record."""
    found = cdc_of(province) if province else None
    return found.name if found is not None else (unit_name(province) if province else "")


def went(*, state: str = "", kind: str = "", overdue: bool = False) -> QuerySet[HandoverReceipt]:
    """What this unit sent: returned people first, then the unanswered, the oldest first."""
    rows = HandoverReceipt.objects.all()
    if state == HandoverState.RETURNED:
        rows = rows.filter(state=state, again_at=None)
    elif state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if overdue:
        rows = rows.filter(state=HandoverState.SENT, due_at__lt=now())
    return rows.order_by(_RETURNED_FIRST, "due_at", "handover")


_RETURNED_FIRST = Case(
    When(state=HandoverState.RETURNED, again_at=None, then=Value(0)),
    When(state=HandoverState.SENT, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


def sent_rows_of(receipts: Iterable[HandoverReceipt]) -> list[SentRow]:
    """Receipts with their persons' cards; no card where the receiver has taken over."""
    found = list(receipts)
    cards = cards_of([row.person_id for row in found])
    at = now()
    silent = [row for row in found if row.state == HandoverState.SENT]
    duty = first_on_duty((row.to_province, row.to_commune) for row in silent)
    return [
        SentRow(
            receipt=row,
            card=cards.get(row.person_id),
            to=unit_label(row.to_commune),
            overdue=row.state == HandoverState.SENT and row.due_at < at,
            duty=duty.get(row.to_commune),
        )
        for row in found
    ]


def sent_counts() -> dict[str, int]:
    """How many people this unit sent stand at each state; a return dealt with counts no more."""
    rows = HandoverReceipt.objects.exclude(state=HandoverState.RETURNED, again_at__isnull=False)
    found = dict.fromkeys(HandoverState.values, 0)
    return found | dict(rows.order_by().values_list("state").annotate(n=Count("handover")))


def climbed(by: Principal) -> list[Climbed]:
    """Communes that did not answer in time, before the CDCs of both sides, the oldest first."""
    if by.province is None and not by.national:
        return []
    sent = (
        HandoverReceipt.objects.filter(state=HandoverState.SENT, climbed_at__isnull=False)
        .values(unit=F("to_commune"), above=F("to_province"))
        .annotate(people=Count("handover"), since=Min("due_at"))
    )
    came_here = (
        Handover.objects.filter(
            state=HandoverState.SENT,
            climbed_at__isnull=False,
            climbed_to__contains=["receiver_province"],
        )
        .exclude(from_province=by.province or 0)
        .values(unit=F("commune"), above=F("province"))
        .annotate(people=Count("id"), since=Min("due_at"))
    )
    rows = [(row, True) for row in sent] + [(row, False) for row in came_here]
    duty = first_on_duty((row["above"], row["unit"]) for row, _ours in rows)
    return sorted((_climbed(row, ours, duty) for row, ours in rows), key=lambda row: row.since)


def _climbed(row: Mapping[str, Any], ours: bool, duty: Mapping[int, OnDuty]) -> Climbed:
    return Climbed(
        commune=unit_name(row["unit"]),
        province=unit_name(row["above"]),
        people=row["people"],
        since=row["since"],
        ours=ours,
        commune_id=row["unit"],
        duty=duty.get(row["unit"]),
    )
