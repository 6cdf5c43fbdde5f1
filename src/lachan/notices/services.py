"""Draft, approve, send.  Nobody is told anything before a human approved it."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from lachan.core import audit, gateway
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.notices.models import Notice
from lachan.notices.sentences import text_of
from lachan.people.models import Person
from lachan.people.selectors import cards_of

#: Kinds of messages that need no approval: what ends by itself.  Source: Decree 165/2026 article 19
#: (a holding nobody signed for ends by itself), read in a public copy.
BY_LAW = frozenset({"holding_ended"})


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
    ).exclude(state=Notice.State.FAILED)
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

    Several that say the same to people of one telephone go out as one, with every reference: thirty
    who share a telephone get one message.  A message keeps its own id at the gateway, so that one
    sent twice reaches the telephone once.
    """
    rows = list(
        Notice.objects.select_for_update(skip_locked=True)
        .filter(state=Notice.State.APPROVED)
        .order_by("approved_at", "id")[:limit]
    )
    cards = cards_of([row.person_id for row in rows])
    alike: dict[tuple[str, str, str], list[Notice]] = defaultdict(list)
    sent = 0
    for row in rows:
        card = cards.get(row.person_id)
        if card is None or not card.phone:
            sent += _finish(row, Notice.State.FAILED, "no_phone", by)
        else:
            alike[card.phone, row.kind, _told(row)].append(row)
    return sent + sum(_send(phone, told, by) for (phone, _kind, _words), told in alike.items())


def _told(row: Notice) -> str:
    """What a message says, whoever it is for."""
    return json.dumps({**row.values, "reference": ""}, sort_keys=True)


def _send(phone: str, rows: list[Notice], by: Principal) -> int:
    references = ", ".join(dict.fromkeys(row.values.get("reference", "") for row in rows))
    said = Notice(kind=rows[0].kind, values={**rows[0].values, "reference": references})
    # Other rows on a second try are another message: none of them may pass for one that was sent.
    message = rows[0].id if len(rows) == 1 else uuid5(rows[0].id, " ".join(str(r.id) for r in rows))
    try:
        receipt = gateway.send(message=message, phone=phone, text=text_of(said))
    except gateway.GatewayDown:
        return 0
    return sum(_finish(row, Notice.State.SENT, receipt, by) for row in rows)


def _finish(row: Notice, state: Notice.State, receipt: str, by: Principal) -> int:
    row.state = state
    row.sent_at = now()
    row.receipt = receipt
    row.save(update_fields=["state", "sent_at", "receipt"])
    audit.record(f"notice.{state.value}", target=("notice", row.id), by=by)
    return 1
