"""Orders and holdings that rest on a result."""

from collections.abc import Iterable
from uuid import UUID

from lachan.corrections.kinds import Act, Kind
from lachan.corrections.things import Ground, Thing, left_standing
from lachan.isolation.models import Order
from lachan.tracing.models import Case, MeasureRequest, PoolStay

State = Order.State

#: Nobody signed: they are dropped, a holding with them.
UNSIGNED = (State.PROPOSED, State.HOLDING, State.LISTED, State.LAPSED, State.DECLINED)

#: Somebody signed: only he cancels.
SIGNED = (State.DECIDED, State.NOTICED)


def orders(ground: Ground) -> Iterable[tuple[Kind, Act, Thing]]:
    """The orders asked for because of this case or this pool, each with what happens to it."""
    asked = _asked(ground)
    shared = _asked_by_others(asked, ground.case)
    rows = Order.objects.filter(pk__in=asked, state__in=[*UNSIGNED, *SIGNED])
    for order in rows.order_by("id"):
        yield Kind.ORDER, _act(order, ground, shared), _thing(order)


def _asked(ground: Ground) -> set[UUID]:
    found = {
        order
        for order in PoolStay.objects.filter(member__in=ground.members).values_list(
            "order", flat=True
        )
        if order
    }
    left = Order.objects.filter(pk__in=left_standing(ground, Kind.ORDER), person__in=ground.people)
    found |= set(left.values_list("id", flat=True))
    if ground.case is None:
        return found
    requests = MeasureRequest.objects.filter(
        case=ground.case, kind=MeasureRequest.Kind.ORDER, order__isnull=False
    )
    return found | {row for row in requests.values_list("order", flat=True) if row}


def _asked_by_others(asked: set[UUID], case: Case | None) -> set[UUID]:
    """Of these, the orders that another standing case asked for as well."""
    rows = MeasureRequest.objects.filter(order__in=asked).exclude(
        case__status=Case.Status.WITHDRAWN
    )
    if case is not None:
        rows = rows.exclude(case=case)
    return {row for row in rows.values_list("order", flat=True) if row}


def _act(order: Order, ground: Ground, shared: set[UUID]) -> Act:
    if order.id in shared or order.person_id in ground.elsewhere:
        return Act.KEEP
    return Act.DROP if order.state in UNSIGNED else Act.ASK_SIGNER


def _thing(order: Order) -> Thing:
    return Thing(order.id, order.commune, order.province)
