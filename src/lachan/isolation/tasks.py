"""What the worker does about orders: what ends by itself ends, once a minute and on the bell."""

from lachan.core.facts import on
from lachan.core.scope import system_scope
from lachan.isolation import ending


@on("isolation.order")
def end_holdings() -> int:
    """End the holdings whose hour has come."""
    with system_scope("fact:isolation.order") as system:
        return ending.lapse_due(by=system)
