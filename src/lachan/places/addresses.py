"""The commune an address in words lies in: lists of people have no codes, and old names at that."""

import re
from functools import lru_cache

from lachan.core.clock import today
from lachan.formats.vietnamese import fold
from lachan.places.territory.atlas import atlas
from lachan.places.territory.search import TYPES, Entry, Finder
from lachan.places.territory.units import Level

#: Between the parts of an address: hamlet, commune, (district,) province.
_BETWEEN = re.compile(r"\s*[,;]\s*|\s+[-\u2013]\s+")
#: An address names at most these above the commune: district, province, country.
ABOVE = 3


def commune_in(address: str, *, near: int) -> tuple[int, int] | None:
    """(commune, province) of today in which an address lies, None when it is not told or not one.

    `near`: the province in which a commune named alone is looked for.  A divided commune has no
    answer: nothing is guessed.
    """
    parts = [part for part in _BETWEEN.split(address.strip(" ,;.")) if part]
    if parts and fold(parts[-1]) in {"viet nam", "vn", "vietnam"}:
        parts.pop()
    # The longest tail first: "Phường Nếnh, Bắc Giang" is no ward called Bắc Giang.
    for at in range(max(0, len(parts) - 1 - ABOVE), len(parts)):
        alone = at == len(parts) - 1 and at > 0
        if alone and _bare(fold(parts[at])) == fold(parts[at]):
            continue
        found = _named(parts[at:], near)
        if found is not None:
            return found
    return None


def _named(parts: list[str], near: int) -> tuple[int, int] | None:
    """The one commune of today that this tail of an address begins with."""
    said, above = fold(parts[0]), [f" {word}" for part in parts[1:] for word in fold(part).split()]
    communes = _communes()
    entries = communes.get(said) or (communes.get(f"?{said}", []) if said == _bare(said) else [])
    units = {
        unit.id
        for entry in entries
        if all(word in entry.line for word in above)
        for unit in atlas().became(entry.unit, today())
    }
    found = {(unit, atlas().line(atlas().units[unit], today())[-1].id) for unit in units}
    if not above:
        found = {each for each in found if each[1] == near}
    return found.pop() if len(found) == 1 else None


def _bare(folded: str) -> str:
    kind = next((kind for kind in TYPES if folded.startswith(kind)), "")
    return folded.removeprefix(kind)


@lru_cache(maxsize=1)
def _communes() -> dict[str, list[Entry]]:
    """Every commune of any time by its folded name, and by "?" and the name without its kind."""
    found: dict[str, list[Entry]] = {}
    for entry in Finder(atlas(), Level.COMMUNE, today(), former=True).entries:
        found.setdefault(entry.folded, []).append(entry)
        found.setdefault(f"?{entry.bare}", []).append(entry)
    return found
