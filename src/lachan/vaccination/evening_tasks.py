"""What the worker does in the evening: reports whose hour has come, paper that was keyed twice."""

from lachan.core.clock import now
from lachan.core.facts import on
from lachan.core.scope import system_scope
from lachan.vaccination import backentry, evening_reporting, national_sending
from lachan.vaccination.backentry_taking import enter_ready


@on(evening_reporting.FACT)
def freeze_reports() -> int:
    """Freeze every daily report whose hour has come: the worker asks once a minute."""
    with system_scope(f"fact:{evening_reporting.FACT}") as system:
        return evening_reporting.freeze_due(at=now(), by=system)


@on(backentry.FACT)
def enter_paper() -> int:
    """Enter the paper sheets on which two people agree."""
    entered = 0
    while count := enter_ready():
        entered += count
    return entered


@on("vaccination.dose")
def look_for_fields() -> int:
    """Note which mandatory fields new entries miss before anybody wants to send them."""
    looked = 0
    while True:
        with system_scope("fact:vaccination.dose"):
            some = national_sending.look_first()
        looked += some
        if not some:
            return looked
