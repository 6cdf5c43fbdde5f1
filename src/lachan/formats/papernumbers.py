"""Numbers printed on paper forms beforehand: a missing sheet has a number, so it can be named.

A series of four symbols, five digits and a check symbol: `K7M2-00031-X`.  A series is handed out to
one unit; its sheets count from 1.
"""

import secrets
from dataclasses import dataclass

from lachan.formats.placecode import ALPHABET

#: symbols of a series; 31**4 = 923,521 series of 99,999 sheets.
SERIES = 4
DIGITS = 5
LAST = 10**DIGITS - 1

_WORTH = {symbol: worth for worth, symbol in enumerate(ALPHABET)}


@dataclass(frozen=True, slots=True)
class PaperNumber:
    """One sheet of a series."""

    series: str
    sheet: int

    def __str__(self) -> str:
        digits = f"{self.sheet:0{DIGITS}d}"
        return f"{self.series}-{digits}-{_check(self.series + digits)}"


def new_series() -> str:
    """A random series.  Uniqueness is the register's to keep."""
    return "".join(secrets.choice(ALPHABET) for _ in range(SERIES))


def read_paper_number(text: str) -> PaperNumber | None:
    """The number somebody typed or scanned, however grouped or cased; None when it is none."""
    if not text.isascii():
        return None
    plain = text.replace("-", "").replace(" ", "").upper()
    series, digits, check = plain[:SERIES], plain[SERIES:-1], plain[-1:]
    if len(plain) != SERIES + DIGITS + 1 or any(symbol not in _WORTH for symbol in series):
        return None
    if not digits.isdecimal() or int(digits) < 1 or check != _check(series + digits):
        return None
    return PaperNumber(series, int(digits))


def missing(first: int, last: int, came: set[int]) -> list[int]:
    """The sheets from `first` to `last` that have not come back."""
    return [sheet for sheet in range(first, last + 1) if sheet not in came]


def _check(text: str) -> str:
    """Finds every single wrong symbol and every swap of neighbours: 31 is prime and above 9 + 2."""
    worths = (int(s) if s.isdecimal() and at >= SERIES else _WORTH[s] for at, s in enumerate(text))
    return ALPHABET[sum(at * worth for at, worth in enumerate(worths, 2)) % len(ALPHABET)]
