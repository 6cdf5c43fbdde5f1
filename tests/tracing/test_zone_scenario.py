"""Scenario 7: the narrow zone, from linked cases to a gate that knows the minute."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from fractions import Fraction

import pytest

from lachan.core import clock
from lachan.core.clock import OFFSET, now
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.tracing import zones
from lachan.tracing.models import Zone, ZoneDecision
from lachan.tracing.zone_access import cases_for, gathered_for
from lachan.tracing.zone_papers import PaperScan
from lachan.tracing.zone_plan import Plan, Workshop
from tests.factories import zone_town
from tests.factories.zone_town import Town

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
