"""Reading territory, organisations and places.

Territory comes from memory: the tables of units are filled from the same lists, which change only
with a release.  Everything else is read inside the caller's scope.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lachan.core.clock import today
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.vietnamese import fold
from lachan.places.addresses import commune_in as commune_in
from lachan.places.ground_plan import businesses_at as businesses_at
from lachan.places.ground_plan import businesses_of as businesses_of
from lachan.places.ground_plan import businesses_on as businesses_on
from lachan.places.ground_plan import dwellings_by_id as dwellings_by_id
from lachan.places.ground_plan import dwellings_of_communes as dwellings_of_communes
from lachan.places.ground_plan import dwellings_of_lanes as dwellings_of_lanes
from lachan.places.ground_plan import lanes_by_id as lanes_by_id
from lachan.places.ground_plan import lanes_of as lanes_of
from lachan.places.kinds import PlaceKind as PlaceKind
from lachan.places.kinds import kinds_inside as kinds_inside
from lachan.places.models import Organisation, OrganisationName, Place
from lachan.places.territory import points
from lachan.places.territory.atlas import atlas
from lachan.places.territory.search import Finder
from lachan.places.territory.units import OLDER_LIST, Level, Unit

#: More is not read in a search box.
MOST = 50


@dataclass(frozen=True, slots=True)
class UnitHit:
    """A unit that a search found; `formerly` is the older name by which it was found, or "".

    `renamed`: the older name was its own; else that of a unit whose land it received.
    """

    id: int
    name: str
    label: str
    formerly: str = ""
    renamed: bool = False


class UnitToday(NamedTuple):
    """Where a unit lies today; `commune` is None when it was divided or is no commune."""

    commune: int | None
    province: int


def unit_or_refuse(unit_id: int) -> Unit:
    """The unit of a number; `unknown_unit` when there is none."""
    unit = atlas().units.get(unit_id)
    if unit is None:
        raise Refused("unknown_unit", _("Choose a commune from the list."), status=404)
    return unit


@lru_cache(maxsize=6)
def _finder(level: str, on: date, former: bool) -> Finder:
    return Finder(atlas(), Level[level.upper()], on, former=former)


def search_units(
    text: str, level: str = "commune", on: date | None = None, limit: int = 10
) -> list[UnitHit]:
    """Units whose name, or the names above it, hold every word of the text; likeliest first.

    Without a day also by names of before: then the hit is what that unit is today, each part of it
    when it was divided.  Diacritics, case and the place of the tone do not matter.
    """
    day = on or today()
    hits: dict[int, UnitHit] = {}
    for entry in _finder(level, day, on is None).find(text):
        for unit in atlas().became(entry.unit, day) if entry.former else [entry.unit]:
            if unit.level.word != level or not unit.exists(day):
                continue
            formerly = _line(entry.unit, OLDER_LIST) if entry.former else ""
            renamed = entry.former and unit is entry.unit
            hit = UnitHit(unit.id, unit.name(day), _line(unit, day), formerly, renamed)
            hits.setdefault(unit.id, hit)
        if len(hits) >= min(limit, MOST):
            break
    return list(hits.values())[: min(limit, MOST)]


def _line(unit: Unit, on: date) -> str:
    return ", ".join(each.name(on) for each in atlas().line(unit, on))


def unit_name(unit_id: int, on: date | None = None) -> str:
    """A unit's own name on a day (without one: today)."""
    return unit_or_refuse(unit_id).name(on or today())


def unit_code(unit_id: int, on: date | None = None) -> str:
    """A unit's code on a day (without one: today), as forms and numbers carry it."""
    return unit_or_refuse(unit_id).code(on or today())


def least_km_between(commune: int, other: int) -> float | None:
    """The least kilometres between two places in these communes: 0 for neighbours, None where one
    of them is in no list with points."""
    if commune == other:
        return 0.0
    return points.least_km(unit_code(commune), unit_code(other))


def unit_label(unit_id: int, on: date | None = None) -> str:
    """A unit with those above it, as they were called on a day (without one: today).

    A unit that is no more is called what it was at its end, and what it is today follows.
    """
    unit = unit_or_refuse(unit_id)
    now = today()
    if on is not None and unit.exists(on) and unit.exists(now):
        return _line(unit, on)
    label = _line(unit, on or now)
    became = [] if unit.exists(now) else atlas().became(unit, now)
    if not became:
        return label
    names = " / ".join(_line(each, now) for each in became[:3])
    if len(became) > 3:
        return _("%(unit)s (now %(count)s units)") % {"unit": label, "count": len(became)}
    return _("%(unit)s (now %(today)s)") % {"unit": label, "today": names}


def today_of(unit_id: int) -> UnitToday:
    """The commune and province in which a unit of any time lies today.

    A divided commune has none until somebody chooses one of `choices_of`; nothing is guessed.
    """
    now = today()
    became = atlas().became(unit_or_refuse(unit_id), now)
    provinces = {atlas().line(each, now)[-1].id for each in became}
    if len(provinces) != 1:
        raise Refused("divided_unit", _("This unit lies in several provinces today. Choose one."))
    only = became[0] if len(became) == 1 and became[0].level is Level.COMMUNE else None
    return UnitToday(None if only is None else only.id, provinces.pop())


