"""What an order rests on fell away: what nobody signed is dropped, what was signed is given back to
its signer.  Nothing is deleted; nobody but the signer cancels what was signed."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.isolation.ending import tell_end
from lachan.isolation.models import Holding, Order, OrderStep
from lachan.isolation.moves import append, locked, move

State, Step = Order.State, OrderStep.Step

#: Orders without a signature.  One that lapsed or came back unsigned could be listed again.
UNSIGNED = (State.PROPOSED, State.HOLDING, State.LISTED, State.LAPSED, State.DECLINED)

#: Orders that hold because somebody signed.
SIGNED = (State.DECIDED, State.NOTICED)

#: Characters of a reason that are kept.
REASON_LENGTH = 200


def withdraw_proposal(*, orders: Iterable[UUID], reason: str, by: Principal) -> list[UUID]:
    """Drop what nobody signed yet; a holding ends now and its person is told.

    Give which were dropped now; whoever stands at another step is left.  Refused: reason_needed.
    """
    rows = _rows(orders, reason, UNSIGNED)
    if not rows:
        return []
    at = now()
    append(rows, Step.DROPPED, at=at, by=by, note=reason.strip()[:REASON_LENGTH])
    move(rows, State.DROPPED)
    running = Holding.objects.select_related("order", "order__person").filter(
        order__in=rows, ended_at=None
    )
    for holding in running:
        # A holding whose hour came before anybody looked ended at that hour.
        holding.ended_at = min(at, holding.lapses_at)
        holding.ended_by = Holding.End.DROPPED
        holding.save(update_fields=["ended_at", "ended_by"])
        tell_end(holding, by=by)
    _audit("order.dropped", rows, by)
    return [row.id for row in rows]


def ask_to_cancel(*, orders: Iterable[UUID], reason: str, by: Principal) -> list[UUID]:
    """Lay signed orders before their signer again: their ground fell away.

    They hold until he cancels them.  Give which were laid before him now.  Refused: reason_needed.
    """
    rows = _rows(orders, reason, SIGNED)
    asked = set(
        OrderStep.objects.filter(order__in=rows, step=Step.UNFOUNDED).values_list(
            "order", flat=True
        )
    )
    fresh = [row for row in rows if row.id not in asked]
    if fresh:
        append(fresh, Step.UNFOUNDED, at=now(), by=by, note=reason.strip()[:REASON_LENGTH])
        _audit("order.unfounded", fresh, by)
    return [row.id for row in fresh]


def _rows(orders: Iterable[UUID], reason: str, states: Iterable[str]) -> list[Order]:
    if not reason.strip():
        raise Refused("reason_needed", _("Say why it does not stand any more."))
    wanted = list(orders)
    if not wanted:
        return []
    allowed = set(states)
    return [row for row in locked(wanted) if row.state in allowed]


def _audit(kind: str, rows: list[Order], by: Principal) -> None:
    audit.record(
        kind,
        target=("order", rows[0].id),
        by=by,
        detail={"orders": [str(row.id) for row in rows]},
    )
    ring("isolation.order")
