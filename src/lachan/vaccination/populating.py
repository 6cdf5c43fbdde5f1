"""Populations: of how many people a share is, on which day, by which document.  By the province."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now, today
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.sheets import Cell, SheetRefused, read_book
from lachan.formats.vietnamese import fold
from lachan.places.selectors import communes_of
from lachan.rulebook import selectors as rulebook
from lachan.vaccination.models import Population

#: bytes of a file: the communes of a province are some hundred lines.
LARGEST = 2_000_000
#: The most people of a commune: a slip of the thumb is larger.
MOST = 2_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a file: its number, what it says of which commune, or why it is refused."""

    number: int
    commune: int | None = None
    people: int | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """To what every line of an entry belongs."""

    disease: str
    on: date
    document: str


def enter_populations(*, told: Told, people: dict[int, int], by: Principal) -> int:
    """Write populations of communes down; how many are new.  The same again is one.

    Codes of refusals: population_not_yours, document_missing, clock_wrong, disease_unknown,
    commune_unknown, population_unreadable, population_known.
    """
    if by.province is None:
        text = _("Populations are entered by the CDC of the province.")
        raise Refused("population_not_yours", text, status=403)
    if not told.document.strip():
        raise Refused("document_missing", _("Name the document from which the figures are."))
    if told.on > today():
        raise Refused("clock_wrong", _("This day lies in the future."))
    if told.disease not in rulebook.diseases_at(now()):
        raise Refused("disease_unknown", _("The rulebook knows no such disease."), status=404)
    if not people or not all(0 < each <= MOST for each in people.values()):
        raise Refused("population_unreadable", _("Write how many people, more than none."))
    own = {hit.id for hit in communes_of(by.province)}
    if set(people) - own:
        text = _("This commune does not belong to your province today.")
        raise Refused("commune_unknown", text, status=404)
    there = _there(told, list(people))
    other = [commune for commune, n in there.items() if n != people[commune]]
    if other:
        text = _(
            "For this day other figures are entered. Enter the corrected ones with a later day."
        )
        raise Refused("population_known", text, status=409)
    made = Population.objects.bulk_create(
        Population(
            province=by.province,
            commune=commune,
            disease=told.disease,
            people=n,
            on=told.on,
            document=told.document.strip()[:120],
            entered_at=now(),
        )
        for commune, n in people.items()
        if commune not in there
    )
    audit.record(
        "vaccination.population",
        target=("province", by.province),
        by=by,
        detail={"communes": len(made)},
    )
    return len(made)


def _there(told: Told, communes: Sequence[int]) -> dict[int, int]:
    rows = Population.objects.filter(disease=told.disease, on=told.on, commune__in=communes)
    return dict(rows.values_list("commune", "people"))


def read_populations(name: str, data: bytes, province: int) -> list[Row]:
    """Lines of a file: a column of communes, one of people; the words above them are passed over.

    Raises Refused: population_file.
    """
    if len(data) > LARGEST:
        raise Refused("population_file", _("The file is larger than a list of communes can be."))
    try:
        sheets = read_book(data, name)
    except SheetRefused:
        text = _("The file cannot be read: save it as CSV or Excel, a line for each commune.")
        raise Refused("population_file", text) from None
    names = _names(province)
    found: list[Row] = []
    seen: set[int] = set()
    for number, cells in enumerate(sheets[0].rows, 1):
        texts = [str(each).strip() for each in cells if each is not None and str(each).strip()]
        if not texts or fold(texts[0]).startswith(_SUMS):
            continue
        if not found and not any(_figure(each) for each in cells):
            continue
        found.append(_row(number, cells, names, seen))
    return found


#: How the line of a sum begins.
_SUMS = ("tong", "cong", "total")
#: Kinds of communes, which people leave out.
_KINDS = ("phuong ", "xa ", "dac khu ")


def _names(province: int) -> dict[str, set[int]]:
    """What a commune may be called in a file; a name of two communes stands for both."""
    found: dict[str, set[int]] = {}
    for hit in communes_of(province):
        whole = fold(hit.name)
        short = next((whole.removeprefix(kind) for kind in _KINDS if whole.startswith(kind)), whole)
        for name in {whole, short}:
            found.setdefault(name, set()).add(hit.id)
    return found


def _row(number: int, cells: Sequence[Cell], names: dict[str, set[int]], seen: set[int]) -> Row:
    named = [at for at, each in enumerate(cells) if fold(str(each or "")) in names]
    if not named:
        return Row(number, refused="commune_unknown")
    communes = names[fold(str(cells[named[0]]))]
    if len(communes) > 1:
        return Row(number, refused="commune_ambiguous")
    [commune] = communes
    # An ordinal number stands before the name, the people behind it.
    figures = [n for n in map(_figure, cells[named[0] + 1 :]) if n is not None]
    people = figures[0] if figures else 0
    if not 0 < people <= MOST:
        return Row(number, commune, refused="people_unreadable")
    if commune in seen:
        return Row(number, commune, refused="commune_twice")
    seen.add(commune)
    return Row(number, commune, people)


def _figure(cell: Cell) -> int | None:
    """A whole number of a cell: 12345, 12.345, 12,345."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return int(cell) if cell == int(cell) else None
    text = str(cell or "").strip()
    return (
        int(re.sub(r"[., ]", "", text)) if re.fullmatch(r"\d{1,3}([., ]\d{3})*|\d+", text) else None
    )
