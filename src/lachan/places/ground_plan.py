"""Reading lanes and houses; nothing here says who lives where."""

from collections.abc import Iterable
from uuid import UUID

from lachan.places.models import Dwelling, Lane, Place

#: Kinds of places that a zone counts as businesses: a shop, an eating place, a small workshop.  A
#: campus, a school or a hospital is no part of a lane; closing one is another measure.
BUSINESS_KINDS = ("building", "other")


def lanes_of(communes: Iterable[int]) -> list[Lane]:
    """The lanes of communes of today, in the order of their lists."""
    return list(Lane.objects.filter(commune__in=list(communes)).order_by("commune", "ord", "name"))


def lanes_by_id(ids: Iterable[UUID]) -> dict[UUID, Lane]:
    """Lanes by their ids."""
    return Lane.objects.in_bulk(list(ids))


def dwellings_of_lanes(lanes: Iterable[UUID]) -> list[Dwelling]:
    """The houses of lanes, in the order in which they stand."""
    return list(Dwelling.objects.filter(lane__in=list(lanes)).order_by("lane", "ord", "number"))


def dwellings_of_communes(communes: Iterable[int]) -> list[Dwelling]:
    """All houses of communes, lane by lane."""
    rows = Dwelling.objects.filter(commune__in=list(communes))
    return list(rows.order_by("commune", "lane", "ord", "number"))


def dwellings_by_id(ids: Iterable[UUID]) -> dict[UUID, Dwelling]:
    """Houses by their ids, each with its lane."""
    return Dwelling.objects.select_related("lane").in_bulk(list(ids))


def businesses_on(lanes: Iterable[UUID]) -> list[Place]:
    """Open businesses on these lanes; the parts of one are not counted beside it."""
    rows = Place.objects.filter(lane__in=list(lanes), kind__in=BUSINESS_KINDS, parent=None)
    return list(rows.filter(closed_at=None).order_by("lane", "folded", "id"))


def businesses_of(communes: Iterable[int]) -> int:
    """How many open businesses communes have."""
    rows = Place.objects.filter(commune__in=list(communes), kind__in=BUSINESS_KINDS, parent=None)
    return rows.filter(closed_at=None).count()


def businesses_at(places: Iterable[UUID]) -> dict[UUID, Place]:
    """Place -> the business it is or is a part of; others are left out."""
    found: dict[UUID, Place] = {}
    waiting = {place: place for place in places}
    while waiting:
        rows = Place.objects.in_bulk(list(set(waiting.values())))
        above: dict[UUID, UUID] = {}
        for asked, here in waiting.items():
            row = rows.get(here)
            if row is None:
                continue
            if row.parent_id is not None:
                above[asked] = row.parent_id
            elif row.kind in BUSINESS_KINDS and row.closed_at is None:
                found[asked] = row
        waiting = above
    return found
