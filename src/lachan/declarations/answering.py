"""What was answered, read against the questionnaire: one written form for each type of question.

    yes_no    "yes" | "no"
    choice    the code of the choice
    text      as typed, in one line
    date      ISO day
    moment    ISO instant at +07:00
    commune   {"unit": id, "on": day}: the unit as it was on that day
    country   ISO 3166-1 alpha-2; countries: a list of them
    group     a list of entries, each with its parts

Answers to what was not asked are dropped: nothing is kept that nobody asked for.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from lachan.core.clock import OFFSET, day_of
from lachan.core.refusals import Refused
from lachan.declarations.countries import names
from lachan.declarations.questionnaire import Question, Questionnaire
from lachan.places.selectors import unit_or_refuse
from lachan.ui.wording import language

#: Longest answer in words; our own limit, two lines of a phone and more.
LONGEST = 200

Written = dict[str, Any]


def written(asked: Questionnaire, answers: Mapping[str, Any], at: datetime) -> Written:
    """The answers as they are kept.

    Refused: answer_missing (what everybody is asked), answer_unknown (no such question),
    answer_unreadable (not what this question asks for).  What depends on another answer may be
    missing: a paper or a device did not always ask it, and nobody invents it.
    """
    unknown = set(answers) - {question.code for question in asked.questions}
    if unknown:
        raise Refused(
            "answer_unknown", _("This form has no such question. Open the form again and send it.")
        )
    found = _read(asked.questions, answers, at)
    if any(question.code not in found for question in asked.always):
        raise Refused("answer_missing", _("Answer every question of the form."))
    return found


def _read(questions: Iterable[Question], answers: Mapping[str, Any], at: datetime) -> Written:
    found: Written = {}
    for question in questions:
        value = answers.get(question.code)
        if value in (None, "", [], ()) or (question.when and not question.when.holds(found)):
            continue
        try:
            found[question.code] = _READERS[question.type](question, value, at)
        except (ValueError, TypeError, KeyError):
            raise Refused(
                "answer_unreadable",
                _("This is not an answer to the question “%(question)s”. Answer it again.")
                % {"question": question.said(language())},
            ) from None
    return found


def _yes_no(_question: Question, value: Any, _at: datetime) -> str:
    return {True: "yes", False: "no", "yes": "yes", "no": "no"}[value]


def _choice(question: Question, value: Any, _at: datetime) -> str:
    if value not in (question.choices or {}):
        raise ValueError(value)
    return str(value)


def _text(_question: Question, value: Any, _at: datetime) -> str:
    words = " ".join(str(value).split())
    if len(words) > LONGEST:
        raise ValueError(value)
    return words


def _date(question: Question, value: Any, at: datetime) -> str:
    day = value if isinstance(value, date) else date.fromisoformat(value)
    if isinstance(day, datetime) or (question.past and day > day_of(at)):
        raise ValueError(value)
    return day.isoformat()


def _moment(question: Question, value: Any, at: datetime) -> str:
    instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=OFFSET)
    if question.past and instant > at:
        raise ValueError(value)
    return instant.astimezone(OFFSET).isoformat(timespec="minutes")


def _commune(_question: Question, value: Any, at: datetime) -> dict[str, Any]:
    unit = value["unit"] if isinstance(value, Mapping) else value
    on = value["on"] if isinstance(value, Mapping) else day_of(at).isoformat()
    if not unit_or_refuse(int(unit)).exists(date.fromisoformat(on)):
        raise ValueError(value)
    return {"unit": int(unit), "on": on}


def _country(_question: Question, value: Any, _at: datetime) -> str:
    if value not in names("en"):
        raise ValueError(value)
    return str(value)


def _countries(question: Question, value: Any, at: datetime) -> list[str]:
    return list(dict.fromkeys(_country(question, each, at) for each in list(value)))


def _group(question: Question, value: Any, at: datetime) -> list[Written]:
    entries = [_read(question.parts, dict(entry), at) for entry in list(value)[: question.most]]
    needed = [part.code for part in question.parts if part.needed and part.when is None]
    if len(value) > question.most or any(code not in entry for entry in entries for code in needed):
        raise ValueError(value)
    return entries


_READERS: dict[str, Callable[[Question, Any, datetime], Any]] = {
    "yes_no": _yes_no,
    "choice": _choice,
    "text": _text,
    "date": _date,
    "moment": _moment,
    "commune": _commune,
    "country": _country,
    "countries": _countries,
    "group": _group,
}
