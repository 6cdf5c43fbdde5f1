"""What the worker does with what the sites sent."""

from lachan.core.facts import on
from lachan.vaccination.site_taking import take_sent, take_waiting


@on("vaccination.sent")
def take_site_events() -> int:
    """Make visits and doses of what the sites' devices sent."""
    taken = 0
    while count := take_sent():
        taken += count
    return taken


@on("people.person")
@on("vaccination.sent")
def settle_site_strangers() -> int:
    """Give what was told of a card to the person who was entered since."""
    taken = 0
    while count := take_waiting():
        taken += count
    return taken
