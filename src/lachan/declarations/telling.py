"""What was answered, in the reader's words, and what an amendment changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from lachan.core.clock import day_of
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.declarations import selectors
from lachan.declarations.countries import names
from lachan.declarations.models import Declaration
from lachan.declarations.questionnaire import Question, Questionnaire
from lachan.places.selectors import unit_label
from lachan.ui.wording import clock, full_date, language


@dataclass(frozen=True, slots=True)
class Told:
    """One question with its answer; `parts` hold the entries of a group."""

    code: str
    question: str
    answer: str
    parts: tuple[tuple["Told", ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One screen of the form with what was answered on it."""

    heading: str
    rows: list[Told]


@dataclass(frozen=True, slots=True)
class Change:
    """What an amendment changed: "" where there was no answer."""

    question: str
    before: str
    after: str


def sections(asked: Questionnaire, answers: Mapping[str, Any]) -> list[Section]:
    """The answers under the headings of the form; what was not asked is left out."""
    found = [
        Section(step.heading.said(language()), [_told(each, answers) for each in step.questions])
        for step in asked.steps
    ]
    kept = [Section(each.heading, [row for row in each.rows if row.answer]) for each in found]
    return [each for each in kept if each.rows]


def changes(
    asked: Questionnaire, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Change]:
    """Question by question what is another answer now."""
    return [
        Change(question.said(language()), _answer(question, before), _answer(question, after))
        for question in asked.questions
        if before.get(question.code) != after.get(question.code)
    ]


@dataclass(frozen=True, slots=True)
class Amendment:
    """When something was said better, by whom as far as the reader knows, and what changed."""

    at: datetime
    by_reader: bool
    way: str
    changes: list[Change]


def history(declaration: Declaration, by: Principal) -> list[Amendment]:
    """Each amendment that led to this declaration, the newest first."""
    chain = selectors.chain_of(declaration)
    return [
        Amendment(
            after.at,
            after.made_by == by.account,
            after.get_way_display(),
            changes(
                selectors.asked_in(after),
                selectors.answers_of(before),
                selectors.answers_of(after),
            ),
        )
        for after, before in pairwise(chain)
    ]


def _told(question: Question, answers: Mapping[str, Any]) -> Told:
    return Told(
        question.code,
        question.said(language()),
        _answer(question, answers),
        _parts(question, answers),
    )


def _parts(question: Question, answers: Mapping[str, Any]) -> tuple[tuple[Told, ...], ...]:
    entries = answers.get(question.code, []) if question.type == "group" else []
    return tuple(
        tuple(_told(part, entry) for part in question.parts if entry.get(part.code))
        for entry in entries
    )


def _answer(question: Question, answers: Mapping[str, Any]) -> str:
    value = answers.get(question.code)
    return "" if value in (None, "", []) else _WORDS[question.type](question, value)


def _choice(question: Question, value: str) -> str:
    words = (question.choices or {}).get(value)
    return words.said(language()) if words else value


def _moment(_question: Question, value: str) -> str:
    at = datetime.fromisoformat(value)
    return f"{clock(at)}, {full_date(day_of(at))}"


def _unit(_question: Question, value: Mapping[str, Any]) -> str:
    """The unit as it was called on the day of the answer."""
    try:
        return unit_label(int(value["unit"]), date.fromisoformat(value["on"]))
    except Refused:
        return str(value["unit"])


def _group(question: Question, value: list[Mapping[str, Any]]) -> str:
    entries = [
        " · ".join(text for part in question.parts if (text := _answer(part, entry)))
        for entry in value
    ]
    return "; ".join(entries)


_WORDS: dict[str, Callable[[Question, Any], str]] = {
    "yes_no": lambda _q, value: _("Yes") if value == "yes" else _("No"),
    "choice": _choice,
    "text": lambda _q, value: str(value),
    "date": lambda _q, value: full_date(date.fromisoformat(value)),
    "moment": _moment,
    "commune": _unit,
    "country": lambda _q, value: names(language()).get(value, value),
    "countries": lambda _q, value: ", ".join(names(language()).get(each, each) for each in value),
    "group": _group,
}
