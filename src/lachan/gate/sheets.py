"""The verdict as the sheet a guard sees; the same on a phone, on a desk and without a script."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.gate.services import Scanned, Verdict
from lachan.people.models import Person
from lachan.ui import wording
from lachan.venues.models import Venue


def back_to(page: str, venue: Venue) -> str:
    """The address of a page of the gate, at this gate."""
    return f"{reverse(f'gate:{page}')}?gate={venue.code}"


def page_sheets(page: str, venue: Venue) -> dict[str, Any]:
    """The sheets a page shows of itself, without a network too."""
    return {"alone": sheets_alone(back_to(page, venue), venue)}


def sheet_of(verdict: Verdict, scanned: Scanned, venue: Venue, back: str) -> dict[str, Any]:
    """What `ui/_verdict.html` shows.  `back`: the page that scans the next one."""
    first = _first(verdict, scanned, venue, back)
    return {
        "kind": verdict.kind,
        "word": verdict.word,
        "why": verdict.why,
        "name": verdict.name,
        "year": verdict.year,
        "initials": verdict.initials,
        "sex": Person.Sex(verdict.sex).label if verdict.sex else "",
        "ask": _("Does this fit the person before you?") if verdict.name else "",
        "fit": _fit(verdict, scanned, venue),
        "here": _here(verdict),
        "action": first,
        "more": [] if first.get("href") == back else [{"label": _("Scan on"), "href": back}],
        "todo": _manners() if verdict.kind == "not" and verdict.rule else [],
        "asof": _as_of(verdict, scanned),
    }


def _fit(verdict: Verdict, scanned: Scanned, venue: Venue) -> dict[str, Any]:
    """The form behind "No, it does not fit": only who was let in can be turned away again."""
    if not (verdict.initials and verdict.recorded and scanned.direction == "in"):
        return {}
    return {
        "post": reverse("gate:does_not_fit"),
        "label": _("No, somebody else's code"),
        "fields": {
            "id": str(scanned.id),
            "gate": venue.code,
            "text": scanned.text,
            "at": scanned.at.isoformat(),
            "device_at": scanned.device_at.isoformat(),
        },
    }


def _here(verdict: Verdict) -> str:
    """The rule of the place itself, for whoever was let in: the guard tells the next by it."""
    if verdict.zone_since is None or verdict.kind != "may":
        return ""
    since = wording.bound(verdict.zone_since)
    return _("This place lies in a zone since %(since)s: zone pass only.") % {"since": since}


def sheet_html(verdict: Verdict, scanned: Scanned, venue: Venue, back: str) -> str:
    """The sheet as a fragment for the pages with a script."""
    return render_to_string(
        "ui/_verdict.html", {"verdict": sheet_of(verdict, scanned, venue, back)}
    )


def spoken_of(verdict: Verdict, scanned: Scanned) -> dict[str, Any]:
    """The verdict's words for a page that shows them its own way (desk, kiosk)."""
    return {
        "word": verdict.word,
        "why": verdict.why,
        "name": verdict.name,
        "year": verdict.year,
        "asof": _as_of(verdict, scanned),
    }


def entered_sheet(
    verdict: Verdict, scanned: Scanned, venue: Venue, back: str, slip: str
) -> dict[str, Any]:
    """Of somebody just entered: the slip that makes the next time quick comes first.

    `slip`: the signed word by which the slip is printed.
    """
    sheet = sheet_of(verdict, scanned, venue, back)
    # The guard has just read the paper with the name on it: nothing is left to compare.
    sheet |= {"fit": {}, "ask": ""}
    if verdict.kind != "may":
        return sheet
    offered = {
        "label": _("Print a slip for the next time"),
        "post": reverse("gate:guest_slip"),
        "fields": {"of": slip},
        "icon": "printer",
        "apart": True,
    }
    return sheet | {"action": offered, "more": [sheet["action"]]}


def sheets_alone(back: str, venue: Venue) -> dict[str, dict[str, Any]]:
    """Frames of what the page says by itself, without a network: it fills in word, why and as of.

    `may`, `need` and `not` by its pack; `kept`: recorded here and judged by nobody; `refused`.
    """
    scan_on = {"label": _("Scan on"), "href": back}
    onward = {"label": _("Scan the next person"), "href": back}
    call = {"label": _("Call the health station"), "href": f"tel:{venue.phone}"}
    frame = {"word": "\u00a0", "why": "\u00a0", "asof": "\u00a0", "action": onward}
    return {
        "may": {**frame, "kind": "may"},
        "kept": {**frame, "kind": "may"},
        "need": {**frame, "kind": "need"},
        "not": {
            **frame,
            "kind": "not",
            "action": call if venue.phone else scan_on,
            "more": [scan_on] if venue.phone else [],
            "todo": _manners(),
        },
        "refused": {
            **frame,
            "kind": "need",
            "asof": "",
            "action": {"label": _("Scan again"), "href": back},
        },
    }


def _first(verdict: Verdict, scanned: Scanned, venue: Venue, back: str) -> dict[str, Any]:
    if verdict.unknown_card:
        # Posted, so that no address of ours ever holds a card's number.
        return {
            "label": _("Enter this person"),
            "post": back_to("enter", venue),
            "fields": {"text": scanned.text},
        }
    if verdict.code == "does_not_fit":
        return {"label": _("Scan the own card"), "href": back}
    if verdict.kind == "not" and venue.phone:
        return {"label": _("Call the health station"), "href": f"tel:{venue.phone}"}
    return {"label": _("Scan the next person"), "href": back}


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
