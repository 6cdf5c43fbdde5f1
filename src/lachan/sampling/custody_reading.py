"""Reading boxes, and what stands still longer than the rule allows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet

from lachan.core.clock import now
from lachan.core.scope import Principal
from lachan.places.models import Organisation
from lachan.rulebook.selectors import CustodyRule, Decision, custody_rule
from lachan.sampling.custody_state import ENDS, Stage, Standing, standings
from lachan.sampling.models import (
    Box,
    HandOver,
    Packing,
    Reading,
    Reception,
    Release,
    Sample,
    SampleRequest,
    Stray,
    Tube,
)

#: Boxes and rejections of a list.
LIST_LIMIT = 200
#: Days in which a rejection is on the board of the unit.
REJECTED_DAYS = 7


@dataclass(frozen=True, slots=True)
class Line:
    """A tube on a manifest: how many people share it, never who."""

    packing: Packing
    people: int

    @property
    def tube(self) -> Tube:
        return self.packing.tube


@dataclass(frozen=True, slots=True)
class Holder:
    """Who last had a tube: a unit, a person, a telephone, as far as they are known."""

    unit: str = ""
    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Still:
    """A tube that stands still.  `late`: the rule's finding; `hours`: since when, in hours."""

    tube: Tube
    standing: Standing
    box: Box | None
    holder: Holder
    late: Decision
    hours: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rejected tube as its unit sees it: why, and how many of its people wait to be sampled."""

    reception: Reception
    laboratory: str
    asked: int
    open: int


def box_of(by: Principal, box: UUID) -> Box | None:
    """A box of the own unit, or one that goes to the own laboratory."""
    rows = Box.objects.filter(Q(organisation=by.organisation) | Q(laboratory=by.organisation))
    return rows.filter(pk=box).first() if by.organisation else None


def boxes_from(organisation: UUID) -> QuerySet[Box]:
    """The boxes a unit packed, newest first, each with how many tubes are or were in it."""
    return _counted(Box.objects.filter(organisation=organisation))


def boxes_to(laboratory: UUID) -> QuerySet[Box]:
    """Sealed or given boxes on their way to a laboratory, the oldest first, then those it has."""
    rows = Box.objects.filter(laboratory=laboratory).filter(
        Q(sealed_at__isnull=False) | Exists(HandOver.objects.filter(box=OuterRef("pk")))
    )
    return _counted(rows)


def _counted(rows: QuerySet[Box]) -> QuerySet[Box]:
    tubes = Count("packings", filter=Q(packings__listed=True) & ~Q(packings__out="taken_out"))
    return rows.annotate(tubes=tubes).order_by("-made_at")[:LIST_LIMIT]


def box_by_code(laboratory: UUID | None, barcode: str) -> Box | None:
    """The box of a scanned code that is on its way to this laboratory."""
    if laboratory is None:
        return None
    rows = Box.objects.filter(laboratory=laboratory, barcode=barcode)
    return rows.order_by(F("closed_at").desc(nulls_first=True)).first()


def manifest(box: Box) -> list[Line]:
    """The tubes of a box: those packed and not taken out again, in order of packing."""
    rows = (
        Packing.objects.filter(box=box, listed=True)
        .exclude(out=Packing.Out.TAKEN_OUT)
        .select_related("tube")
        .order_by("at", "id")
    )
    return _lines(rows)


def found_in(box: Box) -> list[Line]:
    """What was in it and on no manifest."""
    return _lines(Packing.objects.filter(box=box, listed=False).select_related("tube"))


def _lines(rows: Iterable[Packing]) -> list[Line]:
    packings = list(rows)
    people = _people({row.tube_id for row in packings})
    return [Line(row, people.get(row.tube_id, row.tube.limit)) for row in packings]


def _people(tubes: Iterable[UUID]) -> dict[UUID, int]:
    """How many people are in each tube; a laboratory does not see samples and is given nothing."""
    rows = Sample.objects.filter(tube__in=list(tubes)).values("tube").annotate(people=Count("id"))
    return {row["tube"]: row["people"] for row in rows}


def legs_of(box: Box) -> list[HandOver]:
    """The hand-overs of a box, the first one first."""
    return list(HandOver.objects.filter(box=box).order_by("leg"))


def last_legs(boxes: Iterable[UUID]) -> dict[UUID, HandOver]:
    """The newest hand-over of each box that has one."""
    rows = HandOver.objects.filter(box__in=list(boxes)).order_by("box", "-leg").distinct("box")
    return {leg.box_id: leg for leg in rows}


def readings_of(box: Box) -> list[Reading]:
    """The loggers' files of a box."""
    return list(Reading.objects.filter(box=box).order_by("at"))


def receptions_of(tubes: Iterable[UUID]) -> dict[UUID, Reception]:
    """The reception that counts of each tube."""
    rows = Reception.objects.filter(tube__in=list(tubes)).order_by("tube", "-at", "-id")
    return {row.tube_id: row for row in rows.distinct("tube")}


def rule_of(organisation: UUID, disease: str = "*", at: datetime | None = None) -> CustodyRule:
    """The rule of the province in which a unit or laboratory works."""
    province = Organisation.objects.filter(pk=organisation).values_list("province", flat=True)
    return custody_rule(disease, at or now(), province=province.first())


def first_closed(box: Box) -> datetime | None:
    """When the first tube of a box was closed: the time budget runs from here."""
    rows = Packing.objects.filter(box=box).exclude(out=Packing.Out.TAKEN_OUT)
    found: datetime | None = rows.aggregate(at=Min("tube__closed_at"))["at"]
    return found


