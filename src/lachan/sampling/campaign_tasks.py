"""What the worker does for campaigns: lists are taken in, people opened to who samples them."""

from collections.abc import Sequence
from uuid import UUID

from lachan.core.facts import on, part_after_part, ring
from lachan.core.refusals import Refused
from lachan.core.scope import system_scope
from lachan.formats.listed import Listed, RefusedRow
from lachan.sampling import campaign_files, request_opening
from lachan.sampling.campaign_import import work_part
from lachan.sampling.models import CampaignFile


@on("sampling.request")
def open_to_units() -> int:
    """Open whoever is to be sampled to the unit asked; whoever is left comes with the next bell."""
    with system_scope("fact:sampling.request"):
        opened = request_opening.open_asked()
        if opened == request_opening.BATCH:
            ring("sampling.request")
        return opened


@on(campaign_files.FACT)
def import_campaign_lists() -> int:
    """Take in the next parts of every list that waits."""
    with system_scope(f"fact:{campaign_files.FACT}"):
        campaign_files.destroy_old()
        rows = CampaignFile.objects.filter(state=CampaignFile.State.WAITING).order_by("sent_at")
        waiting = list(rows.values_list("id", flat=True))
    return sum(_import(file) for file in waiting)


def _import(file: UUID) -> int:
    try:
        return _parts(file)
    except Refused as refused:
        with system_scope(f"fact:{campaign_files.FACT}"):
            CampaignFile.objects.filter(pk=file, state=CampaignFile.State.WAITING).update(
                state=CampaignFile.State.FAILED, failure=refused.code[:40]
            )
        return 0


def _parts(file: UUID) -> int:
    """Part after part while the worker has time for this list; the file is read once."""
    with system_scope(f"fact:{campaign_files.FACT}"):
        people = campaign_files.people_of(CampaignFile.objects.get(pk=file))
    return part_after_part(lambda: _part(file, people))


def _part(file: UUID, people: Sequence[Listed | RefusedRow]) -> tuple[int, bool]:
    """(rows worked through, whether more are left) of one transaction."""
    with system_scope(f"fact:{campaign_files.FACT}") as system:
        row = (
            CampaignFile.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("campaign__plan")
            .filter(pk=file, state=CampaignFile.State.WAITING)
            .first()
        )
        if row is None:
            return 0, False
        before = row.accepted + row.refused
        more = work_part(row, people, by=system)
        if more:
            ring(campaign_files.FACT)
        return row.accepted + row.refused - before, more
