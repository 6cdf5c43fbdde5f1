"""What the worker does for the public figures."""

from lachan.core.facts import on
from lachan.core.scope import system_scope
from lachan.vaccination.public_counting import count_doses
from lachan.vaccination.stock_counting import count_stock


@on("vaccination.dose")
def count_for_the_public() -> int:
    """Count the communes to which doses came."""
    with system_scope("fact:vaccination.dose"):
        return count_doses()


@on("vaccination.stock")
def count_stock_for_the_public() -> int:
    """Count the stores in whose books something was written."""
    with system_scope("fact:vaccination.stock"):
        return count_stock()
