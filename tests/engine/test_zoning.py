"""Zoning kernels against the definition, and plans against what a plan promises."""

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lachan.engine import naive_zoning as naive
from lachan.engine import refining, zoning
from lachan.engine.kernels import covering, linking, pricing, settling, swapping
from lachan.engine.kernels.covering import COST, RISK
from lachan.engine.naive_zoning import Dice, ExposureRow, Position
from lachan.engine.pricing import Prices, certified
from lachan.engine.settling import decide
from tests.engine.zones import Town, random_town, seen_from_sides, sides_of, world_of

towns = st.integers(0, 2**48).map(random_town)
shares = st.sampled_from([Fraction(n, 100) for n in (0, 1, 50, 80, 90, 95, 100)])
many = settings(max_examples=300, deadline=None, database=None)


@many
@given(towns)
def test_it_sees_exposures_from_either_side(town: Town) -> None:
    world, sides = world_of(town), sides_of(town)

    assert seen_from_sides(world) == sides
    assert world.exposed.tolist() == [naive.risk_of(sides, p) for p in sides.people_at]


@many
@given(towns, shares)
def test_it_needs_the_least_whole_risk(town: Town, share: Fraction) -> None:
    world = world_of(town)
    total = int(world.risk.sum())

    need = zoning.needed(world, share)

    assert need >= share * total > need - 1
    assert total == sum(sides_of(town).risk)


@many
@given(towns, shares, st.randoms(use_true_random=False))
def test_it_chooses_as_the_definition(town: Town, share: Fraction, dice: random.Random) -> None:
    world, sides = world_of(town), sides_of(town)
    need = zoning.needed(world, share)
    price = [cost * dice.choice((1.0, 0.3)) for cost in sides.cost]
    gain, covered = world.exposed.copy(), np.zeros(len(world.risk), np.uint8)

    order = covering.greedy(world, need, np.array(price), covered, gain)

    assert order.tolist() == naive.greedy(sides, need, price)
    people = naive.covered(sides, order.tolist())
    assert set(np.flatnonzero(covered).tolist()) == people
    assert gain.tolist() == [naive.gain(sides, order.tolist(), v) for v in range(len(gain))]


@many
@given(towns, shares)
def test_it_spares_what_is_superfluous(town: Town, share: Fraction) -> None:
    world, sides = world_of(town), sides_of(town)
    need = min(zoning.needed(world, share), zoning.coverable(world))
    everywhere = np.arange(len(world.cost), dtype=np.int32)
    cover = zoning.account_of(world, everywhere)
    order = zoning.sparing_order(world, everywhere, np.empty(0))

    spared = covering.prune(world, cover, need, order)

    left = set(zoning.chosen(cover).tolist())
    assert left == naive.prune(sides, everywhere.tolist(), need, order.tolist())
    assert spared == len(everywhere) - len(left)
    assert naive.risk_of(sides, naive.covered(sides, left)) >= need
    for place in left:
        assert naive.risk_of(sides, naive.covered(sides, left - {place})) < need


@many
@given(towns, shares, st.integers(0, 2**62), st.sampled_from([0.0, 0.4, 3.0]))
def test_it_exchanges_as_the_definition(
    town: Town, share: Fraction, seed: int, level: float
) -> None:
    world, sides = world_of(town), sides_of(town)
    need = min(zoning.needed(world, share), zoning.coverable(world))
    plan = naive.greedy(sides, need, [1.0] * len(sides.cost))
    centres = random.Random(seed).choices(range(len(sides.cost)), k=12)
    cover = zoning.account_of(world, np.array(plan, np.int32))

    swapping.swap(
        world, cover, need, level, np.array(centres, np.int32), 3, np.array([seed], np.int64)
    )

    places = set(zoning.chosen(cover).tolist())
    noise, throws = swapping.NOISE, swapping.THROWS
    assert places == naive.swap(sides, plan, need, level, centres, 3, Dice(seed), noise, throws)
    true = zoning.account_of(world, zoning.chosen(cover))
    assert [a.tolist() for a in cover] == [b.tolist() for b in true]
    assert cover.sums[RISK] >= need
    if level == 0:
        assert cover.sums[COST] <= naive.cost_of(sides, plan)


@many
@given(towns, shares)
def test_a_plan_holds_what_it_promises(town: Town, share: Fraction) -> None:
    world, sides = world_of(town), sides_of(town)
    need = zoning.needed(world, share)
    target = min(need, naive.risk_of(sides, naive.covered(sides, range(len(sides.cost)))))

    plan = zoning.plan(world, need)

    places = plan.place.tolist()
    risk = naive.risk_of(sides, naive.covered(sides, places))
    assert len(set(places)) == len(places)
    assert (plan.cost, plan.covered) == (naive.cost_of(sides, places), risk)
    assert plan.covered >= target
    assert plan.reached == (plan.covered >= need)
    assert plan.cost <= naive.cost_of(sides, naive.greedy(sides, target, sides.cost))
    assert all(risk - naive.sole(sides, places, v) < target for v in places)
    told = list(zip(*(column.tolist() for column in plan[1:5]), strict=True))
    assert told == naive.tell(sides, places)
    assert sum(plan.risk.tolist()) == risk


