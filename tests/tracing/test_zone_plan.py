"""The workshop against plain sets: every way of drawing and share, words a neighbour says."""

from fractions import Fraction
from itertools import chain, combinations
from random import Random
from uuid import UUID, uuid4

import pytest
from django.utils import translation

from lachan.people.selectors import Home, Lived
from lachan.places.models import Dwelling, Lane, Place
from lachan.tracing.arrays import Touch, cover
from lachan.tracing.zone_exposed import Exposed, Gathered
from lachan.tracing.zone_plan import BUSINESS_WEIGHT, Ground, Key, Workshop
from lachan.tracing.zone_words import words_of

COMMUNE, PROVINCE = 1001, 1


class Village:
    """Lanes with houses and people, made without a database."""

    def __init__(self, sizes: list[list[int]], shops: list[int] | None = None) -> None:
        self.lanes = [
            Lane(id=uuid4(), name=f"Ngõ {n}", commune=COMMUNE, province=PROVINCE, ord=n)
            for n in range(1, len(sizes) + 1)
        ]
        self.houses = {
            lane.id: [
                Dwelling(id=uuid4(), lane=lane, number=str(n), ord=n, commune=COMMUNE)
                for n in range(1, len(row) + 1)
            ]
            for lane, row in zip(self.lanes, sizes, strict=True)
        }
        self.size = {
            house.id: size
            for lane, row in zip(self.lanes, sizes, strict=True)
            for house, size in zip(self.houses[lane.id], row, strict=True)
        }
        self.shops = {
            lane.id: [
                Place(id=uuid4(), name=f"Tạp hóa {n}", lane=lane, commune=COMMUNE)
                for n in range(count)
            ]
            for lane, count in zip(self.lanes, shops or [0] * len(sizes), strict=True)
        }
        self.people: list[Exposed] = []

    def expose(self, lane: int, house: int, risk: int, hop: int = 1) -> Exposed:
        """Somebody of a house carries a risk."""
        row = self.houses[self.lanes[lane].id][house]
        home = Home(row.id, row.lane_id, uuid4(), COMMUNE, PROVINCE)
        made = Exposed(uuid4(), risk, hop, COMMUNE, PROVINCE, home)
        self.people.append(made)
        return made

    def workshop(self) -> Workshop:
        """The workshop on this ground."""
        lived = {house: Lived(1, size) for house, size in self.size.items()}
        lanes = {lane.id: lane for lane in self.lanes}
        ground = Ground(lanes, self.houses, lived, self.shops, {})
        return Workshop(Gathered(self.people, {}, []), [COMMUNE], ground)


def cheapest(costs: dict[Key, int], of: dict[UUID, Key], people: list[Exposed], share: int) -> int:
    """Try every set of units that holds the cases; the least cost that covers the share."""
    total = sum(each.risk for each in people)
    held = {of[each.person] for each in people if each.hop == 0}
    found = []
    for some in chain.from_iterable(combinations(costs, n) for n in range(len(costs) + 1)):
        chosen = held | set(some)
        risk = sum(each.risk for each in people if of[each.person] in chosen)
        if risk * 100 >= share * total:
            found.append(sum(costs[key] for key in chosen))
    return min(found)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", ["lanes", "houses"])
