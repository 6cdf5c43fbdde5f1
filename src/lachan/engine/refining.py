"""Bound what any plan must cost, and use the prices found on the way to make the plan better."""

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lachan.engine.dtypes import Ints
from lachan.engine.kernels import swapping
from lachan.engine.kernels.covering import Cover, Numbers, World
from lachan.engine.pricing import Bound, Prices
from lachan.engine.settling import few_places, settle
from lachan.engine.zoning import (
    SEED,
    Plan,
    account_of,
    chosen,
    coverable,
    greedy_cover,
    spare_superfluous,
    told,
)

#: Rounds of the climb between two looks at what it proves, and at most.
ROUNDS_A_LOOK, MOST_ROUNDS = 20, 600

#: The climb has stopped rising when this many rounds raised the bound by less than this share.
PATIENCE, LITTLE = 100, 0.0005

#: After so many rounds the plan is made anew, led by how much the climb chooses each place.
TRIES = frozenset({60, 120, 200, 300, 400, 500, 600})

#: How far the climb leads the greedy choice: a place it chooses wholly costs so much less.
LEADS = (0.7, 0.95)

#: Shares of the time: the climb must leave the rest to the exchanges.
CLIMB_SHARE = 0.6

#: Exchanges in all, between this many passes over the chosen places, and places taken out in
#: each in turn; so many between two looks at the clock.
EXCHANGES, LEAST_PASSES, MOST_PASSES = 100_000, 6, 1_000
DEPTHS = (3, 6, 12)
EXCHANGES_A_LOOK = 500

#: Exchanges have stopped helping when so many, and a pass at each depth twice, saved next to
#: nothing.
EXCHANGE_PATIENCE = 10_000

#: Risk beyond the need is worth this part of its price: enough to be gathered for an exchange
#: that uses it up.
SLACK_WORTH = 0.8

Clock = Callable[[], float]


class Refined(NamedTuple):
    """A plan improved while it was being bounded.

    `rounds` of the climb and `exchanges` tried say how much was done; `cut` that the time was
    over first, so that a faster machine may answer better; `settled` that every other plan was
    ruled out, so that the plan is the best: then it is `bound.cost` that the plan costs, although
    the prices alone prove less.
    """

    plan: Plan
    bound: Bound
    settled: bool
    rounds: int
    exchanges: int
    cut: bool


def refine(world: World, first: Plan, seconds: float, clock: Clock = time.monotonic) -> Refined:
    """Bound the cost of any plan that covers what `first` had to cover, and improve `first`.

    Ends when neither the bound nor the plan moves any more, or after `seconds`.  The plan never
    becomes dearer.
    """
    return Search(world, first, seconds, clock).run()


class Search:
    """The best plan so far and the bound, moved towards each other."""

    def __init__(self, world: World, first: Plan, seconds: float, clock: Clock) -> None:
        self.world, self.first, self.clock = world, first, clock
        self.target = min(first.need, coverable(world))
        begun = clock()
        self.climb_until = begun + CLIMB_SHARE * seconds
        self.until = begun + seconds
        self.places: Numbers = np.sort(first.place)
        self.cost = first.cost
        self.prices = Prices(world, self.target, account_of(world, self.places))
        self.exchanges = 0
        self.cut = self.settled = False

    def run(self) -> Refined:
        """Climb, exchange, settle; the last alone where there are few places."""
        if self.target > 0 and few_places(self.world):
            self.settle()
        elif self.target > 0:
            self.climb()
            self.exchange()
            self.settle()
        plan = self.first
        if self.cost < self.first.cost:
            plan = told(self.world, self.places, self.first.need)
        bound = self.prices.best
        if self.settled:
            bound = bound._replace(cost=self.cost)
        done = self.prices.rounds, self.exchanges
        return Refined(plan, bound, self.settled, *done, self.cut and not self.settled)

    def closed(self) -> bool:
        """Whether the plan is proved to be the best."""
        return self.prices.best.cost >= self.cost

    def keep(self, cover: Cover) -> None:
        """Remember a plan that is cheaper than the best so far."""
        places = chosen(cover)
        cost = int(self.world.cost[places].sum())
        if cost < self.cost:
            self.places, self.cost = places, cost

    def climb(self) -> None:
        """Raise the bound; now and then let it lead a new plan."""
        proved: list[int] = []
        while self.prices.rounds < MOST_ROUNDS and not self.closed():
            if self.clock() > self.climb_until:
                self.cut = True
                break
            self.prices.climb_on(ROUNDS_A_LOOK)
            proved.append(self.prices.best.cost)
            if self.prices.rounds in TRIES:
                self.follow()
            if stalled(proved, PATIENCE // ROUNDS_A_LOOK):
                break
        self.follow()

    def follow(self) -> None:
        """Choose greedily, with the places the climb chooses made cheaper."""
        x = self.prices.climb.x
        for lead in LEADS:
            price = self.world.cost * (1.0 - lead * x)
            self.keep(greedy_cover(self.world, self.target, price, x)[1])

    def exchange(self) -> None:
        """Passes over the chosen places in a random order, until they help no more."""
        level = SLACK_WORTH * float(self.prices.best.level) / self.prices.best.scale
        dice = np.array([SEED], np.int64)
        order = np.random.Generator(np.random.PCG64(SEED))
        passes = max(LEAST_PASSES, min(MOST_PASSES, EXCHANGES // max(1, len(self.places))))
        patience = max(2 * len(DEPTHS), EXCHANGE_PATIENCE // max(1, len(self.places)))
        costs = [self.cost]
        for number in range(passes):
            if self.closed() or self.cut_short():
                return
            depth = DEPTHS[number % len(DEPTHS)]
            self.pass_over(order.permutation(self.places), level, depth, dice)
            costs.append(self.cost)
            if stalled([-cost for cost in costs], patience):
                return

    def pass_over(self, centres: Numbers, level: float, depth: int, dice: Ints) -> None:
        """One exchange around each centre, beginning at the best plan."""
        cover = account_of(self.world, self.places)
        for at in range(0, len(centres), EXCHANGES_A_LOOK):
            if self.cut_short():
                break
            some = centres[at : at + EXCHANGES_A_LOOK]
            swapping.swap(self.world, cover, self.target, level, some, depth, dice)
            self.exchanges += len(some)
        spare_superfluous(self.world, cover, self.target)
        self.keep(cover)

    def settle(self) -> None:
        """Rule out all other plans, or find the best, where few places are in doubt."""
        if self.closed():
            self.settled = True
            return
        best = settle(self.world, self.target, self.prices.best, self.places, self.cost)
        if best is not None:
            self.places, self.cost = best, int(self.world.cost[best].sum())
            self.settled = True

    def cut_short(self) -> bool:
        """Whether the time is over."""
        if self.clock() <= self.until:
            return False
        self.cut = True
        return True


def stalled(values: list[int], window: int) -> bool:
    """Whether the last `window` steps raised the values by next to nothing."""
    if len(values) <= window:
        return False
    before, now = values[-1 - window], values[-1]
    return now - before <= LITTLE * abs(now)
