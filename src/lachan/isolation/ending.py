"""Every end but a decision: a holding prolonged or lapsed, an order completed or cut short."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now, today
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.isolation import selectors
from lachan.isolation.models import Holding, Order, OrderStep
from lachan.isolation.moves import append, expect, locked, move, only
from lachan.notices import services as notices

State, Step = Order.State, OrderStep.Step

#: Holdings ended in one transaction; the next round takes the rest.
ENDED_AT_ONCE = 500


def prolong(*, orders: Iterable[UUID], why: str, by: Principal) -> int:
    """Prolong holdings once, in an overload, by as long again.

    Refused: `reason_needed`, `not_your_step`, `no_prolonging` (the rule gives none, it was
    prolonged already, or the holding is over).
    """
    only(by, Role.STATION_OFFICER)
    if not why.strip():
        raise Refused("reason_needed", _("Say why it cannot be decided in time."))
    rows = locked(orders)
    held = {row.order_id: row for row in Holding.objects.select_for_update().filter(order__in=rows)}
    for row in rows:
        _refuse_prolonging(held.get(row.id))
    at = now()
    for holding in held.values():
        holding.lapses_at += holding.lapses_at - holding.starts_at
        holding.prolonged_at, holding.prolonged_by = at, by.account
        holding.prolonged_by_name, holding.prolonged_for = by.name, why.strip()[:200]
        holding.save()
    append(rows, Step.PROLONGED, at=at, by=by, note=why.strip()[:200])
    audit.record(
        "holding.prolonged",
        target=("order", rows[0].id),
        by=by,
        detail={"orders": [str(row.id) for row in rows]},
    )
    return len(rows)


def _refuse_prolonging(holding: Holding | None) -> None:
    over = selectors.held_until(holding) is None
    if holding is None or over or holding.prolonged_at or not selectors.may_prolong(holding.rule):
        raise Refused(
            "no_prolonging",
            _("A holding is prolonged once, while it runs, and only where the rule says so."),
            status=409,
        )


def end(*, orders: Iterable[UUID], why: str, by: Principal) -> int:
    """End orders: `completed` at the last day or after it, `early` before it.

    Refused: `reason_needed`, `not_your_step`, `wrong_step`, `not_over_yet`.
    """
    only(by, Role.STATION_OFFICER)
    if why not in {"completed", "early"}:
        raise Refused("reason_needed", _("Say whether it is completed or ended early."))
    rows = locked(orders)
    expect(rows, (State.DECIDED, State.NOTICED))
    if why == "completed" and any(row.until and row.until > today() for row in rows):
        raise Refused("not_over_yet", _("The last day is still to come. End it early instead."))
    append(rows, Step.ENDED, at=now(), by=by, note=why)
    move(rows, State.ENDED, ended_for=why)
    audit.record(
        "order.ended",
        target=("order", rows[0].id),
        by=by,
        detail={"orders": [str(row.id) for row in rows], "why": why},
    )
    ring("isolation.order")
    return len(rows)


def lapse_due(*, by: Principal) -> int:
    """End every holding whose hour has come and which nobody's signature replaced; tell the person.

    The end is at the very minute of the law, however late the worker looks.
    """
    rows = list(
        Holding.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("order", "order__person")
        .filter(ended_at=None, lapses_at__lte=now())
        .order_by("lapses_at")[:ENDED_AT_ONCE]
    )
    for row in rows:
        _lapse(row, by)
    if rows:
        ring("isolation.order")
    return len(rows)


def _lapse(holding: Holding, by: Principal) -> None:
    order = holding.order
    holding.ended_at, holding.ended_by = holding.lapses_at, Holding.End.LAPSED
    holding.missed = "decision" if order.listing_id else "list"
    holding.save(update_fields=["ended_at", "ended_by", "missed"])
    append([order], Step.LAPSED, at=holding.lapses_at, by=by, note=holding.missed)
    move([order], State.LAPSED)
    audit.record(
        "holding.lapsed", target=("order", order.id), by=by, detail={"missed": holding.missed}
    )
    tell_end(holding, by=by)


def tell_end(holding: Holding, *, by: Principal) -> None:
    """The message that a holding is over: the law ended it, so nobody's approval is waited for."""
    order = holding.order
    assert holding.ended_at is not None
    notices.send_by_law(
        person=order.person,
        kind="holding_ended",
        values={"reference": order.reference, "at": holding.ended_at.isoformat()},
        reason=order.id,
        by=by,
    )
