"""What the worker does for a demo: it fulfils the wish for a later time, and follows the clock."""

from django.db import connections

from lachan.config.story import winding
from lachan.core import demo_clock
from lachan.core.facts import on


@on(demo_clock.FACT)
def go_on() -> int:
    """Wind to the wish that waits; tell what the clock has passed by itself."""
    if "owner" not in connections.settings:
        return 0
    return winding.fulfil() + winding.follow()
