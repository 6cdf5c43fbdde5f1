"""A zone in words: "ngõ 12 từ số 2 đến số 38 và ngõ 14", as a person there would say it."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.places.models import Dwelling, Lane, Place
from lachan.places.selectors import dwellings_of_lanes, lanes_by_id
from lachan.tracing.zone_plan import Area, Ground

#: More houses in a row than this are told by the first and the last.
STRETCH = 3


def area_in_words(
    lanes: Sequence[Lane],
    houses: Iterable[tuple[Lane, Sequence[Dwelling], Sequence[Dwelling]]],
    places: Sequence[Place],
) -> str:
    """Whole lanes, then (lane, all its houses, the chosen ones), then businesses, as one phrase."""
    whole = [_spoken(lane.name) for lane in lanes]
    parts = [_part(lane, row, chosen) for lane, row, chosen in houses]
    return _listed([*whole, *parts, *(place.name for place in places)])


def words_of(area: Area, ground: Ground, *, commune: int | None = None) -> str:
    """The area of a plan in words; with a commune only what lies in it."""
    lanes = [lane for lane in _in_order(ground.lanes.values()) if _here(lane.commune, commune)]
    return area_in_words(
        [lane for lane in lanes if lane.id in area.lanes],
        [
            (lane, ground.houses[lane.id], _chosen(ground.houses[lane.id], area.houses[lane.id]))
            for lane in lanes
            if area.houses.get(lane.id)
        ],
        [
            place
            for key, place in sorted(ground.businesses.items(), key=lambda row: row[1].folded)
            if key in area.places and _here(place.commune, commune)
        ],
    )


def words_of_parts(lanes: set[UUID], dwellings: Sequence[Dwelling], places: Sequence[Place]) -> str:
    """The area of rows in words."""
    needed = lanes_by_id(lanes | {house.lane_id for house in dwellings})
    chosen: dict[UUID, set[UUID]] = {}
    for house in dwellings:
        chosen.setdefault(house.lane_id, set()).add(house.id)
    rows: dict[UUID, list[Dwelling]] = {}
    for house in dwellings_of_lanes(chosen):
        rows.setdefault(house.lane_id, []).append(house)
    order = _in_order(needed.values())
    return area_in_words(
        [lane for lane in order if lane.id in lanes],
        [
            (lane, rows[lane.id], _chosen(rows[lane.id], chosen[lane.id]))
            for lane in order
            if lane.id in chosen and lane.id not in lanes
        ],
        places,
    )


def _here(place: int, commune: int | None) -> bool:
    return commune is None or place == commune


def _in_order(lanes: Iterable[Lane]) -> list[Lane]:
    return sorted(lanes, key=lambda lane: (lane.commune, lane.ord, lane.name))


def _chosen(row: Sequence[Dwelling], chosen: set[UUID]) -> list[Dwelling]:
    return [house for house in row if house.id in chosen]


def _part(lane: Lane, row: Sequence[Dwelling], chosen: Sequence[Dwelling]) -> str:
    place = {house.id: at for at, house in enumerate(row)}
    runs: list[list[Dwelling]] = []
    for house in chosen:
        if runs and place[house.id] == place[runs[-1][-1].id] + 1:
            runs[-1].append(house)
        else:
            runs.append([house])
    stretches = [run for run in runs if len(run) > STRETCH]
    numbers = [house.number for run in runs if len(run) <= STRETCH for house in run]
    said = [
        _("from number %(first)s to number %(last)s")
        % {"first": run[0].number, "last": run[-1].number}
        for run in stretches
    ]
    if len(numbers) == 1:
        said.append(_("number %(number)s") % {"number": numbers[0]})
    elif numbers:
        said.append(_("numbers %(numbers)s") % {"numbers": ", ".join(numbers)})
    return f"{_spoken(lane.name)} {', '.join(said)}"


def _spoken(name: str) -> str:
    """A lane's name inside a sentence: `ngõ 12`."""
    return name[:1].lower() + name[1:]


def _listed(parts: Sequence[str]) -> str:
    """a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s and %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}
