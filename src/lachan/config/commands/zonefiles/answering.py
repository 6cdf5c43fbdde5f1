"""Plans for what was read, and the figures that are told of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from lachan.config.commands.zonefiles.reading import Exposures
from lachan.config.commands.zonefiles.rows import MILLIONTHS, Place
from lachan.engine import refining, zoning
from lachan.engine.kernels.covering import World
from lachan.engine.refining import Refined
from lachan.engine.zoning import Plan

#: Costs are counted in thousandths of a person, so that a business may weigh 2.5 people.
THOUSANDTHS = 1_000

PLAN_COLUMNS = (
    "order",
    "place",
    "kind",
    "commune",
    "people",
    "businesses",
    "cost",
    "exposed",
    "risk",
    "cover",
    "exposed_lost",
    "risk_lost",
)


@dataclass(frozen=True)
class Zone:
    """One plan for one share, with the work that bounded it, if it was bounded."""

    share: Decimal
    plan: Plan
    refined: Refined | None


class Zoning:
    """Exposures and costs, ready to be planned for any share."""

    def __init__(self, places: Sequence[Place], exposures: Exposures, weight: Decimal) -> None:
        self.places = places
        costs = [cost_of(place, weight) for place in places]
        self.world: World = zoning.index(
            exposures.person,
            exposures.place,
            exposures.risk,
            np.array(costs, np.int64) if fits(costs) else np.array([2**62]),
            exposures.people,
        )
        self.total = int(self.world.risk.sum())

    def zone(self, share: Decimal, seconds: float) -> Zone:
        """The plan that covers `share`, bounded for at most `seconds`."""
        plan = zoning.plan(self.world, zoning.needed(self.world, Fraction(share)))
        if seconds == 0:
            return Zone(share, plan, None)
        refined = refining.refine(self.world, plan, seconds)
        return Zone(share, refined.plan, refined)

    def rows(self, zone: Zone) -> list[tuple[object, ...]]:
        """The plan as it is written: a row a place, with its reasons, in order of closing."""
        plan, covered = zone.plan, 0
        rows: list[tuple[object, ...]] = []
        columns = zip(*(column.tolist() for column in plan[:5]), strict=True)
        for order, (number, exposed, risk, alone, lost) in enumerate(columns, 1):
            place = self.places[number]
            covered += risk
            cost = amount(int(self.world.cost[number]), THOUSANDTHS)
            what = (place.name, place.kind, place.commune, place.people, place.businesses, cost)
            why = (exposed, amount(risk, MILLIONTHS), self.share(covered))
            rows.append((order, *what, *why, alone, amount(lost, MILLIONTHS)))
        return rows

    def share(self, risk: int) -> str:
        """A part of all risk, rounded down to six decimals."""
        return amount(risk * 1_000_000 // self.total, 1_000_000) if self.total else "1"

    def figures(self, zone: Zone) -> dict[str, object]:
        """The sums of one plan."""
        plan = zone.plan
        chosen = [self.places[number] for number in plan.place.tolist()]
        exposed = int(plan.people.sum())
        return {
            "cover": str(zone.share),
            "reached": plan.reached,
            "places": len(chosen),
            "people": sum(place.people for place in chosen),
            "businesses": sum(place.businesses for place in chosen),
            "cost": amount(plan.cost, THOUSANDTHS),
            "exposed_covered": exposed,
            "exposed_left": len(self.world.risk) - exposed,
            "risk_needed": amount(plan.need, MILLIONTHS),
            "risk_covered": amount(plan.covered, MILLIONTHS),
            "risk_left": amount(self.total - plan.covered, MILLIONTHS),
            "covered": self.share(plan.covered),
            "bound": bound_figures(zone),
        }

    def communes(self, zone: Zone) -> list[dict[str, object]]:
        """Per commune with a chosen place: what the plan closes, and what all of it would."""
        chosen = set(zone.plan.place.tolist())
        touched = {self.places[number].commune for number in chosen}
        some: dict[str, list[Place]] = {name: [] for name in sorted(touched)}
        whole: dict[str, list[Place]] = {name: [] for name in touched}
        for number, place in enumerate(self.places):
            if place.commune in touched:
                whole[place.commune].append(place)
                some[place.commune] += [place] if number in chosen else []
        return [
            {"commune": name, **sums("", some[name]), **sums("all_", whole[name])} for name in some
        ]


def cost_of(place: Place, weight: Decimal) -> int:
    """People, and businesses times their weight, in thousandths of a person."""
    return place.people * THOUSANDTHS + int(place.businesses * weight * THOUSANDTHS)


def fits(costs: Sequence[int]) -> bool:
    """Whether each cost is a number of 64 bits; together they are checked by the engine."""
    return max(costs, default=0) < 2**62


def sums(prefix: str, places: Sequence[Place]) -> dict[str, object]:
    """How many places, and whom and what they close."""
    return {
        f"{prefix}places": len(places),
        f"{prefix}people": sum(place.people for place in places),
        f"{prefix}businesses": sum(place.businesses for place in places),
    }


def bound_figures(zone: Zone) -> dict[str, object] | None:
    """What was proved: no plan costs less, and by how much per cent this one may be dearer."""
    if zone.refined is None:
        return None
    bound = zone.refined.bound.cost
    return {
        "cost": amount(bound, THOUSANDTHS),
        "gap_percent": gap(zone.plan.cost, bound),
        "rounds": zone.refined.rounds,
        "exchanges": zone.refined.exchanges,
        "cut": zone.refined.cut,
        "best": zone.refined.settled,
    }


def gap(cost: int, bound: int) -> float | None:
    """By how many per cent a plan may be dearer than the best, rounded up; None: unknown."""
    if cost == bound:
        return 0.0
    if bound == 0:
        return None
    return -((bound - cost) * 10_000 // bound) / 100


def amount(number: int, unit: int) -> str:
    """`number` / `unit` as a decimal without needless zeros; `unit` is a power of ten."""
    text = f"{Decimal(number) / unit:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
