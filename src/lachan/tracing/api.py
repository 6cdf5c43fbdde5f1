"""The same lists for programs: JSON, page by page, as far as the account may see and no further."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import JsonResponse
from django.views.decorators.http import require_GET

from lachan.core.guard import SignedInRequest, guarded
from lachan.people.selectors import PersonCard
from lachan.tracing import access, boards, inbox, selectors
from lachan.tracing.asked import RECEIVERS, TRACERS, filters_of
from lachan.tracing.boards import Wanted
from lachan.tracing.models import Case
from lachan.ui.pages import Page, page_of


@require_GET
@guarded(*TRACERS, purpose="tracing")
def cases(request: SignedInRequest) -> JsonResponse:
    """Cases of this account's commune or province, those nobody has taken first."""
    page = page_of(boards.cases_of_board(Wanted(), request.principal), request.GET)
    return _answer(page, (_case(case) for case in page.rows))


@require_GET
@guarded(*TRACERS, purpose="tracing")
def contacts(request: SignedInRequest, case_id: UUID) -> JsonResponse:
    """The contacts of a case, filtered by the same words as the page; every person is a look."""
    found = access.case_for(request.principal, case_id)
    listed = selectors.contact_list(found, filters_of(request.GET)).select_related("place")
    page = page_of(listed, request.GET)
    rows = access.contacts_for(request.principal, page.rows)
    return _answer(page, (_contact(row) for row in rows))


@require_GET
@guarded(*RECEIVERS, purpose="handover")
def handovers(request: SignedInRequest) -> JsonResponse:
    """People handed over to this account's commune or province; never whose contact they are."""
    page = page_of(inbox.came(inbox.AskedInbox()), request.GET)
    rows = access.inbox_for(request.principal, page.rows)
    return _answer(page, (_handover(row) for row in rows))


def _answer(page: Page[Any], rows: Iterable[dict[str, Any]]) -> JsonResponse:
    return JsonResponse({"rows": list(rows), "previous": page.previous, "next": page.next})


def _case(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "number": case.number,
        "disease": case.disease,
        "group": case.group,
        "status": case.status,
        "onset": case.onset,
        "opened_at": _moment(case.opened_at),
        "commune": case.commune,
        "province": case.province,
        "taken": case.taken_by is not None,
    }


def _contact(row: selectors.ContactRow) -> dict[str, Any]:
    contact = row.contact
    return {
        "id": contact.id,
        "person": _person(row.card),
        "hop": contact.hop,
        "state": contact.state,
        "source": contact.source,
        "place": contact.place.name if contact.place else "",
        "minutes": row.minutes,
        "first_at": _moment(contact.first_at),
        "last_at": _moment(contact.last_at),
        "exit_estimated": contact.imputed,
        "rule": contact.rule,
        "commune": contact.home_commune,
        "province": contact.home_province,
    }


def _handover(row: inbox.HandoverRow) -> dict[str, Any]:
    handover = row.handover
    return {
        "id": handover.id,
        "reference": handover.reference,
        "kind": handover.kind,
        "person": _person(row.card),
        "state": handover.state,
        "duty": handover.duty,
        "rule": handover.rule,
        "last_exposure": _moment(handover.last_exposure),
        "due_at": _moment(handover.due_at),
        "overdue": row.overdue,
        "commune": handover.commune,
        "province": handover.province,
    }


def _person(card: PersonCard | None) -> dict[str, Any] | None:
    """None where the account has no right to the name."""
    if card is None:
        return None
    return {"name": card.name, "birth_year": card.birth_year, "phone": card.phone}


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
