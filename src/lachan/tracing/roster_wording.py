"""Sentences of lists: what a column is, why a row was refused, what an import has given."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.formats.columns import ROLES
from lachan.tracing.models import Contact, ContactGroup, Roster
from lachan.ui import lists


def refusal_sentence(code: str) -> str:
    """Why a row was not taken and what to write there."""
    if code == "document_known":
        return _("Two people in the register have this number. Check whose it is.")
    return lists.row_refusal(code) or _("The register refuses this row. Check every cell.")


def refusal_text(problems: Sequence[str]) -> str:
    """Everything that is wrong with a row, as one text."""
    return lists.refusal_text(problems, refusal_sentence)


def roles_to_choose() -> list[tuple[str, str]]:
    """Every role with its label, "not needed" first."""
    return [(role, lists.role_label(role)) for role in ("", *ROLES)]


def roster_verdict(made: Roster) -> str:
    """What came out of a list, or where it stands."""
    state = Roster.State(made.state)
    if state == Roster.State.READ:
        return _("The file is here. Say what its columns are.")
    if state == Roster.State.MAPPED:
        return _("The columns are read. Choose the groups in which the case was.")
    if state == Roster.State.IMPORTING:
        return _("The list is being imported. You may leave this page.")
    if state == Roster.State.FAILED:
        return _("The list could not be imported. Send the file again.")
    text = ngettext(
        "%(named)d person of the chosen groups stands to verify.",
        "%(named)d people of the chosen groups stand to verify.",
        made.named,
    ) % {"named": made.named}
    return f"{text} {_linked(made)}"


def _linked(made: Roster) -> str:
    if made.shift:
        return ngettext(
            "%(linked)d other person of the same shift is counted and not named.",
            "%(linked)d others of the same shift are counted and not named.",
            made.linked,
        ) % {"linked": made.linked}
    return ngettext(
        "%(linked)d other person of the list is counted and not named.",
        "%(linked)d others of the list are counted and not named.",
        made.linked,
    ) % {"linked": made.linked}


def roster_sum(made: Roster) -> dict[str, Any]:
    """Rows of the file, one sum: taken and refused."""
    terms = [
        {"op": "", "n": made.rows, "label": _("people in the file")},
        {"op": "=", "n": made.accepted, "label": _("taken")},
        {"op": "+", "n": made.refused, "label": _("refused")},
    ]
    left = made.rows - made.accepted - made.refused
    gap = None
    if left and made.state == Roster.State.IMPORTING:
        text = ngettext("%(left)d row to go", "%(left)d rows to go", left) % {"left": left}
        gap = {"kind": "info", "text": text}
    return {"terms": terms, "gap": gap}


def roster_chip(made: Roster) -> dict[str, str]:
    """Where a list stands, in a word."""
    state = Roster.State(made.state)
    return {
        Roster.State.READ: {"kind": "need", "icon": "clock", "text": _("columns open")},
        Roster.State.MAPPED: {"kind": "need", "icon": "clock", "text": _("groups open")},
        Roster.State.IMPORTING: {"kind": "info", "icon": "refresh", "text": _("being imported")},
        Roster.State.IMPORTED: {"kind": "may", "icon": "check", "text": _("imported")},
        Roster.State.FAILED: {"kind": "not", "icon": "alert-triangle", "text": _("failed")},
    }[state]


def group_levels(
    group: ContactGroup, sums: dict[str, int], *, state: str, name: str
) -> dict[str, Any]:
    """The states of a group's members and the search, kept in the URL."""
    here = reverse("tracing:group", args=[group.case_id, group.id])
    names = [
        ("all", _("All"), sum(sums.values())),
        (Contact.State.TO_VERIFY.value, _("To verify"), sums[Contact.State.TO_VERIFY]),
        (Contact.State.CONFIRMED.value, _("Confirmed F1"), sums[Contact.State.CONFIRMED]),
        (Contact.State.HANDED_OVER.value, _("Handed over"), sums[Contact.State.HANDED_OVER]),
        (Contact.State.RULED_OUT.value, _("Ruled out"), sums[Contact.State.RULED_OUT]),
    ]
    kept = {"q": name} if name else {}
    return {
        "levels": [
            {
                "href": f"{here}?{urlencode({'state': value, **kept})}",
                "label": label,
                "count": count,
                "on": value == (state or "all"),
            }
            for value, label, count in names
        ],
        "search": {
            "name": "q",
            "value": name,
            "hint": _("Find a name, marks not needed"),
            "keep": [("state", state or "all")],
        },
    }
