"""The inbox and the list of what was sent, in words."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lachan.rulebook.selectors import term
from lachan.tracing.forms import RETURNED_FOR
from lachan.tracing.handovers import HandoverState, Kind
from lachan.tracing.inbox import AskedInbox, HandoverRow, SentRow
from lachan.tracing.wording import with_query


def duty_words(row: HandoverRow) -> str:
    """What is to be done for this person."""
    words = {
        "sample": _("Take a sample"),
        "visit": _("Go to the house: nobody answers the telephone"),
        "care_at_home": _("Care for a case at home"),
        "watch_after_isolation": _("Watch the health after isolation"),
    }
    return words.get(row.handover.duty) or term("measure", row.handover.duty)


def level_words(row: HandoverRow) -> str:
    """How near the person was; nothing for somebody who is no contact."""
    if row.handover.kind not in {Kind.CONTACT, Kind.VISIT, Kind.SAMPLING}:
        return ""
    return {
        0: "",
        1: _("close contact"),
        2: _("contact of a contact"),
    }.get(row.handover.level, _("contact further away"))


def row_shown(row: HandoverRow) -> dict[str, Any]:
    """One line of the inbox."""
    return {
        "row": row,
        "kind": Kind(row.handover.kind).label,
        "duty": duty_words(row),
        "level": level_words(row),
        "chip": chip_of(row.handover.state, row.handover.returned_for, row.overdue),
    }


def sent_shown(row: SentRow) -> dict[str, Any]:
    """One line of what was sent."""
    receipt = row.receipt
    back = receipt.state == HandoverState.RETURNED and receipt.again_at is None
    return {
        "row": row,
        "kind": Kind(receipt.kind).label,
        "chip": chip_of(receipt.state, receipt.returned_for, row.overdue),
        "again": back and receipt.kind == Kind.CONTACT and receipt.contact_id,
        "climbed": receipt.climbed_at,
    }


def chip_of(state: str, reason: str, overdue: bool) -> dict[str, str]:
    """Where a hand-over stands, as a word on a tint."""
    if overdue:
        return {"kind": "not", "icon": "clock", "text": _("Not answered in time")}
    if state == HandoverState.RETURNED:
        words = {str(code): text for code, text in RETURNED_FOR}
        why = str(words.get(reason) or _("Returned"))
        return {"kind": "need", "icon": "arrow-left", "text": why}
    return {
        HandoverState.SENT: {"kind": "info", "icon": "send", "text": _("Not answered")},
        HandoverState.ACCEPTED: {"kind": "may", "icon": "check", "text": _("Accepted")},
        HandoverState.DONE: {"kind": "may", "icon": "check", "text": _("Done")},
        HandoverState.RECALLED: {"kind": "", "icon": "x", "text": _("Recalled, nothing to do")},
    }[HandoverState(state)]


def _states() -> list[tuple[str, str]]:
    return [
        (HandoverState.SENT.value, _("Not answered")),
        (HandoverState.ACCEPTED.value, _("Accepted")),
        (HandoverState.DONE.value, _("Done")),
        (HandoverState.RETURNED.value, _("Returned")),
        (HandoverState.RECALLED.value, _("Recalled")),
    ]


def inbox_tools(asked: AskedInbox, counts: dict[str, int], *, only_visits: bool) -> dict[str, Any]:
    """Levels by state, filters by kind and by being overdue; all kept in the URL."""
    kept = {
        "state": asked.state,
        "kind": "" if only_visits else asked.kind,
        "overdue": "1" if asked.overdue else "",
    }
    tools = _tools(reverse("tracing:inbox"), kept, counts, counts["overdue"])
    if only_visits:
        tools["filters"] = [one for one in tools["filters"] if not one["kind"]]
    printed = with_query(reverse("tracing:inbox_print"), **kept)
    return tools | {"more": [{"href": printed, "icon": "printer", "label": _("Print")}]}


def sent_tools(state: str, kind: str, overdue: bool, counts: dict[str, int]) -> dict[str, Any]:
    """The same for what was sent."""
    kept = {"state": state, "kind": kind, "overdue": "1" if overdue else ""}
    return _tools(reverse("tracing:sent"), kept, counts, None)


def _tools(
    here: str, kept: dict[str, str], counts: dict[str, int], late: int | None
) -> dict[str, Any]:
    every = sum(counts[state] for state in HandoverState.values)
    levels = [("", _("All"), every), *((code, text, counts[code]) for code, text in _states())]
    overdue = {
        "href": with_query(here, **(kept | {"overdue": "" if kept["overdue"] else "1"})),
        "label": _("Overdue") if late is None else _("Overdue: %(n)d") % {"n": late},
        "on": bool(kept["overdue"]),
        "kind": "",
    }
    kinds = [
        {
            "href": with_query(here, **(kept | {"kind": "" if kept["kind"] == code else code})),
            "label": label,
            "on": kept["kind"] == code,
            "kind": code,
        }
        for code, label in Kind.choices
    ]
    return {
        "levels": [
            {
                "href": with_query(here, **(kept | {"state": code})),
                "label": text,
                "count": count,
                "on": kept["state"] == code,
            }
            for code, text, count in levels
        ],
        "filters": [overdue, *kinds],
    }
