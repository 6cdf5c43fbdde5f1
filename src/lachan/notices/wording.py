"""Words of the page of messages."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.notices.models import Notice


def verdict(waiting: int) -> str:
    """What is to be done."""
    if not waiting:
        return _("No message waits for approval.")
    text = ngettext(
        "%(count)d message waits, because nothing is sent before a human has approved it.",
        "%(count)d messages wait, because nothing is sent before a human has approved it.",
        waiting,
    )
    return text % {"count": waiting}


def tools(counts: dict[str, int], state: str) -> dict[str, Any]:
    """The states as levels."""
    here = reverse("notices:list")
    names = [
        (Notice.State.DRAFTED.value, _("To approve")),
        (Notice.State.APPROVED.value, _("Being sent")),
        (Notice.State.SENT.value, _("Sent")),
        (Notice.State.FAILED.value, _("Not reached: call or visit")),
        (Notice.State.RECALLED.value, _("Recalled")),
    ]
    return {
        "levels": [
            {
                "href": f"{here}?{urlencode({'state': code})}",
                "label": label,
                "count": counts.get(code, 0),
                "on": code == state,
            }
            for code, label in names
        ]
    }


def chip(notice: Notice) -> dict[str, str]:
    """Where a message stands."""
    if notice.state == Notice.State.RECALLED:
        return {"kind": "", "icon": "x", "text": _("Recalled")}
    if notice.delivery == Notice.Delivery.UNDELIVERABLE:
        return {"kind": "not", "icon": "phone-off", "text": _("Not reached: call")}
    if notice.delivery == Notice.Delivery.DELIVERED:
        return {"kind": "may", "icon": "check", "text": _("Delivered")}
    return {
        Notice.State.DRAFTED: {"kind": "need", "icon": "eye", "text": _("To approve")},
        Notice.State.APPROVED: {"kind": "info", "icon": "send", "text": _("Being sent")},
        Notice.State.SENT: {"kind": "may", "icon": "check", "text": _("Sent")},
        Notice.State.FAILED: {"kind": "not", "icon": "phone-off", "text": _("No phone: call")},
    }[Notice.State(notice.state)]
