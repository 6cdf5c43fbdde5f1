"""Dates as cards, forms and spreadsheets write them, kept with the precision they have."""

import re
from datetime import date

_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{4})", re.ASCII)
_SPACED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", re.ASCII)
_MONTH = re.compile(r"(\d{1,2})[/.\-](\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})(?:-(\d{2}|\*\*|00)(?:-(\d{2}|\*\*|00))?)?", re.ASCII)


def read_date(text: str) -> str:
    """ "YYYY-MM-DD", "YYYY-MM" or "YYYY", as much as is known; "" when it is no date.

    Reads DDMMYYYY, DD/MM/YYYY (also with . or -), MM/YYYY, YYYY and ISO; day and month written as
    00 or ** count as unknown, since some people's papers carry a year only."""
    text = text.strip()
    if found := _ISO.fullmatch(text):
        return _checked(found[1], found[2] or "", found[3] or "")
    if found := _COMPACT.fullmatch(text) or _SPACED.fullmatch(text):
        return _checked(found[3], found[2], found[1])
    if found := _MONTH.fullmatch(text):
        return _checked(found[2], found[1], "")
    return ""


def _checked(year: str, month: str, day: str) -> str:
    unknown = ("", "00", "**")
    if year == "0000":
        return ""
    if month in unknown:
        return year if day in unknown else ""
    if not 1 <= int(month) <= 12:
        return ""
    if day in unknown:
        return f"{year}-{int(month):02d}"
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""
