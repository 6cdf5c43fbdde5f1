"""What a commune may add to a zone or take out of it, as the choices of a form."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from lachan.core.clock import now
from lachan.places.models import Dwelling
from lachan.places.selectors import businesses_on, dwellings_of_communes, lanes_by_id, lanes_of
from lachan.tracing.models import ZoneDecision
from lachan.tracing.zone_parts import area_of

#: A choice of a form, or a group of them.
Choices = list[tuple[str, Any]]


def take_choices(decision: ZoneDecision) -> Choices:
    """Whole lanes inside, then every house inside by its lane, then businesses."""
    inside = area_of(decision, now())
    whole = [part.lane for part in inside.parts if part.lane is not None]
    alone = [part.place for part in inside.parts if part.place is not None]
    found: Choices = [(f"lane:{lane.id}", lane.name) for lane in whole]
    found += _houses(inside.dwellings)
    return found + [(f"place:{place.id}", place.name) for place in alone]


def add_choices(decision: ZoneDecision) -> Choices:
    """Lanes of the commune that are not inside, then houses, then businesses on its lanes."""
    inside = area_of(decision, now())
    closed = {house.id for house in inside.dwellings}
    whole = {part.lane_id for part in inside.parts}
    lanes = [lane for lane in lanes_of([decision.commune]) if lane.id not in whole]
    found: Choices = [(f"lane:{lane.id}", lane.name) for lane in lanes]
    houses = dwellings_of_communes([decision.commune])
    found += _houses([house for house in houses if house.id not in closed])
    shut = {place.id for place in inside.places}
    shops = [shop for shop in businesses_on(lane.id for lane in lanes) if shop.id not in shut]
    return found + [(f"place:{shop.id}", shop.name) for shop in shops]


def _houses(houses: "list[Dwelling] | tuple[Dwelling, ...]") -> Choices:
    of_lane: defaultdict[UUID, list[Dwelling]] = defaultdict(list)
    for house in houses:
        of_lane[house.lane_id].append(house)
    lanes = sorted(lanes_by_id(of_lane).values(), key=lambda lane: (lane.ord, lane.name))
    return [
        (
            lane.name,
            [(f"house:{house.id}", f"{house.number}, {lane.name}") for house in of_lane[lane.id]],
        )
        for lane in lanes
    ]
