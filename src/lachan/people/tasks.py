"""What the worker does for this room."""

from lachan.core import grants
from lachan.core.clock import now
from lachan.core.facts import on
from lachan.core.scope import system_scope
from lachan.people.models import Representation
from lachan.people.signing_in import accounts_of


@on("people.representation")
def open_represented() -> int:
    """Open the rows of everybody newly represented to the speaker's accounts.

    A speaker without an account stays on the list and is opened when one exists."""
    opened = 0
    with system_scope("fact:people.representation"):
        waiting = Representation.objects.filter(opened_at=None).select_for_update(skip_locked=True)
        for row in waiting:
            accounts = accounts_of(row.speaker_id)
            for account in accounts:
                grants.give("speaks_for", [row.person_id], to_account=account)
                grants.give("person", [row.person_id], to_account=account)
            if accounts:
                row.opened_at = now()
                row.save(update_fields=["opened_at"])
                opened += 1
    return opened