def large_town(seed: int) -> Town:
    """Too many places for all plans of them to be tried."""
    dice = random.Random(seed)
    costs = {f"v{i}": dice.randint(1, 30) for i in range(40)}
    rows: list[ExposureRow] = [
        (f"p{i}", f"v{place}", dice.randint(1, 9))
        for i in range(120)
        for place in dice.sample(range(40), dice.randint(1, 4))
    ]
    return Town(rows, costs)


@settings(max_examples=30, deadline=None, database=None)
@given(
    st.integers(0, 2**48).map(large_town),
    st.sampled_from([Fraction(n, 100) for n in (50, 80, 90, 95, 100)]),
    st.randoms(use_true_random=False),
)
def test_a_plan_does_not_depend_on_the_order_of_rows(
    town: Town, share: Fraction, dice: random.Random
) -> None:
    shuffled = Town(dice.sample(town.rows, len(town.rows)), town.costs)
    one, other = world_of(town), world_of(shuffled)
    first, second = (zoning.plan(w, zoning.needed(w, share)) for w in (one, other))

    a, b = refining.refine(one, first, 9e9), refining.refine(other, second, 9e9)

    assert [str(column) for column in first] == [str(column) for column in second]
    assert [str(column) for column in a.plan] == [str(column) for column in b.plan]
    assert (a.bound.cost, a.rounds, a.exchanges) == (b.bound.cost, b.rounds, b.exchanges)
    assert 0 < a.bound.cost <= a.plan.cost <= first.cost
    assert a.rounds > 0
    assert not a.cut


@settings(max_examples=200, deadline=None, database=None)
@given(towns, shares)
def test_a_bound_is_never_above_the_best_plan(town: Town, share: Fraction) -> None:
    world, sides = world_of(town), sides_of(town)
    first = zoning.plan(world, zoning.needed(world, share))
    target = min(first.need, zoning.coverable(world))
    best = naive.cheapest(sides, target)
    assert best is not None
    prices = Prices(world, target, zoning.account_of(world, first.place))

    prices.climb_on(100)

    bound = prices.best
    assert bound.cost <= best <= first.cost
    shown = [Fraction(price, bound.scale) for price in bound.price.tolist()]
    proved = naive.lower_bound(sides, target, shown, bound.level / bound.scale)
    assert proved is not None
    # Rounding up to the next cost that is possible is all that was added.
    step = int(np.gcd.reduce(world.cost)) or 1
    assert bound.cost - step < proved <= bound.cost or bound.cost == 0


@settings(max_examples=200, deadline=None, database=None)
@given(towns, shares)
def test_it_finds_the_best_plan_of_a_small_town(town: Town, share: Fraction) -> None:
    world, sides = world_of(town), sides_of(town)
    first = zoning.plan(world, zoning.needed(world, share))
    target = min(first.need, zoning.coverable(world))

    refined = refining.refine(world, first, 9e9)

    assert refined.settled or target == 0
    assert refined.plan.cost == refined.bound.cost == naive.cheapest(sides, target)
    assert refined.plan.covered >= target


@settings(max_examples=200, deadline=None, database=None)
@given(towns, shares, st.integers(0, 60), st.integers(0, 30))
def test_what_prices_decide_holds_for_every_cheaper_plan(
    town: Town, share: Fraction, rounds: int, beyond: int
) -> None:
    world, sides = world_of(town), sides_of(town)
    target = min(zoning.needed(world, share), zoning.coverable(world))
    best = naive.cheapest(sides, target)
    assert best is not None
    first = zoning.plan(world, target)
    prices = Prices(world, target, zoning.account_of(world, first.place))
    prices.climb_on(rounds)
    # Some plan is cheaper than this, so what it contains must not be ruled out.
    cost = best + int(np.gcd.reduce(world.cost)) * (1 + beyond)

    decided = decide(world, target, prices.best, cost)
    found, _bits = settling.best_of_all(world, target, decided.fixed, decided.free)

    assert found == best


@many
@given(towns, shares, st.randoms(use_true_random=False))
def test_any_prices_prove_no_more_than_the_best_plan(
    town: Town, share: Fraction, dice: random.Random
) -> None:
    world, sides = world_of(town), sides_of(town)
    target = min(zoning.needed(world, share), zoning.coverable(world))
    u = np.array([dice.choice((0.0, 1e-300, dice.random(), 1e300)) for _ in sides.risk])
    level = dice.choice((0.0, dice.random(), dice.random() * 1e6, 1e300))

    bound = certified(world, target, u, dice.choice((1.0, 1e9)), level)

    best = naive.cheapest(sides, target)
    assert best is not None
    assert bound.cost <= best
    prices = [Fraction(price, bound.scale) for price in bound.price.tolist()]
    assert naive.lower_bound(sides, target, prices, bound.level / bound.scale) is not None


