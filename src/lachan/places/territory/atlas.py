"""The territory through time, in memory: which unit a code named on a day, and who followed it.

Built from the two official lists and the acts after them; needs no database.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

from lachan.places.territory.acts import BadAct, Renaming, read_acts
from lachan.places.territory.lists import Lists, read_lists
from lachan.places.territory.units import OLDER_LIST, REFORM, Dated, Level, T, Unit, at, unit_id

Pairs = set[tuple[str, str]]


class Atlas:
    """All units we know, by number and by dated code."""

    def __init__(self) -> None:
        self.units: dict[int, Unit] = {}
        #: unit -> the units that received territory of it, by number
        self.followers: dict[int, list[int]] = defaultdict(list)
        #: code -> every unit that ever bore it; the length of a code tells its level
        self._bearers: dict[str, list[Unit]] = defaultdict(list)
        self._parts: dict[int, list[int]] = defaultdict(list)

    def add(
        self, level: Level, code: str, name: str, parent: int | None, since: date | None
    ) -> Unit:
        """Add a unit that begins on that day (None: before our lists begin)."""
        unit = Unit(unit_id(level, code, since), level, since)
        unit.names.append(Dated(name, since))
        unit.codes.append(Dated(code, since))
        if parent is not None:
            unit.parents.append(Dated(parent, since))
            self._parts[parent].append(unit.id)
        self.units[unit.id] = unit
        self._bearers[code].append(unit)
        return unit

    def bearers(self, code: str) -> list[Unit]:
        """Every unit that ever bore the code, oldest first."""
        return list(self._bearers.get(code, ()))

    def named(self, code: str, on: date) -> Unit | None:
        """The unit that the code names on that day."""
        borne = self._bearers.get(code, ())
        return next((unit for unit in borne if at(unit.codes, on) == code), None)

    def on(self, level: Level, day: date) -> list[Unit]:
        """Every unit of a level on that day."""
        return [unit for unit in self.units.values() if unit.level == level and unit.exists(day)]

    def became(self, unit: Unit, on: date) -> list[Unit]:
        """What the unit is on that day: itself, or everything that received territory of it.

        An abolished district has become the communes that its communes became.  Sorted by code.
        """
        found = {each.id: each for each in self._became(unit, on)}
        return sorted(found.values(), key=lambda each: each.code(on))

    def _became(self, unit: Unit, on: date) -> Iterable[Unit]:
        if unit.until is None or on < unit.until:
            yield unit
            return
        for each in self.followers.get(unit.id) or self._parts.get(unit.id, []):
            yield from self._became(self.units[each], on)

    def line(self, unit: Unit, on: date) -> list[Unit]:
        """The unit and those above it on that day, smallest first."""
        above = unit.parent(on)
        return [unit] if above is None else [unit, *self.line(self.units[above], on)]

    def end(self, unit: Unit, on: date) -> None:
        """The unit no longer exists from that day."""
        unit.until = on
        _close(unit.names, on)
        _close(unit.codes, on)
        _close(unit.parents, on)

    def rename(self, unit: Unit, name: str, on: date) -> None:
        """The unit has another name from that day."""
        if unit.names[-1].value == name:
            return
        _close(unit.names, on)
        unit.names.append(Dated(name, on))

    def move(self, unit: Unit, parent: int, on: date) -> None:
        """The unit lies in another unit from that day."""
        _close(unit.parents, on)
        unit.parents.append(Dated(parent, on))


def _close(values: list[Dated[T]], on: date) -> None:
    if values and values[-1].until is None:
        values[-1] = Dated(values[-1].value, values[-1].since, on)


def build(lists: Lists, acts: Iterable[Renaming] = ()) -> Atlas:
    """The atlas from both lists and the acts after them."""
    atlas = Atlas()
    _add_older(atlas, lists)
    provinces = _reform(
        atlas,
        Level.PROVINCE,
        {code: (name, None) for code, name in lists.newer_provinces.items()},
        lists.provinces,
    )
    in_province = {
        code: (name, provinces[province].id)
        for code, (name, province) in lists.newer_communes.items()
    }
    _reform(atlas, Level.COMMUNE, in_province, lists.communes)
    for district in atlas.on(Level.DISTRICT, OLDER_LIST):
        atlas.end(district, REFORM)
    for act in acts:
        _apply(atlas, act)
    return atlas


def _add_older(atlas: Atlas, lists: Lists) -> None:
    for code, name in lists.older_provinces.items():
        atlas.add(Level.PROVINCE, code, name, None, None)
    for code, (name, province) in lists.older_districts.items():
        above = unit_id(Level.PROVINCE, province, None)
        atlas.add(Level.DISTRICT, code, name, above, None)
    for code, (name, district) in lists.older_communes.items():
        above = unit_id(Level.DISTRICT, district, None)
        atlas.add(Level.COMMUNE, code, name, above, None)


def _reform(
    atlas: Atlas, level: Level, newer: Mapping[str, tuple[str, int | None]], pairs: Pairs
) -> dict[str, Unit]:
    """End the older units of a level, begin the newer ones, and tie them.

    A unit that kept its code and whole territory, with nothing added, lives on: it is the same
    unit, perhaps under another name and certainly under another parent.
    """
    after, before = _both_ways(pairs)
    units = {}
    for code, (name, parent) in newer.items():
        same = before[code] == [code] and after[code] == [code]
        unit = atlas.named(code, OLDER_LIST) if same else None
        if unit is None:
            units[code] = atlas.add(level, code, name, parent, REFORM)
            continue
        atlas.rename(unit, name, REFORM)
        if parent is not None:
            atlas.move(unit, parent, REFORM)
        units[code] = unit
    for code in after:
        ended = _older(atlas, level, code)
        followers = [units[each].id for each in sorted(after[code])]
        if followers == [ended.id]:
            continue
        atlas.end(ended, REFORM)
        atlas.followers[ended.id] = followers
    return units


def _older(atlas: Atlas, level: Level, code: str) -> Unit:
    """The older unit of a code; a code of three digits among communes is a district without any."""
    bearer = Level.DISTRICT if level is Level.COMMUNE and len(code) == 3 else level
    return atlas.units[unit_id(bearer, code, None)]


def _both_ways(pairs: Pairs) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    after: dict[str, list[str]] = defaultdict(list)
    before: dict[str, list[str]] = defaultdict(list)
    for older, newer in pairs:
        after[older].append(newer)
        before[newer].append(older)
    return after, before


def _apply(atlas: Atlas, act: Renaming) -> None:
    unit = atlas.named(act.code, act.in_force)
    if unit is None or unit.name(act.in_force) != act.before:
        called = "no unit" if unit is None else unit.name(act.in_force)
        raise BadAct(f"{act.where}: code {act.code} names {called}, not {act.before}.")
    atlas.rename(unit, act.after, act.in_force)


@cache
def atlas() -> Atlas:
    """The atlas of this installation, read once."""
    return build(read_lists(), read_acts())
