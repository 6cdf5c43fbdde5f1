"""What a withdrawn case brought about in this room, undone by new facts: hand-overs and zones.

`services.withdraw_case` undoes the case itself, its undecided rows and its levels.
"""

from collections.abc import Iterable
from uuid import UUID

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.scope import Principal
from lachan.tracing.handovers import HandoverState
from lachan.tracing.models import Handover, ZoneDecision, ZoneStep

#: Hand-overs that still ask something of their receiver.
RECALLABLE = (HandoverState.SENT, HandoverState.ACCEPTED)


def recall_handovers(*, handovers: Iterable[UUID], by: Principal) -> list[UUID]:
    """Tell the receivers that nothing is to be done any more; give which were recalled now.

    The worker's: receivers lie in other communes.
    """
    rows = list(
        Handover.objects.select_for_update()
        .filter(pk__in=list(handovers), state__in=RECALLABLE)
        .order_by("id")
    )
    at = now()
    for row in rows:
        row.state = HandoverState.RECALLED
        if row.answered_at is None:
            row.answered_at, row.answered_by = at, by.account
    Handover.objects.bulk_update(rows, ["state", "answered_at", "answered_by"])
    if rows:
        audit.record(
            "handover.recalled",
            target=("handover", rows[0].id),
            by=by,
            detail={"handovers": [str(row.id) for row in rows]},
        )
        ring("tracing.answer")
    return [row.id for row in rows]


def drop_zones(*, decisions: Iterable[UUID], reason: str, by: Principal) -> list[UUID]:
    """Take back zones that nobody signed yet; give which were dropped now."""
    at = now()
    rows = [row for row in _locked(decisions) if row.decided_at is None]
    for row in rows:
        row.dropped_at = at
        row.save(update_fields=["dropped_at"])
    _stepped(rows, ZoneStep.Kind.DROPPED, reason, by)
    return [row.id for row in rows]


def ask_to_lift(*, decisions: Iterable[UUID], reason: str, by: Principal) -> list[UUID]:
    """Propose to their signer to lift signed zones; they hold until he ends them.

    Give which were proposed now.
    """
    rows = [row for row in _locked(decisions) if row.decided_at is not None]
    asked = set(
        ZoneStep.objects.filter(decision__in=rows, kind=ZoneStep.Kind.TO_LIFT).values_list(
            "decision", flat=True
        )
    )
    fresh = [row for row in rows if row.id not in asked]
    _stepped(fresh, ZoneStep.Kind.TO_LIFT, reason, by)
    return [row.id for row in fresh]


def _locked(decisions: Iterable[UUID]) -> list[ZoneDecision]:
    """Decisions that are neither dropped nor ended."""
    rows = ZoneDecision.objects.select_for_update(of=("self",)).filter(
        pk__in=list(decisions), dropped_at=None, ended_at=None
    )
    return list(rows.order_by("id"))


def _stepped(rows: list[ZoneDecision], kind: ZoneStep.Kind, reason: str, by: Principal) -> None:
    at = now()
    ZoneStep.objects.bulk_create(
        ZoneStep(
            id=uuid7(),
            decision=row,
            kind=kind,
            at=at,
            by=by.account,
            by_name=by.name,
            detail={"reason": reason},
            commune=row.commune,
            province=row.province,
        )
        for row in rows
    )
    for row in rows:
        audit.record(f"zone.{kind.value}", target=("zone_decision", row.id), by=by)
    if rows:
        ring("tracing.zone")
