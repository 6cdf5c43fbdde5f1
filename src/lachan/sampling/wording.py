"""Sentences and drawings of the sampling table, the laboratory and the citizen's results."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.people.selectors import PersonCard
from lachan.sampling.forms import METHODS, OUTCOMES
from lachan.sampling.models import Result, Tube
from lachan.sampling.selectors import LaboratoryRow

#: Height of the drawn tube's inside, in the units of its viewBox.
_INSIDE = 236.0


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in the drawn tube; positions as text, because a locale would put commas in."""

    number: int
    filled: bool
    top: str
    height: str
    middle: str


@dataclass(frozen=True, slots=True)
class Band:
    """What has just happened: kind may, need or not; words; and what to do."""

    kind: str
    lead: str
    text: str = ""


def slots(limit: int, inside: int) -> list[Slot]:
    """The places of a tube, filling from below."""
    step = _INSIDE / limit
    tops = [36 + _INSIDE - step * number for number in range(1, limit + 1)]
    return [
        Slot(number, number <= inside, f"{top:.1f}", f"{step - 4:.1f}", f"{top + step / 2 + 3:.1f}")
        for number, top in enumerate(tops, start=1)
    ]


def added_band(card: PersonCard | None, tube: Tube, inside: int) -> Band:
    """Somebody was added; at the last place the tube says that it is full."""
    name = card.name if card else _("One person")
    if inside >= tube.limit:
        return Band("need", _("%(name)s added. The tube is full.") % {"name": name}, _("Close it."))
    return Band("may", _("%(name)s added") % {"name": name}, _("Scan the next person."))


def refused_band(code: str, message: str) -> Band:
    """A refusal as the band says it; what nobody at the table can solve stops the hand."""
    stops = code in {"tube_full", "tube_closed", "unknown_tube"}
    return Band("not" if stops else "need", message)


def closed_band(tube: Tube, inside: int) -> Band:
    """A tube was closed."""
    text = ngettext(
        "Tube %(code)s closed with %(count)d person.",
        "Tube %(code)s closed with %(count)d people.",
        inside,
    )
    lead = text % {"code": tube.barcode, "count": inside}
    return Band("may", lead, _("Scan the next tube."))


def laboratory_tools(rows: Sequence[LaboratoryRow], state: str) -> dict[str, Any]:
    """The states as levels, with how many tubes are in each."""
    here = reverse("sampling:laboratory")
    names = [
        ("", _("All")),
        ("waiting", _("Waiting for a result")),
        ("entered", _("To be checked")),
        ("approved", _("To be released")),
        ("released", _("Released")),
        ("withdrawn", _("Withdrawn")),
    ]
    counts = {code: sum(row.state == code for row in rows) for code, _label in names}
    counts[""] = len(rows)
    return {
        "levels": [
            {
                "href": f"{here}?{urlencode({'state': code})}" if code else here,
                "label": label,
                "count": counts[code],
                "on": code == state,
            }
            for code, label in names
        ]
    }


def tube_chip(row: LaboratoryRow) -> dict[str, str]:
    """The state of a tube at the laboratory."""
    return {
        "waiting": {"kind": "", "icon": "clock", "text": _("Waiting for a result")},
        "entered": {"kind": "need", "icon": "eye", "text": _("To be checked")},
        "approved": {"kind": "need", "icon": "eye", "text": _("To be released")},
        "released": {"kind": "may", "icon": "check", "text": _("Released")},
        "withdrawn": {"kind": "not", "icon": "x", "text": _("Withdrawn")},
    }[row.state]


def outcome_words(result: Result | None) -> str:
    """What was found, and by which test."""
    if result is None:
        return ""
    found = dict(OUTCOMES)[Result.Outcome(result.outcome)]
    return f"{found} · {dict(METHODS)[Result.Method(result.method)]}"
