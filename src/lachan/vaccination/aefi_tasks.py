"""What the worker does about reactions."""

from lachan.core.facts import on
from lachan.core.scope import system_scope
from lachan.vaccination import aefi_asking


@on("vaccination.dose")
def ask_after_doses() -> int:
    """Ask people how they are, however many hours have come at once."""
    asked = 0
    while True:
        with system_scope("fact:vaccination.dose") as system:
            some = aefi_asking.ask(by=system)
        asked += some
        if not some:
            return asked
