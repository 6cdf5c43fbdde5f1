"""The verdict as the sheet a guard sees; the same on a phone, on a desk and without a script."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.gate.services import Scanned, Verdict
from lachan.ui import wording
from lachan.venues.models import Venue


def sheet_of(verdict: Verdict, scanned: Scanned, venue: Venue, back: str) -> dict[str, Any]:
    """What `ui/_verdict.html` shows.  `back`: the page that scans the next one."""
    return {
        "kind": verdict.kind,
        "word": verdict.word,
        "why": verdict.why,
        "name": verdict.name,
        "year": verdict.year,
        "ask": _("Does the face fit the year?") if verdict.year else "",
        "action": _first(verdict, scanned, venue, back),
        "more": _others(verdict, back),
        "todo": _manners() if verdict.kind == "not" else [],
        "asof": _as_of(verdict, scanned),
    }


def sheet_html(verdict: Verdict, scanned: Scanned, venue: Venue, back: str) -> str:
    """The sheet as a fragment for the camera page."""
    return render_to_string(
        "ui/_verdict.html", {"verdict": sheet_of(verdict, scanned, venue, back)}
    )


def offline_sheet(back: str) -> dict[str, Any]:
    """What the page shows of itself without a network: kept, and judged by nobody."""
    return {
        "kind": "may",
        "word": _("Kept"),
        "why": _(
            "There is no network, so nobody judged this scan. Let in by the house rules;"
            " the scan is sent when the network is back."
        ),
        "action": {"label": _("Scan the next person"), "href": back},
    }


def zone_sheet(back: str, venue: Venue) -> dict[str, Any]:
    """What the page shows of itself without a network where its pack knows a zone in force."""
    call = {"label": _("Call the health station"), "href": f"tel:{venue.phone}"}
    scan_on = {"label": _("Scan on"), "href": back}
    return {
        "kind": "not",
        "word": _("May not enter yet"),
        "why": _(
            "Because a zone is in force and this person has no zone pass. Ask the person to wait"
            " apart and call the health station."
        ),
        "action": call if venue.phone else scan_on,
        "more": [scan_on] if venue.phone else [],
        "todo": _manners(),
        "asof": _("Judged on this device by the list of zones it received."),
    }


def refused_sheet(back: str) -> dict[str, Any]:
    """The frame of a refusal; the page fills in the reason."""
    return {
        "kind": "need",
        "word": _("Not recorded"),
        "why": "",
        "action": {"label": _("Scan again"), "href": back},
    }


def _first(verdict: Verdict, scanned: Scanned, venue: Venue, back: str) -> dict[str, str]:
    if verdict.unknown_card:
        query = urlencode({"gate": venue.code, "text": scanned.text})
        return {"label": _("Enter this person"), "href": f"{reverse('gate:enter')}?{query}"}
    if verdict.kind == "not" and venue.phone:
        return {"label": _("Call the health station"), "href": f"tel:{venue.phone}"}
    return {"label": _("Scan the next person"), "href": back}


def _others(verdict: Verdict, back: str) -> list[dict[str, str]]:
    if verdict.kind == "may":
        return []
    return [{"label": _("Scan on"), "href": back}]


def _manners() -> list[str]:
    return [
        _("Ask the person to wait apart, and keep a distance."),
        _("The health station talks with the person."),
        _("Take no photograph and do not read the reason aloud."),
    ]


def _as_of(verdict: Verdict, scanned: Scanned) -> str:
    moment = wording.clock(scanned.at if verdict.recorded else now())
    if not verdict.recorded:
        return _("Not recorded as a visit. Judged at %(time)s.") % {"time": moment}
    if scanned.direction == "out":
        return _("Way out recorded at %(time)s.") % {"time": moment}
    return _("Way in recorded at %(time)s. By the gate's rule, version %(rule)s.") % {
        "time": moment,
        "rule": verdict.rule,
    }
