"""A complaint as its owner and its desk read it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.core.clock import now
from lachan.corrections.ticket_models import About, Remedy, Ticket
from lachan.corrections.ticket_reading import Pace
from lachan.rulebook import selectors as rulebook
from lachan.rulebook.selectors import Decision
from lachan.ui.wording import full_date, language, number


@dataclass(frozen=True, slots=True)
class Shown:
    """A complaint in words."""

    ticket: Ticket
    about: str
    claim: str
    found: str
    state: dict[str, str]
    clock: str
    late: bool
    remedy: str
    proposed: str


def shown(ticket: Ticket) -> Shown:
    """One complaint in the reader's language."""
    return Shown(
        ticket=ticket,
        about=about_words(ticket.about),
        claim=claim_words(ticket.claimed),
        found=found_words(ticket.found),
        state=chip(ticket),
        clock=clock_words(ticket),
        late=ticket.decided_at is None and ticket.due_at < now(),
        remedy=remedy_words(ticket.remedy),
        proposed=claim_words(ticket.proposal),
    )


def about_words(about: str) -> str:
    """What is wrong."""
    return {
        About.MISSING: _("A dose is missing"),
        About.WRONG: _("A dose is wrong"),
        About.NOT_MINE: _("A dose is not mine"),
        About.IDENTITY: _("Personal data is wrong"),
    }[About(about)]


def claim_words(claim: dict[str, str]) -> str:
    """Day, vaccine, lot and place in one line; "" where nothing was said."""
    parts = [
        full_date(date.fromisoformat(claim["day"])) if claim.get("day") else "",
        rulebook.term("vaccine", claim["product"]) if claim.get("product") else "",
        _("lot %(lot)s") % {"lot": claim["lot"]} if claim.get("lot") else "",
        claim.get("where", ""),
    ]
    return " · ".join(part for part in parts if part)


def found_words(found: dict[str, str]) -> str:
    """What the ledger knew of it when the complaint came."""
    return {
        "there": _("The book holds this dose already, on that day."),
        "near": _("The book holds a dose of this vaccine some days apart: a slip of the pen?"),
        "none": _("The book holds no such dose."),
    }.get(found.get("outcome", ""), "")


def remedy_words(remedy: str) -> str:
    """What is proposed."""
    return (
        {
            Remedy.ENTER: _("Enter the missing dose"),
            Remedy.REVERSE: _("Take the wrong entry back"),
            Remedy.REPLACE: _("Take the wrong entry back and enter the right one"),
            Remedy.MOVE: _("Move here the entry that stands under somebody else"),
            Remedy.IDENTITY: _("Correct the person's data"),
            Remedy.NOTHING: _("Nothing: the book is right"),
        }.get(Remedy(remedy), "")
        if remedy
        else ""
    )


def chip(ticket: Ticket) -> dict[str, str]:
    """Where a complaint stands."""
    return {
        Ticket.State.OPEN: {"kind": "need", "icon": "clock", "text": _("Being looked into")},
        Ticket.State.PROPOSED: {
            "kind": "info",
            "icon": "users",
            "text": _("Second one decides"),
        },
        Ticket.State.DONE: {"kind": "may", "icon": "check", "text": _("Corrected")},
        Ticket.State.DECLINED: {"kind": "", "icon": "x", "text": _("Left as it is")},
    }[Ticket.State(ticket.state)]


def clock_words(ticket: Ticket) -> str:
    """Until when it is answered, by the version of the rule under which it came."""
    stored = ticket.rule
    if not stored or ticket.decided_at is not None:
        return ""
    outcome = "late" if ticket.due_at < now() else "received"
    decision = Decision(stored["rule"], stored["version"], outcome, stored["values"])
    return rulebook.render(decision, language())


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the public board; `share` is a whole per cent, None before a decision."""

    pace: Pace
    share: int | None
    middle: str


def line_of(pace: Pace) -> Line:
    """A line with its per cent and its hours in words."""
    share = round(100 * pace.in_time / pace.decided) if pace.decided else None
    return Line(pace, share, hours_words(pace.middle_hours))


def hours_words(hours: float | None) -> str:
    """Whole hours below two days, then days with one place."""
    if hours is None:
        return ""
    if hours < 48:
        whole = max(1, round(hours))
        return ngettext("%(hours)s hour", "%(hours)s hours", whole) % {"hours": number(whole)}
    return _("%(days)s days") % {"days": number(hours / 24, 1)}


def fit_words(fits: Iterable[str]) -> list[str]:
    """In what a dose under somebody else fits the complaint."""
    words = {
        "name": _("same name"),
        "phone": _("same telephone"),
        "birth": _("same birth date"),
        "lot": _("same lot"),
        "day": _("same day"),
    }
    return [words[fit] for fit in fits]


def data_words(data: Mapping[str, str]) -> str:
    """Personal data as they are to be, in one line."""
    parts = [
        data.get("name", ""),
        full_birth(data["birth"]) if data.get("birth") else "",
        {"male": _("Male"), "female": _("Female")}.get(data.get("sex", ""), ""),
    ]
    return " · ".join(part for part in parts if part)


def full_birth(born: str) -> str:
    """A birth date as it was typed."""
    return _("born %(date)s") % {"date": born}
