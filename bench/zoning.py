"""How fast zoning is, how near its plans are to the best, and what an exact solver makes of it.

    python -m bench.zoning [--people 1000000 --venues 100000] [--seconds 30] [--seed 1]
        [--sizes 100,10,1] [--cpu]

First every answer is checked (cost and cover counted anew without the kernels, bound at most
cost), then times are taken.  Two kinds of generated instances, all figures in them assumed:

- `outbreak`: risk comes from places (few met many cases), lanes shut in their residents and
  venues only their staff, nine of ten links lie in a person's own commune;
- `uniform`: every place as likely as any other and costs near the number of people there; no
  outbreak looks like this, but greedy choice and relaxation are at their weakest here.

HiGHS (package `highspy` with `scipy`, no dependency of Lá Chắn) solves the small ones exactly.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from lachan.engine import refining, zoning
from lachan.engine.kernels.covering import World
from lachan.engine.refining import Clock, Refined
from lachan.engine.zoning import Plan

#: What times are taken by: the clock on the wall, or with --cpu the work of this thread, for
#: machines that are busy with other things.
CLOCKS = {False: time.perf_counter, True: time.thread_time}

SHARES = (Fraction(80, 100), Fraction(90, 100), Fraction(95, 100))

#: Risks are whole thousandths, costs whole thousandths of a person.
UNIT = 1_000

#: Places of one commune, and mean links of a person beyond the first.
COMMUNE, LINKS = 800, 3.9


class Instance(NamedTuple):
    """Exposures by link, risk by person, cost by place."""

    person: Any
    place: Any
    risk: Any
    cost: Any


class Kind(NamedTuple):
    """Kinds of places: how many of ten, how much they draw, staff or residents per exposed."""

    part: float
    draw: float
    shut_in: float
    businesses: float


KINDS = (
    Kind(part=0.45, draw=4, shut_in=2.5, businesses=0.6),  # lanes: more live there than are exposed
    Kind(part=0.35, draw=2, shut_in=0.12, businesses=1),  # shops: few work there
    Kind(part=0.14, draw=6, shut_in=1.1, businesses=1),  # workplaces
    Kind(part=0.04, draw=8, shut_in=1.05, businesses=1),  # classes
    Kind(part=0.02, draw=30, shut_in=0.15, businesses=15),  # market rows
)


def outbreak(people: int, venues: int, seed: int) -> Instance:
    """An instance as a tracing run would give it."""
    dice = np.random.default_rng(seed)
    communes = max(1, venues // COMMUNE)
    commune = np.sort(dice.integers(0, communes, venues))
    kind = dice.choice(len(KINDS), venues, p=[kind.part for kind in KINDS])
    draw = np.array([kind.draw for kind in KINDS])[kind] * dice.lognormal(0, 0.8, venues)
    person, place = links(dice, people, draw, commune, communes)
    met = dice.lognormal(0, 1.2, communes)[commune] * dice.lognormal(0, 1.5, venues)
    dose = dice.exponential(1, len(person))
    risk = np.bincount(person, weights=met[place] * dose, minlength=people)
    exposed = np.bincount(place, minlength=venues)
    shut_in = np.array([kind.shut_in for kind in KINDS])[kind]
    inside = np.ceil(np.maximum(1, exposed * shut_in * dice.lognormal(0, 0.4, venues)))
    businesses = dice.poisson(np.array([kind.businesses for kind in KINDS])[kind])
    return Instance(person, place, whole(risk), ((inside + 5 * businesses) * UNIT).astype(np.int64))


def uniform(people: int, venues: int, seed: int) -> Instance:
    """An instance without any structure."""
    dice = np.random.default_rng(seed)
    commune = np.zeros(venues, np.int64)
    person, place = links(dice, people, np.ones(venues), commune, 1)
    risk = dice.gamma(0.7, 1.4, people)
    exposed = np.bincount(place, minlength=venues)
    inside = np.ceil(exposed * dice.uniform(0.3, 2.5, venues) + dice.lognormal(1.2, 0.8, venues))
    return Instance(person, place, whole(risk), (inside * UNIT).astype(np.int64))


def links(
    dice: np.random.Generator, people: int, draw: Any, commune: Any, communes: int
) -> tuple[Any, Any]:
    """Distinct (person, place), mostly in the person's own commune, places by their draw."""
    person = np.repeat(np.arange(people), 1 + dice.poisson(LINKS, people))
    at = dice.integers(0, communes, people)[person]
    at = np.where(dice.random(len(person)) < 0.1, dice.integers(0, communes, len(person)), at)
    edge = np.concatenate([[0.0], np.cumsum(draw)])[
        np.searchsorted(commune, np.arange(communes + 1))
    ]
    aim = edge[at] + (edge[at + 1] - edge[at]) * dice.random(len(person))
    place = np.searchsorted(np.cumsum(draw), aim, side="right").clip(0, len(draw) - 1)
    key = np.unique(person * len(draw) + place)
    return key // len(draw), key % len(draw)