def names_of(organisations: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of units and laboratories."""
    asked = {each for each in organisations if each is not None}
    return dict(Organisation.objects.filter(pk__in=asked).values_list("id", "name"))


def unfinished() -> QuerySet[Tube]:
    """Tubes whose standing result is not released: with all others nobody has anything to do."""
    released = Release.objects.filter(tube=OuterRef("pk"), result__replaced_by=None)
    return Tube.objects.filter(~Exists(released))


def still(by: Principal, *, laboratory: bool = False, at: datetime | None = None) -> list[Still]:
    """Every tube that stands still longer than the rule allows, the longest first.

    `laboratory`: what lies before or in the own laboratory; else what the session may see.
    """
    moment = at or now()
    asked = unfinished()
    if laboratory and by.organisation is None:
        return []
    if laboratory and by.organisation is not None:
        # `or` over two scope columns would read the whole table; a stray is few rows.
        strays = Stray.objects.filter(laboratory=by.organisation).values("tube")
        asked = asked.filter(Q(laboratory=by.organisation) | Q(pk__in=strays))
    rows = [row for row in standings(asked, moment) if row.stage not in ENDS]
    if laboratory:
        rows = [row for row in rows if row.stage not in {Stage.OPEN, Stage.UNPACKED, Stage.PACKED}]
    return _late(rows, moment)


def _late(rows: list[Standing], at: datetime) -> list[Still]:
    tubes = Tube.objects.in_bulk([row.tube for row in rows])
    boxes = Box.objects.in_bulk({row.box for row in rows if row.box is not None})
    rules: dict[tuple[UUID, str], CustodyRule] = {}
    holders = _Holders(boxes, tubes.values())
    found = []
    for row in rows:
        tube = tubes[row.tube]
        key = tube.organisation, tube.disease
        if key not in rules:
            rules[key] = rule_of(*key, at=at)
        hours = (at - row.since) / timedelta(hours=1)
        if hours <= rules[key].hours[row.stage]:
            continue
        box = boxes.get(row.box) if row.box is not None else None
        late = rules[key].late(row.stage)
        found.append(Still(tube, row, box, holders.of(tube, row), late, hours))
    return sorted(found, key=lambda each: (_ORDER[each.standing.stage], -each.hours))


_ORDER = {stage: number for number, stage in enumerate(Stage)}

#: Stages in which the laboratory that a tube was sent to has it.
AT_LABORATORY = frozenset(
    {
        Stage.ARRIVED,
        Stage.UNSCANNED,
        Stage.ACCEPTED,
        Stage.RUNNING,
        Stage.ENTERED,
        Stage.APPROVED,
        Stage.LEFT_OVER,
    }
)


class _Holders:
    """Who last had which tube, read once for a board."""

    def __init__(self, boxes: dict[UUID, Box], tubes: Iterable[Tube]) -> None:
        self.boxes = boxes
        self.legs = last_legs(boxes)
        known = list(tubes)
        strays = Stray.objects.filter(tube__in=[tube.pk for tube in known]).order_by("at")
        self.strays = {row.tube_id: row.laboratory for row in strays}
        asked = {tube.organisation for tube in known} | {tube.laboratory for tube in known}
        self.names = names_of(asked | set(self.strays.values()))

    def of(self, tube: Tube, row: Standing) -> Holder:
        """The courier on the road; else the unit or laboratory, and who packed or took the box."""
        leg = self.legs.get(row.box) if row.box is not None else None
        if row.stage == Stage.STRAY:
            return Holder(self.names.get(self.strays[tube.pk], ""))
        if row.stage == Stage.ROAD and leg is not None:
            waiting = leg.taken_at is None
            name, phone = (leg.giver, leg.giver_phone) if waiting else (leg.taker, leg.taker_phone)
            return Holder("", name, phone)
        if row.stage in AT_LABORATORY and tube.laboratory is not None:
            name = leg.taker if leg is not None and leg.arrives else ""
            return Holder(self.names.get(tube.laboratory, ""), name)
        box = self.boxes.get(row.box) if row.box is not None else None
        unit = self.names.get(tube.organisation, "")
        return Holder(unit, box.packer, box.phone) if box else Holder(unit)


def rejections(at: datetime | None = None) -> list[Refusal]:
    """Tubes that laboratories rejected in the last days, newest first, as far as they are seen."""
    since = (at or now()) - timedelta(days=REJECTED_DAYS)
    newest = Reception.objects.filter(tube=OuterRef("tube"), at__gt=OuterRef("at"))
    rows = list(
        Reception.objects.filter(accepted=False, at__gte=since)
        .filter(~Exists(newest))
        .select_related("tube")
        .order_by("-at")[:LIST_LIMIT]
    )
    names = names_of(row.laboratory for row in rows)
    asked = _asked([row.pk for row in rows])
    return [Refusal(row, names.get(row.laboratory, ""), *asked.get(row.pk, (0, 0))) for row in rows]


def _asked(causes: list[UUID]) -> dict[UUID, tuple[int, int]]:
    """How many requests a rejection made, and how many are open."""
    rows = (
        SampleRequest.objects.filter(source_id__in=causes)
        .values("source_id")
        .annotate(all=Count("id"), open=Count("id", filter=Q(state="open")))
    )
    return {row["source_id"]: (row["all"], row["open"]) for row in rows}
