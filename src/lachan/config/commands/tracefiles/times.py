"""Times as they stand in files: ISO 8601 with an offset, or whole seconds since 1970 UTC."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

#: Seconds since 1970 of the years 1 to 9999: what ISO 8601 can say in four digits.
FIRST_SECOND, LAST_SECOND = -62_135_596_800, 253_402_300_799

#: Spreadsheets and data frames write whole seconds as 1627095600.0 once a cell is empty.
WHOLE_SECONDS = re.compile(r"[+-]?\d{1,15}(\.0+)?", re.ASCII)


class Moment(NamedTuple):
    """`second` is rounded down; `cut` when a part of a second was lost by that."""

    second: int
    cut: bool
    iso: bool

    @property
    def not_before(self) -> int:
        """The first whole second that is not before the time as written."""
        return self.second + self.cut


class UnreadableTimeError(ValueError):
    """The text is no time; the message says what is wrong with it."""


def read_time(text: str) -> Moment:
    """The time a file means."""
    if WHOLE_SECONDS.fullmatch(text):
        return Moment(within_years(int(text.partition(".")[0])), cut=False, iso=False)
    try:
        parsed = datetime.fromisoformat(text.upper())
    except ValueError:
        raise UnreadableTimeError(
            f"{text[:40]!a} is neither ISO 8601 with an offset nor whole seconds"
        ) from None
    if parsed.tzinfo is None:
        raise UnreadableTimeError(f"{text[:40]!a} has no offset; write +07:00 or Z after it")
    since = parsed - EPOCH
    second = within_years(since // timedelta(seconds=1))
    return Moment(second, cut=since.microseconds > 0, iso=True)


def within_years(second: int) -> int:
    """`second`, refused outside the years 1 to 9999."""
    if FIRST_SECOND <= second <= LAST_SECOND:
        return second
    raise UnreadableTimeError(f"{second} is outside the years 1 to 9999; are these milliseconds?")


def iso_time(second: int) -> str:
    """ISO 8601 in UTC with `Z`."""
    return (EPOCH + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
