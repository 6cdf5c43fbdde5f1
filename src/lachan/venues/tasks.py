"""What the worker does for this room; each part says which facts it waits for."""

from lachan.core.facts import on
from lachan.venues import roll_tasks, services

__all__ = ["find_flags", "roll_tasks"]


@on("venues.scan")
def find_flags() -> int:
    """Judge new scans: which of them a human should look at."""
    return services.find_flags()
