"""What the worker does about complaints: the message of an answer, the named facility's sight.

The facility that is asked sees the person while the complaint is open, and not a day longer.
"""

from datetime import timedelta
from uuid import UUID

from django.db.models import F, Q

from lachan.core import audit, grants
from lachan.core.clock import now
from lachan.core.scope import Principal
from lachan.corrections.ticket_models import Remedy, Ticket
from lachan.notices import services as notices
from lachan.people.models import Person
from lachan.vaccination.models import Dose

#: Complaints of one transaction; the next round takes the rest.
AT_ONCE = 100

#: Should no worker run when a complaint is decided, the sight ends by itself after this time.
LATEST = timedelta(days=180)


def tell_answers(*, by: Principal) -> int:
    """Send the message that the answer is there; who decided is its approver.  Give how many."""
    rows = list(
        Ticket.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(told_at=None, decided_at__isnull=False)
        .select_related("person")
        .order_by("decided_at")[:AT_ONCE]
    )
    for row in rows:
        _tell(row.person, "complaint_answered", row, by)
        if other := _moved_from(row):
            _tell(other, "book_corrected", row, by)
        row.told_at = now()
        row.save(update_fields=["told_at"])
    return len(rows)


def _tell(person: Person, kind: str, row: Ticket, by: Principal) -> None:
    if person.excluded or row.decided_by is None:
        return
    values = {"reference": row.number}
    if kind == "complaint_answered":
        values["link"] = f"{row.site}/complaints/status/" if row.site else ""
    notices.send_as_decided(
        person=person, kind=kind, values=values, reason=row.id, decided_by=row.decided_by, by=by
    )


def _moved_from(row: Ticket) -> Person | None:
    """Out of whose book an entry was taken."""
    if row.state != Ticket.State.DONE or row.remedy != Remedy.MOVE:
        return None
    dose = Dose.objects.filter(pk=UUID(row.proposal["dose"])).select_related("person").first()
    return dose.person if dose else None


def open_to_facilities(*, by: Principal) -> int:
    """Open the person to the facility that is asked, close what is decided.  Give how many."""
    asked = Q(decided_at=None, organisation__isnull=False) & (
        Q(granted_to=None) | ~Q(granted_to=F("organisation"))
    )
    over = Q(decided_at__isnull=False, granted_to__isnull=False)
    rows = list(
        Ticket.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(asked | over)
        .order_by("opened_at")[:AT_ONCE]
    )
    for row in rows:
        _close(row)
        if row.decided_at is None and row.organisation is not None:
            row.granted_to, row.granted_until = row.organisation, now() + LATEST
            grants.give(
                "person",
                [row.person_id],
                to_organisation=row.granted_to,
                until=row.granted_until,
            )
        row.save(update_fields=["granted_to", "granted_until"])
        audit.record("ticket.sight", target=("ticket", row.id), by=by)
    return len(rows)


def _close(row: Ticket) -> None:
    """Only what this complaint opened: the end tells it from what a dose opened."""
    if row.granted_to is None or row.granted_until is None:
        return
    grants.end_of_organisation(
        "person", [row.person_id], organisation=row.granted_to, until=row.granted_until
    )
    row.granted_to, row.granted_until = None, None
