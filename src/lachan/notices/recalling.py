"""Recall messages whose ground fell away: what waits is dropped, what went out is corrected.

The message stays on record with the time it was sent; it counts as a duty no more.  A correction
that reaches no telephone stands on the station's list, to be said there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import day_of, now
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.notices.models import Notice

State = Notice.State

#: States that a recall changes.  Whom the gateway could not reach is called or visited by the
#: station: such a message may have arrived as well, and its correction goes the same way.
RECALLABLE = (State.DRAFTED, State.APPROVED, State.SENT, State.FAILED)

#: What corrects a message that went out, by its kind; every other kind asked something of somebody.
CORRECTED_BY = {"result_ready": "result_withdrawn"}
LIFTED = "duty_lifted"


@dataclass(slots=True)
class Recalled:
    """Messages that went to nobody, and those that went out and are corrected by another."""

    dropped: list[UUID] = field(default_factory=list)
    corrected: list[UUID] = field(default_factory=list)


def recall(*, notices: Iterable[UUID], by: Principal) -> Recalled:
    """Drop what waits; correct what was sent by a message approved in the same act.

    Recalled twice, corrected once.  Refused: human_only.
    """
    if by.system:
        raise Refused("human_only", _("Only a human approves a message."), status=403)
    chosen = Notice.objects.select_for_update(of=("self",)).select_related("person")
    rows = list(chosen.filter(pk__in=list(notices), state__in=RECALLABLE).order_by("id"))
    done = Recalled()
    at = now()
    corrections = []
    for row in rows:
        if went_out(row):
            corrections.append(_correction(row, by))
            done.corrected.append(row.id)
        else:
            done.dropped.append(row.id)
        row.state, row.recalled_at, row.recalled_by = State.RECALLED, at, by.account
    Notice.objects.bulk_update(rows, ["state", "recalled_at", "recalled_by"])
    Notice.objects.bulk_create(corrections, ignore_conflicts=True)
    if rows:
        audit.record(
            "notice.recalled",
            target=("notice", rows[0].id),
            by=by,
            detail={
                "dropped": [str(each) for each in done.dropped],
                "corrected": [str(each) for each in done.corrected],
            },
        )
        ring("notices.approved")
    return done


def went_out(row: Notice) -> bool:
    """Whether the person may know of it: it was handed to the gateway, or to the station to be
    said by telephone or at the door."""
    return row.sent_at is not None


def _correction(row: Notice, by: Principal) -> Notice:
    at = now()
    assert row.sent_at is not None
    return Notice(
        id=uuid7(),
        person=row.person,
        kind=CORRECTED_BY.get(row.kind, LIFTED),
        values={
            "reference": row.values.get("reference", ""),
            "day": day_of(row.sent_at).isoformat(),
        },
        reason=row.id,
        # Where the person is today: the correction goes there.
        commune=row.person.commune,
        province=row.person.province,
        state=State.APPROVED,
        drafted_at=at,
        approved_at=at,
        approved_by=by.account,
    )
