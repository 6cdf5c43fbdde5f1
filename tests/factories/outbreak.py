"""A small outbreak on real tables: a factory with its parts, people in two provinces, scans."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.selectors import trace_ids_of
from lachan.people.services import Stay, register_person
from lachan.places.models import Place
from lachan.places.selectors import today_of, unit_of_code
from lachan.places.services import add_part, register_organisation, register_place
from lachan.sampling import services as sampling
from lachan.tracing import tasks
from lachan.tracing.models import Case
from lachan.venues.models import Venue
from lachan.venues.services import open_venue, record_scan
from tests.factories import cast
from tests.factories.settled import watermark

#: Communes of today: phường Nếnh and xã Lục Ngạn of Bắc Ninh, and one of Hà Nội.
HERE_CODE, NEXT_CODE, ABROAD_CODE = "07777", "07525", "00004"


@dataclass
class Unit:
    """A commune with its province, as our ids."""

    commune: int
    province: int

    @classmethod
    def of(cls, code: str) -> "Unit":
        """The unit of a code of today."""
        found = unit_of_code(code)
        assert found is not None, code
        return cls(found, today_of(found).province)


@dataclass
class Factory:
    """One campus, a gate, a line and a room; staff who scan there."""

    unit: Unit
    manager: Principal
    campus: Venue
    line: Venue
    people: dict[str, Person] = field(default_factory=dict)


def somebody(name: str, unit: Unit, phone: str = "") -> Person:
    """A person who stays in `unit`."""
    with system_scope("test") as by:
        return register_person(
            full_name=name,
            stay=Stay(unit.commune, unit.province, "Ngõ 12"),
            birth="1990",
            phones=[phone] if phone else [],
            by=by,
        )


def factory(unit: Unit) -> Factory:
    """A factory whose manager registered it, with a line in a workshop."""
    with system_scope("test") as by:
        body = register_organisation(
            kind="company", name="Công ty Sao Mai", commune=unit.commune, by=by
        )
    manager = cast.of_organisation(Role.PLACE_MANAGER, body.id)
    with scoped(manager, "register"):
        campus = register_place(
            kind="campus",
            name="Nhà máy Sao Mai",
            commune=unit.commune,
            organisation=body.id,
            by=manager,
        )
        shop = add_part(parent=campus, kind="workshop", name="Xưởng 1", by=manager)
        line = add_part(parent=shop, kind="line", name="Chuyền 7", by=manager)
        return Factory(unit, manager, _venue(campus, manager), _venue(line, manager))


def _venue(place: Place, by: Principal) -> Venue:
    return open_venue(place=place, by=by)


def stay(venue: Venue, person: Person, start: datetime, minutes: int, by: Principal) -> None:
    """Somebody scanned in and out."""
    with system_scope("test"):
        trace_id = trace_ids_of([person.id])[person.id]
    with scoped(by, "scan"):
        for direction, at in (("in", start), ("out", start + timedelta(minutes=minutes))):
            record_scan(
                id=uuid7(),
                venue=venue,
                trace_id=trace_id,
                direction=direction,
                at=at,
                device_at=at,
                source="desk",
                by=by,
            )


def positive(person: Person, *, disease: str = "covid-19") -> Case:
    """The person's sample comes back positive and the worker makes the case."""
    laboratory = uuid7()
    sampler = cast.of_organisation(Role.SAMPLER)
    lab = cast.of_organisation(Role.LABORATORY, laboratory)
    lead = cast.of_organisation(Role.LABORATORY_LEAD, laboratory)
    with system_scope("test"):
        _open_to(person.id, sampler)
    with scoped(sampler, "sample"):
        tube = sampling.open_tube(
            barcode=f"T{uuid7().hex[-10:]}",
            limit=1,
            disease=disease,
            laboratory=laboratory,
            by=sampler,
        )
        sampling.add_sample(tube=tube, person=person.id, reason="symptoms", by=sampler)
    with scoped(lab, "result"):
        result = sampling.enter_result(
            barcode=tube.barcode, found=sampling.Found("positive"), by=lab
        )
        sampling.approve_result(result=result, by=lab)
    with scoped(lead, "release"):
        sampling.release_result(result=result, by=lead)
    tasks.new_positives()
    with system_scope("test"):
        return Case.objects.get(result=result.id)


def _open_to(person: UUID, sampler: Principal) -> None:
    from lachan.core import grants

    grants.give(
        "person", [person], to_organisation=sampler.organisation, until=now() + timedelta(days=1)
    )


def answered(case: Case) -> None:
    """Work until no question of the case waits: another test's import may hold scans back."""
    watermark()
    for _try in range(60):
        tasks.answer_runs()
        with system_scope("test"):
            if not case.runs.filter(state="asked").exists():
                return
    raise AssertionError("the index never caught up")
