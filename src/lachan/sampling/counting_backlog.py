"""How much waits at each laboratory, for how many days, and where waiting boxes had better go."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connections
from django.db.models import Count, Exists, OuterRef, Q

from lachan.sampling.counting_routing import Bench, Proposal, Waiting, days_of, propose
from lachan.sampling.custody_reading import names_of
from lachan.sampling.models import Box, HandOver, LaboratoryCapacity


@dataclass(frozen=True, slots=True)
class Load:
    """A laboratory: tubes it received and has not answered, tubes on their way to it, what it said
    it can do (None: it said nothing)."""

    laboratory: UUID
    name: str
    waiting: int
    coming: int
    capacity: LaboratoryCapacity | None

    @property
    def days(self) -> float | None:
        """Days until what waits is answered; None where it is not known or nothing is done."""
        rate = self.capacity.now_a_day if self.capacity else 0
        return self.waiting / rate if rate else None


def loads() -> list[Load]:
    """Every laboratory that has work or said what it can do, the longest wait first."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select laboratory, waiting, coming from core.backlog_of_laboratories()")
        work = {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
    rows = LaboratoryCapacity.objects.order_by("laboratory", "-at", "-id").distinct("laboratory")
    capacities = {row.laboratory: row for row in rows}
    names = names_of({*work, *capacities})
    found = [
        Load(one, names.get(one, ""), *work.get(one, (0, 0)), capacities.get(one))
        for one in {*work, *capacities}
    ]
    return sorted(found, key=lambda load: (load.days is not None, -(load.days or 0), load.name))


def waiting_boxes(organisation: UUID | None) -> list[tuple[Box, int]]:
    """Boxes of a unit that were given to nobody, with their tubes."""
    if organisation is None:
        return []
    rows = (
        Box.objects.filter(organisation=organisation, closed_at=None)
        .filter(~Exists(HandOver.objects.filter(box=OuterRef("pk"))))
        .annotate(tubes=Count("packings", filter=Q(packings__out_at=None)))
        .filter(tubes__gt=0)
        .order_by("made_at")
    )
    return [(box, box.tubes) for box in rows]


@dataclass(frozen=True, slots=True)
class Advice:
    """What is proposed for a unit's boxes: (box, tubes, name of the laboratory it is meant for,
    where it had better go, its name); days as it is meant, and the proposal."""

    moves: list[tuple[Box, int, str, UUID, str]]
    meant: float
    proposal: Proposal


def advice_for(boxes: list[tuple[Box, int]], known: list[Load]) -> Advice | None:
    """A proposal where another way is sooner; None where all is well or too little is known."""
    waiting = [Waiting(box.pk, tubes, box.laboratory) for box, tubes in boxes]
    benches = [_bench(load, waiting) for load in known if load.capacity is not None]
    proposal = propose(waiting, benches)
    if proposal is None or not proposal.changes:
        return None
    names = {load.laboratory: load.name for load in known}
    moves = [
        (box, tubes, names.get(box.laboratory, ""), to, names.get(to, ""))
        for box, tubes in boxes
        if (to := proposal.ways[box.pk]) != box.laboratory
    ]
    meant = days_of(waiting, benches, {one.box: one.laboratory for one in waiting})
    return Advice(moves, meant, proposal)


def _bench(load: Load, boxes: list[Waiting]) -> Bench:
    """What lies before these boxes: they are among the tubes on their way and are taken off."""
    own = sum(box.tubes for box in boxes if box.laboratory == load.laboratory)
    rate = load.capacity.now_a_day if load.capacity else 0
    return Bench(load.laboratory, load.waiting + max(0, load.coming - own), rate)
