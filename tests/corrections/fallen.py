"""A positive that is wrong, and what people did because of it, on real tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from lachan.core import grants
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.corrections import tasks
from lachan.corrections.models import Correction, Undoing
from lachan.isolation.models import Order
from lachan.notices import services as notices
from lachan.notices.models import Notice
from lachan.people.models import Person
from lachan.people.services import join_household, settle_household
from lachan.places.models import Dwelling
from lachan.sampling import services as sampling
from lachan.sampling.models import Method, Result
from lachan.tracing import handover, measures, services, zones
from lachan.tracing import tasks as tracing_tasks
from lachan.tracing.models import Case, Contact, Handover, Outbreak, ZoneDecision
from lachan.tracing.naming import Named, name_contacts
from lachan.tracing.zone_access import cases_for, gathered_for
from lachan.tracing.zone_plan import Workshop
from tests.factories import cast, houses, outbreak
from tests.factories.orders import EXERCISE
from tests.factories.outbreak import HERE_CODE, Unit


@dataclass
class Laboratory:
    """Who tests, and who answers for it."""

    id: UUID = field(default_factory=uuid7)

    def __post_init__(self) -> None:
        self.technician = cast.of_organisation(Role.LABORATORY, self.id)
        self.second = cast.of_organisation(Role.LABORATORY, self.id)
        self.lead = cast.of_organisation(Role.LABORATORY_LEAD, self.id)

    def released(
        self,
        people: Sequence[Person],
        outcome: str = "positive",
        *,
        method: str = Method.PCR,
        limit: int = 1,
    ) -> Result:
        """A tube of these people, tested and let out."""
        sampler = cast.of_organisation(Role.SAMPLER)
        with system_scope("test"):
            until = now() + timedelta(days=1)
            keys = [person.id for person in people]
            grants.give("person", keys, to_organisation=sampler.organisation, until=until)
        with scoped(sampler, "sample"):
            tube = sampling.open_tube(
                barcode=f"S{uuid7().hex[-10:]}",
                limit=limit,
                disease=EXERCISE,
                laboratory=self.id,
                method=method,
                by=sampler,
            )
            for person in people:
                sampling.add_sample(tube=tube, person=person.id, reason="symptoms", by=sampler)
        with scoped(self.technician, "result"):
            result = sampling.enter_result(
                barcode=tube.barcode, found=sampling.Found(outcome, method), by=self.technician
            )
            sampling.approve_result(result=result, by=self.technician)
        with scoped(self.lead, "release"):
            sampling.release_result(result=result, by=self.lead)
        return result

    def amended(self, result: Result, outcome: str) -> Result:
        """Another result takes its place, and is let out."""
        with scoped(self.technician, "result") as by:
            new = sampling.correct_result(result=result, found=sampling.Found(outcome), by=by)
            sampling.approve_result(result=new, by=by)
        with scoped(self.lead, "release") as by:
            sampling.release_result(result=new, by=by)
        return new

    def withdraws(self, result: Result, reason: str = "nhầm ống") -> None:
        """The laboratory's own page takes it back."""
        with scoped(self.lead, "laboratory") as by:
            sampling.withdraw_result(result=result, reason=reason, by=by)


@dataclass
class World:
    """A case with its result, and the officers who work it."""

    unit: Unit
    laboratory: Laboratory
    result: Result
    case: Case
    contacts: list[Contact] = field(default_factory=list)

    @property
    def tracer(self) -> Principal:
        """A tracer of the case's province."""
        return cast.of_province(Role.TRACER, self.case.province)

    def correction(self) -> Correction:
        """What stands of the correction now."""
        with system_scope("test"):
            return Correction.objects.select_related("case").get(result=self.result.id)

    def undoings(self) -> list[Undoing]:
        """What became of each thing."""
        with system_scope("test"):
            return list(Undoing.objects.filter(correction__result=self.result.id).order_by("id"))


def positive(name: str = "Nguyễn Thị Nguồn", person: Person | None = None) -> World:
    """Somebody's sample comes back positive, and the worker makes the case."""
    unit = Unit.of(HERE_CODE)
    source = person or outbreak.somebody(name, unit, "0900000500")
    laboratory = Laboratory()
    result = laboratory.released([source])
    tracing_tasks.new_positives()
    with system_scope("test"):
        case = Case.objects.get(result=result.id)
    return World(unit, laboratory, result, case)


