"""The case file in words: sections, what stands in them, and what changed."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.people.models import Belonging
from lachan.people.selectors import belongings_of, residences_of
from lachan.places.selectors import unit_name
from lachan.tracing.casefile import (
    FoundWhere,
    Illness,
    Interviewed,
    InterviewWay,
    Outcome,
    Pregnancy,
    Symptom,
)
from lachan.tracing.file_forms import REASONS
from lachan.tracing.investigation import SECTIONS, commune_today, guardian_of
from lachan.tracing.models import Case
from lachan.ui.wording import full_date

#: What a section is called in the list.
TITLES: dict[str, str | Promise] = {
    "interview": gettext_lazy("Who is asked"),
    "onset": gettext_lazy("Onset, first symptoms"),
    "found": gettext_lazy("Where found"),
    "doses": gettext_lazy("Vaccine doses"),
    "illness": gettext_lazy("Underlying illness"),
    "pregnancy": gettext_lazy("Pregnancy"),
    "work": gettext_lazy("Work, school"),
    "stay": gettext_lazy("Present stay, permanent residence"),
    "guardian": gettext_lazy("Guardian, carer"),
    "code": gettext_lazy("Code, kind of case"),
    "outcome": gettext_lazy("Outcome of the case"),
}

#: What a fact is about.
SUBJECTS: dict[str, str | Promise] = {
    "interviewed": gettext_lazy("Who was asked"),
    "interview_way": gettext_lazy("How it was asked"),
    "onset": gettext_lazy("Onset"),
    "first_symptoms": gettext_lazy("First symptoms"),
    "symptoms_other": gettext_lazy("First symptoms in own words"),
    "found_where": gettext_lazy("Where found"),
    "reason": gettext_lazy("Reason for the sample"),
    "sample_round": gettext_lazy("Round of sampling"),
    "doses_at_onset": gettext_lazy("Doses at onset"),
    "underlying": gettext_lazy("Underlying illness"),
    "underlying_other": gettext_lazy("Underlying illness in own words"),
    "pregnant": gettext_lazy("Pregnancy"),
    "pregnancy_weeks": gettext_lazy("Week of pregnancy"),
    "pregnancy_on": gettext_lazy("Counted on"),
    "occupation": gettext_lazy("Occupation"),
    "belonging": gettext_lazy("Work, school"),
    "stay": gettext_lazy("Present stay"),
    "permanent": gettext_lazy("Permanent residence"),
    "guardian": gettext_lazy("Guardian, carer"),
    "national_code": gettext_lazy("National code"),
    "status": gettext_lazy("Kind of case"),
    "outcome": gettext_lazy("Outcome of the case"),
    "outcome_place": gettext_lazy("Place of the outcome"),
    "outcome_on": gettext_lazy("Day of the outcome"),
}

STATUSES: list[tuple[str, str | Promise]] = [
    (Case.Status.CONFIRMED, gettext_lazy("Confirmed case")),
    (Case.Status.SUSPECTED, gettext_lazy("Suspected case")),
    (Case.Status.WITHDRAWN, gettext_lazy("Withdrawn")),
]

_CHOICES: dict[str, Mapping[str, str | Promise]] = {
    "interviewed": dict(Interviewed.choices),
    "interview_way": dict(InterviewWay.choices),
    "first_symptoms": dict(Symptom.choices),
    "found_where": dict(FoundWhere.choices),
    "reason": dict(REASONS),
    "underlying": dict(Illness.choices),
    "pregnant": dict(Pregnancy.choices),
    "status": dict(STATUSES),
    "outcome": dict(Outcome.choices),
    "kind": dict(Belonging.Kind.choices),
}
_DAYS = frozenset({"onset", "pregnancy_on", "outcome_on"})


def words_of(what: str, value: Any) -> str:
    """A stored value in the reader's words; "–" for nothing."""
    if value in (None, "", []):
        return "–"
    if isinstance(value, list):
        return ", ".join(_word(what, each) for each in value)
    if isinstance(value, dict):
        return _subject_words(value)
    if what in _DAYS:
        return full_date(date.fromisoformat(str(value)))
    return _word(what, value)