@settings(max_examples=100, deadline=None, database=None)
@given(towns, shares)
def test_it_climbs_as_the_definition(town: Town, share: Fraction) -> None:
    world, sides = world_of(town), sides_of(town)
    need = min(zoning.needed(world, share), zoning.coverable(world))
    if need == 0:
        return
    prices = Prices(world, need, zoning.account_of(world, np.arange(1, dtype=np.int32)))
    climb = prices.climb
    at = Position(*(column.tolist() for column in climb[:5]), float(climb.level[0]))
    cost, risk = climb.cost.tolist(), climb.risk.tolist()

    total = float(sum(risk))
    pricing.climb_on(world, climb, need / prices.mean_risk, total, prices.stride, 7)

    for _ in range(7):
        at = naive.climb_on(sides, at, cost, risk, need / prices.mean_risk, prices.stride)
    assert climb.u.tolist() == at.u
    assert climb.x.tolist() == at.x
    assert climb.y.tolist() == at.y
    assert climb.level[0] == at.level


def test_a_relaxation_that_is_whole_is_closed_exactly() -> None:
    rows = [(f"p{i:03}", f"v{i // 3:02}", 5) for i in range(90)]
    town = Town(rows, {f"v{i:02}": 7 for i in range(30)})
    world = world_of(town)

    refined = refining.refine(world, zoning.plan(world, zoning.needed(world, Fraction(1, 2))), 60)

    assert refined.plan.cost == 15 * 7
    assert refined.bound.cost == 15 * 7


def test_it_compiles_a_kernel_for_one_set_of_types() -> None:
    for seed in range(5):
        world = world_of(large_town(seed) if seed else random_town(seed))
        plan = zoning.plan(world, zoning.needed(world, Fraction(9, 10)))
        refining.refine(world, plan, 60.0)

    kernels: list[Any] = [
        *(covering.greedy, covering.close, covering.account, covering.prune, covering.tell),
        *(linking.grouped, linking.turned, linking.first_seen, linking.largest, linking.sums),
        *(pricing.climb_on, pricing.whole_prices, pricing.overpaid),
        *(settling.best_of_all, swapping.swap),
    ]
    assert [len(kernel.signatures) for kernel in kernels] == [1] * len(kernels)


def test_it_says_when_time_was_over_first() -> None:
    world = world_of(large_town(7))
    first = zoning.plan(world, zoning.needed(world, Fraction(9, 10)))

    refined = refining.refine(world, first, 0.0, iter(range(10_000)).__next__)

    assert refined.cut
    assert refined.bound.cost == 0
    assert refined.plan == first


def test_it_covers_what_it_can_when_people_have_no_place() -> None:
    world = world_of(Town([("a", "v", 1), ("b", None, 3)], {"v": 5}))

    plan = zoning.plan(world, zoning.needed(world, Fraction(9, 10)))

    assert plan.place.tolist() == [0]
    assert (plan.need, plan.covered, plan.reached) == (4, 1, False)


@pytest.mark.parametrize("share", [Fraction(0), Fraction(1, 2), Fraction(1)])
def test_it_plans_nothing_where_nobody_is_exposed(share: Fraction) -> None:
    world = world_of(Town([], {"v": 5}))

    plan = zoning.plan(world, zoning.needed(world, share))

    assert (len(plan.place), plan.cost, plan.reached) == (0, 0, True)
    assert refining.refine(world, plan, 1.0).bound.cost == 0


def test_it_refuses_risks_that_cannot_be_added_up() -> None:
    with pytest.raises(zoning.TooLargeError):
        world_of(Town([(str(i), "v", 2**52) for i in range(600)], {"v": 1}))
    with pytest.raises(zoning.TooLargeError):
        world_of(Town([("a", "v", 2**53)], {"v": 1}))
    with pytest.raises(zoning.TooLargeError):
        world_of(Town([("a", "v", 1)], {"v": 2**61}))


def test_a_bound_stands_where_costs_nearly_fill_the_room() -> None:
    costs = {"u": 2**59, "v": 2**59 + 1, "w": 2**58}
    rows = [(f"p{i}", place, 1) for i, place in enumerate("uuuvvvwwwuvw")]
    world = world_of(Town(rows, costs))
    best = naive.cheapest(seen_from_sides(world), 7)
    assert best is not None

    refined = refining.refine(world, zoning.plan(world, 7), 60.0)

    assert refined.bound.cost <= best <= refined.plan.cost
