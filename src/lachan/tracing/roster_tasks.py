"""What the worker does with lists: takes in the next part of each, and destroys old files."""

from uuid import UUID

from lachan.core.facts import on, ring
from lachan.core.refusals import Refused
from lachan.core.scope import system_scope
from lachan.formats.sheets import SheetRefused
from lachan.tracing import roster_files
from lachan.tracing.models import Roster
from lachan.tracing.roster import FACT
from lachan.tracing.roster_import import work_part
from lachan.tracing.roster_reading import people_of


@on(FACT)
def import_rosters() -> int:
    """Take in one part of every list that waits; whoever is not through rings again."""
    with system_scope(f"fact:{FACT}"):
        roster_files.destroy_old()
        waiting = list(
            Roster.objects.filter(state=Roster.State.IMPORTING)
            .order_by("asked_at")
            .values_list("id", flat=True)
        )
    return sum(_import(roster) for roster in waiting)


def _import(roster_id: UUID) -> int:
    try:
        return _part(roster_id)
    except (Refused, SheetRefused) as refused:
        with system_scope(f"fact:{FACT}"):
            Roster.objects.filter(pk=roster_id, state=Roster.State.IMPORTING).update(
                state=Roster.State.FAILED, failure=refused.code[:40]
            )
        return 0


def _part(roster_id: UUID) -> int:
    with system_scope(f"fact:{FACT}") as system:
        roster = (
            Roster.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("case")
            .filter(pk=roster_id, state=Roster.State.IMPORTING)
            .first()
        )
        if roster is None:
            return 0
        before = roster.done_row
        if work_part(roster, people_of(roster), by=system):
            ring(FACT)
        elif roster.refused:
            roster_files.keep_longer(roster)
        else:
            roster_files.let_go(roster)
        return roster.done_row - before