def whole(risk: Any) -> Any:
    """Risks in whole units, none of them 0."""
    return np.maximum(1, np.round(risk * UNIT)).astype(np.int64)


def indexed(it: Instance) -> World:
    """The instance as the engine takes it."""
    return zoning.index(it.person, it.place, it.risk[it.person], it.cost, len(it.risk))


def check(it: Instance, world: World, plan: Plan, refined: Refined, share: Fraction) -> None:
    """Count cost and cover anew, without the kernels; raises AssertionError."""
    for some in (plan, refined.plan):
        closed = np.zeros(len(it.cost), bool)
        closed[some.place] = True
        hit = np.zeros(len(it.risk), bool)
        hit[it.person[closed[it.place]]] = True
        covered, total = int(it.risk[hit].sum()), int(it.risk.sum())
        assert covered == some.covered >= share * total
        assert int(it.cost[closed].sum()) == some.cost
        assert refined.bound.cost <= some.cost
    assert refined.plan.cost <= plan.cost
    assert len(world.place) == len(it.place)


def timed(action: Callable[[], object], clock: Clock, times: int = 5) -> float:
    """Median seconds of an action that was done once before."""
    action()
    taken = []
    for _ in range(times):
        begun = clock()
        action()
        taken.append(clock() - begun)
    return statistics.median(taken)


def gap(cost: float, bound: float) -> str:
    """By how many per cent a cost is above a bound."""
    return f"{100 * (cost / bound - 1):.2f}" if bound else "-"


def row(*cells: object) -> None:
    """One line of the table."""
    print("  ".join(f"{cell!s:>11}" for cell in cells), flush=True)


def ours(name: str, people: int, venues: int, asked: argparse.Namespace) -> None:
    """One instance at each share: plan at once, then bound and better plan."""
    it = MAKERS[name](people, venues, asked.seed)
    clock = CLOCKS[asked.cpu]
    world = indexed(it)
    index_time = timed(lambda: indexed(it), clock, 3)
    print(
        f"\n{name}: {people:,} people, {venues:,} places, {len(it.place):,} links; "
        f"index {index_time:.2f} s"
    )
    row("cover", "plan ms", "cost", "gap %", "places", "bound s", "bound", "cost", "gap %", "cut")
    for share in SHARES:
        need = zoning.needed(world, share)
        plan = zoning.plan(world, need)
        begun = clock()
        refined = refining.refine(world, plan, asked.seconds, clock)
        taken = clock() - begun
        check(it, world, plan, refined, share)
        at_once = timed(partial(zoning.plan, world, need), clock)
        bound = refined.bound.cost
        row(
            float(share),
            f"{at_once * 1e3:.2f}",
            plan.cost // UNIT,
            gap(plan.cost, bound),
            len(refined.plan.place),
            f"{taken:.1f}",
            bound // UNIT,
            refined.plan.cost // UNIT,
            gap(refined.plan.cost, bound),
            "yes" if refined.cut else "no",
        )


