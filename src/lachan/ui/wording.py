"""Numbers, dates and hours in the words of the reader's language."""

from datetime import UTC, date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

#: Monday first, as `date.weekday()` counts.
VIETNAMESE_DAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def in_english() -> bool:
    """Whether the reader reads English; everybody else gets Vietnamese."""
    return (get_language() or "vi").startswith("en")


def language() -> str:
    """The reader's language as rules and questionnaires name it: vi or en."""
    return "en" if in_english() else "vi"


def number(value: int | float | Decimal | None, places: int | None = None) -> str:
    """46.589 and 0,86 in Vietnamese, 46,589 and 0.86 in English; "" for None.

    Without `places` a whole number has none and any other keeps its own.
    """
    if value is None:
        return ""
    text = f"{value:,}" if places is None else f"{value:,.{places}f}"
    return text if in_english() else text.translate(str.maketrans(",.", ".,"))


def _local(value: date) -> date:
    """The date where the installation is; a naive time is taken as UTC."""
    if not isinstance(value, datetime):
        return value
    return timezone.localtime(value if value.tzinfo else value.replace(tzinfo=UTC))


def full_date(value: date | None) -> str:
    """14/07/2026 or 14 July 2026; "" for None."""
    if value is None:
        return ""
    local = _local(value)
    if in_english():
        return f"{local.day} {ENGLISH_MONTHS[local.month - 1]} {local.year}"
    return f"{local:%d/%m/%Y}"


def day(value: date | None) -> str:
    """thứ Bảy 18/07 or Saturday 18 July; "" for None."""
    if value is None:
        return ""
    local = _local(value)
    if in_english():
        month = ENGLISH_MONTHS[local.month - 1]
        return f"{ENGLISH_DAYS[local.weekday()]} {local.day} {month}"
    return f"{VIETNAMESE_DAYS[local.weekday()]} {local:%d/%m}"


def clock(value: datetime | None) -> str:
    """02:10 on the 24-hour clock; "" for None."""
    return "" if value is None else f"{_local(value):%H:%M}"


def moment(value: datetime | None) -> str:
    """lúc 02:10, thứ Bảy 18/07; "" for None."""
    if value is None:
        return ""
    return _("at %(clock)s, %(day)s") % {"clock": clock(value), "day": day(value)}


def bound(value: datetime | None) -> str:
    """The same after until, by, since or from, where English says no "at"; "" for None."""
    if value is None:
        return ""
    words = {"clock": clock(value), "day": day(value)}
    return pgettext("after until, by, since", "%(clock)s, %(day)s") % words


def as_of(value: datetime) -> str:
    """số liệu tính đến 14:20, thứ Ba 14/07."""
    return _("Figures as of %(clock)s, %(day)s") % {"clock": clock(value), "day": day(value)}
