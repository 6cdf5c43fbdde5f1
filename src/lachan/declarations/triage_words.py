"""The list of people to call and the daily reports, in words."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.core.clock import now
from lachan.declarations.models import TriageTask
from lachan.declarations.triage_reading import Asked, DayRow, TaskRow

#: Reason -> how its chip looks.
_CHIPS = {
    TriageTask.Reason.DANGER: ("not", "heartbeat"),
    TriageTask.Reason.SYMPTOMS: ("need", "virus"),
    TriageTask.Reason.MISSED: ("need", "bell"),
    TriageTask.Reason.CONTACT: ("info", "users"),
}


def row_shown(row: TaskRow) -> dict[str, Any]:
    """One line of the list."""
    task = row.task
    kind, icon = _CHIPS[TriageTask.Reason(task.reason)]
    return {
        "row": row,
        "chip": {"kind": kind, "icon": icon, "text": task.get_reason_display()},
        "due": due_words(task.due_at),
        "state": task.get_state_display(),
        "outcome": task.get_outcome_display() if task.outcome else "",
        "is_open": task.state in (TriageTask.State.OPEN, TriageTask.State.TAKEN),
    }


def due_words(due_at: datetime) -> str:
    """How long there is, or how late it is."""
    left = due_at - now()
    if left < timedelta(0):
        return _("%(time)s late") % {"time": _span(-left)}
    return _("within %(time)s") % {"time": _span(left)}


def _span(time: timedelta) -> str:
    minutes = int(time.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d day", "%(n)d days", hours // 24) % {"n": hours // 24}


def tools(asked: Asked, found: Mapping[str, int]) -> dict[str, Any]:
    """States and reasons as filters; the state lives in the address."""
    here = reverse("declarations:triage")
    state = asked.state if asked.state in (TriageTask.State.DONE, TriageTask.State.HANDED) else ""
    levels = [
        ("", _("To call"), found["open"]),
        (TriageTask.State.DONE.value, _("Done"), None),
        (TriageTask.State.HANDED.value, _("Handed on"), None),
    ]
    # A reason nobody has is no filter: on a phone every button pushes the people down.
    reasons = [
        {
            "href": _with(here, state=state, reason="" if asked.reason == r else r.value),
            "label": f"{r.label} {found[r]}" if not state else r.label,
            "on": asked.reason == r,
        }
        for r in TriageTask.Reason
        if state or found[r] or asked.reason == r
    ]
    late = _("Late %(n)d") % {"n": found["overdue"]}
    overdue = {
        "href": _with(here, reason=asked.reason, overdue="" if asked.overdue else "1"),
        "label": late,
        "on": asked.overdue,
    }
    kept = {"state": state, "reason": asked.reason, "overdue": "1" if asked.overdue else ""}
    return {
        "levels": [
            {
                "href": _with(here, state=code, reason=asked.reason),
                "label": label,
                "count": count,
                "on": code == state,
            }
            for code, label, count in levels
        ],
        "filters": [*reasons, *([overdue] if found["overdue"] and not state else [])],
        "csv": _with(reverse("declarations:triage_file", args=["csv"]), **kept),
        "more": [
            {
                "href": _with(reverse("declarations:triage_file", args=["xlsx"]), **kept),
                "icon": "download",
                "label": "Excel",
            }
        ],
    }


def _with(path: str, **values: str) -> str:
    kept = {key: value for key, value in values.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path


def breathing() -> dict[str, str]:
    """How somebody breathes, as asked and as read."""
    return {
        "easy": _("As always"),
        "harder": _("Harder than usual when walking"),
        "hard": _("Hard, even sitting still"),
    }


def signs() -> dict[str, str]:
    """The signs of the daily form."""
    return {
        "cough": _("Cough"),
        "sore_throat": _("Sore throat"),
        "chest_pain": _("Pain or pressure in the chest"),
        "drowsy": _("Drowsy, hard to wake, or cannot eat and drink"),
    }


def report_words(answers: Mapping[str, Any]) -> str:
    """A report in one line: what is not well first."""
    told = [signs()[code] for code in signs() if answers.get(code) == "yes"]
    breath = str(answers.get("breathing", ""))
    if breath not in ("", "easy"):
        told.insert(0, _("Breathing: %(how)s") % {"how": breathing().get(breath, breath)})
    heat = answers.get("temperature")
    told.append(f"{heat} °C".replace(".", ",") if heat else _("no thermometer"))
    return " · ".join([*told, *([str(answers["note"])] if answers.get("note") else [])])


def day_shown(row: DayRow) -> dict[str, Any]:
    """A day of a follow-up as a line."""
    danger = any(report.danger for report, _answers in row.reports)
    if row.reports:
        chip = ("not", "heartbeat", _("Danger sign")) if danger else ("may", "check", _("Reported"))
    elif row.day.missed_at:
        chip = ("need", "bell", _("Missed"))
    else:
        chip = ("info", "clock", _("Awaited"))
    return {
        "day": row.day.day,
        "chip": dict(zip(("kind", "icon", "text"), chip, strict=True)),
        "reports": [(report.at, report_words(answers)) for report, answers in row.reports],
    }