def peer(name: str, people: int, venues: int, limit: float, seed: int) -> None:
    """One instance at each share, against an exact solver."""
    it = MAKERS[name](people, venues, seed)
    world = indexed(it)
    print(f"\n{name} against HiGHS: {people:,} people, {venues:,} places, {len(it.place):,} links")
    row("cover", "ours ms", "cost", "bound", "HiGHS s", "best", "its bound", "ours/best", "faster")
    for share in SHARES:
        need = zoning.needed(world, share)
        refined = refining.refine(world, zoning.plan(world, need), 30.0)
        begun = time.perf_counter()
        plan = zoning.plan(world, need)
        refined = refining.refine(world, plan, 30.0)
        taken = time.perf_counter() - begun
        check(it, world, plan, refined, share)
        begun = time.perf_counter()
        best, its_bound = highs(it, need, limit)
        its = time.perf_counter() - begun
        mine = refined.plan.cost / UNIT
        # No bound of ours is above a plan of theirs, and no bound of theirs above one of ours.
        assert refined.bound.cost / UNIT <= best * (1 + 1e-6)
        assert its_bound <= mine * (1 + 1e-6)
        row(
            float(share),
            f"{taken * 1e3:.0f}",
            f"{mine:.0f}",
            refined.bound.cost // UNIT,
            f"{its:.1f}",
            f"{best:.0f}",
            f"{its_bound:.0f}",
            f"{mine / best:.4f}",
            f"{its / taken:.1f}x",
        )


def highs(it: Instance, need: int, limit: float) -> tuple[float, float]:
    """Cost of the best plan HiGHS finds within `limit` seconds, and its own lower bound."""
    import highspy
    from scipy import sparse

    people, venues = len(it.risk), len(it.cost)
    link = sparse.csr_matrix((np.ones(len(it.place)), (it.person, it.place)), (people, venues))
    cover = sparse.hstack([link, -sparse.identity(people)])
    risk = sparse.csr_matrix(it.risk / UNIT)
    rows = sparse.vstack([cover, sparse.hstack([sparse.csr_matrix((1, venues)), risk])]).tocsc()
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = venues + people, people + 1
    model.col_cost_ = np.concatenate([it.cost / UNIT, np.zeros(people)])
    model.col_lower_, model.col_upper_ = np.zeros(venues + people), np.ones(venues + people)
    model.row_lower_ = np.concatenate([np.zeros(people), [need / UNIT]])
    model.row_upper_ = np.full(people + 1, np.inf)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = rows.indptr, rows.indices
    model.a_matrix_.value_ = rows.data
    whole_number, any_number = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    model.integrality_ = [whole_number] * venues + [any_number] * people
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", limit)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.passModel(model)
    solver.run()
    found = solver.getInfo()
    return found.objective_function_value, found.mip_dual_bound


MAKERS: dict[str, Callable[[int, int, int], Instance]] = {"outbreak": outbreak, "uniform": uniform}


def main() -> int:
    """Print the tables."""
    options = argparse.ArgumentParser(prog="python -m bench.zoning", description=__doc__)
    options.add_argument("--people", type=int, default=1_000_000)
    options.add_argument("--venues", type=int, default=100_000)
    options.add_argument("--kind", choices=[*MAKERS, "both"], default="both")
    options.add_argument("--seconds", type=float, default=30.0, help="for bound and better plan")
    options.add_argument("--peer-seconds", type=float, default=60.0, help="limit for HiGHS")
    options.add_argument("--sizes", default="100,10,1", help="divide people and venues by each")
    options.add_argument("--cpu", action="store_true", help="time this thread's work")
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    kinds = list(MAKERS) if asked.kind == "both" else [asked.kind]
    for kind in kinds:
        for part in map(int, asked.sizes.split(",")):
            people, venues = asked.people // part, asked.venues // part
            if min(people, venues) > 0:
                ours(kind, people, venues, asked)
    try:
        import highspy  # noqa: F401
        from scipy import sparse  # noqa: F401
    except ImportError:
        print("\nHiGHS is not compared: the packages highspy and scipy are not installed here.")
        return 0
    for kind in kinds:
        for venues in (100, 300):
            peer(kind, 10 * venues, venues, asked.peer_seconds, asked.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
