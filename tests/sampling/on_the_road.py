"""Closed tubes, a box, and the hands it goes through."""

from decimal import Decimal
from uuid import UUID

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.sampling import custody, custody_receiving, services
from lachan.sampling.custody import Courier, Reckoning
from lachan.sampling.custody_state import Stage, standings
from lachan.sampling.models import Box, Sample, Tube
from tests.sampling.people_at_the_table import Team

COURIER = Courier("Lò Văn Pánh", "0900000611")


def seen(count: int, temperature: str = "4.5") -> Reckoning:
    """What one side counts and reads."""
    return Reckoning(count, Decimal(temperature))


def closed_tube(at: Team, *people: Person, barcode: str = "", limit: int | None = None) -> Tube:
    """A closed tube of the team with these people in it."""
    with system_scope("test"):
        moment = now()
        tube = Tube(
            barcode=barcode or f"C-{uuid7().hex[-10:]}",
            limit=limit or len(people) or 1,
            organisation=at.sampler.organisation,
            laboratory=at.laboratory,
            disease="covid-19",
            opened_at=moment,
            closed_at=moment,
        )
        tube.save(force_insert=True)
        for each in people:
            Sample(
                tube=tube,
                person=each,
                reason="contact",
                taken_at=moment,
                organisation=tube.organisation,
                commune=each.commune,
                province=each.province,
            ).save(force_insert=True)
    return tube


def packed_box(at: Team, *tubes: Tube) -> Box:
    """A box of the team with these tubes, open."""
    with scoped(at.sampler, "sampling") as by:
        box = custody.open_box(barcode=f"B-{uuid7().hex[-10:]}", laboratory=at.laboratory, by=by)
        for tube in tubes:
            custody.pack(box=box, barcode=tube.barcode, by=by)
    return box


def sent_box(at: Team, *tubes: Tube) -> Box:
    """A box sealed and given to the courier."""
    box = packed_box(at, *tubes)
    with scoped(at.sampler, "sampling") as by:
        custody.seal(box=box, seen=seen(len(tubes)), by=by)
        custody.hand_to_courier(
            box=box, given=seen(len(tubes)), taken=seen(len(tubes)), courier=COURIER, by=by
        )
    return box


def arrived_box(at: Team, *tubes: Tube) -> Box:
    """A box that the laboratory signed for."""
    box = sent_box(at, *tubes)
    with scoped(at.technician, "laboratory") as by:
        custody.arrive(box=box, seen=seen(len(tubes), "6.0"), by=by)
    return box


def accept(at: Team, tube: Tube, box: Box | None = None) -> custody_receiving.Scan:
    """The laboratory scans a tube in."""
    with scoped(at.technician, "laboratory") as by:
        return custody_receiving.scan_in(barcode=tube.barcode, box=box, by=by)


def reject(
    at: Team, tube: Tube, reason: str = "leaking", box: Box | None = None
) -> custody_receiving.Scan:
    """The laboratory refuses a tube."""
    why = custody_receiving.Rejected(reason)
    with scoped(at.technician, "laboratory") as by:
        return custody_receiving.scan_in(barcode=tube.barcode, box=box, rejected=why, by=by)


def stage_of(tube: Tube, reader: Principal | None = None) -> Stage:
    """Where a tube stands, as the worker or `reader` derives it."""
    if reader is None:
        with system_scope("test"):
            return standings([tube.pk], now())[0].stage
    with scoped(reader, "test"):
        return standings([tube.pk], now())[0].stage


def enter(at: Team, tube: Tube, outcome: str = "negative") -> UUID:
    """The laboratory enters what it found; the result's id."""
    with scoped(at.technician, "laboratory") as by:
        found = services.Found(outcome)
        return services.enter_result(barcode=tube.barcode, found=found, by=by).pk
