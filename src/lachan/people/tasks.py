"""What the worker does for this room."""

from datetime import date, datetime, time
from uuid import UUID

from lachan.core import grants
from lachan.core.clock import OFFSET, now
from lachan.core.facts import on, ring
from lachan.core.scope import system_scope
from lachan.people.models import Representation
from lachan.people.pairing import STEP as STEP_OF_MATCHING
from lachan.people.pairing import match_waiting
from lachan.people.signing_in import accounts_of

#: Rows looked at in one step: one statement for them and one for the accounts of their speakers.
STEP = 5000


@on("people.representation")
def open_represented() -> int:
    """Open the rows of everybody newly represented to the speaker's accounts.

    A speaker without an account stays on the list and is opened when one exists."""
    opened = 0
    with system_scope("fact:people.representation"):
        after = UUID(int=0)
        while waiting := _waiting(after):
            opened += _open(waiting)
            after = waiting[-1].id
    return opened


def _waiting(after: UUID) -> list[Representation]:
    rows = Representation.objects.filter(opened_at=None, id__gt=after).order_by("id")
    return list(rows.select_for_update(skip_locked=True, of=("self",))[:STEP])


def _open(waiting: list[Representation]) -> int:
    accounts = accounts_of({row.speaker_id for row in waiting})
    done = [row for row in waiting if accounts.get(row.speaker_id)]
    for row in done:
        for account in accounts[row.speaker_id]:
            for kind in ("speaks_for", "person"):
                grants.give(kind, [row.person_id], to_account=account, until=_midnight(row.until))
        row.opened_at = now()
    Representation.objects.bulk_update(done, ["opened_at"])
    return len(done)


def _midnight(day: date | None) -> datetime | None:
    """The end of a representation: the beginning of its last day, here."""
    return None if day is None else datetime.combine(day, time.min, OFFSET)


@on("people.person")
@on("people.matching")
def match_entered() -> int:
    """Compare whoever was entered or changed with the records there are.

    One step at a time: where more is left it rings for itself, and other facts come in between."""
    with system_scope("fact:people.person") as by:
        persons = match_waiting(by=by).persons
        if persons == STEP_OF_MATCHING:
            ring("people.matching")
    return persons
