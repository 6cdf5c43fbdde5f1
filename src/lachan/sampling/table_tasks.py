"""What the worker does with what the tables sent."""

from lachan.core.facts import on
from lachan.sampling.table_taking import take_sent, take_waiting


@on("sampling.sent")
def take_table_events() -> int:
    """Make tubes and samples of what the tables' devices sent."""
    taken = 0
    while count := take_sent():
        taken += count
    return taken


@on("people.person")
@on("sampling.sent")
def settle_table_strangers() -> int:
    """Give samples of cards and slips to the persons who were entered since."""
    taken = 0
    while count := take_waiting():
        taken += count
    return taken
