"""Names of many parts at once: "Dãy A..H" is eight of them, "Phòng 101-120" twenty."""

import re

from django.utils.translation import gettext as _

from lachan.core.refusals import Refused

#: Parts added at one time; a dormitory of 500 rooms is added floor by floor.
MOST_AT_ONCE = 200

_ROW = re.compile(
    r"^(?P<head>.*?)(?P<first>\d+|[A-Za-zĐđ])\s*(?:\.\.+|…|-|–|→)\s*(?P<last>\d+|[A-Za-zĐđ])$"
)

#: Rows of stalls are lettered without the marked letters, and with Đ only where it is written.
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def every_name(text: str) -> list[str]:
    """The names that the lines of a text stand for, each once.  Refused: too_many_parts."""
    names: dict[str, None] = {}
    for line in text.splitlines():
        for name in _spread(" ".join(line.split())):
            names[name] = None
            if len(names) > MOST_AT_ONCE:
                raise Refused("too_many_parts", _("Add at most 200 parts at a time."))
    return list(names)


def _spread(line: str) -> list[str]:
    if not line:
        return []
    row = _ROW.match(line)
    if row is None:
        return [line]
    head, first, last = row["head"], row["first"], row["last"]
    if first.isdecimal() and last.isdecimal():
        return _numbers(head, first, last) or [line]
    if first.isalpha() and last.isalpha():
        return _letters(head, first, last) or [line]
    return [line]


def _numbers(head: str, first: str, last: str) -> list[str]:
    """101 to 120; a leading zero stays: 01 to 12.  Refused before a long row is written out."""
    start, end = int(first), int(last)
    if end - start >= MOST_AT_ONCE:
        raise Refused("too_many_parts", _("Add at most 200 parts at a time."))
    return [f"{head}{number:0{len(first)}d}" for number in range(start, end + 1)]


def _letters(head: str, first: str, last: str) -> list[str]:
    big = first.isupper()
    start, end = _LETTERS.find(first.upper()), _LETTERS.find(last.upper())
    if start < 0 or end < start:
        return []
    return [f"{head}{letter if big else letter.lower()}" for letter in _LETTERS[start : end + 1]]
