"""Calendar arithmetic of immunisation rules: which day is "6 months - 4 days" after another.

Years and months are added first, then weeks and days.  A month without that day gives the first day
of the month after it (31 August and six months is 1 March), as in CDC's logic specification for
clinical decision support for immunization (CDSi, calculation rules for dates).
"""

import re
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

_TERM = re.compile(r"\s*([+-]?)\s*(\d+)\s*(year|month|week|day)s?\s*", re.IGNORECASE)


class BadPeriodError(ValueError):
    """A text that is no period."""


@dataclass(frozen=True, slots=True)
class Period:
    """A length of calendar time.  `days` may be negative: "8 weeks - 4 days" is 52 days."""

    months: int = 0
    days: int = 0

    def after(self, day: date) -> date:
        """The day this period after `day`; the last day of the calendar where it would end."""
        years, month = divmod(day.year * 12 + day.month - 1 + self.months, 12)
        if years > MAXYEAR:
            return date.max
        moved = _real(years, month + 1, day.day)
        left = (date.max - moved).days
        return moved + timedelta(days=min(self.days, left))


def _real(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month + 1, 1)  # December has 31 days: the next month is in the same year


def period(text: str) -> Period:
    """Read "18 years", "6 months - 4 days", "8 weeks"; units year, month, week, day.

    Raises BadPeriodError for anything else.
    """
    months = days = position = 0
    while position < len(text):
        found = _TERM.match(text, position)
        if found is None or (position and not found[1]):
            raise BadPeriodError(f"not a period: {text!r}")
        amount = -int(found[2]) if found[1] == "-" else int(found[2])
        match found[3].lower():
            case "year":
                months += 12 * amount
            case "month":
                months += amount
            case "week":
                days += 7 * amount
            case _:
                days += amount
        position = found.end()
    if not position:
        raise BadPeriodError("an empty period")
    return Period(months, days)
