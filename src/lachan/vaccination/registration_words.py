"""What a registration and an invitation are called on a page."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.core.clock import now
from lachan.people.selectors import PersonCard
from lachan.places.selectors import unit_name
from lachan.rulebook.selectors import PriorityRule, priority_rule, render, screening_rule
from lachan.ui.wording import language
from lachan.vaccination import draws
from lachan.vaccination.models import Invitation, Registration, UnitList
from lachan.vaccination.registration_forms import diseases, named


def disease_name(code: str) -> str:
    """In the reader's language."""
    return dict(diseases()).get(code, code)


def state_chip(row: Registration) -> dict[str, str]:
    """Where a registration stands."""
    return {
        "registered": {"kind": "info", "icon": "clock", "text": _("Registered, waiting")},
        "invited": {"kind": "need", "icon": "bell", "text": _("Invited")},
        "vaccinated": {"kind": "may", "icon": "check", "text": _("Had a dose")},
        "withdrawn": {"kind": "", "icon": "x", "text": _("Off the list")},
    }[row.state]


def position_text(row: Registration) -> str:
    """The own place in the rulebook's sentence, "" for whoever does not wait."""
    rule = priority_rule(row.disease, now(), province=row.province)
    found = draws.standing_of(row.id, rule)
    if found is None:
        return ""
    said = render(draws.said_of(found, rule, unit_name(row.commune)), language())
    if found.undrawn:
        said += " " + _("The order of one day's registrations is drawn when the day is over.")
    return said


def group_names(codes: list[str], rule: PriorityRule) -> str:
    """Groups by name, the first one first."""
    names = {each.code: named(each.names) for each in rule.groups}
    return "; ".join(names.get(code, code) for code in codes)


def steps(row: Registration, card: PersonCard) -> list[dict[str, Any]]:
    """What is still to do, each on a page of its own."""
    asked = len(screening_rule(row.disease, now(), province=row.province).asked_of(card.sex))
    last = row.consents.order_by("-said_at").first()
    questions = ngettext("%(n)d question", "%(n)d questions", asked) % {"n": asked}
    said = _("Not said yet")
    if last is not None:
        said = _("Agreed") if last.agreed else _("Not agreed")
    return [
        {
            "url": "vaccination:registration_questions",
            "title": _("Health questions"),
            "text": _("Answered") if row.answered_at else questions,
            "done": bool(row.answered_at),
        },
        {
            "url": "vaccination:registration_wishes",
            "title": _("Times and groups"),
            "text": ngettext("%(n)d half-day", "%(n)d half-days", len(row.wishes))
            % {"n": len(row.wishes)}
            if row.wishes
            else _("Any time suits"),
            "done": bool(row.wishes or row.claimed),
        },
        {
            "url": "vaccination:registration_consent",
            "title": _("Consent"),
            "text": said,
            "done": bool(last and last.agreed),
        },
    ]


def answer_chip(row: Invitation) -> dict[str, str]:
    """What somebody invited said."""
    if row.came_at:
        return {"kind": "may", "icon": "check", "text": _("Has come")}
    return {
        "": {"kind": "info", "icon": "clock", "text": _("No answer yet")},
        "yes": {"kind": "may", "icon": "check", "text": _("Comes")},
        "no": {"kind": "not", "icon": "x", "text": _("Does not come")},
        "later": {"kind": "need", "icon": "clock", "text": _("Later")},
        "unreached": {"kind": "need", "icon": "phone-off", "text": _("Could not be called")},
    }[row.answer]


def list_sum(row: UnitList) -> dict[str, Any]:
    """rows = newly registered + registered before + refused."""
    terms = [
        ("", row.rows, _("rows of the list")),
        ("=", row.fresh, _("registered by this list")),
        ("+", row.accepted - row.fresh, _("registered before")),
        ("+", row.refused, _("refused")),
    ]
    shown = [{"op": op, "n": n, "label": label} for op, n, label in terms]
    gap = None
    if row.refused:
        text = _("Put the refused rows right in the copy and send it.")
        gap = {"kind": "need", "text": text}
    return {"terms": shown, "gap": gap}


def list_said(row: UnitList) -> str:
    """What is happening with a list."""
    if row.state == UnitList.State.WAITING:
        return _("The list is being read. This page shows how far it is.")
    if row.state == UnitList.State.FAILED:
        return _("The list could not be taken in. Send it again as .xlsx.")
    if row.refused:
        return _("%(ok)d people are registered; %(bad)d rows were refused.") % {
            "ok": row.accepted,
            "bad": row.refused,
        }
    return _("All %(ok)d people are registered.") % {"ok": row.accepted}
