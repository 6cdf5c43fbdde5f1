"""Scenario 7 on the story's own lanes: the smallest zone, its figures, and the six hours.

The figures of practice.md (61 households, 214 people, 9 businesses) are planted and counted in
tests/tracing/test_zone_scenario.py; here the same planner works on a ward it was not made for.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations

import pytest

from lachan.config.story.lanes import StoryLane, lay_out, shops_on
from lachan.config.story.world import World
from lachan.core import clock
from lachan.core.refusals import Refused
from lachan.core.scope import scoped, system_scope
from lachan.people.models import Person
from lachan.tracing import services, zones
from lachan.tracing.models import Case, Contact, ZoneDecision
from lachan.tracing.naming import Named, name_contacts
from lachan.tracing.zone_access import cases_for, gathered_for
from lachan.tracing.zone_exposed import CASE, CONFIRMED, TO_VERIFY
from lachan.tracing.zone_papers import PaperScan
from lachan.tracing.zone_plan import BUSINESS_WEIGHT, Plan, Workshop
from tests.acceptance.told import Told, moment
from tests.factories import outbreak

pytestmark = pytest.mark.slow

SHARE = Fraction(90, 100)


@dataclass
class Ward:
    """The lanes of phường Nếnh as the story lays them out, and what each person there carries."""

    world: World
    lanes: list[StoryLane]
    shops: dict[str, int]
    risk: dict[int, int]

    def people(self, lane: StoryLane) -> set[int]:
        """Who lives on a lane."""
        return {one for house in lane.households for one in self.world.households[house].members}

    def best(self) -> tuple[set[str], int, int, int, int]:
        """The cheapest set of lanes that covers the share, by trying all: names, households,
        people, businesses, cost."""
        carrying = [lane for lane in self.lanes if self.people(lane) & set(self.risk)]
        sets = chain.from_iterable(
            combinations(carrying, size) for size in range(1, len(carrying) + 1)
        )
        return min(
            (self._told(chosen) for chosen in sets if self._covered(chosen)),
            key=lambda found: found[-1],
        )

    def _covered(self, chosen: tuple[StoryLane, ...]) -> bool:
        inside = {one for lane in chosen for one in self.people(lane)}
        covered = sum(risk for person, risk in self.risk.items() if person in inside)
        return covered >= SHARE * sum(self.risk.values())

    def _told(self, chosen: tuple[StoryLane, ...]) -> tuple[set[str], int, int, int, int]:
        people = sum(len(self.people(lane)) for lane in chosen)
        shops = sum(self.shops.get(lane.name, 0) for lane in chosen)
        houses = sum(len(lane.households) for lane in chosen)
        names = {lane.name for lane in chosen}
        return names, houses, people, shops, people + BUSINESS_WEIGHT * shops


@pytest.fixture(scope="module")
def ward(told: Told) -> Ward:
    """Three patients in two lanes, confirmed contacts there, and a few to verify farther away."""
    world = told.world
    here = world.unit_of[world.people[told.scenes.night_worker.f0].stay.commune].code
    everywhere = lay_out(world)
    lanes = [lane for lane in everywhere if lane.commune == here]
    shops: dict[str, int] = {}
    for at in shops_on(world, everywhere).values():
        if everywhere[at].commune == here:
            shops[everywhere[at].name] = shops.get(everywhere[at].name, 0) + 1
    first, second, *others = sorted(lanes, key=lambda lane: -len(lane.households))
    risk = dict.fromkeys([*heads(world, first)[:2], heads(world, second)[0]], CASE)
    near = [*heads(world, first)[3:9], *heads(world, second)[2:8]]
    far = [heads(world, lane)[0] for lane in others[:3]]
    risk |= dict.fromkeys(near, CONFIRMED) | dict.fromkeys(far, TO_VERIFY)
    return Ward(world, lanes, shops, risk)


def heads(world: World, lane: StoryLane) -> list[int]:
    """The first of each household, without whoever is under a chain of its own."""
    first = [world.households[house].members[0] for house in lane.households]
    return [person for person in first if not world.people[person].excluded]


@pytest.fixture(scope="module")
def cases(told: Told, ward: Ward) -> list[Case]:
    """The three positives of the group A disease, with their contacts as humans named them."""
    told.wind_to(told.world.at(6, 19))
    tracer = told.cast["tracer"]
    made = [positive(told, person) for person, risk in ward.risk.items() if risk == CASE]
    for level in (CONFIRMED, TO_VERIFY):
        people = [told.person(person) for person, risk in ward.risk.items() if risk == level]
        with scoped(tracer, "tracing"):
            rows = name_contacts(
                case=made[0], people=[Named(one, "interview") for one in people], by=tracer
            )
            if level == CONFIRMED:
                chosen = [row.id for row in rows]
                services.decide(contacts=chosen, state=Contact.State.CONFIRMED, by=tracer)
    return made


def positive(told: Told, person: int) -> Case:
    """Somebody of the ward is positive."""
    with system_scope("test"):
        found = Person.objects.get(pk=told.person(person))
    return outbreak.positive(found, disease=told.scenes.group_a.disease)


@pytest.fixture(scope="module")
def planned(told: Told, cases: list[Case]) -> tuple[Workshop, Plan]:
    """What the tracer's workshop draws for nine tenths of the risk."""
    tracer = told.cast["tracer"]
    with scoped(tracer, "tracing"):
        found = cases_for(tracer, None, [case.id for case in cases])
        workshop = Workshop(gathered_for(tracer, found), [cases[0].commune])
        plan = workshop.plan("lanes", int(SHARE * 100))
    assert plan is not None
    return workshop, plan


