"""A case, a contact list or a hand-over is obtained here, and the look is recorded."""

from uuid import UUID

from django.http import Http404

from lachan.core import looks
from lachan.core.scope import Principal
from lachan.tracing import selectors
from lachan.tracing.models import Case, Handover


def case_for(by: Principal, case: UUID) -> Case:
    """The case, or 404: an officer from elsewhere learns not even that it exists."""
    found = Case.objects.filter(pk=case).first()
    if found is None:
        raise Http404
    looks.record(person=found.person_id, what="case", by=by)
    return found


def contacts_for(by: Principal, case: Case, chosen: selectors.Chosen) -> list[selectors.ContactRow]:
    """The contact list of a case; everybody whose card it shows may see that it was looked at."""
    rows = selectors.contact_rows(case, chosen)
    looks.record_many(persons=selectors.persons_of(rows), what="contact_list", by=by)
    return rows


def inbox_for(by: Principal, *, state: str) -> list[selectors.HandoverRow]:
    """The inbox of hand-overs."""
    rows = selectors.inbox(state=state)
    looks.record_many(persons=selectors.persons_of(rows), what="handover", by=by)
    return rows


def handover_for(by: Principal, handover: UUID) -> Handover:
    """One hand-over to this account's commune or province, or 404."""
    found = Handover.objects.filter(pk=handover).first()
    if found is None:
        raise Http404
    looks.record(person=found.person_id, what="handover", by=by)
    return found
