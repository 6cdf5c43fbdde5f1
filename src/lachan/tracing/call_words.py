"""The call queue in words: why somebody stands where he stands, and where a call led."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.core.clock import now, today
from lachan.core.scope import Principal
from lachan.people.selectors import PersonCard
from lachan.tracing.call_queue import Asked, Line
from lachan.tracing.calls import Outcome
from lachan.tracing.stage_words import span
from lachan.tracing.wording import more_than, with_query
from lachan.ui.wording import clock, full_date


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line of the queue."""

    line: Line
    card: PersonCard | None
    rank: int
    why: str
    chip: dict[str, str]
    shared: int
    held: str
    cases: str


def line_shown(
    line: Line, rank: int, cards: Mapping[UUID, PersonCard], shared: int, by: Principal
) -> LineShown:
    """A line with its rank and the reason for it."""
    held = line.held_by_name if line.held_by not in {None, by.account} else ""
    cases = ngettext("in %(n)d case", "in %(n)d cases", line.cases) % {"n": line.cases}
    return LineShown(
        line=line,
        card=cards.get(line.person),
        rank=rank,
        why=why(line),
        chip=chip_of(line),
        shared=shared,
        held=held,
        cases=cases if line.cases > 1 else "",
    )


def order_words() -> str:
    """What the queue is sorted by."""
    return _(
        "by overdue and due again, then level, minutes together, last meeting, the oldest first"
    )


def why(line: Line) -> str:
    """Why this person stands here, in the order of the rank."""
    parts = [*_urgency(line), f"F{line.level}"]
    if line.minutes:
        parts.append(ngettext("%(n)d minute", "%(n)d minutes", line.minutes) % {"n": line.minutes})
    if line.last_met is not None:
        parts.append(_("last met %(day)s") % {"day": full_date(line.last_met)})
    if line.birth_year:
        parts.append(_("%(age)d years old") % {"age": today().year - line.birth_year})
    return " · ".join(parts)


def _urgency(line: Line) -> list[str]:
    at = now()
    if line.due_at <= at:
        return [_("overdue by %(time)s") % {"time": span(at - line.due_at)}]
    if line.next_at is not None and line.next_at <= at:
        return [_("due again since %(time)s") % {"time": clock(line.next_at)}]
    if line.next_at is not None:
        return [_("call again at %(time)s") % {"time": f"{clock(line.next_at)}"}]
    return []


def chip_of(line: Line) -> dict[str, str]:
    """What happened with the telephone so far."""
    if line.unreachable_at is not None:
        return {"kind": "info", "icon": "walk", "text": _("Somebody goes there")}
    if line.tries:
        text = ngettext("No answer, %(n)d try", "No answer, %(n)d tries", line.tries)
        return {"kind": "need", "icon": "phone-off", "text": text % {"n": line.tries}}
    if line.last_outcome:
        text = str(Outcome(line.last_outcome).label)
        return {"kind": "info", "icon": "history", "text": text}
    return {"kind": "need", "icon": "phone", "text": _("To call")}


def queue_tools(asked: Asked, totals: dict[str, int], by: Principal) -> dict[str, Any]:
    """Parts of the queue and whose they are; all kept in the URL."""
    here = reverse("tracing:calls")
    mine = asked.caller == by.account
    kept = {
        "part": asked.part,
        "case": asked.case or "",
        "mine": "1" if mine else "",
        "free": "1" if asked.unassigned else "",
    }
    parts = [
        ("now", _("To call now")),
        ("later", _("To call later")),
        ("unreachable", _("Cannot be reached")),
        ("", _("All")),
    ]
    filters = [
        {
            "href": with_query(here, **(kept | {"mine": "" if mine else "1", "free": ""})),
            "label": _("Given to me"),
            "on": mine,
        },
        {
            "href": with_query(
                here, **(kept | {"free": "" if asked.unassigned else "1", "mine": ""})
            ),
            "label": _("Given to nobody"),
            "on": asked.unassigned,
        },
    ]
    if asked.case:
        filters.append(
            {"href": with_query(here, **(kept | {"case": ""})), "label": _("One case"), "on": True}
        )
    return {
        "levels": [
            {
                "href": with_query(here, **(kept | {"part": part or "all"})),
                "label": label,
                "count": totals[part],
                "on": asked.part == part,
            }
            for part, label in parts
        ],
        "filters": filters,
    }


def workload(shifts: Sequence[Any], loads: Mapping[UUID, int]) -> list[dict[str, Any]]:
    """Who is at the telephone and how many people each has."""
    return [
        {
            "name": shift.name,
            "since": shift.begun_at,
            "people": more_than(loads.get(shift.account, 0)),
        }
        for shift in shifts
    ]
