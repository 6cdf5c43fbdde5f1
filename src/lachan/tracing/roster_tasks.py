"""What the worker does with lists: takes in the next part of each, and destroys old files."""

from collections.abc import Sequence
from uuid import UUID

from lachan.core.facts import on, part_after_part, ring
from lachan.core.refusals import Refused
from lachan.core.scope import system_scope
from lachan.formats.listed import Listed, RefusedRow
from lachan.formats.sheets import SheetRefused
from lachan.tracing import roster_files
from lachan.tracing.models import Roster
from lachan.tracing.roster import FACT
from lachan.tracing.roster_import import work_part
from lachan.tracing.roster_reading import people_of


@on(FACT)
def import_rosters() -> int:
    """Take in the next parts of every list that waits; whoever is not through rings again."""
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
        return _parts(roster_id)
    except (Refused, SheetRefused) as refused:
        with system_scope(f"fact:{FACT}"):
            Roster.objects.filter(pk=roster_id, state=Roster.State.IMPORTING).update(
                state=Roster.State.FAILED, failure=refused.code[:40]
            )
        return 0


def _parts(roster_id: UUID) -> int:
    """Part after part while the worker has time for this list; the file is read once."""
    with system_scope(f"fact:{FACT}"):
        people = people_of(Roster.objects.get(pk=roster_id))
    return part_after_part(lambda: _part(roster_id, people))


def _part(roster_id: UUID, people: Sequence[Listed | RefusedRow]) -> tuple[int, bool]:
    """(rows worked through, whether more are left) of one transaction."""
    with system_scope(f"fact:{FACT}") as system:
        roster = (
            Roster.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("case")
            .filter(pk=roster_id, state=Roster.State.IMPORTING)
            .first()
        )
        if roster is None:
            return 0, False
        before = roster.accepted + roster.refused
        more = work_part(roster, people, by=system)
        if more:
            ring(FACT)
        elif roster.refused:
            roster_files.keep_longer(roster)
        else:
            roster_files.let_go(roster)
        return roster.accepted + roster.refused - before, more
