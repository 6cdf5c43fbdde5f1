"""What the cells of a list of people say: births, numbers and times as spreadsheets keep them.

A spreadsheet takes the zero from 0912345678 and from 001090123456, turns 01/02/1990 into 32905 and
keeps 1990 as a number; people write 01/02/90.  Each is read as what it was meant to be, and what
cannot be read is said by a code, never guessed.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from lachan.formats.dates import read_date
from lachan.formats.identity import IdentityRefused, read_document
from lachan.formats.phones import PhoneRefused, read_phone, split_phones
from lachan.formats.sheets import Cell, text_of
from lachan.formats.vietnamese import fold

#: Day 0 of Excel's calendar, so that 1 March 1900 is 61.  Source: ECMA-376 part 1, 18.17.4.1.
EXCEL_DAY_ZERO = date(1899, 12, 30)
#: Serial numbers that can be a birth or a day of this work: 1 January 1910 to 31 December 2110.
SERIALS = range(3654, 77067)
#: Numbers that are a year and no serial.
YEARS = range(1900, 2111)

#: What people write where there is nothing.
NOTHING = frozenset({"", "khong", "khong co", "chua co", "ko", "k", "n a", "na", "none", "x", "0",
                     "khong nho", "chua ro", "null"})  # fmt: skip

_SHORT_YEAR = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{2})", re.ASCII)
_LONG = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})", re.ASCII)
_WORDED = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})\s*(?::|h|g|giờ)\s*(\d{2})?(?::\d{2})?(?:\s*(?:p|phút))?", re.ASCII)
_TAIL = re.compile(r"\s+\d{1,2}:\d{2}(:\d{2})?$", re.ASCII)


class CellRefused(ValueError):
    """A cell cannot be what its column says; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_birth(cell: Cell, *, this_year: int) -> str:
    """ "YYYY-MM-DD", "YYYY-MM" or "YYYY"; "" when nothing is written.  A year of two digits is of
    the last hundred years.  Raises CellRefused: birth_unreadable, birth_in_future."""
    if isinstance(cell, datetime | date):
        born = cell.isoformat()[:10]
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        born = _numbered(cell)
    else:
        text = _TAIL.sub("", text_of(cell))
        if fold(text) in NOTHING:
            return ""
        born = _written(text, this_year)
    if not born or int(born[:4]) < 1880:
        raise CellRefused("birth_unreadable")
    if int(born[:4]) > this_year:
        raise CellRefused("birth_in_future")
    return born


def _numbered(number: float) -> str:
    """A year, a serial date, or day, month and year without separators (and maybe its zero)."""
    whole = int(number)
    if whole != number and whole not in SERIALS:
        return ""
    if whole in YEARS:
        return str(whole)
    if whole in SERIALS:
        return (EXCEL_DAY_ZERO + timedelta(days=whole)).isoformat()
    return read_date(f"{whole:08d}") if 1_000_000 <= whole <= 99_999_999 else ""


def _written(text: str, this_year: int) -> str:
    digits = text.removesuffix(".0")
    if digits.isascii() and digits.isdecimal():
        if len(digits) == 6:
            return _written(f"{digits[:2]}/{digits[2:4]}/{digits[4:]}", this_year)
        return _numbered(int(digits))
    if found := _SHORT_YEAR.fullmatch(text):
        century = this_year // 100 * 100
        year = century + int(found[3])
        return read_date(f"{found[1]}/{found[2]}/{year if year <= this_year else year - 100}")
    if found := _LONG.fullmatch(text):
        # The month cannot be 13 to 31: somebody's spreadsheet wrote it first.
        return read_date(f"{found[1]}/{found[2]}/{found[3]}") or read_date(
            f"{found[2]}/{found[1]}/{found[3]}"
        )
    if found := _WORDED.fullmatch(fold(text)):
        return read_date(f"{found[1]}/{found[2]}/{found[3]}")
    return read_date(text)


def join_birth(day: Cell, month: Cell, year: Cell, *, this_year: int) -> str:
    """A birth date in three columns, as far as they are filled.  Raises CellRefused."""
    parts = [text_of(part) for part in (day, month, year)]
    known = [part for part in parts if part]
    if not parts[2]:
        if known:
            raise CellRefused("birth_unreadable")
        return ""
    return read_birth("/".join(known) if all(parts) or parts[1] else parts[2], this_year=this_year)


