"""A case, a contact list or a hand-over is obtained here, and the look is recorded."""

from collections.abc import Iterable
from uuid import UUID

from django.http import Http404

from lachan.core import looks
from lachan.core.scope import Principal
from lachan.people.selectors import PersonCard, card_of, cards_of
from lachan.tracing import inbox, selectors
from lachan.tracing.models import Case, Contact, Handover, HandoverReceipt


def case_for(by: Principal, case: UUID) -> Case:
    """The case, or 404: an officer from elsewhere learns not even that it exists."""
    found = Case.objects.filter(pk=case).first()
    if found is None:
        raise Http404
    looks.record(person=found.person_id, what="case", by=by)
    return found


def contacts_for(by: Principal, contacts: Iterable[Contact]) -> list[selectors.ContactRow]:
    """The lines of a list; everybody whose card they show may see that it was looked at."""
    rows = selectors.rows_of(contacts)
    looks.record_many(persons=selectors.persons_of(rows), what="contact_list", by=by)
    return rows


def inbox_for(by: Principal, handovers: Iterable[Handover]) -> list[inbox.HandoverRow]:
    """The lines of the inbox."""
    rows = inbox.rows_of(handovers)
    shown = [row.handover.person_id for row in rows if row.card is not None]
    looks.record_many(persons=shown, what="handover", by=by)
    return rows


def sent_for(by: Principal, receipts: Iterable[HandoverReceipt]) -> list[inbox.SentRow]:
    """The lines of what this unit sent."""
    rows = inbox.sent_rows_of(receipts)
    shown = [row.receipt.person_id for row in rows if row.card is not None]
    looks.record_many(persons=shown, what="handover", by=by)
    return rows


def handover_for(by: Principal, handover: UUID) -> Handover:
    """One hand-over to this account's commune or province, or 404."""
    found = Handover.objects.filter(pk=handover).first()
    if found is None:
        raise Http404
    looks.record(person=found.person_id, what="handover", by=by)
    return found


def returned_for(by: Principal, contact: UUID) -> Contact:
    """A contact of this unit that may have come back, or 404."""
    found = Contact.objects.select_related("case", "person").filter(pk=contact).first()
    if found is None:
        raise Http404
    looks.record(person=found.person_id, what="contact_list", by=by)
    return found


def callee_for(by: Principal, person: UUID) -> PersonCard:
    """Somebody on one of this officer's lists, or 404: the card with the telephone."""
    there = Contact.objects.filter(person=person).exists()
    found = card_of(person) if there else None
    if found is None:
        raise Http404
    looks.record(person=person, what="call", by=by)
    return found


def callees_for(by: Principal, persons: Iterable[UUID]) -> dict[UUID, PersonCard]:
    """The cards of a page of the call queue."""
    found = cards_of(persons)
    looks.record_many(persons=found, what="call_queue", by=by)
    return found
