"""Zones that rest on a result: alone, or beside other cases."""

from collections.abc import Iterable
from uuid import UUID

from lachan.corrections.kinds import Act, Kind
from lachan.corrections.things import Ground, Thing
from lachan.tracing.models import Case, Zone, ZoneDecision, ZoneRound


def zones(ground: Ground) -> Iterable[tuple[Kind, Act, Thing]]:
    """The decisions of zones planned for this case, each with what happens to it."""
    for decision, act in _decisions(ground):
        yield Kind.ZONE, act, Thing(decision.id, decision.commune, decision.province)


def rounds_to_drop(ground: Ground) -> list[UUID]:
    """Rounds of sampling in zones that are dropped or proposed to be lifted."""
    gone = [row.id for row, act in _decisions(ground) if act != Act.REPLAN]
    return list(ZoneRound.objects.filter(decision__in=gone).values_list("id", flat=True))


def _decisions(ground: Ground) -> list[tuple[ZoneDecision, Act]]:
    if ground.case is None:
        return []
    found = []
    for zone in Zone.objects.filter(cases__contains=[ground.case.id]).order_by("made_at"):
        others = _others_stand(zone, ground.case)
        rows = ZoneDecision.objects.filter(zone=zone, dropped_at=None, ended_at=None)
        found += [(row, _act(row, others=others)) for row in rows.order_by("commune")]
    return found


def _others_stand(zone: Zone, case: Case) -> bool:
    """Whether it was planned for other cases too, of which one stands."""
    rest = Case.objects.filter(pk__in=zone.cases).exclude(pk=case.pk)
    return rest.exclude(status=Case.Status.WITHDRAWN).exists()


def _act(decision: ZoneDecision, *, others: bool) -> Act:
    if others:
        return Act.REPLAN
    return Act.DROP if decision.decided_at is None else Act.ASK_SIGNER
