"""The definition of a zoning plan, written as the definition: slow, obvious, no arrays.

A person has a risk and a set of places; closing a place covers everybody exposed there; a plan
covers at least the risk needed; the best plan costs least.  Everything here is counted anew at
every step; the kernels must give the same.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations
from math import inf
from typing import NamedTuple

ExposureRow = tuple[str, str | None, int]  # person, place (None: nobody knows), risk


class Sides(NamedTuple):
    """Numbered people and places seen from either side.

    Places are numbered as their texts by code point; people by their first place, then by text.
    """

    people_at: list[list[int]]
    places_of: list[list[int]]
    risk: list[int]
    cost: list[int]


def sides(rows: Sequence[ExposureRow], costs: dict[str, int]) -> Sides:
    """Exposures numbered; a person's risk is the largest of her rows, a repeated row is one."""
    places = sorted(costs)
    at = {
        person: sorted({places.index(b) for a, b, _ in rows if a == person and b is not None})
        for person, _, _ in rows
    }
    people = sorted(at, key=lambda person: (at[person][:1] or [len(places)], person))
    return Sides(
        people_at=[[i for i, p in enumerate(people) if v in at[p]] for v in range(len(places))],
        places_of=[at[person] for person in people],
        risk=[max(risk for name, _, risk in rows if name == person) for person in people],
        cost=[costs[place] for place in places],
    )


def covered(world: Sides, plan: Iterable[int]) -> set[int]:
    """Everybody exposed at a place of the plan."""
    return {person for place in plan for person in world.people_at[place]}


def risk_of(world: Sides, people: Iterable[int]) -> int:
    """The risk these people carry together."""
    return sum(world.risk[person] for person in people)


def cost_of(world: Sides, plan: Iterable[int]) -> int:
    """What closing these places costs."""
    return sum(world.cost[place] for place in plan)


def gain(world: Sides, plan: Iterable[int], place: int) -> int:
    """The risk that closing `place` would cover and the plan does not."""
    return risk_of(world, covered(world, [place]) - covered(world, plan))


def sole(world: Sides, plan: Iterable[int], place: int) -> int:
    """The risk that would be lost if `place` alone stayed open."""
    return gain(world, set(plan) - {place}, place)


def worth(useful: int, price: float) -> float:
    """Risk covered for a unit of cost."""
    if price == 0:
        return inf if useful > 0 else 0.0
    return float(useful) / float(price)


def greedy(world: Sides, need: int, price: Sequence[float]) -> list[int]:
    """Again and again the place that covers most of the missing risk for its price.

    Of several the one with the smallest number.  Ends when `need` is covered or nothing helps.
    """
    plan: list[int] = []
    while (missing := need - risk_of(world, covered(world, plan))) > 0:
        values = [worth(min(gain(world, plan, v), missing), price[v]) for v in range(len(price))]
        best = max(values, default=0.0)
        if best == 0:
            return plan
        plan.append(values.index(best))
    return plan


def prune(world: Sides, plan: Iterable[int], need: int, order: Iterable[int]) -> set[int]:
    """Leave out every place, in this order, without which the rest still covers `need`."""
    left = set(plan)
    for place in order:
        if place in left and risk_of(world, covered(world, left - {place})) >= need:
            left.remove(place)
    return left


def tell(world: Sides, order: Sequence[int]) -> list[tuple[int, int, int, int]]:
    """Per place: people and risk newly covered; people and risk lost without it."""
    found = []
    for k, place in enumerate(order):
        new = covered(world, [place]) - covered(world, order[:k])
        lost = covered(world, [place]) - covered(world, set(order) - {place})
        found.append((len(new), risk_of(world, new), len(lost), risk_of(world, lost)))
    return found


def cheapest(world: Sides, need: int) -> int | None:
    """What the best plan costs, by trying every set of places; None when none covers `need`."""
    places = range(len(world.cost))
    plans = (plan for size in range(len(places) + 1) for plan in combinations(places, size))
    costs = [cost_of(world, p) for p in plans if risk_of(world, covered(world, p)) >= need]
    return min(costs, default=None)


def lower_bound(
    world: Sides, need: int, prices: Sequence[Fraction], level: Fraction
) -> Fraction | None:
    """What these prices of people, and of a unit of risk, prove; None when they prove nothing.

    Let a plan leave the people U uncovered, worth at most W - need.  It pays for everybody else
    at least once, so it costs at least the prices of all but U, less what its places' prices
    exceed their costs; and U is worth at most level * (W - need).
    """
    allowed = zip(prices, world.risk, strict=True)
    if level < 0 or not all(0 <= price <= level * risk for price, risk in allowed):
        return None
    over = [
        max(Fraction(0), sum((prices[p] for p in people), Fraction(0)) - cost)
        for people, cost in zip(world.people_at, world.cost, strict=True)
    ]
    return sum(prices, Fraction(0)) - level * (sum(world.risk) - need) - sum(over, Fraction(0))


class Dice:
    """Throws that can be made again: a linear congruential generator modulo 2**64."""

    MULTIPLIER, INCREMENT = 6364136223846793005, 1442695040888963407

    def __init__(self, seed: int) -> None:
        self.state = seed

    def throw(self, sides: int) -> int:
        """A number below `sides`."""
        self.state = (self.state * self.MULTIPLIER + self.INCREMENT) % 2**64
        return (self.state >> 33) % sides

    def luck(self, place: int, noise: float) -> float:
        """A factor around 1 that belongs to a place, the same until the next throw."""
        mixed = self.state ^ (place * self.MULTIPLIER % 2**64)
        mixed = (mixed * self.MULTIPLIER + self.INCREMENT) % 2**64
        mixed = (mixed ^ (mixed >> 33)) * self.MULTIPLIER % 2**64
        return 1.0 + noise * ((mixed >> 33) / 2**31 - 0.5)


