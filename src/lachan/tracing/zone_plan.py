"""The workshop: candidates for a zone, the plan for a share of the risk, and its figures.

Three ways to draw it: whole lanes (easy to guard and to explain), single houses (fewest people),
and houses drawn together into stretches with the businesses where people met.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from lachan.people.selectors import Lived, lived_in
from lachan.places.models import Dwelling, Lane, Place
from lachan.places.selectors import businesses_on, dwellings_of_lanes, lanes_by_id
from lachan.tracing.arrays import Covering, Touch, cover
from lachan.tracing.zone_exposed import Exposed, Gathered

#: People that closing one business counts as.  Source: assumption of docs/platforms/zoning.md.
BUSINESS_WEIGHT = 5

#: A whole lane is taken when that shuts in at most this much more than its chosen houses.
#: Source: our own choice; a lane has two ends to guard, scattered houses have none.
WHOLE_LANE = Fraction(5, 4)

#: Houses between two chosen ones of a lane that are taken with them.  Source: as above.
GAP_HOUSES = 2

#: Seconds to bound and better the plan that is shown; the others are made at once.
BOUND_SECONDS = 0.5

#: Shares of the curve, in per cent.
SHARES = (60, 65, 70, 75, 80, 85, 90, 95, 100)

KINDS = ("lanes", "houses", "mixed")


class Key(NamedTuple):
    """A unit that can be closed: a lane, a house or a business."""

    kind: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Ground:
    """The lanes that matter, their houses and businesses, and how many live in each house."""

    lanes: dict[UUID, Lane]
    houses: dict[UUID, list[Dwelling]]
    lived: dict[UUID, Lived]
    shops: dict[UUID, list[Place]]
    businesses: dict[UUID, Place]

    def people(self, dwellings: Iterable[UUID]) -> int:
        """Residents of houses."""
        return sum(self.lived[each].people for each in dwellings if each in self.lived)

    def households(self, dwellings: Iterable[UUID]) -> int:
        """Households of houses."""
        return sum(self.lived[each].households for each in dwellings if each in self.lived)

    def of_lane(self, lane: UUID) -> list[UUID]:
        """The houses of a lane, as they stand."""
        return [house.id for house in self.houses.get(lane, [])]


@dataclass(slots=True)
class Area:
    """What is closed: whole lanes, houses by lane, businesses; nothing stands in two of them."""

    lanes: set[UUID] = field(default_factory=set)
    houses: defaultdict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    places: set[UUID] = field(default_factory=set)

    def dwellings(self, ground: Ground) -> set[UUID]:
        """Every house inside."""
        found = {house for lane in self.lanes for house in ground.of_lane(lane)}
        return found.union(*self.houses.values())

    def shut(self, ground: Ground) -> set[UUID]:
        """Every business inside."""
        return self.places | {shop.id for lane in self.lanes for shop in ground.shops.get(lane, [])}


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with its figures.  `bound` is in people (businesses weighed); `covered` in per cent,
    rounded down to a tenth; the people of `outside` are followed although no zone holds them."""

    kind: str
    share: int
    area: Area
    people: int
    households: int
    businesses: int
    cost: int
    bound: int | None
    best: bool
    covered: Fraction
    reached: bool
    inside: frozenset[UUID]
    outside: dict[int, int]
    added: int


