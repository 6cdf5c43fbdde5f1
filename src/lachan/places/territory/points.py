"""Where communes lie: a point in each and its area, from the list of 2025, for distances.

A place has no coordinates, so a distance is said as the least it can be: between the edges of two
communes, not between their points.
"""

import sqlite3
from contextlib import closing
from functools import cache
from math import asin, cos, pi, radians, sin, sqrt
from typing import NamedTuple

from lachan.places.territory.lists import data_folder

#: km; mean radius.  Source: IUGG 1980.
EARTH = 6371.0
#: A commune reaches this many times the radius of a circle of its area; 2.5 also covers the long
#: communes along a valley or a coast.
REACH = 2.5

_POINTS = "select wardCode, wardLat, wardLon, wardAreaKm2 from admin_units"


class Point(NamedTuple):
    """Degrees, and how many kilometres the commune reaches around it."""

    latitude: float
    longitude: float
    reach: float


@cache
def points() -> dict[str, Point]:
    """A point by the code of a commune since July 2025; about 10 ms once."""
    uri = (data_folder() / "dataset.db").as_uri() + "?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as file:
        rows = file.execute(_POINTS).fetchall()
    return {
        code: Point(latitude, longitude, REACH * sqrt(area / pi))
        for code, latitude, longitude, area in rows
        if latitude and longitude and area
    }


def least_km(one: str, other: str) -> float | None:
    """The least two places in communes of these codes lie apart; None where a point is missing."""
    known = points()
    if one not in known or other not in known:
        return None
    here, there = known[one], known[other]
    return max(0.0, _great_circle(here, there) - here.reach - there.reach)


def _great_circle(here: Point, there: Point) -> float:
    north, east = (
        radians(there.latitude - here.latitude) / 2,
        radians(there.longitude - here.longitude) / 2,
    )
    scale = cos(radians(here.latitude)) * cos(radians(there.latitude))
    return 2 * EARTH * asin(sqrt(sin(north) ** 2 + scale * sin(east) ** 2))