def people(number: int, code: str = HERE_CODE, *, phone: int = 600) -> list[Person]:
    """So many people of a commune, each with a telephone of his own."""
    unit = Unit.of(code)
    return [
        outbreak.somebody(f"Lương Thị {chr(65 + at)}", unit, f"0900000{phone + at:03}")
        for at in range(number)
    ]


def met(world: World, persons: Iterable[Person], *, confirmed: bool = True) -> list[Contact]:
    """Whom the case met; confirmed by a human, or to verify."""
    tracer = world.tracer
    named = [Named(person.id, "interview") for person in persons]
    # The worker names what the tracer was told: a tracer sees people of other provinces only once
    # they are opened to him.
    with system_scope("test") as system:
        rows = name_contacts(case=world.case, people=named, by=system, word_of=tracer)
    tracing_tasks.open_contacts()
    if confirmed:
        with scoped(tracer, "tracing"):
            services.decide(
                contacts=[row.id for row in rows], state=Contact.State.CONFIRMED, by=tracer
            )
    with system_scope("test"):
        fresh = list(Contact.objects.filter(pk__in=[row.id for row in rows]).order_by("id"))
    world.contacts += fresh
    return fresh


def handed_over(world: World, rows: Sequence[Contact]) -> list[Notice]:
    """They go to where they live, are accepted there, and what they are told is drafted."""
    with scoped(world.tracer, "tracing") as by:
        handover.send(case=world.case, contacts=[row.id for row in rows], by=by)
    with system_scope("test"):
        sent = list(Handover.objects.filter(person__in=[row.person_id for row in rows]))
    for commune in {row.commune for row in sent}:
        station = cast.of_commune(Role.STATION_OFFICER, commune)
        with scoped(station, "handover"):
            new = [row for row in sent if row.state == Handover.State.SENT]
            mine = [row.id for row in new if row.commune == commune]
            handover.accept_all(mine, by=station)
    tracing_tasks.tell_senders()
    with system_scope("test"):
        return list(Notice.objects.filter(reason__in=[row.id for row in sent]).order_by("id"))


def sent(messages: Sequence[Notice]) -> None:
    """Their stations approve them, and the worker hands them to the gateway."""
    for commune in {row.commune for row in messages}:
        station = cast.of_commune(Role.STATION_OFFICER, commune)
        with scoped(station, "notices"):
            mine = [row.id for row in messages if row.commune == commune]
            notices.approve(notices=mine, by=station)
    with system_scope("test") as by:
        notices.send_approved(by=by)


def proposed(world: World, rows: Sequence[Contact]) -> list[Order]:
    """Isolation at home is proposed for them, and the worker writes it where they stay."""
    with scoped(world.tracer, "tracing") as by:
        measures.propose(
            case=world.case, measure="isolate_home", contacts=[row.id for row in rows], by=by
        )
    tracing_tasks.write_measures()
    with system_scope("test"):
        found = Order.objects.filter(person__in=[row.person_id for row in rows])
        return list(found.order_by("id"))


def lane_of(persons: Sequence[Person], unit: Unit) -> list[Dwelling]:
    """A lane in which these people live, one in a house."""
    _lane, rows = houses.lane("Ngõ 5", unit, len(persons))
    with system_scope("test") as by:
        for person, house in zip(persons, rows, strict=True):
            home = join_household(persons={person.id: "head"}, by=by)
            settle_household(household=home, dwelling=house, since=houses.SINCE, by=by)
    return rows


def zone_planned(world: World) -> ZoneDecision:
    """The tracer plans a zone for the case's outbreak; nobody has signed."""
    tracer = world.tracer
    with scoped(tracer, "tracing"):
        made = Outbreak.objects.create(
            name="Ngõ 5",
            disease=world.case.disease,
            opened_at=now(),
            opened_by=tracer.account,
            commune=world.case.commune,
            province=world.case.province,
        )
        Case.objects.filter(pk=world.case.pk).update(outbreak=made)
        cases = cases_for(tracer, made.id, [])
        workshop = Workshop(gathered_for(tracer, cases), [world.unit.commune])
        plan = workshop.plan("lanes", 90)
        assert plan is not None
        zone = zones.propose(workshop=workshop, plan=plan, cases=cases, by=tracer)
        return ZoneDecision.objects.get(zone=zone)


def worked() -> None:
    """The worker does what was asked of it, and what follows."""
    for _round in range(2):
        tasks.look_up()
        tasks.undo_decided()
        tasks.hear_of_fallen()
        tasks.settle_tasks()
