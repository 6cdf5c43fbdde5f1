"""Draft, approve, send.  Nobody is told anything before a human approved it."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.notices.models import Notice
from lachan.notices.recalling import RECALLABLE as RECALLABLE
from lachan.notices.recalling import Recalled as Recalled
from lachan.notices.recalling import recall as recall
from lachan.notices.recalling import went_out as went_out
from lachan.notices.sending import ask_deliveries as ask_deliveries
from lachan.notices.sending import send_approved as send_approved
from lachan.people.models import Person

#: Kinds of messages that need no approval: what ends by itself.  Source: Decree 165/2026 article 19
#: (a holding nobody signed for ends by itself), read in a public copy.
BY_LAW = frozenset({"holding_ended"})

#: Kinds that a human decided ahead, when he decided what they are part of: a follow-up of some
#: days, that a result leaves the laboratory, that somebody is vaccinated, or what a complaint comes
#: to.
AS_DECIDED = frozenset(
    {"daily_report", "result_ready", "after_dose", "complaint_answered", "book_corrected"}
)


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


def draft_many(
    *, kind: str, drafts: Iterable[tuple[Person, dict[str, str], UUID]], by: Principal
) -> list[Notice]:
    """Prepare messages of one kind, each (person, values, reason), with one event for all.

    What was drafted before for the same person and reason stays as it is and is left out.
    """
    wanted = list(drafts)
    known = set(
        Notice.objects.filter(
            kind=kind, reason__in=[reason for _person, _values, reason in wanted]
        ).values_list("person", "reason")
    )
    at = now()
    fresh = [
        Notice(
            person=person,
            kind=kind,
            values=values,
            reason=reason,
            commune=person.commune,
            province=person.province,
            drafted_at=at,
        )
        for person, values, reason in wanted
        if (person.id, reason) not in known
    ]
    Notice.objects.bulk_create(fresh, batch_size=500)
    if fresh:
        audit.record(
            "notice.drafted",
            target=("notice", fresh[0].id),
            by=by,
            detail={"kind": kind, "notices": [str(row.id) for row in fresh]},
        )
    return fresh


def draft_duty(
    *, person: Person, duty: str, until: date, reference: str, reason: UUID, by: Principal
) -> Notice:
    """Prepare what a person is to do until the end of a day, unless that is on its way to him."""
    same = Notice.objects.filter(
        person=person,
        kind="contact_duty",
        values__duty=duty,
        values__until__gte=until.isoformat(),
    ).exclude(state__in=[Notice.State.FAILED, Notice.State.RECALLED])
    values = {"duty": duty, "until": until.isoformat(), "reference": reference}
    return same.first() or draft(
        person=person, kind="contact_duty", values=values, reason=reason, by=by
    )


def send_by_law(
    *, person: Person, kind: str, values: dict[str, str], reason: UUID, by: Principal
) -> Notice:
    """Send what the law itself brought about: no human decided it, so none can hold it back.

    Only kinds of `BY_LAW`; the event says that the system approved.  Said twice, sent once.
    """
    if kind not in BY_LAW:
        raise Refused("human_only", _("Only a human approves a message."), status=403)
    notice = draft(person=person, kind=kind, values=values, reason=reason, by=by)
    if notice.state != Notice.State.DRAFTED:
        return notice
    notice.state = Notice.State.APPROVED
    notice.approved_at = now()
    notice.approved_by = by.account
    notice.save(update_fields=["state", "approved_at", "approved_by"])
    audit.record("notice.approved_by_law", target=("notice", notice.id), by=by)
    ring("notices.approved")
    return notice


def send_as_decided(
    *,
    person: Person,
    kind: str,
    values: dict[str, str],
    reason: UUID,
    decided_by: UUID,
    by: Principal,
) -> Notice:
    """Send one of the messages that a human decided on ahead; he is its approver.

    Only kinds of `AS_DECIDED`; said twice, sent once.
    """
    if kind not in AS_DECIDED:
        raise Refused("human_only", _("Only a human approves a message."), status=403)
    notice = draft(person=person, kind=kind, values=values, reason=reason, by=by)
    if notice.state != Notice.State.DRAFTED:
        return notice
    notice.state = Notice.State.APPROVED
    notice.approved_at = now()
    notice.approved_by = decided_by
    notice.save(update_fields=["state", "approved_at", "approved_by"])
    audit.record("notice.approved_ahead", target=("notice", notice.id), by=by)
    ring("notices.approved")
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
