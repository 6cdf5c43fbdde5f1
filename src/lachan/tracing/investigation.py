"""The investigation form, section by section: what was answered becomes facts and the case's file.

Nothing is overwritten in silence: every changed answer leaves a `CaseFact` with what stood before.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import OFFSET, day_of, now, today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.sealing import open_sealed, seal
from lachan.people import services as people
from lachan.people.models import Person
from lachan.people.selectors import belongings_of, card_of, residences_of
from lachan.places.selectors import today_of
from lachan.rulebook.selectors import contact_rule
from lachan.tracing import services
from lachan.tracing.casefile import Outcome, Pregnancy
from lachan.tracing.models import Case, CaseFact

#: The sections in the order in which one asks, with the columns of the case each one fills.
SECTIONS: dict[str, tuple[str, ...]] = {
    "interview": ("interviewed", "interview_way"),
    "onset": ("onset", "first_symptoms", "symptoms_other"),
    "found": ("found_where", "reason", "sample_round"),
    "doses": ("doses_at_onset",),
    "illness": ("underlying", "underlying_other"),
    "pregnancy": ("pregnant", "pregnancy_weeks", "pregnancy_on"),
    "work": ("occupation",),
    "stay": (),
    "guardian": (),
    "code": ("national_code", "status"),
    "outcome": ("outcome", "outcome_place", "outcome_on"),
}

#: An onset before the sample by more is a mistyped date.  Source: our own choice; the longest
#: illness before a sample that the shipped profiles know is below it.
LONGEST_ILL = timedelta(days=30)

#: (what changed, before, after)
Change = tuple[str, Any, Any]


def save_section(
    *, case: Case, section: str, answers: Mapping[str, Any], by: Principal
) -> list[CaseFact]:
    """Write one section's answers; give the facts of what changed.

    A changed onset moves the infectious window by the rulebook and asks the engine again.
    Refused: unknown_section (404), onset_not_possible, outcome_undated, stay_elsewhere and the
    codes of `patient_of`.
    """
    if section not in SECTIONS:
        raise Refused("unknown_section", _("The form has no such section."), status=404)
    locked = Case.objects.select_for_update().get(pk=case.pk)
    patient_of(locked)
    given = {name: answers[name] for name in SECTIONS[section] if name in answers}
    _check(locked, section, given)
    changes = [
        (name, _plain(getattr(locked, name)), _plain(value))
        for name, value in given.items()
        if _plain(getattr(locked, name)) != _plain(value)
    ]
    for name, value in given.items():
        setattr(locked, name, value)
    changes += _SUBJECTS[section](locked, answers, by) if section in _SUBJECTS else []
    moved = any(what == "onset" for what, _before, _after in changes)
    if moved:
        _move_window(locked)
    if section not in locked.saved_sections:
        locked.saved_sections = [*locked.saved_sections, section]
    window = ["infectious_from", "rule"] if moved else []
    locked.save(update_fields=[*given, *window, "saved_sections", "guardian_sealed"])
    facts = _append(locked, section, changes, by)
    if moved:
        services.ask(locked, by=by)
    return facts


def _check(case: Case, section: str, given: dict[str, Any]) -> None:
    """Refuse what cannot be, and fill in what follows from an answer."""
    onset = given.get("onset")
    if onset is not None and not day_of(case.taken_at) - LONGEST_ILL <= onset <= today():
        raise Refused(
            "onset_not_possible",
            _("The onset lies in the future or more than 30 days before the sample. Check it."),
        )
    if section == "pregnancy":
        pregnant = given.get("pregnant") == Pregnancy.YES
        weeks = given.get("pregnancy_weeks") if pregnant else None
        same = weeks is not None and weeks == case.pregnancy_weeks
        given["pregnancy_weeks"] = weeks
        given["pregnancy_on"] = (case.pregnancy_on if same else today()) if weeks else None
    if section == "outcome":
        ended = given.get("outcome") not in {"", Outcome.TREATING}
        if ended and not (given.get("outcome_on") and given.get("outcome_place")):
            raise Refused(
                "outcome_undated", _("Write the day and the place of the outcome as well.")
            )
        if given.get("outcome_on") and given["outcome_on"] > today():
            raise Refused("outcome_undated", _("The day of the outcome lies in the future."))


def _move_window(case: Case) -> None:
    rule = contact_rule(case.disease, at=case.taken_at, province=case.province)
    ill = case.taken_at
    if case.onset is not None:
        ill = datetime.combine(case.onset, time(), OFFSET)
    case.infectious_from = ill - timedelta(hours=rule.infectious_before_hours)
    case.rule = f"{rule.rule}@{rule.version}"


def _append(case: Case, section: str, changes: list[Change], by: Principal) -> list[CaseFact]:
    at = now()
    facts = [
        CaseFact(
            id=uuid7(),
            case=case,
            section=section,
            what=what,
            sealed=seal(case.person_id, {"old": before, "new": after}),
            at=at,
            by=by.account,
            by_name=by.name,
            commune=case.commune,
            province=case.province,
        )
        for what, before, after in changes
    ]
    CaseFact.objects.bulk_create(facts)
    audit.record(
        "case.file_saved",
        target=("case", case.id),
        by=by,
        detail={"section": section, "changed": [what for what, _before, _after in changes]},
    )
    return facts


def _work(case: Case, answers: Mapping[str, Any], by: Principal) -> list[Change]:
    """Workplace or school with line or class and shift: one more dated fact of the person."""
    told = {name: answers.get(name, "") for name in ("kind", "name", "unit", "line", "shift")}
    if not told["name"]:
        return []
    rows = belongings_of(case.person_id)
    before = {name: getattr(rows[0], name) for name in told} if rows else None
    if before == told:
        return []
    people.add_belonging(person=patient_of(case), work=people.Work(**told), by=by)
    return [("belonging", before, told)]


def _stay(case: Case, answers: Mapping[str, Any], by: Principal) -> list[Change]:
    """Present stay and permanent residence, each a dated fact of the person."""
    person = patient_of(case)
    changes: list[Change] = []
    known = {row.kind: row for row in reversed(residences_of(person.id)) if row.until is None}
    for kind in ("stay", "permanent"):
        told: people.Stay | None = answers.get(kind)
        if told is None:
            continue
        old = known.get(kind)
        before = None if old is None else {"address": old.address, "unit": old.unit}
        after = {"address": told.address, "unit": told.unit or told.commune}
        if old is not None and (old.address, commune_today(old.unit)) == (
            told.address,
            told.commune,
        ):
            continue
        if kind == "stay":
            _refuse_leaving(case, told, by)
            people.move_stay(person=person, stay=told, by=by)
        else:
            people.set_permanent(person=person, residence=told, by=by)
        changes.append((kind, before, after))
    return changes


def commune_today(unit: int) -> int | None:
    """The commune that a unit of any time is today, None when it was divided."""
    try:
        return today_of(unit).commune
    except Refused:
        return None


def _refuse_leaving(case: Case, told: people.Stay, by: Principal) -> None:
    """Whoever moves a person out of his own sight loses the patient he is talking to."""
    inside = told.commune == by.commune if by.commune is not None else told.province == by.province
    if not (inside or by.national or by.system) or told.province != case.province:
        raise Refused(
            "stay_elsewhere",
            _("The patient stays outside your area. Call the officer on duty at the CDC."),
        )


def _guardian(case: Case, answers: Mapping[str, Any], by: Principal) -> list[Change]:
    """Who answers for a child or for somebody who cannot speak: sealed under the patient's key."""
    told = {name: answers.get(name, "") for name in ("name", "relation", "phone")}
    before = guardian_of(case)
    after = told if told["name"] else None
    if before == after:
        return []
    case.guardian_sealed = None if after is None else seal(case.person_id, after)
    return [("guardian", before, after)]


def guardian_of(case: Case) -> dict[str, str] | None:
    """Name, relation and phone of the guardian; None when nobody was named or may be shown."""
    if case.guardian_sealed is None or card_of(case.person_id) is None:
        return None
    return open_sealed(case.person_id, bytes(case.guardian_sealed))


def patient_of(case: Case) -> Person:
    """The patient.  Refused: patient_elsewhere, since a station does not see who moved away, and
    what is said would be sealed under a key that it cannot read; erased (410)."""
    person = Person.objects.filter(pk=case.person_id).first()
    if person is None:
        raise Refused(
            "patient_elsewhere",
            _("The patient stays outside your area now: the CDC's officer writes this down."),
        )
    if person.erased_at is not None:
        raise Refused("erased", _("This person's data has been erased."), status=410)
    return person


_SUBJECTS = {"work": _work, "stay": _stay, "guardian": _guardian}


def _plain(value: Any) -> Any:
    """A column's value as a fact keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, list | tuple) else value