def read_sex(cell: Cell) -> str:
    """ "male", "female" or "" when it is not told or not understood."""
    folded = fold(text_of(cell))
    if folded in {"nam", "male", "m", "trai", "1"}:
        return "male"
    if folded in {"nu", "female", "f", "gai", "0", "2"}:
        return "female"
    return ""


def read_phones(cell: Cell) -> list[str]:
    """Every number in the cell, one spelling each.  Raises CellRefused: phone_shape."""
    text = text_of(cell)
    if fold(text) in NOTHING:
        return []
    try:
        return [read_phone(text).number]
    except PhoneRefused:
        parts = split_phones(str(cell))
    try:
        found = [read_phone(part).number for part in parts]
    except PhoneRefused:
        raise CellRefused("phone_shape") from None
    if not found:
        raise CellRefused("phone_shape")
    return list(dict.fromkeys(found))


def read_identity(cell: Cell) -> tuple[str, str] | None:
    """(kind, number) of an identity card of 12 or 9 digits or a passport; None when nothing is
    written.  A number cell has lost its zeros and gets them back; a text is taken as it stands,
    but for one that lost its zero before it became text.  Raises CellRefused: identity codes."""
    text = text_of(cell).lstrip("'").replace(" ", "").replace(".", "")
    if fold(text) in NOTHING:
        return None
    if text.isdecimal() and text.isascii():
        return _digits(text, number=not isinstance(cell, str))
    try:
        return "passport", read_document("passport", text)
    except IdentityRefused as refused:
        raise CellRefused(refused.code) from None


def _digits(text: str, *, number: bool) -> tuple[str, str]:
    if len(text) == 9:
        return "cmnd", text
    lost = 10 <= len(text) < 12 and (number or not text.startswith("0"))
    if number and len(text) == 8:
        return "cmnd", text.zfill(9)
    try:
        return "cccd", read_document("cccd", text.zfill(12) if lost else text)
    except IdentityRefused as refused:
        raise CellRefused("number_length" if lost else refused.code) from None


def read_moment(day: Cell, clock: Cell) -> datetime | None:
    """When somebody came or went, without an offset: from a day's cell and a time's, or from one
    that holds both; None when no day is known or nothing can be read."""
    if isinstance(clock, datetime):
        return clock
    if day is None and clock is None:
        return None
    on = _day(day)
    at = _time(clock)
    if on is None and isinstance(clock, str):
        on_text, _cut, at_text = _two_parts(clock)
        on, at = _day(on_text), _time(at_text)
    if on is None:
        return None
    return datetime.combine(on, at or time())


def _two_parts(text: str) -> tuple[str, str, str]:
    """ "14:05 03/11/2026" and "03/11/2026 14:05": the part with a slash or a dash is the day."""
    first, cut, second = " ".join(text.split()).partition(" ")
    return (first, cut, second) if re.search(r"[/\-]", first) else (second, cut, first)


def _day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        read = read_birth(cell, this_year=max(YEARS))
    except CellRefused:
        return None
    return date.fromisoformat(read) if len(read) == 10 else None


def _time(cell: Cell) -> time | None:
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, time):
        return cell
    if isinstance(cell, float) and 0 <= cell < 1:
        minutes = round(cell * 24 * 60)
        return time(minutes // 60 % 24, minutes % 60)
    found = _CLOCK.fullmatch(text_of(cell).lower())
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return time(int(found[1]), int(found[2] or 0))


def looks_like(cells: Sequence[Cell]) -> str:
    """What a column without a header holds: phone, document, birth or name; "" when unclear."""
    texts = [cell for cell in cells if text_of(cell)]
    if not texts:
        return ""
    tests = {"phone": _is_phone, "document": _is_card, "birth": _is_birth, "name": _is_name}
    for role, fits in tests.items():
        if sum(map(fits, texts)) * 10 >= len(texts) * 8:
            return role
    return ""


def _is_phone(cell: Cell) -> bool:
    try:
        return bool(read_phones(cell))
    except CellRefused:
        return False


def _is_card(cell: Cell) -> bool:
    try:
        found = read_identity(cell)
    except CellRefused:
        return False
    return found is not None and found[0] != "passport"


def _is_birth(cell: Cell) -> bool:
    try:
        return len(read_birth(cell, this_year=max(YEARS))) >= 4
    except CellRefused:
        return False


def _is_name(cell: Cell) -> bool:
    words = text_of(cell).split()
    return 2 <= len(words) <= 6 and all(word.replace(".", "").isalpha() for word in words)
