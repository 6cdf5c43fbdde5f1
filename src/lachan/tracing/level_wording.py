"""Sentences about levels: a fact keeps a code and values, the reader gets it in his language.

F-labels are for staff screens alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.tracing.models import Contact, LevelChange
from lachan.ui import wording

#: Codes of changes in the order a reader asks for them, and what the filter says.
KINDS = (
    "became_case",
    "contact_nearer",
    "contact_found",
    "contact_farther",
    "contact_dropped",
    "case_withdrawn",
)


def kind(code: str) -> str:
    """What the filter calls a kind of change."""
    return {
        "became_case": _("Became F0"),
        "contact_nearer": _("Moved nearer"),
        "contact_found": _("New in the chain"),
        "contact_farther": _("Moved farther"),
        "contact_dropped": _("No longer in the chain"),
        "case_withdrawn": _("Positive withdrawn"),
    }[code]


@dataclass(frozen=True, slots=True)
class Words:
    """What the reader may see: given names by person, names of places."""

    names: Mapping[UUID, str]
    places: Mapping[UUID, str]

    def person(self, text: str | None) -> str:
        """The given name, or that it is not open to this reader."""
        return self.names.get(UUID(text), "") if text else ""

    def named(self, text: str | None) -> str:
        """The same inside a sentence."""
        return self.person(text) or _("somebody whose name is not open to you")


def state(value: str) -> str:
    """The state of a contact as a word of its own."""
    return {
        Contact.State.TO_VERIFY: _("To verify"),
        Contact.State.CONFIRMED: _("Confirmed"),
        Contact.State.RULED_OUT: _("Ruled out"),
        Contact.State.HANDED_OVER: _("Handed over"),
    }[Contact.State(value)]


def given(name: str) -> str:
    """How somebody is called: the last word of the name."""
    return name.split()[-1] if name.split() else ""


def sentence(change: LevelChange, words: Words) -> str:
    """Why somebody stands at another level now, as one sentence."""
    person = words.names.get(change.person_id) or _("Name not open to you")
    told = {"person": person, "before": change.before, "after": change.after}
    because = _reason(change, words)
    return _("%(head)s because %(reason)s.") % {"head": _head(change, told), "reason": because}


def _head(change: LevelChange, told: Mapping[str, Any]) -> str:
    if change.code == "became_case" and change.before is None:
        return _("%(person)s is F0") % told
    if change.code == "became_case":
        return _("%(person)s, until now F%(before)d, is F0") % told
    if change.before is None:
        return _("%(person)s is new as F%(after)d") % told
    if change.after is None:
        return _("%(person)s is no longer F%(before)d") % told
    if change.after < change.before:
        return _("%(person)s moves up from F%(before)d to F%(after)d") % told
    return _("%(person)s moves back from F%(before)d to F%(after)d") % told


def _reason(change: LevelChange, words: Words) -> str:
    values = change.values
    at = _moment(values.get("positive_at"))
    about = words.named(values.get("about"))
    via = words.named(values.get("via"))
    if change.code == "became_case":
        return _("of a positive result %(time)s") % {"time": at}
    if change.code == "case_withdrawn":
        return _("the positive was withdrawn")
    if change.cause == "case_withdrawn":
        return _("%(about)s's positive was withdrawn") % {"about": about}
    meeting = meeting_words(values, words)
    if change.cause == "case_added" and values.get("about") == values.get("via"):
        told = {"about": about, "meeting": meeting, "time": at}
        return _("%(about)s, %(meeting)s, tested positive %(time)s") % told
    if change.cause == "case_added":
        told = {"via": via, "meeting": meeting, "about": about, "time": at}
        return _("of %(via)s, %(meeting)s; %(about)s tested positive %(time)s") % told
    told = {"via": via, "meeting": meeting}
    if change.code in {"contact_found", "contact_nearer"}:
        return _("of %(via)s, %(meeting)s") % told
    return _("the meeting with %(via)s counts no longer") % told


def meeting_words(values: Mapping[str, Any], words: Words) -> str:
    """Where and how long two people were together, as far as it is known."""
    minutes = int(values.get("seconds") or 0) // 60
    place = words.places.get(UUID(values["place"]), "") if values.get("place") else ""
    told = {"minutes": wording.number(minutes), "place": place}
    if minutes and place:
        return (
            ngettext(
                "with whom there was %(minutes)s minute together at %(place)s",
                "with whom there were %(minutes)s minutes together at %(place)s",
                minutes,
            )
            % told
        )
    if minutes:
        return (
            ngettext(
                "with whom there was %(minutes)s minute together",
                "with whom there were %(minutes)s minutes together",
                minutes,
            )
            % told
        )
    if place:
        return _("who was met at %(place)s") % told
    return _("who was met")


def _moment(text: object) -> str:
    return wording.moment(datetime.fromisoformat(str(text))) if text else ""


def move(before: int | None, after: int | None) -> str:
    """A kind of move in a report: F1→F0, F2 new, F2 out."""
    if before is None:
        return _("F%(level)s new") % {"level": after}
    if after is None:
        return _("F%(level)s out") % {"level": before}
    return f"F{before}→F{after}"


def report(moves: Iterable[tuple[int | None, int | None, int]]) -> str:
    """The line a director copies: F1→F0 1, F2→F1 7, F2 new 12."""
    return ", ".join(
        f"{move(before, after)} {wording.number(number)}" for before, after, number in moves
    )


def standing(counts: Mapping[str, int]) -> str:
    """How many stand where: F0 2 · F1 24 · F2 102."""
    return " · ".join(f"F{level} {wording.number(counts[level])}" for level in sorted(counts))
