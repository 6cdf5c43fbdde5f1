"""Reading who is to be sampled: the open requests of a unit, and all of one person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet

from lachan.core.clock import now
from lachan.core.scope import Principal
from lachan.people.selectors import PersonCard, cards_of
from lachan.sampling.models import Reason, SampleRequest

#: Rows of a file; a unit with more filters them.
FILE_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the list is filtered by; "" and False: not."""

    source: str = ""
    reason: str = ""
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """An open request with whom it is about."""

    request: SampleRequest
    card: PersonCard | None
    late: bool


def of_unit(by: Principal) -> QuerySet[SampleRequest]:
    """Open requests of the account's own unit: the team's, the commune's or the province's."""
    rows = SampleRequest.objects.filter(state=SampleRequest.State.OPEN)
    if by.organisation is not None:
        return rows.filter(organisation=by.organisation)
    if by.commune is not None:
        return rows.filter(commune=by.commune)
    if by.province is not None:
        return rows.filter(province=by.province)
    return rows.none()


def listed(by: Principal, chosen: Chosen, at: datetime) -> QuerySet[SampleRequest]:
    """The same as it is filtered, the most urgent first; without a day last."""
    rows = of_unit(by).select_related("campaign")
    if chosen.source in SampleRequest.Source.values:
        rows = rows.filter(source=chosen.source)
    if chosen.reason in Reason.values:
        rows = rows.filter(reason=chosen.reason)
    if chosen.overdue:
        rows = rows.filter(due_at__lt=at)
    return rows.order_by(F("due_at").asc(nulls_last=True), "asked_at", "id")


def with_cards(rows: list[SampleRequest], at: datetime) -> list[Asked]:
    """Requests with the cards this scope may see."""
    cards = cards_of([row.person_id for row in rows])
    return [
        Asked(row, cards.get(row.person_id), row.due_at is not None and row.due_at < at)
        for row in rows
    ]


def sums(by: Principal, at: datetime) -> tuple[int, int]:
    """(open, overdue) of the unit."""
    rows = of_unit(by)
    return rows.count(), rows.filter(due_at__lt=at).count()


def all_of(person: UUID) -> list[SampleRequest]:
    """Everything somebody was ever to be sampled for, the newest first."""
    rows = SampleRequest.objects.filter(person=person).select_related("campaign", "sample__tube")
    return list(rows.order_by("-asked_at", "-id"))


def now_late(request: SampleRequest) -> bool:
    """Whether an open request is past its day."""
    return request.state == SampleRequest.State.OPEN and bool(
        request.due_at and request.due_at < now()
    )
