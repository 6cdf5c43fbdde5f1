"""Finding a unit by what people type: no diacritics, parts of words, names of before the reform."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from lachan.formats.vietnamese import accented_key, fold
from lachan.places.territory.atlas import Atlas
from lachan.places.territory.units import Dated, Level, Unit

#: Words for what a unit is, folded; people leave them out.
TYPES = (
    *("thanh pho ", "thi tran ", "thi xa ", "dac khu ", "phuong ", "huyen ", "quan "),
    *("tinh ", "xa "),
)


#: Provinces and common names come up thousands of times; there are some 14,000 names in all.
_folded = cache(fold)
_accented = cache(accented_key)


@dataclass(frozen=True, slots=True)
class Entry:
    """A name that a unit has or had; `line` is the folded name and those above, each word led by a
    blank."""

    unit: Unit
    name: str
    folded: str
    bare: str
    line: str
    former: bool


class Finder:
    """Names of one level, with those of units that are no more."""

    def __init__(self, atlas: Atlas, level: Level, on: date, *, former: bool) -> None:
        self.entries = [
            entry
            for unit in atlas.units.values()
            if unit.level == level
            for entry in _entries(atlas, unit, on)
            if former or not entry.former
        ]

    def find(self, text: str) -> list[Entry]:
        """Entries in which every word of the text begins a word, the likeliest first."""
        words = [f" {word}" for word in fold(text).split()]
        if not words:
            return []
        found = [entry for entry in self.entries if all(word in entry.line for word in words)]
        head = text.split(",")[0]
        said, plain = accented_key(head), _bare(fold(head))
        return sorted(found, key=lambda entry: _rank(entry, said, plain))


def _entries(atlas: Atlas, unit: Unit, on: date) -> Iterator[Entry]:
    for span in unit.names:
        if span.since is not None and span.since > on:
            continue
        day = on if span.holds(on) else _last_day(span)
        folded = _folded(span.value)
        line = " ".join([folded, *(_folded(each.name(day)) for each in atlas.line(unit, day)[1:])])
        yield Entry(unit, span.value, folded, _bare(folded), f" {line}", not span.holds(on))


def _last_day(span: Dated[str]) -> date:
    return (span.until or date.max) - timedelta(days=1)


def _bare(folded: str) -> str:
    kind = next((kind for kind in TYPES if folded.startswith(kind)), "")
    return folded.removeprefix(kind)


def _rank(entry: Entry, said: str, plain: str) -> tuple[int, bool, bool, str, int]:
    """Same name, beginning alike, in the name at all, only in the names above; today's first."""
    if entry.bare == plain:
        nearness = 0
    elif entry.bare.startswith(plain):
        nearness = 1
    else:
        nearness = 2 if f" {plain}" in f" {entry.folded}" else 3
    key = _accented(entry.name)
    other = key != said and not key.endswith(f" {said}")
    return nearness, entry.former, other, entry.folded, entry.unit.id
