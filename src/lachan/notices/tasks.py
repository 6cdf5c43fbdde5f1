"""What the worker does about messages."""

from lachan.core.facts import on
from lachan.core.scope import system_scope
from lachan.notices import services


@on("notices.approved")
def send_approved() -> int:
    """Send what was approved; a gateway that is down is asked again within a minute."""
    with system_scope("fact:notices.approved") as system:
        return services.send_approved(by=system)


@on("notices.sent")
def ask_deliveries() -> int:
    """Ask what became of messages on their way, once a minute."""
    with system_scope("fact:notices.sent") as system:
        return services.ask_deliveries(by=system)
