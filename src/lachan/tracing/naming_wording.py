"""Sentences about contacts named by humans: how we know, what was decided, where a call stands."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.tracing.adding import SAME_AS, Candidate
from lachan.tracing.forms import RETURNED_FOR, RULED_OUT_FOR
from lachan.tracing.models import Contact, ContactChange, PublicCall, Source, Submission
from lachan.tracing.naming_selectors import Evidence
from lachan.tracing.public_forms import NEAR_OF_OTHER, called_words
from lachan.ui.wording import clock, day, moment


def level_words(contact: Contact) -> str:
    """F1 to F4, for staff screens only."""
    return f"F{contact.hop}"


def evidence_words(evidence: Evidence) -> str:
    """One link as a sentence: who was met, where, when, and how we know."""
    link = evidence.link
    met = evidence.met.name if evidence.met else _("the case (F0)")
    where = _(" at %(place)s") % {"place": link.place.name} if link.place else ""
    when = f", {_span(evidence)}" if link.first_at else ""
    sentence = {
        Source.SCAN: _("Was there together with %(met)s%(where)s%(when)s: both scanned."),
        Source.ENCOUNTER: _("Was near %(met)s%(where)s%(when)s: both phones noticed it."),
        Source.HOUSEHOLD: _("Lives in one household with %(met)s%(where)s%(when)s."),
        Source.INTERVIEW: _("Met %(met)s%(where)s%(when)s: told in an interview."),
        Source.ROSTER: _("Belongs together with %(met)s%(where)s%(when)s: by a roster."),
        Source.DECLARED: _("Met %(met)s%(where)s%(when)s: %(met)s declared it."),
        Source.PUBLIC_CALL: _("Was where %(met)s was%(where)s%(when)s: came forward."),
    }[Source(link.source)]
    return sentence % {"met": met, "where": where, "when": when}


def _span(evidence: Evidence) -> str:
    first, last = evidence.link.first_at, evidence.link.last_at
    if first is None:
        return ""
    if last is None or last == first:
        return moment(first)
    if day(first) == day(last):
        if (clock(first), clock(last)) == ("00:00", "23:59"):
            return day(first)
        return _("%(day)s from %(start)s to %(end)s") % {
            "day": day(first),
            "start": clock(first),
            "end": clock(last),
        }
    return _("from %(first)s to %(last)s") % {"first": moment(first), "last": moment(last)}


def told_by_words(evidence: Evidence) -> str:
    """Who wrote it down, and when."""
    link = evidence.link
    if link.by_name == "system":
        return _("found %(at)s") % {"at": moment(link.found_at)}
    return _("written by %(name)s, %(at)s") % {"name": link.by_name, "at": moment(link.found_at)}


def change_words(change: ContactChange) -> str:
    """A decision as a sentence: to which state, for which reason."""
    if change.reason == SAME_AS:
        if change.after == Contact.State.RULED_OUT:
            return _("Is known now: the list goes on with the person it is.")
        return _("Takes the place of somebody who was not identified.")
    said = {
        Contact.State.TO_VERIFY: _("Back to be verified."),
        Contact.State.CONFIRMED: _("Confirmed as close contact."),
        Contact.State.RULED_OUT: _("Ruled out."),
        Contact.State.HANDED_OVER: _("Handed over to where this person lives."),
    }[Contact.State(change.after)]
    reason = dict([*RULED_OUT_FOR, *[(str(code), text) for code, text in RETURNED_FOR]])
    return f"{said} {reason[change.reason]}." if change.reason in reason else said


def near_words(near: str) -> str:
    """How near somebody says he was."""
    return str(dict(NEAR_OF_OTHER).get(near, ""))


def answer_words(row: Submission) -> str:
    """By which way an answer came."""
    ways = {
        Submission.Channel.WEB: _("by the page"),
        Submission.Channel.PHONE: _("by phone, taken by %(name)s"),
        Submission.Channel.PAPER: _("on paper, keyed in by %(name)s"),
    }
    way = ways[Submission.Channel(row.channel)] % {"name": row.by_name}
    place = called_words(row.called_place) if row.called_place else ""
    return f"{place} · {way}" if place else way


def candidate_words(one: Candidate) -> list[str]:
    """What speaks for it that this is who is meant, and what warns."""
    said = []
    if one.listed:
        said.append(_("on this case's list already"))
    if one.surely:
        said.append(_("same phone and same name"))
    elif one.same_phone:
        said.append(_("same phone: maybe the same household, not the same person"))
    elif one.same_name:
        said.append(_("same name"))
    return said


def added_words(count: int) -> str:
    """What just happened to a list."""
    text = ngettext(
        "%(count)d person is on the list to verify.",
        "%(count)d people are on the list to verify.",
        count,
    )
    return text % {"count": count}


def call_chip(state: str) -> dict[str, str]:
    """Where a public call stands."""
    return {
        PublicCall.State.DRAFTED: {"kind": "need", "icon": "eye", "text": _("To approve")},
        PublicCall.State.OPEN: {"kind": "may", "icon": "check", "text": _("Published")},
        PublicCall.State.ENDED: {"kind": "", "icon": "x", "text": _("Has ended")},
    }[PublicCall.State(state)]


def call_tools(here: str, state: str) -> dict[str, Any]:
    """The states of calls as levels."""
    names = [
        ("", _("All")),
        (PublicCall.State.DRAFTED.value, _("To approve")),
        (PublicCall.State.OPEN.value, _("Published")),
        (PublicCall.State.ENDED.value, _("Has ended")),
    ]
    return {
        "levels": [
            {
                "href": f"{reverse(here)}?{urlencode({'state': value})}"
                if value
                else reverse(here),
                "label": label,
                "count": None,
                "on": value == state,
            }
            for value, label in names
        ]
    }
