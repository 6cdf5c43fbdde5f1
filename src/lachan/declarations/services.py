"""Declaring, for oneself or for somebody one speaks for, and amending it the same day."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import day_of, now
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.core.sealing import seal
from lachan.declarations import crossing, selectors
from lachan.declarations.answering import written
from lachan.declarations.models import Declaration
from lachan.declarations.questionnaire import Questionnaire, in_force
from lachan.declarations.sending import SENT_COLUMNS as SENT_COLUMNS
from lachan.declarations.sending import Sent as Sent
from lachan.declarations.sending import check_sent as check_sent
from lachan.people import services as people
from lachan.people.models import Person
from lachan.people.selectors import represented_by
from lachan.people.services import Stay

#: Who may take down what somebody before them says.
WRITERS = (Role.STATION_OFFICER, Role.VILLAGE_HEALTH_WORKER, Role.GATE_CONTROLLER, Role.SYSTEM)

#: Ways by which a declaration arrives later than it was made.
LATE_WAYS = (Declaration.Way.PAPER, Declaration.Way.HOT)


def declare(
    *,
    key: UUID,
    person: UUID,
    kind: str = "population",
    answers: Mapping[str, Any],
    way: str = "self",
    consent: str = "",
    relation: str = "",
    paper: str = "",
    at: datetime | None = None,
    by: Principal,
) -> Declaration:
    """Append a declaration; sending the same `key` again gives the first one back.

    `answers`: code -> answer, as `answering` says; of the version of `kind` in force when it was
    made.  `at`: when it was made, where that was earlier (paper, a device's queue).
    Refused: not_for_this_person, consent_missing, paper_number_missing, declared_ahead,
    answer_missing, answer_unknown, answer_unreadable, declared_too_early, crossing_passed,
    key_of_another.
    """
    known = Declaration.objects.filter(pk=key).first()
    if known is not None:
        return _same(known, person)
    who = _person_for(person, by)
    moment = _made_at(at, way)
    asked = in_force(day_of(moment), kind)
    row = Declaration(
        id=key,
        person=who,
        kind=kind,
        way=_way(way, who, by),
        consent=consent,
        relation=relation,
        paper=paper,
    )
    _agreed(row, who, by)
    return _append(row, asked, answers, at=moment, by=by)


def amend(*, key: UUID, first: UUID, answers: Mapping[str, Any], by: Principal) -> Declaration:
    """Say it better the same day: a new declaration that follows `first`; what was said stays.

    Until midnight of the day it was made, by the same declarer or the person.
    Refused: declaration_unknown, amend_not_yours, amend_too_late, already_amended, as `declare`.
    """
    known = Declaration.objects.filter(pk=key).first()
    before = Declaration.objects.filter(pk=first).first()
    if before is None:
        raise Refused("declaration_unknown", _("There is no such declaration."), status=404)
    if known is not None:
        return _same(known, before.person_id)
    who = _person_for(before.person_id, by)
    refuse_amending(before, by)
    own = by.person == who.id
    row = Declaration(
        id=key,
        person=who,
        kind=before.kind,
        follows=before,
        way=Declaration.Way.SELF if own else before.way,
        consent="" if own else before.consent,
        relation="" if own else before.relation,
        paper=before.paper,
    )
    return _append(row, selectors.asked_in(before), answers, at=now(), by=by)


def refuse_amending(first: Declaration, by: Principal) -> None:
    """Refused: amend_not_yours, amend_too_late, already_amended."""
    if not selectors.is_own(first, by):
        raise Refused(
            "amend_not_yours",
            _("Only the person and whoever declared may amend this. Make a new declaration."),
            status=403,
        )
    if not selectors.is_of_today(first):
        raise Refused("amend_too_late", _("That was another day. Make a new declaration."))
    if selectors.follower_of(first) is not None:
        raise _amended()


def take_down(
    *,
    key: UUID,
    person: UUID,
    stay: Stay | None = None,
    birth: date | None = None,
    by: Principal,
    **declared: Any,
) -> Declaration:
    """A declaration together with what the same form said of the person: another present stay, the
    whole birth date.  Refused: as `declare`, `people.move_stay`, `people.complete_birth`."""
    known = Declaration.objects.filter(pk=key).first()
    if known is not None:
        return _same(known, person)
    who = _person_for(person, by)
    if birth is not None:
        people.complete_birth(person=who, birth=birth, by=by)
    # Before declaring: the station of the new stay is the one that works with the declaration.
    if stay is not None:
        people.move_stay(person=who, stay=stay, by=by)
    return declare(key=key, person=person, by=by, **declared)


def _append(
    row: Declaration, asked: Questionnaire, given: Mapping[str, Any], *, at: datetime, by: Principal
) -> Declaration:
    who = row.person
    answers = written(asked, given, at)
    crossing.refuse_outside(asked, answers, at=at, province=who.province)
    row.made_by = by.account
    row.on_behalf = by.person != who.id and row.way != Declaration.Way.HOT
    row.organisation = by.organisation
    row.questionnaire = asked.number
    row.at = at
    row.valid_until = at + selectors.lasts(at=at, province=who.province)
    row.symptoms = any(answers.get(code) == "yes" for code in asked.of_fact("symptoms"))
    row.contact = any(answers.get(code) == "yes" for code in asked.of_fact("contact"))
    row.sealed = seal(who.id, answers)
    row.commune, row.province = who.commune, who.province
    row, fresh = _insert(row)
    if not fresh:
        return row
    detail = {"kind": row.kind, "questionnaire": asked.number, "on_behalf": row.on_behalf}
    what = "declaration.amended" if row.follows_id else "declaration.made"
    audit.record(what, target=("declaration", row.id), by=by, detail=detail)
    ring("declarations.declared")
    return row


def _insert(row: Declaration) -> tuple[Declaration, bool]:
    """The row, and whether it is new: another request may just have sent the same form."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        known = Declaration.objects.filter(pk=row.id).first()
        if known is None and row.follows_id:
            raise _amended() from None
        if known is None:
            raise
        return _same(known, row.person_id), False
    return row, True


def _amended() -> Refused:
    return Refused("already_amended", _("This was amended already. Amend the newest one."))


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


def _made_at(at: datetime | None, way: str) -> datetime:
    """The hour it was made; only paper and a device's queue may name an earlier one."""
    moment = now()
    if at is None or way not in LATE_WAYS:
        return moment
    if at > moment:
        raise Refused("declared_ahead", _("This hour has not come yet. Check day and hour."))
    return at


def _way(way: str, who: Person, by: Principal) -> str:
    """Nobody says of another's declaration that the person made it."""
    if way != Declaration.Way.SELF or by.person == who.id or by.system:
        return way
    return Declaration.Way.FAMILY if by.has(Role.CITIZEN) else Declaration.Way.GATE


def _agreed(row: Declaration, who: Person, by: Principal) -> None:
    """Who declares for another says how that person agreed; a paper bears its number."""
    if row.way == Declaration.Way.PAPER and not row.paper:
        raise Refused("paper_number_missing", _("Type the number printed on the paper."))
    asked = row.way in (Declaration.Way.FAMILY, Declaration.Way.GATE)
    if asked and by.person != who.id and row.consent not in Declaration.Consent.values:
        raise Refused("consent_missing", _("Say how the person agreed that you declare."))
