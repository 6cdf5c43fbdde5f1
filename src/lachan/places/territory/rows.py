"""The atlas as rows of the tables of territory, and the digest by which an edition is known."""

from collections.abc import Iterator
from hashlib import sha256

from lachan.formats.vietnamese import fold
from lachan.places.territory.atlas import Atlas
from lachan.places.territory.units import REFORM

Row = tuple[object, ...]

#: table -> its columns, in the order in which tables must be filled
TABLES: dict[str, tuple[str, ...]] = {
    "places_unit": ("id", "level", "valid_from", "valid_to"),
    "places_unitname": ("unit_id", "name", "folded", "valid_from", "valid_to"),
    "places_unitcode": ("unit_id", "code", "valid_from", "valid_to"),
    "places_unitparent": ("unit_id", "parent_id", "valid_from", "valid_to"),
    "places_unitsuccessor": ("unit_id", "successor_id", "on"),
}


def rows_of(atlas: Atlas) -> dict[str, list[Row]]:
    """table -> its rows."""
    units = list(atlas.units.values())
    return {
        "places_unit": [(unit.id, unit.level.word, unit.since, unit.until) for unit in units],
        "places_unitname": [
            (unit.id, name, fold(name), since, until)
            for unit in units
            for name, since, until in unit.names
        ],
        "places_unitcode": [(unit.id, *code) for unit in units for code in unit.codes],
        "places_unitparent": [(unit.id, *parent) for unit in units for parent in unit.parents],
        "places_unitsuccessor": list(_successors(atlas)),
    }


def _successors(atlas: Atlas) -> Iterator[Row]:
    for unit, followers in atlas.followers.items():
        for follower in followers:
            yield unit, follower, REFORM


def digest_of(rows: dict[str, list[Row]]) -> str:
    """The same for the same territory, whatever order it was read in."""
    digest = sha256()
    for table, lines in rows.items():
        digest.update(repr((table, sorted(map(repr, lines)))).encode())
    return digest.hexdigest()
