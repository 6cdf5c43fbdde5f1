"""Parts of a zone as rows: split by commune, counted, and what is inside at a moment."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.people.selectors import lived_in
from lachan.places.models import Dwelling, Place
from lachan.places.selectors import businesses_on, dwellings_by_id, dwellings_of_lanes
from lachan.tracing.models import ZoneDecision, ZonePart
from lachan.tracing.zone_plan import Area, Ground, Key


@dataclass(slots=True)
class Sizes:
    """What lies in one commune: the parts and whom and what they shut in."""

    province: int
    keys: list[Key] = field(default_factory=list)
    people: int = 0
    households: int = 0
    businesses: int = 0


@dataclass(frozen=True, slots=True)
class Inside:
    """Houses and businesses inside a decision at a moment, with the parts that say so."""

    parts: tuple[ZonePart, ...]
    dwellings: tuple[Dwelling, ...]
    places: tuple[Place, ...]

    def __contains__(self, key: Key) -> bool:
        if key.kind == "lane":
            return any(part.lane_id == key.id for part in self.parts)
        if key.kind == "house":
            return any(house.id == key.id for house in self.dwellings)
        return any(place.id == key.id for place in self.places)


def split(area: Area, ground: Ground) -> dict[int, Sizes]:
    """commune -> its parts and their sizes."""
    found: dict[int, Sizes] = {}

    def of(commune: int, province: int) -> Sizes:
        return found.setdefault(commune, Sizes(province))

    for lane, houses in area.houses.items():
        row = ground.lanes[lane]
        sizes = of(row.commune, row.province)
        sizes.keys += [Key("house", house) for house in ground.of_lane(lane) if house in houses]
        _count(sizes, houses, ground)
    for lane in sorted(area.lanes):
        row = ground.lanes[lane]
        sizes = of(row.commune, row.province)
        sizes.keys.append(Key("lane", lane))
        sizes.businesses += len(ground.shops.get(lane, []))
        _count(sizes, ground.of_lane(lane), ground)
    for place in sorted(area.places):
        business = ground.businesses[place]
        sizes = of(business.commune, business.province)
        sizes.keys.append(Key("place", place))
        sizes.businesses += 1
    return found


def _count(sizes: Sizes, houses: Iterable[UUID], ground: Ground) -> None:
    sizes.people += ground.people(houses)
    sizes.households += ground.households(houses)


def rows_of(
    decision: ZoneDecision, keys: Iterable[Key], *, from_at: datetime | None = None
) -> list[ZonePart]:
    """Rows of parts, not yet saved."""
    return [
        ZonePart(
            id=uuid7(),
            decision=decision,
            lane_id=key.id if key.kind == "lane" else None,
            dwelling_id=key.id if key.kind == "house" else None,
            place_id=key.id if key.kind == "place" else None,
            from_at=from_at,
            commune=decision.commune,
            province=decision.province,
        )
        for key in keys
    ]


def parts_at(decision: ZoneDecision, at: datetime) -> list[ZonePart]:
    """Parts that belong to the decision at a moment: planned ones, or those not taken out."""
    rows = decision.parts.filter(Q(to_at=None) | Q(to_at__gt=at))
    return list(rows.select_related("lane", "dwelling__lane", "place").order_by("id"))


def area_of(decision: ZoneDecision, at: datetime) -> Inside:
    """Every house and business of the parts at a moment; of an ended zone those of its end."""
    parts = parts_at(decision, at)
    if not parts and decision.ended_at is not None:
        rows = decision.parts.filter(to_at=decision.ended_at)
        parts = list(rows.select_related("lane", "dwelling__lane", "place").order_by("id"))
    lanes = [part.lane_id for part in parts if part.lane_id]
    single = dwellings_by_id([part.dwelling_id for part in parts if part.dwelling_id])
    houses = {house.id: house for house in dwellings_of_lanes(lanes)} | single
    places = {place.id: place for place in businesses_on(lanes)}
    places |= {part.place.id: part.place for part in parts if part.place is not None}
    return Inside(tuple(parts), tuple(houses.values()), tuple(places.values()))


def measured(decision: ZoneDecision, at: datetime) -> Sizes:
    """Whom and what the parts shut in at a moment."""
    inside = area_of(decision, at)
    lived = lived_in(house.id for house in inside.dwellings)
    return Sizes(
        province=decision.province,
        people=sum(each.people for each in lived.values()),
        households=sum(each.households for each in lived.values()),
        businesses=len(inside.places),
    )


def ended(decision: ZoneDecision, keys: Iterable[Key] | None, at: datetime) -> int:
    """End parts at a moment (None: all); a house out of a whole lane leaves the others closed.

    Gives how many parts were touched.
    """
    standing = [part for part in parts_at(decision, at) if part.to_at is None]
    if keys is None:
        return _end(standing, at)
    count = 0
    for key in keys:
        own = [
            part for part in standing if key.id in (part.lane_id, part.dwelling_id, part.place_id)
        ]
        count += _end(own, at)
        if key.kind == "house" and not own:
            count += _out_of_lane(decision, key.id, standing, at)
    return count


def _end(parts: list[ZonePart], at: datetime) -> int:
    for part in parts:
        part.to_at = max(at, part.from_at) if part.from_at else at
    ZonePart.objects.bulk_update(parts, ["to_at"])
    return len(parts)


def _out_of_lane(
    decision: ZoneDecision, house: UUID, standing: list[ZonePart], at: datetime
) -> int:
    """The lane ends as a whole, and its other houses and its businesses go on one by one."""
    found = dwellings_by_id([house]).get(house)
    part = next((p for p in standing if found is not None and p.lane_id == found.lane_id), None)
    if part is None or part.lane_id is None:
        return 0
    others = [Key("house", row.id) for row in dwellings_of_lanes([part.lane_id]) if row.id != house]
    shops = [Key("place", shop.id) for shop in businesses_on([part.lane_id])]
    standing.remove(part)
    made = rows_of(decision, [*others, *shops], from_at=max(at, part.from_at or at))
    ZonePart.objects.bulk_create(made)
    standing += made
    return _end([part], at)