@pytest.fixture(scope="module")
def decision(told: Told, cases: list[Case], planned: tuple[Workshop, Plan]) -> ZoneDecision:
    """The plan as a zone of the ward, proposed at 20:05."""
    told.wind_to(told.world.at(6, 20, 5))
    workshop, plan = planned
    tracer = told.cast["tracer"]
    with scoped(tracer, "tracing"):
        zone = zones.propose(workshop=workshop, plan=plan, cases=cases, by=tracer)
        return ZoneDecision.objects.select_related("zone").get(zone=zone)


def test_the_plan_is_the_smallest_that_covers_the_share(
    ward: Ward, planned: tuple[Workshop, Plan]
) -> None:
    workshop, plan = planned
    names, households, people, businesses, cost = ward.best()

    assert workshop.total == sum(ward.risk.values())
    assert {workshop.ground.lanes[lane].name for lane in plan.area.lanes} == names
    assert (plan.households, plan.people, plan.businesses) == (households, people, businesses)
    assert plan.bound == cost
    assert plan.best
    assert plan.reached


def test_it_stands_against_everybody_who_stays_in_the_ward(
    told: Told, ward: Ward, decision: ZoneDecision
) -> None:
    here = ward.lanes[0].commune
    everybody = sum(person.stay.commune == here for person in told.world.people)

    assert decision.residents == everybody
    assert decision.people < everybody / 10


def test_reported_at_20_05_it_cannot_start_before_02_05(told: Told, decision: ZoneDecision) -> None:
    chairman = told.cast["chairman"]
    with scoped(chairman, "zone"):
        zones.report(decision=decision, by=chairman)
    earliest = told.world.at(7, 2, 6)
    with pytest.raises(Refused) as refused:
        start(decision, told, earliest - 120)
    assert refused.value.code == "too_early"
    assert "Điều 13" in refused.value.message

    made = start(decision, told, earliest)
    assert made.state_at(moment(earliest - 1)) == "decided"
    assert made.state_at(moment(earliest)) == "in_force"


def start(decision: ZoneDecision, told: Told, seconds: int) -> ZoneDecision:
    """The chairman signs a beginning."""
    chairman = told.cast["chairman"]
    paper = PaperScan("quyet-dinh.pdf", b"%PDF-1.7 signed")
    signed = zones.Signed("12/QĐ-UBND", clock.today(), chairman.name, paper)
    with scoped(chairman, "zone"):
        return zones.decide(
            decision=decision, signed=signed, starts_at=moment(seconds), by=chairman
        )
