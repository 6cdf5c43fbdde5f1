"""A ward with two lanes of cases and contacts, planted so that every figure can be counted."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, combinations
from uuid import UUID

from django.db import connections

from lachan.core.clock import now
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.people.models import Person
from lachan.places.models import Dwelling, Lane, Place
from lachan.tracing import services
from lachan.tracing.models import Case, Contact, Outbreak
from lachan.tracing.naming import Named, name_contacts
from tests.factories import cast, houses, outbreak
from tests.factories.outbreak import Unit

#: A group A disease invented for exercises: a zone may be decided for it.
DISEASE = "demo-a"

#: Scenario 7 of practice.md: 61 households with 214 people and 9 businesses in two lanes.
LANES = {"Ngõ 12": (34, 5), "Ngõ 14": (27, 4)}
SIZES = [4] * 31 + [3] * 30
WARD = 18_450


@dataclass
class Street:
    """A lane with its houses, families and shops."""

    unit: Unit
    lane: Lane
    houses: list[Dwelling]
    families: dict[UUID, list[Person]] = field(default_factory=dict)
    shops: list[Place] = field(default_factory=list)

    @property
    def people(self) -> list[Person]:
        """Everybody of the lane."""
        return [person for family in self.families.values() for person in family]


@dataclass
class Town:
    """The ward: streets, cases, and the risk each exposed person carries as it was planted."""

    unit: Unit
    streets: dict[str, Street] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    risk: dict[UUID, int] = field(default_factory=dict)
    outbreak: Outbreak | None = None

    def officer(self, role: Role, unit: Unit | None = None) -> Principal:
        """Somebody of the ward."""
        return cast.of_commune(role, (unit or self.unit).commune)

    @property
    def tracer(self) -> Principal:
        """A tracer of the province."""
        return cast.of_province(Role.TRACER, self.unit.province)


def street(name: str, unit: Unit, sizes: list[int], shops: int = 0, *, row: int = 0) -> Street:
    """A lane with one family in every house."""
    lane, rows = houses.lane(name, unit, len(sizes), row=row)
    made = Street(unit, lane, rows)
    made.families = houses.families(rows, unit, sizes)
    made.shops = [houses.shop(f"Tạp hóa {name} {n}", lane, unit) for n in range(shops)]
    return made


def case_of(person: Person, disease: str = DISEASE) -> Case:
    """Somebody of the town is positive."""
    return outbreak.positive(person, disease=disease)


def link(town: Town, name: str = "Ngõ 12 và ngõ 14") -> Outbreak:
    """The cases become one outbreak."""
    tracer = town.tracer
    with scoped(tracer, "tracing"):
        made = Outbreak.objects.create(
            name=name,
            disease=town.cases[0].disease,
            opened_at=now(),
            opened_by=tracer.account,
            commune=town.unit.commune,
            province=town.unit.province,
        )
        for case in town.cases:
            Case.objects.filter(pk=case.pk).update(outbreak=made)
    town.outbreak = made
    return made


def contacts(town: Town, case: Case, people: Iterable[Person], *, confirmed: bool) -> None:
    """People met the case; confirmed ones by a human."""
    tracer = town.tracer
    with scoped(tracer, "tracing"):
        named = [Named(person.id, "interview") for person in people]
        rows = name_contacts(case=case, people=named, by=tracer)
        if confirmed:
            services.decide(
                contacts=[row.id for row in rows], state=Contact.State.CONFIRMED, by=tracer
            )


def filled(unit: Unit, total: int) -> None:
    """Enter so many more people that `total` stay in the commune; nobody will open them."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "insert into people_person (id, commune, province, birth_precision, sex, nationality,"
            " occupation, excluded, vouched_by, sealed, made_at)"
            " select gen_random_uuid(), %(commune)s, %(province)s, '', '', 'VN', '', false, '',"
            " '', now() from generate_series(1, %(total)s - (select count(*) from people_person"
            " where commune = %(commune)s))",
            {"commune": unit.commune, "province": unit.province, "total": total},
        )


def scenario_7() -> Town:
    """Three linked cases in two lanes, their contacts, and a few contacts in lanes farther away."""
    town = Town(Unit.of(outbreak.HERE_CODE))
    sizes = iter(SIZES)
    for row, (name, (count, shops)) in enumerate(LANES.items()):
        own = [next(sizes) for _ in range(count)]
        town.streets[name] = street(name, town.unit, own, shops, row=row)
    for row, name in enumerate(("Ngõ 16", "Ngõ 18", "Ngõ 20", "Ngõ 22"), start=2):
        town.streets[name] = street(name, town.unit, [4] * 6, 1, row=row)
    twelve, fourteen = town.streets["Ngõ 12"].people, town.streets["Ngõ 14"].people
    town.cases = [case_of(person) for person in (twelve[0], twelve[40], fourteen[0])]
    link(town)
    contacts(town, town.cases[0], twelve[10:20], confirmed=True)
    contacts(town, town.cases[2], fourteen[10:18], confirmed=True)
    far = [town.streets[name].people[0] for name in ("Ngõ 16", "Ngõ 18", "Ngõ 20", "Ngõ 22")]
    contacts(town, town.cases[1], [*far, town.streets["Ngõ 22"].people[5]], confirmed=False)
    for person, risk in (
        *((case.person_id, 10) for case in town.cases),
        *((person.id, 5) for person in (*twelve[10:20], *fourteen[10:18])),
        *((person.id, 2) for person in (*far, town.streets["Ngõ 22"].people[5])),
    ):
        town.risk[person] = risk
    filled(town.unit, WARD)
    return town


@dataclass(frozen=True)
class Best:
    """The cheapest choice of whole lanes, found by trying all of them."""

    lanes: frozenset[str]
    households: int
    people: int
    businesses: int
    cost: int


def best_lanes(town: Town, share: Fraction, weight: int = 5) -> Best:
    """Try every set of lanes that holds all cases and count with plain sets: the planner's twin."""
    total = sum(town.risk.values())
    found: list[Best] = []
    names = sorted(town.streets)
    for chosen in chain.from_iterable(combinations(names, n) for n in range(len(names) + 1)):
        streets = [town.streets[name] for name in chosen]
        inside = {person.id for row in streets for person in row.people}
        if not {case.person_id for case in town.cases} <= inside:
            continue
        if sum(risk for person, risk in town.risk.items() if person in inside) < share * total:
            continue
        shops = sum(len(row.shops) for row in streets)
        found.append(
            Best(
                frozenset(chosen),
                sum(len(row.families) for row in streets),
                len(inside),
                shops,
                len(inside) + shops * weight,
            )
        )
    return min(found, key=lambda best: best.cost)


def persons_by_house(town: Town) -> dict[UUID, set[UUID]]:
    """House -> who lives there."""
    return {
        house: {person.id for person in family}
        for row in town.streets.values()
        for house, family in row.families.items()
    }
