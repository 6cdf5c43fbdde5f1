"""GS1 element strings: what a DataMatrix on a vaccine box or a test kit says.

Both forms are read: as a scanner gives it (FNC1 as the control character GS, 29) and as it is
printed under the code, with application identifiers in brackets.  Libraries refuse the whole string
for one wrong element; a nurse with a box in her hand needs the lot that can be read, and a warning.

Source of lengths, formats and dates: GS1 General Specifications 25, sections 3.2, 7.8.5 and 7.12.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lachan.formats.recognised import Recognised, unknown

GS = "\x1d"
#: Symbology identifiers that say GS1: DataMatrix, GS1-128, DataBar, QR, DotCode.
SYMBOLOGY = re.compile(r"\](?:d2|C1|e0|Q3|J1)")

#: Element strings of one code; the densest DataMatrix holds 2,335 alphanumerics.
MOST_ELEMENTS = 60

#: First two digits -> digits of the identifier.
_AI_DIGITS = {
    **dict.fromkeys(("00", "01", "02", "03", "10", "11", "12", "13", "15", "16", "17", "20", "21",
                     "22", "30", "37", "90", "91", "92", "93", "94", "95", "96", "97", "98",
                     "99"), 2),
    **dict.fromkeys(("23", "24", "25", "40", "41", "42", "71"), 3),
    **dict.fromkeys(("31", "32", "33", "34", "35", "36", "39", "43", "70", "72", "80", "81",
                     "82"), 4),
}  # fmt: skip

#: First two digits -> signs of the value, where no separator is needed after it.
_FIXED = {
    "00": 18, "01": 14, "02": 14, "03": 14, "11": 6, "12": 6, "13": 6, "15": 6, "16": 6, "17": 6,
    "20": 2, "31": 6, "32": 6, "33": 6, "34": 6, "35": 6, "36": 6, "41": 13,
}  # fmt: skip

#: Identifiers that mean something to us: name of the field, and what a value looks like.
_NAMED: dict[str, tuple[str, str]] = {
    "00": ("sscc", r"\d{18}"),
    "01": ("gtin", r"\d{14}"),
    "02": ("content", r"\d{14}"),
    "10": ("batch", r".{1,20}"),
    "11": ("made", r"\d{6}"),
    "12": ("due", r"\d{6}"),
    "13": ("packed", r"\d{6}"),
    "15": ("best_before", r"\d{6}"),
    "16": ("sell_by", r"\d{6}"),
    "17": ("expires", r"\d{6}"),
    "20": ("variant", r"\d{2}"),
    "21": ("serial", r".{1,20}"),
    "22": ("consumer_variant", r".{1,20}"),
    "30": ("count", r"\d{1,8}"),
    "37": ("count_inside", r"\d{1,8}"),
    "235": ("third_party_serial", r".{1,28}"),
    "240": ("additional_id", r".{1,30}"),
    "241": ("customer_part", r".{1,30}"),
    "250": ("secondary_serial", r".{1,30}"),
    "400": ("order", r".{1,30}"),
    "410": ("ship_to", r"\d{13}"),
    "412": ("bought_from", r"\d{13}"),
    "414": ("location", r"\d{13}"),
    "7003": ("expires_at", r"\d{10}"),
}
_CHECKED = frozenset({"00", "01", "02", "410", "412", "414"})
_DATES = frozenset({"11", "12", "13", "15", "16", "17"})
#: The longest value of an identifier without a shape of its own here.
_LONGEST_VALUE = 90
#: GS1's character set 82: figure 7.11-1.
_SIGNS = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]*", re.ASCII)
_BRACKETED = re.compile(r"\((\d{2,4})\)", re.ASCII)
_PLAIN = re.compile(r"01\d{14}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Element:
    """One identifier with its value."""

    ai: str
    value: str


class _Rest(ValueError):
    """From here on nothing can be read."""

    def __init__(self, code: str, rest: str) -> None:
        super().__init__(code)
        self.code, self.rest = code, rest


def looks_like_gs1(text: str) -> bool:
    """A symbology identifier, a leading separator, brackets, or a GTIN whose check digit is right
    with a known identifier after it: 16 digits that begin with 01 may be anything."""
    if SYMBOLOGY.match(text) or text.startswith(GS) or _BRACKETED.match(text):
        return True
    if not _PLAIN.match(text) or not has_check_digit(text[2:16]):
        return False
    return len(text) == 16 or text[16] == GS or text[16:18] in _AI_DIGITS


def read_gs1(text: str, *, this_year: int) -> Recognised:
    """The elements, those we know under their names.  Unknown with gs1_element when not one can be
    read; what cannot be read after others is kept as an extra with a problem."""
    bare = SYMBOLOGY.sub("", text, count=1)
    elements: list[Element] = []
    problems: list[str] = []
    extras: list[str] = []
    try:
        for element in _bracketed(bare) if _BRACKETED.match(bare) else _separated(bare):
            elements.append(element)
            if len(elements) > MOST_ELEMENTS:
                raise _Rest("gs1_too_many", "")
    except _Rest as rest:
        problems.append(rest.code)
        extras += [rest.rest] if rest.rest else []
    if not elements:
        return unknown(text, problems[0] if problems else "gs1_element")
    fields: dict[str, str] = {}
    for element in elements:
        name, value, said = _meaning(element, this_year)
        problems += said
        if name in fields and fields[name] != value:
            problems.append("gs1_twice")
        elif name:
            fields[name] = value
    entries = tuple({"ai": one.ai, "value": one.value} for one in elements)
    return Recognised("gs1", text, fields, tuple(dict.fromkeys(problems)), tuple(extras), entries)


def _separated(text: str) -> Iterator[Element]:
    """As a scanner sends it.  Raises _Rest."""
    rest = text.removeprefix(GS)
    while rest:
        digits = _AI_DIGITS.get(rest[:2], 0)
        ai = rest[:digits]
        if not digits or len(ai) < digits or not (ai.isascii() and ai.isdigit()):
            raise _Rest("gs1_element", rest)
        body = rest[digits:]
        fixed = _FIXED.get(ai[:2])
        value, cut, after = body.partition(GS)
        if fixed is not None and not (cut and len(value) <= fixed):
            value, after = body[:fixed], body[fixed:]
        if not value or (fixed is not None and len(value) < fixed):
            raise _Rest("gs1_element", rest)
        yield Element(ai, value)
        rest = after


def _bracketed(text: str) -> Iterator[Element]:
    r"""As it is printed; a bracket inside a value is written `\(`.  Raises _Rest."""
    at = 0
    while at < len(text):
        found = _BRACKETED.match(text, at)
        if found is None or _AI_DIGITS.get(found[1][:2]) != len(found[1]):
            raise _Rest("gs1_element", text[at:])
        end = found.end()
        while (opening := text.find("(", end)) > 0 and text[opening - 1] == "\\":
            end = opening + 1
        stop = opening if opening >= 0 else len(text)
        value = text[found.end() : stop].replace("\\(", "(").strip(" ")
        fixed = _FIXED.get(found[1][:2])
        if not value or (fixed is not None and len(value) != fixed):
            raise _Rest("gs1_element", text[at:])
        yield Element(found[1], value)
        at = stop


def _meaning(element: Element, this_year: int) -> tuple[str, str, list[str]]:
    """Our name for an element, its value and what is wrong with it."""
    ai, value = element.ai, element.value
    name, shape = _NAMED.get(ai, ("", rf".{{1,{_LONGEST_VALUE}}}"))
    # Whether the value of another identifier is well formed is not judged, and that is said.
    problems = [] if name else ["gs1_other_element"]
    if not _SIGNS.fullmatch(value):
        problems.append("gs1_signs")
    if not re.fullmatch(shape, value, re.ASCII | re.DOTALL):
        return name, value, [*problems, "gs1_shape"]
    if ai in _CHECKED and not has_check_digit(value):
        problems.append("gs1_check_digit")
    if ai in _DATES:
        value, said = read_gs1_date(value, this_year=this_year)
        problems += said
    elif ai == "7003":
        day, said = read_gs1_date(value[:6], this_year=this_year)
        hour = f"T{value[6:8]}:{value[8:]}" if value[6:] < "2400" and value[8:] < "60" else ""
        value = day + hour if day and hour else ""
        problems += said if hour else [*said, "gs1_date"]
    return name, value, problems


def read_gs1_date(text: str, *, this_year: int) -> tuple[str, list[str]]:
    """YYMMDD as YYYY-MM-DD, and gs1_date or gs1_day_unknown.

    Two digits mean the year nearest to this one, from 49 before to 50 after it; day 00 is the last
    of its month.
    """
    short, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    century, apart = this_year // 100 * 100, short - this_year % 100
    year = century + short - (100 if apart >= 51 else -100 if apart <= -50 else 0)
    if not 1 <= month <= 12:
        return "", ["gs1_date"]
    last = calendar.monthrange(year, month)[1]
    if day > last:
        return "", ["gs1_date"]
    return f"{year:04d}-{month:02d}-{day or last:02d}", [] if day else ["gs1_day_unknown"]


def has_check_digit(digits: str) -> bool:
    """Whether the last digit is the check digit (modulo 10, weights 3 and 1 from the right)."""
    values = [int(digit) for digit in reversed(digits)]
    total = sum(value * (3 if at % 2 else 1) for at, value in enumerate(values))
    return total % 10 == 0
