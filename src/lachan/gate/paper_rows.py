"""A row of a sheet of visits: what was written by hand, read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from lachan.core.clock import OFFSET, now

#: Rows of a printed sheet.
ROWS = 20
#: What stands in a row, in the order of the columns.
COLUMNS = ("in", "name", "year", "phone", "card", "out")

_TIME = re.compile(r"([01]?\d|2[0-4])(?:[h:.g ]?([0-5]\d)?)", re.ASCII)
_EARLIEST_BIRTH = 1900


@dataclass(frozen=True, slots=True)
class Row:
    """One visitor: when he came and went, and what he is found by."""

    number: int
    came: datetime
    went: datetime | None
    name: str
    year: int | None
    phone: str
    card: str


@dataclass(frozen=True, slots=True)
class Written:
    """What was keyed: rows that can be read, and what is wrong with the others by row."""

    rows: list[Row]
    problems: dict[int, str]


def read_rows(day: date, typed: Mapping[str, Any]) -> Written:
    """The rows of a sheet.  `typed`: `in_1`, `name_1` ... as posted; empty rows are passed over."""
    rows, problems = [], {}
    for number in range(1, ROWS + 1):
        cells = {name: str(typed.get(f"{name}_{number}", "")).strip() for name in COLUMNS}
        if not any(cells.values()):
            continue
        found = _row(day, number, cells)
        if isinstance(found, str):
            problems[number] = found
        else:
            rows.append(found)
    return Written(rows, problems)


def read_time(text: str) -> time | None:
    """`7h15`, `7:15`, `0715`, `7g15`, `7`; None when it is none."""
    plain = text.strip().lower()
    if plain.isdecimal() and len(plain) in (3, 4):
        plain = f"{plain[:-2]}:{plain[-2:]}"
    found = _TIME.fullmatch(plain)
    if not found or int(found[1]) > 23:
        return None
    return time(int(found[1]), int(found[2] or 0))


def _row(day: date, number: int, cells: Mapping[str, str]) -> Row | str:
    came = read_time(cells["in"])
    if came is None:
        return _("Write the time in as it stands on the sheet: 7h15.")
    left = read_time(cells["out"]) if cells["out"] else None
    if cells["out"] and left is None:
        return _("Write the time out as it stands on the sheet: 16h30.")
    if not cells["name"] and not cells["card"]:
        return _("A row needs a name or a card's number.")
    year = int(cells["year"]) if cells["year"].isdecimal() else None
    if cells["year"] and (year is None or not _EARLIEST_BIRTH <= year <= day.year):
        return _("Write the year of birth with four digits.")
    start = datetime.combine(day, came, OFFSET)
    if start > now():
        return _("This time is still to come: look at the day of the sheet.")
    end = datetime.combine(day, left, OFFSET) if left else None
    if end is not None and end <= start:
        # A night shift goes home the next morning.
        end += timedelta(days=1)
    return Row(number, start, end, cells["name"], year, cells["phone"], cells["card"])
