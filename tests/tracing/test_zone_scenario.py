"""Scenario 7: the narrow zone, from linked cases to a gate that knows the minute."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from fractions import Fraction

import pytest
from django.utils import translation

from lachan.core import clock
from lachan.core.clock import OFFSET, now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.gate import services as gate
from lachan.people.selectors import trace_ids_of
from lachan.places.models import Place
from lachan.tracing import zones
from lachan.tracing.models import Zone, ZoneDecision
from lachan.tracing.zone_access import cases_for, gathered_for
from lachan.tracing.zone_papers import PaperScan
from lachan.tracing.zone_plan import Plan, Workshop
from lachan.venues.services import open_venue
from tests.factories import cast, zone_town
from tests.factories.zone_town import Town
from tests.gate import served

PAPER = PaperScan("quyet-dinh.pdf", b"%PDF-1.7 signed")


@pytest.fixture(scope="module")
def town(database: str) -> Town:
    return zone_town.scenario_7()


@pytest.fixture
def at_20_05() -> Iterator[datetime]:
    """The clock stands at 20:05 of the next evening."""
    evening = datetime.combine(clock.today() + timedelta(days=1), time(20, 5), OFFSET)
    clock.wind(evening - datetime.now(OFFSET))
    yield evening
    clock.wind(timedelta(0))


def planned(town: Town, share: int = 90, kind: str = "lanes") -> tuple[Workshop, Plan]:
    """What the tracer's workshop says."""
    assert town.outbreak is not None
    tracer = town.tracer
    with scoped(tracer, "tracing"):
        cases = cases_for(tracer, town.outbreak.id, [])
        workshop = Workshop(gathered_for(tracer, cases), [town.unit.commune])
        plan = workshop.plan(kind, share)
    assert plan is not None
    return workshop, plan


def proposed(town: Town) -> ZoneDecision:
    """The plan as a zone of one commune."""
    workshop, plan = planned(town)
    tracer = town.tracer
    with scoped(tracer, "tracing"):
        zone = zones.propose(workshop=workshop, plan=plan, cases=town.cases, by=tracer)
        return ZoneDecision.objects.select_related("zone").get(zone=zone)


def signed(number: str = "12/QĐ-UBND") -> zones.Signed:
    return zones.Signed(number, clock.today(), "Nguyễn Văn Bình", PAPER)


def test_90_per_cent_of_the_risk_are_61_households_214_people_and_9_businesses(town: Town) -> None:
    workshop, plan = planned(town)
    best = zone_town.best_lanes(town, Fraction(90, 100))

    assert {workshop.ground.lanes[lane].name for lane in plan.area.lanes} == best.lanes
    assert (plan.households, plan.people, plan.businesses) == (
        best.households,
        best.people,
        best.businesses,
    )
    assert (plan.households, plan.people, plan.businesses) == (61, 214, 9)
    assert plan.bound == best.cost
    assert plan.best
    assert plan.reached


def test_it_stands_against_18450_people_of_the_ward(town: Town) -> None:
    decision = proposed(town)

    assert decision.residents == 18_450
    assert (decision.households, decision.people, decision.businesses) == (61, 214, 9)
    assert decision.area == "ngõ 12 và ngõ 14"


def test_reported_at_20_05_it_cannot_start_before_02_05(town: Town, at_20_05: datetime) -> None:
    decision = proposed(town)
    chairman = town.officer(Role.COMMUNE_CHAIRMAN)
    start = at_20_05 + timedelta(hours=6)
    with scoped(chairman, "zone"):
        zones.report(decision=decision, by=chairman)
    with pytest.raises(Refused) as refused, scoped(chairman, "zone"):
        zones.decide(
            decision=decision, signed=signed(), starts_at=start - timedelta(minutes=1), by=chairman
        )
    assert refused.value.code == "too_early"
    assert "Điều 13" in refused.value.message
    assert "02:05" in refused.value.message
    with scoped(chairman, "zone"):
        made = zones.decide(decision=decision, signed=signed(), starts_at=start, by=chairman)

    assert made.state_at(start - timedelta(minutes=1)) == "decided"
    assert made.state_at(start) == "in_force"
    with scoped(town.tracer, "zone"):
        assert Zone.objects.filter(pk=made.zone_id).exists()
    assert now() < start
    _scans_at_the_gate(town, start)


def _scans_at_the_gate(town: Town, start: datetime) -> None:
    """At 02:04 a neighbour passes the shop's door as before; at 02:05 he is told the zone rule."""
    shop = town.streets["Ngõ 12"].shops[0]
    manager = cast.of_organisation(Role.PLACE_MANAGER, shop.organisation_id)
    guard = cast.of_organisation(Role.GATE_CONTROLLER, shop.organisation_id)
    with scoped(manager, "places"):
        venue = open_venue(place=Place.objects.get(pk=shop.pk), by=manager)
    neighbour = town.streets["Ngõ 16"].people[3]
    with system_scope("test"):
        code = served.code_of(trace_ids_of([neighbour.id])[neighbour.id], days=3)
    verdicts = []
    for at in (start - timedelta(minutes=1), start):
        scanned = gate.Scanned(uuid7(), code, "in", at, at)
        with translation.override("vi"), scoped(guard, "gate"):
            verdicts.append(gate.scan(scanned=scanned, venue=venue, source="gate", by=guard))
    before, after = verdicts

    assert (f"{start.astimezone(OFFSET):%H:%M}", before.kind, before.recorded) == (
        "02:05",
        "may",
        True,
    )
    assert (after.kind, after.recorded) == ("not", False)
    assert "giấy ra vào vùng" in after.why
    assert "gọi Trạm Y tế" in after.why
