"""Draft, approve, send.  Nobody is told anything before a human approved it."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit, gateway
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.notices.models import Notice
from lachan.notices.sentences import text_of
from lachan.people.models import Person
from lachan.people.selectors import card_of


def draft(
    *, person: Person, kind: str, values: dict[str, str], reason: UUID, by: Principal
) -> Notice:
    """Prepare a message about `reason`; drafting it again gives the first one back."""
    known = Notice.objects.filter(person=person, kind=kind, reason=reason).first()
    if known is not None:
        return known
    notice = Notice(
        person=person,
        kind=kind,
        values=values,
        reason=reason,
        commune=person.commune,
        province=person.province,
        drafted_at=now(),
    )
    notice.save(force_insert=True)
    audit.record("notice.drafted", target=("notice", notice.id), by=by, detail={"kind": kind})
    return notice


def approve(*, notices: Iterable[UUID], by: Principal) -> int:
    """Approve drafts; the worker sends them.  Give how many were approved now."""
    if by.system:
        raise Refused("human_only", _("Only a human approves a message."), status=403)
    rows = list(
        Notice.objects.select_for_update().filter(pk__in=list(notices), state=Notice.State.DRAFTED)
    )
    if not rows:
        raise Refused("nothing_to_approve", _("Choose at least one message that waits."))
    for row in rows:
        row.state = Notice.State.APPROVED
        row.approved_at = now()
        row.approved_by = by.account
    Notice.objects.bulk_update(rows, ["state", "approved_at", "approved_by"])
    audit.record(
        "notice.approved",
        target=("notice", rows[0].id),
        by=by,
        detail={"notices": [str(row.id) for row in rows]},
    )
    ring("notices.approved")
    return len(rows)


def send_approved(*, by: Principal, limit: int = 100) -> int:
    """Hand approved messages to the gateway; give how many it took.

    A message keeps its own id at the gateway, so that one sent twice reaches the phone once.
    """
    rows = list(
        Notice.objects.select_for_update(skip_locked=True)
        .filter(state=Notice.State.APPROVED)
        .order_by("approved_at")[:limit]
    )
    return sum(_send(row, by) for row in rows)


def _send(row: Notice, by: Principal) -> int:
    card = card_of(row.person_id)
    if card is None or not card.phone:
        return _finish(row, Notice.State.FAILED, "no_phone", by)
    try:
        receipt = gateway.send(message=row.id, phone=card.phone, text=text_of(row))
    except gateway.GatewayDown:
        return 0
    return _finish(row, Notice.State.SENT, receipt, by)


def _finish(row: Notice, state: Notice.State, receipt: str, by: Principal) -> int:
    row.state = state
    row.sent_at = now()
    row.receipt = receipt
    row.save(update_fields=["state", "sent_at", "receipt"])
    audit.record(f"notice.{state.value}", target=("notice", row.id), by=by)
    return 1