class Workshop:
    """Everybody exposed who lives in the chosen communes, and the ground they live on.

    `ground` is read from the registers where it is not given.
    """

    def __init__(
        self, gathered: Gathered, communes: Iterable[int], ground: Ground | None = None
    ) -> None:
        self.communes = frozenset(communes)
        self.people = [each for each in gathered.people if each.commune in self.communes]
        self.elsewhere = [each for each in gathered.people if each.commune not in self.communes]
        businesses = {
            key: place
            for key, place in gathered.businesses.items()
            if place.commune in self.communes
        }
        self.ground = ground or _ground(self.people, businesses)
        self.total = sum(each.risk for each in self.people)

    @property
    def homeless(self) -> int:
        """Exposed people for whom no house of the plan is known."""
        return sum(each.home is None for each in self.people)

    def plan(self, kind: str, share: int, *, bounded: bool = True) -> Plan | None:
        """The plan of a kind that covers `share` per cent; None when nobody has a house."""
        units = self._units(kind)
        if not units:
            return None
        numbers = {key: number for number, key in enumerate(units)}
        touches = [
            Touch(who, number, each.risk)
            for who, each in enumerate(self.people)
            for number in self._touched(each, kind, numbers)
        ]
        # A house with a case is closed whatever the share: it costs nothing more, and what it costs
        # is added to the bound, which then speaks of all areas that hold the cases.
        held = self._with_cases(kind)
        found = cover(
            touches,
            [0 if key in held else self._cost(key) for key in units],
            Fraction(share, 100),
            seconds=BOUND_SECONDS if bounded else 0,
        )
        chosen = sorted(held | {units[number] for number in found.units})
        area = _area(chosen, self.ground)
        before = self.ground.people(area.dwellings(self.ground))
        if kind == "mixed":
            _round_off(area, self.ground)
        return self._told(kind, share, area, found, before, sum(map(self._cost, held)))

    def curve(self, kind: str) -> list[tuple[int, int]]:
        """(share in per cent, people shut in) for every share of the curve."""
        plans = [(share, self.plan(kind, share, bounded=False)) for share in SHARES]
        return [(share, plan.people) for share, plan in plans if plan is not None]

    def _units(self, kind: str) -> list[Key]:
        """Units where somebody exposed lives or was met, in an order that never changes."""
        found: set[Key] = set()
        for each in self.people:
            found |= self._around(each, kind)
        return sorted(found)

    def _around(self, each: Exposed, kind: str) -> set[Key]:
        found: set[Key] = set()
        if each.home is not None:
            lane = kind == "lanes"
            found.add(Key("lane", each.home.lane) if lane else Key("house", each.home.dwelling))
        if kind == "mixed":
            found |= {Key("place", shop) for shop in each.businesses & set(self.ground.businesses)}
        return found

    def _with_cases(self, kind: str) -> set[Key]:
        """Lanes or houses in which a case lives."""
        found: set[Key] = set()
        for each in self.people:
            if each.hop == 0:
                found |= {key for key in self._around(each, kind) if key.kind != "place"}
        return found

    def _touched(self, each: Exposed, kind: str, numbers: dict[Key, int]) -> list[int]:
        return sorted(numbers[key] for key in self._around(each, kind)) or [-1]

    def _cost(self, key: Key) -> int:
        if key.kind == "place":
            return BUSINESS_WEIGHT
        if key.kind == "house":
            return self.ground.people([key.id])
        shops = len(self.ground.shops.get(key.id, []))
        return self.ground.people(self.ground.of_lane(key.id)) + shops * BUSINESS_WEIGHT

    def _told(
        self, kind: str, share: int, area: Area, found: Covering, before: int, held: int
    ) -> Plan:
        dwellings, shut = area.dwellings(self.ground), area.shut(self.ground)
        inside = frozenset(
            each.person
            for each in self.people
            if (each.home is not None and each.home.dwelling in dwellings) or each.businesses & shut
        )
        outside: dict[int, int] = defaultdict(int)
        for each in [*self.people, *self.elsewhere]:
            if each.person not in inside:
                outside[each.hop] += 1
        risk = sum(each.risk for each in self.people if each.person in inside)
        people = self.ground.people(dwellings)
        return Plan(
            kind=kind,
            share=share,
            area=area,
            people=people,
            households=self.ground.households(dwellings),
            businesses=len(shut),
            cost=people + len(shut) * BUSINESS_WEIGHT,
            bound=None if found.bound is None else found.bound + held,
            best=found.best,
            covered=Fraction(risk * 1000 // self.total, 10) if self.total else Fraction(0),
            reached=found.reached,
            inside=inside,
            outside=dict(sorted(outside.items())),
            added=people - before,
        )


def _ground(people: Sequence[Exposed], businesses: dict[UUID, Place]) -> Ground:
    homes = {each.home.lane for each in people if each.home is not None}
    lanes = lanes_by_id(homes)
    houses: defaultdict[UUID, list[Dwelling]] = defaultdict(list)
    for house in dwellings_of_lanes(lanes):
        houses[house.lane_id].append(house)
    shops: defaultdict[UUID, list[Place]] = defaultdict(list)
    for shop in businesses_on(lanes):
        if shop.lane_id is not None:
            shops[shop.lane_id].append(shop)
    everyone = [house.id for row in houses.values() for house in row]
    return Ground(lanes, houses, lived_in(everyone), shops, businesses)


def _area(chosen: Iterable[Key], ground: Ground) -> Area:
    lane_of = {house.id: lane for lane, row in ground.houses.items() for house in row}
    area = Area()
    for key in chosen:
        if key.kind == "lane":
            area.lanes.add(key.id)
        elif key.kind == "house":
            area.houses[lane_of[key.id]].add(key.id)
        else:
            area.places.add(key.id)
    return area


def _round_off(area: Area, ground: Ground) -> None:
    """Draw houses of a lane together: the whole lane where it costs little, else short gaps."""
    for lane, chosen in list(area.houses.items()):
        row = ground.of_lane(lane)
        shops = {shop.id for shop in ground.shops.get(lane, [])}
        whole = ground.people(row) + len(shops - area.places) * BUSINESS_WEIGHT
        if whole <= ground.people(chosen) * WHOLE_LANE:
            area.lanes.add(lane)
            area.places -= shops
            del area.houses[lane]
            continue
        at = sorted(row.index(house) for house in chosen)
        for here, there in pairwise(at):
            if there - here <= GAP_HOUSES + 1:
                chosen.update(row[here:there])
