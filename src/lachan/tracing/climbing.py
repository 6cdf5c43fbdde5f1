"""What the worker does with hand-overs: tell the sender the answer, let the unanswered climb."""

from collections.abc import Sequence

from django.db.models import F, OuterRef, Subquery

from lachan.core import audit, grants
from lachan.core.clock import now
from lachan.core.scope import Principal
from lachan.rulebook.selectors import handover_rule
from lachan.tracing import calling, inbox, services
from lachan.tracing.handovers import HandoverState, Kind
from lachan.tracing.models import Handover, HandoverReceipt

#: Rows of one transaction; the next round takes the rest.
AT_ONCE = 500

TOLD = ["state", "returned_for", "answered_at", "done_at"]


def climb(*, by: Principal) -> int:
    """Put every hand-over that nobody answered in time before the provinces of the rule.

    What is no work in the receiver's mode is not late, so it does not climb.
    """
    rows = list(
        inbox.worked()
        .select_for_update(skip_locked=True)
        .filter(state=HandoverState.SENT, climbed_at=None, due_at__lte=now())
        .order_by("due_at")[:AT_ONCE]
    )
    if not rows:
        return 0
    at = now()
    for row in rows:
        row.climbed_at = at
        row.climbed_to = _climbs_to(row)
    Handover.objects.bulk_update(rows, ["climbed_at", "climbed_to"])
    HandoverReceipt.objects.filter(
        handover__in=[row.id for row in rows if "sender_province" in row.climbed_to]
    ).update(climbed_at=at)
    for row in rows:
        audit.record(
            "handover.climbed",
            target=("handover", row.id),
            by=by,
            detail={"due_at": row.due_at.isoformat(), "to": row.climbed_to},
        )
    return len(rows)


def _climbs_to(row: Handover) -> list[str]:
    rule = handover_rule(row.disease, row.sent_at, province=row.from_province)
    return sorted(rule.climb_to)


def tell_senders(*, by: Principal) -> int:
    """Tell senders where their hand-overs stand now; a returned contact is theirs again."""
    there = Handover.objects.filter(pk=OuterRef("handover"))
    changed = (
        HandoverReceipt.objects.filter(state__in=[HandoverState.SENT, HandoverState.ACCEPTED])
        .annotate(stands=Subquery(there.values("state")[:1]))
        .exclude(stands=F("state"))
    )
    receipts = list(changed.select_related("contact", "contact__case")[:AT_ONCE])
    answers = Handover.objects.in_bulk([receipt.handover for receipt in receipts])
    for receipt in receipts:
        _tell(receipt, answers[receipt.handover])
    HandoverReceipt.objects.bulk_update(receipts, TOLD)
    _act(receipts, by)
    return len(receipts)


def _tell(receipt: HandoverReceipt, handover: Handover) -> None:
    for name in TOLD:
        setattr(receipt, name, getattr(handover, name))


def _act(receipts: Sequence[HandoverReceipt], by: Principal) -> None:
    for receipt in receipts:
        contact = receipt.contact
        if contact is None:
            continue
        if receipt.kind == Kind.VISIT:
            calling.visited(receipt)
        elif receipt.kind == Kind.CONTACT and receipt.state == HandoverState.RETURNED:
            services.take_back(contact, reason=receipt.returned_for, by=by)
        elif receipt.kind == Kind.CONTACT:
            _close(receipt)


def _close(receipt: HandoverReceipt) -> None:
    """Whoever has the work has the rows: they close for the sender when it is accepted."""
    contact = receipt.contact
    assert contact is not None
    if contact.home_province != contact.province:
        grants.end("person", [contact.person_id], to_province=contact.province)
    if contact.home_commune != contact.commune:
        grants.end("person", [contact.person_id], to_commune=contact.commune)
