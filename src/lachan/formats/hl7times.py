"""Times as HL7 v2 and ASTM E1394 write them: YYYYMMDDHHMMSS with a zone or without."""

import re
from datetime import date, datetime, time, timedelta, timezone

_TIME = re.compile(
    r"(?P<year>\d{4})(?:(?P<month>\d\d)(?:(?P<day>\d\d)(?:(?P<hour>\d\d)(?:(?P<minute>\d\d)"
    r"(?:(?P<second>\d\d)(?:\.(?P<part>\d{1,6})\d*)?)?)?)?)?)?(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)


def read_time(text: str) -> datetime | None:
    """The moment a text names: aware when it names a zone, else naive.  None for nothing, and for a
    text that names no day.  A day without an hour begins at midnight.  ValueError when it is no
    time."""
    bare = "".join(text.split())
    if not bare or not bare.strip("0"):
        return None
    found = _TIME.fullmatch(bare)
    if not found:
        raise ValueError(text)
    if found["day"] is None:
        return None
    part = int((found["part"] or "").ljust(6, "0"))
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    clock = time(hour, minute, second, part)
    at = datetime.combine(date(int(found["year"]), int(found["month"]), int(found["day"])), clock)
    return at.replace(tzinfo=_zone(found["zone"])) if found["zone"] else at


def _zone(text: str) -> timezone:
    if text == "Z":
        return timezone(timedelta(0))
    digits = text[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-ahead if text[0] == "-" else ahead)


def time_or_none(text: str) -> datetime | None:
    """Like `read_time`, and None for what is no time."""
    try:
        return read_time(text)
    except ValueError:
        return None