def test_no_set_of_lanes_or_houses_is_cheaper(seed: int, kind: str) -> None:
    dice = Random(seed)
    sizes = [[dice.randrange(1, 7) for _ in range(dice.randrange(2, 5))] for _ in range(4)]
    village = Village(sizes, [dice.randrange(0, 3) for _ in range(4)])
    for _ in range(8):
        lane = dice.randrange(4)
        village.expose(lane, dice.randrange(len(sizes[lane])), dice.choice((1, 2, 5)))
    village.expose(0, 0, 10, hop=0)
    workshop = village.workshop()
    if kind == "lanes":
        of = {each.person: Key("lane", each.home.lane) for each in village.people if each.home}
        costs = {
            key: sum(village.size[h.id] for h in village.houses[key.id])
            + BUSINESS_WEIGHT * len(village.shops[key.id])
            for key in set(of.values())
        }
    else:
        of = {each.person: Key("house", each.home.dwelling) for each in village.people if each.home}
        costs = {key: village.size[key.id] for key in set(of.values())}
    for share in (60, 75, 90, 100):
        plan = workshop.plan(kind, share)
        assert plan is not None
        assert plan.cost == cheapest(costs, of, village.people, share)
        assert plan.bound == plan.cost
        assert plan.covered >= share
        people = sum(village.size[house] for house in plan.area.dwellings(workshop.ground))
        assert plan.people == people


def test_a_house_with_a_case_is_inside_whatever_the_share() -> None:
    village = Village([[9, 1, 1, 1], [1, 1, 1, 1]])
    case = village.expose(0, 0, 10, hop=0)
    for house in range(4):
        village.expose(1, house, 5)
    plan = village.workshop().plan("houses", 60)

    assert plan is not None
    assert case.person in plan.inside
    assert 0 not in plan.outside


def test_a_person_without_a_house_stays_in_the_sum() -> None:
    village = Village([[2, 2]])
    village.expose(0, 0, 10, hop=0)
    village.people.append(Exposed(uuid4(), 10, 1, COMMUNE, PROVINCE))
    workshop = village.workshop()
    plan = workshop.plan("lanes", 90)

    assert plan is not None
    assert not plan.reached
    assert plan.covered == Fraction(50)
    assert workshop.homeless == 1
    assert plan.outside == {1: 1}


def test_somebody_of_another_commune_is_counted_apart() -> None:
    village = Village([[2, 2]])
    village.expose(0, 0, 10, hop=0)
    village.people.append(Exposed(uuid4(), 5, 1, 2002, PROVINCE))
    workshop = village.workshop()
    plan = workshop.plan("lanes", 100)

    assert plan is not None
    assert plan.reached
    assert len(workshop.elsewhere) == 1
    assert plan.outside == {1: 1}


def test_houses_are_drawn_together_over_short_gaps_and_not_over_long_ones() -> None:
    village = Village([[1] * 20])
    for house in (1, 4, 12):
        village.expose(0, house, 5)
    workshop = village.workshop()
    plan = workshop.plan("mixed", 100)

    assert plan is not None
    with translation.override("vi"):
        assert words_of(plan.area, workshop.ground) == "ngõ 1 từ số 2 đến số 5, số 13"
    assert (plan.people, plan.added) == (5, 2)


def test_a_whole_lane_is_taken_where_that_costs_little() -> None:
    village = Village([[4, 4, 4, 1, 1]])
    for house in range(3):
        village.expose(0, house, 5)
    workshop = village.workshop()
    plan = workshop.plan("mixed", 100)

    assert plan is not None
    assert plan.area.lanes == {village.lanes[0].id}
    assert words_of(plan.area, workshop.ground) == "ngõ 1"
    assert (plan.people, plan.added) == (14, 2)


def test_nobody_with_a_house_is_no_plan() -> None:
    village = Village([[2]])
    village.people.append(Exposed(uuid4(), 10, 0, COMMUNE, PROVINCE))

    assert village.workshop().plan("lanes", 90) is None


def test_the_engine_says_what_is_lost_without_each_unit() -> None:
    touches = [Touch(0, 0, 10), Touch(1, 0, 5), Touch(1, 1, 5), Touch(2, 1, 5)]
    found = cover(touches, [3, 2], Fraction(1), seconds=0.2)

    assert set(found.units) == {0, 1}
    assert dict(zip(found.units, found.alone, strict=True)) == {0: 1, 1: 1}
    assert (found.cost, found.bound, found.best) == (5, 5, True)
    assert (found.risk, found.total) == (20, 20)