def choices_of(unit_id: int) -> list[UnitHit]:
    """What a unit of any time is today: one unit, or each that received territory of it."""
    now = today()
    became = atlas().became(unit_or_refuse(unit_id), now)
    return [UnitHit(each.id, each.name(now), _line(each, now)) for each in became]


def unit_of_code(code: str, on: date | None = None) -> int | None:
    """The number of the unit that a code (2, 3 or 5 digits) names on a day (without one: today)."""
    unit = atlas().named(code, on or today())
    return None if unit is None else unit.id


def older_provinces() -> dict[str, str]:
    """Code → name of the 63 provinces of 30 June 2025, by which identity numbers begin."""
    provinces = atlas().on(Level.PROVINCE, OLDER_LIST)
    return {each.code(OLDER_LIST): each.name(OLDER_LIST) for each in provinces}


def communes_of(province: int, on: date | None = None) -> list[UnitHit]:
    """The communes of a province, by name."""
    day = on or today()
    found = [each for each in atlas().on(Level.COMMUNE, day) if each.parent(day) == province]
    found.sort(key=lambda each: fold(each.name(day)))
    return [UnitHit(each.id, each.name(day), _line(each, day)) for each in found]


def organisation_name(organisation: Organisation, on: date | None = None) -> str:
    """What an organisation was called on a day; without a record of it, what it is called now."""
    day = on or today()
    names = OrganisationName.objects.filter(organisation=organisation)
    held = [each.name for each in names if _holds(each.valid_from, each.valid_to, day)]
    return held[0] if held else organisation.name


def _holds(since: date | None, until: date | None, on: date) -> bool:
    return (since is None or since <= on) and (until is None or on < until)


def reports_to(organisation: UUID, on: date | None = None) -> list[Organisation]:
    """To whom an organisation reports on the professional line on a day."""
    day = on or today()
    lines = Organisation.objects.get(pk=organisation).reports_to.select_related("receiver")
    return [each.receiver for each in lines if _holds(each.valid_from, each.valid_to, day)]


def station_of(commune: int) -> Organisation | None:
    """The health station of a commune of today."""
    return Organisation.objects.filter(commune=commune, kind="station").first()


def cdc_of(province: int) -> Organisation | None:
    """The CDC of a province of today."""
    return Organisation.objects.filter(province=province, kind="cdc").first()


_LINE = """
with recursive line as (
    select *, 0 as above from places_place where id = %s
    union all
    select p.*, line.above + 1 from places_place p join line on p.id = line.parent_id
) select * from line order by above desc
"""


def place_line(place_id: UUID) -> list[Place]:
    """A place and all it is part of, the outermost first; empty when there is none."""
    return list(Place.objects.raw(_LINE, [place_id]))


def place_label(place_id: UUID) -> str:
    """The names of a place's line, the outermost first."""
    return " › ".join(place.name for place in place_line(place_id))


def parts_of(place_id: UUID) -> list[Place]:
    """The open parts of a place, all the way down: a whole before its parts, 2 before 10."""
    found = Place.objects.filter(closed_at__isnull=True).raw(_PARTS, [place_id])
    below: dict[UUID | None, list[Place]] = {}
    for place in found:
        below.setdefault(place.parent_id, []).append(place)
    return _in_order(place_id, below)


_PARTS = """
with recursive parts as (
    select * from places_place where parent_id = %s and closed_at is null
    union all
    select p.* from places_place p join parts on p.parent_id = parts.id where p.closed_at is null
) select * from parts
"""


def _in_order(whole: UUID, below: dict[UUID | None, list[Place]]) -> list[Place]:
    parts = sorted(below.get(whole, []), key=lambda place: (place.kind, _natural(place.name)))
    return [each for part in parts for each in (part, *_in_order(part.pk, below))]


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """Line 2 before line 10."""
    words = fold(name).split()
    return tuple((int(word), "") if word.isdecimal() else (-1, word) for word in words)


def places_for(principal: Principal, text: str = "") -> QuerySet[Place]:
    """The outermost open places an account works with, by name; all of them for the nation."""
    places = Place.objects.filter(closed_at__isnull=True, parent__isnull=True)
    if principal.organisation is not None:
        places = places.filter(organisation=principal.organisation)
    elif principal.commune is not None:
        places = places.filter(commune=principal.commune)
    elif principal.province is not None:
        places = places.filter(province=principal.province)
    elif not principal.national:
        return places.none()
    for word in fold(text).split():
        places = places.filter(folded__contains=word)
    return places.select_related("organisation").order_by("folded", "id")


def may_change(principal: Principal, place: Place) -> bool:
    """Whether the place is the account's to change; the database holds the same rule."""
    return (
        principal.national
        or (principal.organisation == place.organisation_id)
        or (principal.commune is not None and principal.commune == place.commune)
        or (principal.province is not None and principal.province == place.province)
    )
