"""What the worker does for deliveries: bytes whose time is over are destroyed."""

from lachan.core.facts import on
from lachan.core.scope import system_scope
from lachan.sampling import import_delivering


@on("sampling.delivery")
def destroy_old_deliveries() -> int:
    """Keep counts and refused rows, and no bytes longer than promised."""
    with system_scope("fact:sampling.delivery"):
        return import_delivering.destroy_old()
