"""What the worker makes of declarations that came by the hot path."""

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from lachan.core.blindindex import index_version
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, system_scope
from lachan.core.sealing import open_loose, seal_loose
from lachan.declarations.models import Declaration, SentDeclaration
from lachan.declarations.sending import Sent
from lachan.declarations.services import declare
from lachan.people.selectors import by_trace_ids

#: Rows worked through at one bell, or changed in one transaction.
BATCH = 500

_log = logging.getLogger(__name__)


def take_sent() -> int:
    """Make declarations of what waits, each in a transaction of its own; how many were looked at.

    What is refused stays, with its code, and its person sees it.  One that cannot be worked through
    keeps the others from nothing, and is tried again in the next round.
    """
    with system_scope("fact:declarations.sent"):
        waiting = SentDeclaration.objects.filter(settled_at=None).order_by("day", "id")
        keys = list(waiting.values_list("day", "id")[:BATCH])
    taken = 0
    for day, number in keys:
        try:
            with system_scope("fact:declarations.sent") as by:
                taken += _take(day, number, by)
        # An accident, not a refusal: whatever it is, the next one is somebody else's.
        except Exception:
            _log.exception("A declaration that was sent could not be worked through.")
    return taken


def rekey() -> int:
    """Seal a batch of what is still sealed with the newest keys; how many there were."""
    kept = SentDeclaration.objects.exclude(sealed=b"").exclude(key_version=index_version())
    stale = list(kept[:BATCH])
    for row in stale:
        fields = open_loose(row.id, bytes(row.sealed))
        again = _sent(row, fields["answers"])
        SentDeclaration.objects.filter(day=row.day, id=row.id).update(
            sealed=seal_loose(row.id, fields),
            payload_hmac=again.newest_digest(),
            key_version=index_version(),
        )
    return len(stale)


def _take(day: date, number: UUID, by: Principal) -> int:
    rows = SentDeclaration.objects.filter(day=day, id=number)
    row = rows.filter(settled_at=None).select_for_update(skip_locked=True).first()
    if row is None:
        return 0
    person = by_trace_ids([row.trace_id]).get(row.trace_id)
    refused = _declare(row, person, by)
    kept = {"sealed": b""} if not refused else {}
    rows.update(settled_at=now(), person=person, refused=refused, **kept)
    return 1


def _declare(row: SentDeclaration, person: UUID | None, by: Principal) -> str:
    """The code why no declaration was made, "" when one was."""
    if row.instead_of is not None:
        return "different_content"
    if person is None:
        return "not_for_this_person"
    try:
        declare(
            key=row.id,
            person=person,
            kind=row.kind,
            answers=open_loose(row.id, bytes(row.sealed))["answers"],
            way=Declaration.Way.HOT,
            # A phone's clock runs ahead; nothing was declared later than it was received.
            at=min(row.at, row.received_at),
            by=by,
        )
    except Refused as refused:
        return refused.code
    return ""


def _sent(row: SentDeclaration, answers: Mapping[str, Any]) -> Sent:
    return Sent(
        *(row.id, row.trace_id, row.kind, row.questionnaire, answers, row.at, row.authority)
    )
