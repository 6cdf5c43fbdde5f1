"""Sentences of the evening: differences by name, and what a report and the outbox say."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lachan.people.selectors import PersonCard
from lachan.vaccination import backentry_words
from lachan.vaccination.evening_closing import NEED_OUTCOME
from lachan.vaccination.evening_counting import Difference
from lachan.vaccination.models import EveningReason

Outcome = EveningReason.Outcome

#: What does not fit, and what usually helps.
_CODES: dict[str, tuple[str | Promise, str | Promise]] = {
    "no_screening": (
        gettext_lazy("Injected without a screening sheet"),
        gettext_lazy("Look for the sheet, or for the device that has not sent yet."),
    ),
    "against_screening": (
        gettext_lazy("Injected against the screening"),
        gettext_lazy("Tell the doctor; watch the person."),
    ),
    "no_consent": (
        gettext_lazy("Injected without consent"),
        gettext_lazy("Look for the signed sheet and note its number."),
    ),
    "twice": (
        gettext_lazy("Two entries of one person at this session"),
        gettext_lazy("Reverse the wrong one at the correction desk."),
    ),
    "no_lot": (
        gettext_lazy("Injected from a lot that is not known here"),
        gettext_lazy("Enter the lot in the stock, or correct the dose."),
    ),
    "not_injected": (
        gettext_lazy("Cleared by screening and not injected"),
        gettext_lazy("Say what became of each: sent to hospital, left, or postponed."),
    ),
    "not_screened": (
        gettext_lazy("Received and not screened"),
        gettext_lazy("Left before screening, or the sheet is missing."),
    ),
    "uncounted": (
        gettext_lazy("Vials of a table not counted"),
        gettext_lazy("Count the empty vials of the table below."),
    ),
    "doses_missing": (
        gettext_lazy("Doses out of the vials that nobody got"),
        gettext_lazy("An injection not entered, or a dose thrown away and not noted."),
    ),
    "doses_over": (
        gettext_lazy("More injections than doses out of the vials"),
        gettext_lazy("A vial not counted, or an entry at the wrong table."),
    ),
    "no_store": (
        gettext_lazy("The facility injects from no store"),
        gettext_lazy("Open its store in the vaccine stock."),
    ),
    "book_open": (
        gettext_lazy("The store's book of the day is not closed"),
        gettext_lazy("Count the refrigerator and close the book."),
    ),
    "vials_differ": (
        gettext_lazy("Vials at the tables and in the store's book differ"),
        gettext_lazy("A vial opened and not noted, or opened for another session."),
    ),
    "waste_differs": (
        gettext_lazy("Thrown away at the tables and in the store's book differ"),
        gettext_lazy("Compare the tables' notes with the waste of the book."),
    ),
    "opened_over": (
        gettext_lazy("Doses of opened vials that nobody gave, threw away or has"),
        gettext_lazy("An injection not entered, or waste not noted."),
    ),
    "given_unopened": (
        gettext_lazy("More injections than the opened vials hold"),
        gettext_lazy("Vials were opened and not noted in the stock."),
    ),
    "after_book": (
        gettext_lazy("Entered after the store's book was closed"),
        gettext_lazy("Stands in the store's next book as added."),
    ),
    "event_waits": (
        gettext_lazy("Told by a device, and nothing could be made of it"),
        gettext_lazy("Enter the person, or look at the device."),
    ),
    "sheets_open": (
        gettext_lazy("Paper sheets not entered"),
        gettext_lazy("Key them, settle them, or say that they were not used."),
    ),
}

OUTCOMES = [
    (Outcome.REFERRED, gettext_lazy("Sent to hospital")),
    (Outcome.LEFT, gettext_lazy("Left without the injection")),
    (Outcome.POSTPONED, gettext_lazy("Postponed by the doctor")),
]
_OUTCOMES = dict(OUTCOMES)


@dataclass(frozen=True, slots=True)
class Line:
    """A difference as a row of its group; `key` is how it is posted."""

    key: str
    what: str
    where: str
    reason: EveningReason | None
    outcome: str | Promise


@dataclass(frozen=True, slots=True)
class Group:
    """Differences of one kind."""

    code: str
    title: str | Promise
    help: str | Promise
    asks: bool
    open: int
    lines: list[Line]


def groups_of(found: list[Difference], people: Mapping[UUID, PersonCard]) -> list[Group]:
    """Differences by kind, those without a reason first."""
    groups = []
    for code, (title, help_text) in _CODES.items():
        own = [one for one in found if one.code == code]
        if own:
            lines = [_line(one, people) for one in own]
            waiting = sum(one.reason is None for one in own)
            asks = code in NEED_OUTCOME
            groups.append(Group(code, title, help_text, asks, waiting, lines))
    return sorted(groups, key=lambda one: not one.open)


def key_of(one: Difference) -> str:
    """A difference as a form posts it."""
    return f"{one.code}|{one.about}|{one.table}|{one.amount}"


def _line(one: Difference, people: Mapping[UUID, PersonCard]) -> Line:
    card = people.get(one.person) if one.person else None
    where = _("table %(number)d") % {"number": one.table} if one.table else ""
    outcome = _OUTCOMES.get(Outcome(one.reason.outcome), "") if one.reason else ""
    return Line(key_of(one), _what(one, card), where, one.reason, outcome)


def _what(one: Difference, card: PersonCard | None) -> str:
    if card is not None:
        year = f", {card.birth_year}" if card.birth_year else ""
        beside = _beside(one)
        return f"{card.name}{year}" + (f" · {beside}" if beside else "")
    if one.person is not None:
        return _("A person whom you may not see")
    if one.code == "vials_differ":
        text = ngettext("%(count)d vial", "%(count)d vials", abs(one.amount))
        side = _("more in the book") if one.amount > 0 else _("more at the tables")
        return f"{_lot(one)}: {text % {'count': abs(one.amount)}}, {side}"
    if one.lot is not None:
        text = ngettext("%(count)d dose", "%(count)d doses", abs(one.amount))
        return f"{_lot(one)}: {text % {'count': abs(one.amount)}}"
    if one.code == "sheets_open":
        text = ngettext("%(count)d sheet", "%(count)d sheets", one.amount)
        return f"{one.label}: {text % {'count': one.amount}}"
    if one.code == "not_injected":
        return _("Paper sheet, person not entered") + f" · {_beside(one)}"
    if one.code == "event_waits":
        return _("Entry of a device: %(code)s") % {"code": one.label}
    return ""


def _beside(one: Difference) -> str:
    if one.code in ("not_injected", "not_screened") and one.label:
        return str(backentry_words.shown("outcome", one.label))
    return one.label


def _lot(one: Difference) -> str:
    return one.lot.number if one.lot else ""


def wrong_answer(code: str) -> str:
    """Why a line of an answer file was not taken over."""
    return {
        "no_entry": _("The line names no file and entry."),
        "no_answer": _("The answer is neither accepted nor refused."),
        "no_reason": _("Refused without a reason."),
        "not_in_file": _("This file of ours had no such entry."),
        "contradicts": _("Another answer was given before; the first one stands."),
    }[code]