def _word(what: str, value: Any) -> str:
    return str(_CHOICES.get(what, {}).get(value, value))


def _subject_words(value: Mapping[str, Any]) -> str:
    """An address with its commune, a workplace with line and shift, a guardian."""
    words = []
    for name, part in value.items():
        if name == "unit" and isinstance(part, int):
            words.append(unit_name(part))
        elif part and name != "kind":
            words.append(str(part))
    return ", ".join(words) or "–"


def found_where(case: Case) -> str:
    """Nơi phát hiện, "" while nobody has said."""
    return _word("found_where", case.found_where) if case.found_where else ""


def summary(case: Case, section: str) -> str:
    """What stands in a section, in one line."""
    build = _SUMMARIES.get(section)
    if build is not None:
        return build(case)
    return ""


def _joined(case: Case, *names: str) -> str:
    words = []
    for name in names:
        value = getattr(case, name)
        plain = value.isoformat() if isinstance(value, date) else value
        if plain not in (None, "", []):
            words.append(words_of(name, plain))
    return " · ".join(words)


def _doses(case: Case) -> str:
    if case.doses_at_onset is None:
        return _("Not known") if "doses" in case.saved_sections else ""
    return str(case.doses_at_onset)


def _pregnancy(case: Case) -> str:
    if case.pregnancy_weeks and case.pregnancy_on:
        return _("Week %(week)d on %(day)s") % {
            "week": case.pregnancy_weeks,
            "day": full_date(case.pregnancy_on),
        }
    return _joined(case, "pregnant")


def _found(case: Case) -> str:
    words = _joined(case, "found_where", "reason")
    if case.sample_round:
        words += " · " + _("round %(round)d") % {"round": case.sample_round}
    return words


def _work(case: Case) -> str:
    rows = belongings_of(case.person_id)[:1]
    words = [case.occupation, *(part for row in rows for part in _belonging_parts(row))]
    return ", ".join(word for word in words if word)


def _belonging_parts(row: Belonging) -> tuple[str, ...]:
    return row.name, row.unit, row.line, row.shift


def _stays(case: Case) -> str:
    rows = [row for row in residences_of(case.person_id) if row.until is None]
    return " · ".join(f"{row.label}: {row.address}, {unit_name(row.unit)}" for row in rows)


def _guardian(case: Case) -> str:
    told = guardian_of(case)
    return "" if told is None else ", ".join(word for word in told.values() if word)


_SUMMARIES: dict[str, Callable[[Case], str]] = {
    "interview": lambda case: _joined(case, "interviewed", "interview_way"),
    "onset": lambda case: _joined(case, "onset", "first_symptoms", "symptoms_other"),
    "found": _found,
    "doses": _doses,
    "illness": lambda case: _joined(case, "underlying", "underlying_other"),
    "pregnancy": _pregnancy,
    "work": _work,
    "stay": _stays,
    "guardian": _guardian,
    "code": lambda case: _joined(case, "national_code", "status"),
    "outcome": lambda case: _joined(case, "outcome", "outcome_place", "outcome_on"),
}


def initial_of(case: Case, section: str) -> dict[str, Any]:
    """What was said before, as the section's form shows it; nothing where nobody has asked."""
    if section == "work":
        rows = belongings_of(case.person_id)[:1]
        known = {
            name: getattr(row, name)
            for row in rows
            for name in ("kind", "name", "unit", "line", "shift")
        }
        return {"occupation": case.occupation, **known}
    if section == "stay":
        return _stay_values(case)
    if section == "guardian":
        return guardian_of(case) or {}
    if section not in case.saved_sections and section not in {"onset", "found", "code"}:
        return {}
    values = {name: getattr(case, name, None) for name in SECTIONS[section]}
    if section == "doses":
        values["doses_at_onset"] = "-1" if case.doses_at_onset is None else case.doses_at_onset
    return values


def _stay_values(case: Case) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for row in reversed(residences_of(case.person_id)):
        if row.until is None:
            commune = commune_today(row.unit)
            values |= {f"{row.kind}_address": row.address, f"{row.kind}_commune": commune}
    return values
