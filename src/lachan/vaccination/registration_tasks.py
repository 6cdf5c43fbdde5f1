"""What the worker does for registrations: ages, draws, public numbers, lists, who came."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from lachan.core.clock import now
from lachan.core.facts import on, part_after_part, ring
from lachan.core.refusals import Refused
from lachan.core.scope import system_scope
from lachan.formats.listed import Listed, RefusedRow
from lachan.vaccination import (
    ages,
    areas,
    draws,
    invitation_settling,
    inviting,
    queue_counting,
    registering,
    unit_lists,
)
from lachan.vaccination.models import UnitList
from lachan.vaccination.unit_import import work_part

#: How old the public numbers may be.
PUBLISHED_EVERY = timedelta(minutes=5)


@on(registering.FACT)
def order_lines() -> int:
    """Follow moves, ages, areas; draw the days that are over.  Once a minute, so that a birthday
    moves somebody on its day."""
    with system_scope(f"fact:{registering.FACT}"):
        worked = draws.follow_moves() + ages.prove_ages() + draws.draw_days()
        worked += areas.follow_areas()
        if worked >= draws.BATCH:
            ring(registering.FACT)
        return worked


@on(registering.FACT)
def publish_numbers() -> int:
    """Count the queues anew, not more often than `PUBLISHED_EVERY`."""
    with system_scope(f"fact:{registering.FACT}"):
        if queue_counting.counted_since(now() - PUBLISHED_EVERY):
            return 0
        queue_counting.count_agreed()
        return queue_counting.count_queues()


@on(inviting.FACT)
def open_invited() -> int:
    """Let sites see whom they invited."""
    with system_scope(f"fact:{inviting.FACT}"):
        opened = invitation_settling.open_invited()
        if opened == invitation_settling.BATCH:
            ring(inviting.FACT)
        return opened


@on("vaccination.dose")
def settle() -> int:
    """Who was vaccinated, who did not come."""
    with system_scope("fact:vaccination.dose"):
        return invitation_settling.settle()


@on(unit_lists.FACT)
def import_unit_lists() -> int:
    """Take in the next parts of every list that waits."""
    with system_scope(f"fact:{unit_lists.FACT}"):
        unit_lists.destroy_old()
        rows = UnitList.objects.filter(state=UnitList.State.WAITING).order_by("sent_at")
        lists = list(rows.values_list("id", flat=True))
    return sum(_import(each) for each in lists)


def _import(unit: UUID) -> int:
    try:
        return _parts(unit)
    except Refused as refused:
        with system_scope(f"fact:{unit_lists.FACT}"):
            UnitList.objects.filter(pk=unit, state=UnitList.State.WAITING).update(
                state=UnitList.State.FAILED, failure=refused.code[:40]
            )
        return 0


def _parts(unit: UUID) -> int:
    """Part after part while the worker has time for this list; the file is read once."""
    with system_scope(f"fact:{unit_lists.FACT}"):
        people = unit_lists.people_of(UnitList.objects.get(pk=unit))
    return part_after_part(lambda: _part(unit, people))


def _part(unit: UUID, people: Sequence[Listed | RefusedRow]) -> tuple[int, bool]:
    """(rows worked through, whether more are left) of one transaction."""
    with system_scope(f"fact:{unit_lists.FACT}") as system:
        row = (
            UnitList.objects.select_for_update(skip_locked=True)
            .filter(pk=unit, state=UnitList.State.WAITING)
            .first()
        )
        if row is None:
            return 0, False
        before = row.accepted + row.refused
        more = work_part(row, people, by=system)
        if more:
            ring(unit_lists.FACT)
        return row.accepted + row.refused - before, more