def swap(
    world: Sides,
    plan: Iterable[int],
    need: int,
    level: float,
    centres: Iterable[int],
    depth: int,
    dice: Dice,
    noise: float,
    throws: int,
) -> set[int]:
    """Around each centre: take out a few places, refill, drop; keep what is worth no less."""
    left = set(plan)
    for centre in centres:
        if centre not in left:
            continue
        taken = take_out(world, left, centre, depth, dice, throws)
        found = candidates(world, left - set(taken), taken)
        other = refill(world, left - set(taken), need, level, found, dice, noise)
        other = drop(world, other, need, level, found)
        enough = risk_of(world, covered(world, other)) >= need
        if enough and value(world, other, need, level) <= value(world, left, need, level):
            left = other
    return left


def value(world: Sides, plan: set[int], need: int, level: float) -> float:
    """The cost, less what the risk covered beyond `need` is worth."""
    beyond = risk_of(world, covered(world, plan)) - need
    return float(cost_of(world, plan)) - level * float(beyond)


def take_out(
    world: Sides, plan: set[int], centre: int, depth: int, dice: Dice, throws: int
) -> list[int]:
    """The centre, and up to `depth` - 1 places of the plan reached by steps over a person."""
    wanted = 1 + dice.throw(depth)
    taken: list[int] = []
    place: int | None = centre
    while place is not None and len(taken) < wanted:
        taken.append(place)
        place = neighbour(world, plan - set(taken), place, dice, throws)
    return taken


def neighbour(world: Sides, plan: set[int], place: int, dice: Dice, throws: int) -> int | None:
    """A place of the plan where somebody of `place` is exposed too, if throwing finds one."""
    if not world.people_at[place]:
        return None
    for _ in range(throws):
        person = world.people_at[place][dice.throw(len(world.people_at[place]))]
        near = world.places_of[person][dice.throw(len(world.places_of[person]))]
        if near in plan:
            return near
    return None


def candidates(world: Sides, plan: set[int], taken: Sequence[int]) -> list[int]:
    """The places of everybody whom the taking left uncovered, in the order of meeting them."""
    open_people = [p for v in taken for p in world.people_at[v] if p not in covered(world, plan)]
    return list(dict.fromkeys(near for person in open_people for near in world.places_of[person]))


def refill(
    world: Sides,
    plan: set[int],
    need: int,
    level: float,
    found: Sequence[int],
    dice: Dice,
    noise: float,
) -> set[int]:
    """Choose by worth and luck until `need` is covered and none saves more than it costs."""
    left = set(plan)
    while True:
        missing = need - risk_of(world, covered(world, left))
        values = {}
        for place in set(found) - left:
            more, cost = gain(world, left, place), world.cost[place]
            useful = min(more, missing) if missing > 0 else more
            if useful > 0 and (missing > 0 or level * more > cost):
                values[place] = worth(useful, cost) * dice.luck(place, noise)
        if not values:
            return left
        left.add(min(values, key=lambda place: (-values[place], place)))


def drop(world: Sides, plan: set[int], need: int, level: float, found: Sequence[int]) -> set[int]:
    """Leave out candidates that are superfluous and save less than they cost."""
    left = set(plan)
    for place in found:
        if place not in left or level * sole(world, left, place) >= world.cost[place] > 0:
            continue
        if risk_of(world, covered(world, left - {place})) >= need:
            left.remove(place)
    return left


class Position(NamedTuple):
    """Where a climb stands: prices of people, how much people and places are chosen, level."""

    u: list[float]
    y: list[float]
    ahead_y: list[float]
    x: list[float]
    ahead_x: list[float]
    level: float


def climb_on(
    world: Sides,
    at: Position,
    cost: Sequence[float],
    risk: Sequence[float],
    need: float,
    stride: float,
) -> Position:
    """One round of the primal-dual hybrid gradient method, as its authors write it."""
    missing = need
    for w, y in zip(risk, at.ahead_y, strict=True):
        missing -= w * y
    level = max(0.0, at.level + stride / sum(risk) * missing)
    u = []
    for person, places in enumerate(world.places_of):
        short = at.ahead_y[person]
        for place in places:
            short -= at.ahead_x[place]
        u.append(max(0.0, at.u[person] + stride / (len(places) + 1) * short))
    y_after = [
        clipped(y - 1.0 / (stride * (1.0 + w)) * (price - level * w))
        for y, w, price in zip(at.y, risk, u, strict=True)
    ]
    x = []
    for place, people in enumerate(world.people_at):
        left = cost[place]
        for person in people:
            left -= u[person]
        x.append(clipped(at.x[place] - 1.0 / (stride * max(1, len(people))) * left))
    ahead_y = [2 * after - before for after, before in zip(y_after, at.y, strict=True)]
    ahead_x = [2 * after - before for after, before in zip(x, at.x, strict=True)]
    return Position(u, y_after, ahead_y, x, ahead_x, level)


def clipped(number: float) -> float:
    """The nearest number from 0 to 1."""
    return min(1.0, max(0.0, number))
