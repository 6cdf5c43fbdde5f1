"""The public portal: doses, people, shares of every province and commune; no small number."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connections

from lachan.places.selectors import unit_name
from lachan.rulebook import selectors as rulebook
from lachan.vaccination.models import Counted, Population, Session

#: A number of fewer people is not shown.  Source: the usual threshold of health statistics.
FEWEST = 5
#: Sessions that are listed, the next first.
SESSIONS = 200


@dataclass(frozen=True, slots=True)
class Area:
    """A province, or a commune of it.  Counts are None where they are too small to be shown; a
    share is of the population of `on` by `document`."""

    unit: int
    name: str
    given: dict[str, int | None]
    people: dict[int, int | None]
    population: int | None
    on: date | None
    document: str

    def total(self) -> int | None:
        """All doses; None when one of the products is hidden."""
        if any(each is None for each in self.given.values()):
            return None
        return sum(each or 0 for each in self.given.values())

    def share(self, doses: int) -> float | None:
        """Per cent of the population with at least so many doses."""
        people = self.people.get(doses, 0)
        if people is None or not self.population:
            return None
        return 100 * people / self.population


@dataclass(frozen=True, slots=True)
class Lot:
    """Doses of a lot in a province."""

    province: str
    product: str
    lot: str
    given: int | None


def counted_until() -> datetime | None:
    """As of when the counts are."""
    row = Counted.objects.filter(pk=1).first()
    return row.until if row else None


def areas(disease: str, province: int | None = None) -> list[Area]:
    """Every province, or the communes of one, by name."""
    given: dict[int, dict[str, int | None]] = {}
    people: dict[int, dict[int, int | None]] = {}
    for row in rows_of("core.doses_given", disease):
        if (unit := _unit(row, province)) is not None:
            given.setdefault(unit, {})[row[2]] = row[3]
    for row in rows_of("core.people_covered", disease):
        if (unit := _unit(row, province)) is not None:
            people.setdefault(unit, {})[row[2]] = row[3]
    bases = _populations(disease, province)
    found = [
        _area(unit, given.get(unit, {}), people.get(unit, {}), bases.get(unit))
        for unit in given.keys() | people.keys() | bases.keys()
    ]
    return sorted(found, key=lambda each: each.name)


def _unit(row: tuple[Any, ...], province: int | None) -> int | None:
    """The unit of a row: a province's own line, or a commune of the asked one."""
    if province is None:
        return int(row[0]) if row[1] is None else None
    return int(row[1]) if row[0] == province and row[1] is not None else None


def _area(
    unit: int,
    given: dict[str, int | None],
    people: dict[int, int | None],
    base: tuple[int, date, str] | None,
) -> Area:
    population, on, document = base or (None, None, "")
    return Area(unit, unit_name(unit), given, people, population, on, document)


def _populations(disease: str, province: int | None) -> dict[int, tuple[int, date, str]]:
    """The newest population of each unit; a province's is the sum of its communes', as of the
    oldest of them."""
    newest: dict[int, Population] = {}
    rows = Population.objects.filter(disease=disease).order_by("on", "entered_at")
    for row in rows if province is None else rows.filter(province=province):
        newest[row.commune] = row
    if province is not None:
        return {row.commune: (row.people, row.on, row.document) for row in newest.values()}
    sums: dict[int, tuple[int, date, str]] = {}
    for row in newest.values():
        people, on, document = sums.get(row.province, (0, row.on, row.document))
        sums[row.province] = (people + row.people, min(on, row.on), document)
    return sums


def lots(disease: str) -> list[Lot]:
    """Doses by lot and province."""
    found = [
        Lot(unit_name(row[0]), rulebook.term("vaccine", row[1]), row[2], row[3])
        for row in rows_of("core.lots_given", disease)
    ]
    return sorted(found, key=lambda each: (each.province, each.product, each.lot))


def coming_sessions(disease: str, at: datetime, province: int | None = None) -> list[Session]:
    """Where vaccination goes on from now, in the nation or a province."""
    found = Session.objects.filter(disease=disease, ends_at__gte=at)
    found = found.exclude(state__in=[Session.State.CLOSED, Session.State.STOPPED])
    if province is not None:
        found = found.filter(province=province)
    return list(found.order_by("starts_at")[:SESSIONS])


def rows_of(function: str, disease: str) -> list[tuple[Any, ...]]:
    """What one of the functions that hide small numbers gives about a disease."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"select * from {function}(%s, %s)", [disease, FEWEST])
        return list(cursor.fetchall())
