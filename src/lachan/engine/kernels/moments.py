"""Loops that read times as they usually stand in files; any other is left to the definition.

Twin: `lachan.config.commands.tracefiles.times.read_time`, which knows many more ways to write one.
"""

from lachan.engine.compiled import kernel
from lachan.engine.kernels.naming import Bytes

#: What a cell held: nothing readable here, whole seconds, ISO 8601, ISO 8601 with a lost fraction.
ODD, WHOLE, ISO, ISO_CUT = 0, 1, 2, 3

#: Seconds since 1970 of the years 1 to 9999.
FIRST_SECOND, LAST_SECOND = -62_135_596_800, 253_402_300_799

ZERO, NINE = 48, 57
PLUS, DASH, POINT, COLON, SPACE = 43, 45, 46, 58, 32
UPPER_T, LOWER_T, UPPER_Z, LOWER_Z = 84, 116, 90, 122

#: Digits of whole seconds and of a fraction that are read here.
MOST_DIGITS, MOST_DECIMALS = 15, 6

#: Far below every number that two digits can mean.
NO_DIGITS = -1_000_000


@kernel
def read_moment(data: Bytes, begin: int, end: int) -> tuple[int, int]:
    """The second that `data[begin:end]` means, rounded down, and what the cell held."""
    if end - begin >= 17 and data[begin + 4] == DASH:
        return read_iso(data, begin, end)
    return read_whole(data, begin, end)


@kernel
def read_whole(data: Bytes, begin: int, end: int) -> tuple[int, int]:
    """Whole seconds: `1627095600`, `-5`, `1627095600.0`."""
    at = begin
    negative = at < end and data[at] == DASH
    if negative:
        at += 1
    first = at
    second = 0
    while at < end and ZERO <= data[at] <= NINE and at - first < MOST_DIGITS:
        second = second * 10 + (data[at] - ZERO)
        at += 1
    if at == first:
        return 0, ODD
    if at + 1 < end and data[at] == POINT:
        at += 1
        while at < end and data[at] == ZERO:
            at += 1
    if negative:
        second = -second
    if at < end or not FIRST_SECOND <= second <= LAST_SECOND:
        return 0, ODD
    return second, WHOLE


@kernel
def read_iso(data: Bytes, begin: int, end: int) -> tuple[int, int]:
    """`2021-07-24T10:00[:00[.000000]]` with `Z`, `+07`, `+07:00` or `+0700` behind it."""
    days = read_date(data, begin)
    between = data[begin + 10]
    if days < 0 or between not in (UPPER_T, LOWER_T, SPACE):
        return 0, ODD
    hour, minute = two_digits(data, begin + 11), two_digits(data, begin + 14)
    if data[begin + 13] != COLON or not (0 <= hour <= 23 and 0 <= minute <= 59):
        return 0, ODD
    at = begin + 16
    second, cut = 0, False
    if at + 2 < end and data[at] == COLON:
        second = two_digits(data, at + 1)
        at += 3
        if not 0 <= second <= 59:
            return 0, ODD
        first = at + 1
        if first < end and data[at] == POINT:
            at = first
            while at < end and ZERO <= data[at] <= NINE:
                cut = cut or data[at] != ZERO
                at += 1
            if not 1 <= at - first <= MOST_DECIMALS:
                return 0, ODD
    offset = read_offset(data, at, end)
    if offset == NO_DIGITS:
        return 0, ODD
    total = (days * 24 + hour) * 3_600 + minute * 60 + second - offset
    return total + FIRST_SECOND, ISO_CUT if cut else ISO


@kernel
def two_digits(data: Bytes, at: int) -> int:
    """The number of two digits, far below zero when they are none."""
    high, low = data[at], data[at + 1]
    if ZERO <= high <= NINE and ZERO <= low <= NINE:
        return int((high - ZERO) * 10 + (low - ZERO))
    return NO_DIGITS


@kernel
def read_date(data: Bytes, begin: int) -> int:
    """Days from 0001-01-01 to a date `YYYY-MM-DD` of the years 2 to 9998; negative when odd."""
    year = two_digits(data, begin) * 100 + two_digits(data, begin + 2)
    month, day = two_digits(data, begin + 5), two_digits(data, begin + 8)
    dashed = data[begin + 4] == DASH and data[begin + 7] == DASH
    if not dashed or not 2 <= year <= 9_998 or not 1 <= month <= 12 or day < 1:
        return -1
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    longest = 30 if month in (4, 6, 9, 11) else 31
    if month == 2:
        longest = 29 if leap else 28
    if day > longest:
        return -1
    past = year - 1
    days = past * 365 + past // 4 - past // 100 + past // 400 + (367 * month - 362) // 12 + day - 1
    if month > 2:
        days -= 1 if leap else 2
    return days


@kernel
def read_offset(data: Bytes, at: int, end: int) -> int:
    """Seconds by which local time is ahead, from what stands behind the time of day."""
    left = end - at
    if left == 1 and (data[at] == UPPER_Z or data[at] == LOWER_Z):
        return 0
    if left not in (3, 5, 6) or not (data[at] == PLUS or data[at] == DASH):
        return NO_DIGITS
    hours, minutes = two_digits(data, at + 1), 0
    if left == 5:
        minutes = two_digits(data, at + 3)
    elif left == 6:
        minutes = two_digits(data, at + 4) if data[at + 3] == COLON else NO_DIGITS
    if not (0 <= hours <= 23 and 0 <= minutes <= 59):
        return NO_DIGITS
    offset = hours * 3_600 + minutes * 60
    return -offset if data[at] == DASH else offset
