"""Times as tables of results write them, and which of two numbers is the day."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, timezone

from lachan.formats.hl7times import read_time
from lachan.formats.sheets import Cell, text_of

_SLASHED = re.compile(
    r"(?P<a>\d{1,2})[/.\-](?P<b>\d{1,2})[/.\-](?P<year>\d{4}|\d{2})"
    r"(?:[ T,]+(?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"(?:\s*(?P<half>[AP]M|SA|CH))?)?(?:\s*(?P<zone>UTC|GMT|ICT|Z|[+-]\d{2}:?\d{2}))?",
    re.IGNORECASE | re.ASCII,
)
_ISO = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:\.\d+)?)?(?:\s*(?P<half>[AP]M))?)?"
    r"(?:\s*(?P<zone>UTC|GMT|ICT|Z|[+-]\d{2}:?\d{2}))?",
    re.IGNORECASE | re.ASCII,
)
_TIME_FIRST = re.compile(r"(\d{1,2}[:h]\d{2}(?::\d{2})?)[ ,]+(\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4})")
#: Zones that machines write in letters.  ICT is Viet Nam's.
_ZONES = {"UTC": 0, "GMT": 0, "Z": 0, "ICT": 7}


def order_of(cells: Iterable[Cell]) -> str:
    """Which number of 03/04/2026 is the day in a column: "day" or "month" first where a cell proves
    it; "both" where cells prove both; "" where none does."""
    seen = set()
    for cell in cells:
        found = _SLASHED.search(text_of(cell)) if isinstance(cell, str) else None
        if found and int(found["a"]) > 12:
            seen.add("day")
        elif found and int(found["b"]) > 12:
            seen.add("month")
    return seen.pop() if len(seen) == 1 else "both" if seen else ""


def read_moment_of(cell: Cell, order: str = "") -> datetime | None:
    """The moment a cell names, naive unless it names a zone; None when it is empty.  Without proof
    the day goes first, as Viet Nam writes it.  ValueError when it is no moment, or when the column
    proves both orders and this cell may be read in either."""
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    text = text_of(cell)
    if not text or text in ("-", "N/A", "NA"):
        return None
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 20_000 < cell < 80_000:
        return datetime(1899, 12, 30) + timedelta(days=float(cell))  # noqa: DTZ001  Excel's day 0
    turned = _TIME_FIRST.fullmatch(text)
    if turned:
        text = f"{turned[2]} {turned[1]}"
    if found := _ISO.fullmatch(text):
        return _at(date.fromisoformat(found["day"]), found)
    if found := _SLASHED.fullmatch(text):
        return _at(_day(found, order), found)
    if re.fullmatch(r"\d{8,14}([+-]\d{4})?", text, re.ASCII):
        return read_time(text)
    raise ValueError(text)


def _day(found: re.Match[str], order: str) -> date:
    first, second = int(found["a"]), int(found["b"])
    year = int(found["year"])
    year += 2000 if year < 100 else 0
    if order == "both" and first <= 12 and second <= 12 and first != second:
        raise ValueError("ambiguous")
    month_first = second > 12 or (order == "month" and first <= 12)
    return date(year, first, second) if month_first else date(year, second, first)


def _at(day: date, found: re.Match[str]) -> datetime:
    hour, minute = int(found["hour"] or 0), int(found["minute"] or 0)
    half = (found["half"] or "").upper()
    # "14:10 PM" is what a machine writes that counts to 24 and names the half all the same.
    if half in ("PM", "CH") and hour < 12:
        hour += 12
    if half in ("AM", "SA") and hour == 12:
        hour = 0
    at = datetime.combine(day, time(hour, minute, int(found["second"] or 0)))
    zone = found["zone"]
    return at.replace(tzinfo=_zone(zone.upper())) if zone else at


def _zone(text: str) -> timezone:
    if text in _ZONES:
        return timezone(timedelta(hours=_ZONES[text]))
    digits = text[1:].replace(":", "")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-ahead if text[0] == "-" else ahead)
