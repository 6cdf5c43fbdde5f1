"""`{% load lc %}`: icons, shapes, Vietnamese and English numbers, dates and hours."""

import re
from datetime import date, datetime
from decimal import Decimal

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lachan.ui import wording

register = template.Library()

#: level of a Django message -> kind of shape
MESSAGE_KINDS = {"success": "may", "warning": "need", "error": "not"}

REASON = re.compile(r"\b(?:vì|because)\b", re.IGNORECASE)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture beside a word, from the sprite; it is hidden from screen readers."""
    return format_html(
        '<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>',
        static("vendor/icons.svg"),
        name,
    )


@register.inclusion_tag("ui/_shape.html")
def shape(kind: str) -> dict[str, str]:
    """Circle (may), triangle (need), octagon (not) or square (info)."""
    return {"kind": kind}


@register.filter
def message_kind(level_tag: str) -> str:
    """The kind of shape that goes with a Django message."""
    return MESSAGE_KINDS.get(level_tag, "info")


@register.filter
def bold_reason(sentence: str) -> SafeString:
    """The sentence with its first "vì" or "because" in bold: a verdict always says why."""
    found = REASON.search(str(sentence))
    if found is None:
        return format_html("{}", sentence)
    before, word, after = sentence[: found.start()], found[0], sentence[found.end() :]
    return format_html("{}<b>{}</b>{}", before, word, after)


@register.filter
def vn_number(value: int | float | Decimal | None, places: int | None = None) -> str:
    """46.589 and 0,86; in English 46,589 and 0.86."""
    return wording.number(value, places)


@register.filter
def vn_date(value: date | datetime | None) -> str:
    """14/07/2026; in English 14 July 2026."""
    return wording.full_date(value)


@register.filter
def vn_day(value: date | datetime | None) -> str:
    """thứ Bảy 18/07; in English Saturday 18 July."""
    return wording.day(value)


@register.filter
def vn_time(value: datetime | None) -> str:
    """lúc 02:10, thứ Bảy 18/07; in English at 02:10, Saturday 18 July."""
    return wording.moment(value)


@register.filter
def vn_bound(value: datetime | None) -> str:
    """The same after until, by, since or from: English leaves its "at" out."""
    return wording.bound(value)


@register.filter
def vn_clock(value: datetime | None) -> str:
    """02:10."""
    return wording.clock(value)


@register.inclusion_tag("ui/_asof.html")
def as_of(value: datetime, note: str = "") -> dict[str, str]:
    """The line "figures as of ...", with an optional second part (rule, version)."""
    return {"moment": wording.as_of(value), "note": note}
