"""Declaring, for oneself or for somebody one speaks for."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.core.sealing import seal
from lachan.declarations import selectors
from lachan.declarations.models import Declaration
from lachan.declarations.questionnaire import Questionnaire, in_force
from lachan.people.models import Person
from lachan.people.selectors import represented_by

#: Who may take down what somebody before them says.
WRITERS = (Role.STATION_OFFICER, Role.VILLAGE_HEALTH_WORKER, Role.GATE_CONTROLLER, Role.SYSTEM)


def declare(
    *,
    key: UUID,
    person: UUID,
    answers: Mapping[str, bool],
    onset: date | None = None,
    travelled_to: str = "",
    by: Principal,
) -> Declaration:
    """Append a declaration; sending the same `key` again gives the first one back.

    Refused: not_for_this_person, answer_missing, key_of_another.
    """
    known = Declaration.objects.filter(pk=key).first()
    if known is not None:
        return _same(known, person)
    who = _person_for(person, by)
    at = now()
    asked = in_force(at.date())
    _complete(asked, answers)
    written = {code: "yes" if answers[code] else "no" for code in answers}
    written |= {"onset": onset.isoformat() if onset else "", "travelled_to": travelled_to}
    declaration = Declaration(
        id=key,
        person=who,
        made_by=by.account,
        on_behalf=by.person != who.id,
        organisation=by.organisation,
        questionnaire=asked.number,
        at=at,
        valid_until=at + selectors.lasts(at=at, province=who.province),
        symptoms=any(answers[code] for code in asked.codes("symptom")),
        contact=any(answers[code] for code in asked.codes("contact")),
        sealed=seal(who.id, written),
        commune=who.commune,
        province=who.province,
    )
    declaration.save(force_insert=True)
    audit.record(
        "declaration.made",
        target=("declaration", declaration.id),
        by=by,
        detail={"questionnaire": asked.number, "on_behalf": declaration.on_behalf},
    )
    ring("declarations.declared")
    return declaration


def _same(known: Declaration, person: UUID) -> Declaration:
    if known.person_id != person:
        raise Refused("key_of_another", _("This form was sent for somebody else. Open a new one."))
    return known


def _person_for(person: UUID, by: Principal) -> Person:
    """The person, when this account may declare for him."""
    who = Person.objects.filter(pk=person, erased_at=None).first()
    if who is None or not _may(who, by):
        raise Refused(
            "not_for_this_person",
            _("You do not speak for this person. Add the person under My data first."),
            status=403,
        )
    return who


def _may(who: Person, by: Principal) -> bool:
    if by.system or by.has(*WRITERS) or by.person == who.id:
        return True
    if by.person is None:
        return False
    return any(row.person_id == who.id for row in represented_by(by.person))


def _complete(asked: Questionnaire, answers: Mapping[str, bool]) -> None:
    missing = [question.code for question in asked.questions if question.code not in answers]
    if missing:
        raise Refused("answer_missing", _("Answer every question with Yes or No."))
