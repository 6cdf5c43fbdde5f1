"""How orders move: locked, looked at, moved on, with a step appended for each."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.isolation.models import Order, OrderStep


def locked(orders: Iterable[UUID]) -> list[Order]:
    """The chosen orders, locked in one order; `nobody_chosen` when there is none."""
    chosen: QuerySet[Order] = Order.objects.select_for_update(of=("self",)).filter(
        pk__in=list(orders)
    )
    rows = list(chosen.select_related("signed", "person").order_by("found_at", "id"))
    if not rows:
        raise Refused("nobody_chosen", _("Choose at least one person."))
    return rows


def expect(rows: Iterable[Order], states: Iterable[str]) -> None:
    """Refuse when somebody stands at another step."""
    allowed = set(states)
    if any(row.state not in allowed for row in rows):
        raise Refused(
            "wrong_step",
            _("Somebody chosen stands at another step now. Load the list again."),
            status=409,
        )


def only(by: Principal, *roles: Role) -> None:
    """Refuse whoever's step this is not."""
    if not by.has(*roles) or by.commune is None:
        raise Refused("not_your_step", _("This step is not yours to do."), status=403)


def move(rows: list[Order], state: Order.State, **changes: Any) -> None:
    """Give orders a state, with what changes alike for all of them; one statement."""
    whole = {"state": state, "changed_at": now(), **changes}
    Order.objects.filter(pk__in=[row.pk for row in rows]).update(**whole)
    for row in rows:
        for name, value in whole.items():
            setattr(row, name, value)


def append(
    rows: Iterable[Order],
    step: OrderStep.Step,
    *,
    at: datetime,
    by: Principal,
    due: str = "",
    whom: str = "",
    how: str = "",
    note: str = "",
    name: str = "",
    account: UUID | None = None,
) -> None:
    """Append a step to each order; `due` names the order's field that says by when."""
    steps = []
    for row in rows:
        due_at = getattr(row, due) if due else None
        steps.append(
            OrderStep(
                id=uuid7(),
                order=row,
                step=step,
                whom=whom,
                how=how,
                note=note,
                at=at,
                due_at=due_at,
                late=due_at is not None and at > due_at,
                by=account or by.account,
                by_name=name or by.name,
                commune=row.commune,
                province=row.province,
            )
        )
    OrderStep.objects.bulk_create(steps)
