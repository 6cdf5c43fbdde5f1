"""Registering somebody: once for a disease and campaign, whoever does it and however often.

Answers, wishes, groups and consent are each said on their own; nothing has a default.  A group
counts when it is proven: by an age, by an organisation's list, or by the commune.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lachan.core import audit, facts
from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.people.models import Person
from lachan.people.selectors import same_persons
from lachan.rulebook.selectors import (
    PriorityRule,
    ScreeningRule,
    priority_rule,
    regime_at,
    screening_rule,
)
from lachan.vaccination.ages import aged, by_age, order_key
from lachan.vaccination.models import Consent, Registration

#: Bell of everything that moves the order: registered, withdrawn, proven.
FACT = "vaccination.registered"

#: Signs of a receipt number: none is taken for another one when it is read aloud.
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
RECEIPT_LENGTH = 10

#: What is answered to a question of the checklist.
ANSWERS = ("yes", "no", "unknown")

#: Half-days somebody may wish for: how far ahead, and how they are written.
WISH_DAYS = 28
HALVES = ("am", "pm")

#: Whoever is younger has a guardian speak: Civil Code 2015, article 21 (read in a public copy).
ADULT_YEARS = 18


@dataclass(frozen=True, slots=True)
class NewRegistration:
    """What is told of somebody who is to be registered."""

    person: Person
    disease: str
    way: str
    claimed: Sequence[str] = ()
    proven: Sequence[str] = ()
    wishes: Sequence[str] = ()
    paper: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """The answers to the questions of the checklist, as they were given."""

    answers: Mapping[str, str]
    details: Mapping[str, str] = field(default_factory=dict)


def new_receipt() -> str:
    """A receipt number: random, so that it tells nothing of when somebody came."""
    return "".join(secrets.choice(SIGNS) for _one in range(RECEIPT_LENGTH))


def found(person: UUID, disease: str) -> Registration | None:
    """The registration of a person, of any record that stands for him, in today's campaign."""
    rows = Registration.objects.filter(
        person__in=same_persons(person), disease=disease, campaign=regime_at(now())
    )
    return rows.order_by("made_at", "id").first()


def register(new: NewRegistration, *, by: Principal) -> tuple[Registration, bool]:
    """Register somebody, or open the first registration again.  (It, whether it is new.)

    Refused: group_unknown, wish_unreadable, day_ahead, person_erased, no_rule_in_force.
    """
    known = found(new.person.id, new.disease)
    if known is not None and known.state != Registration.State.WITHDRAWN:
        return known, False
    if known is not None:
        return _again(known, by), False
    if new.person.erased_at is not None:
        raise Refused("person_erased", _("This person's data were erased."), status=410)
    rule = priority_rule(new.disease, now(), province=new.person.province)
    row = _row(new, rule, by)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        first = found(new.person.id, new.disease)
        if first is None:
            raise
        return first, False
    audit.record("vaccination.registered", target=("registration", row.id), by=by)
    facts.ring(FACT)
    return row, True


def register_many(people: Iterable[NewRegistration], *, by: Principal) -> list[Registration]:
    """Register people nobody has registered yet, with one event for all: an organisation's list."""
    new = list(people)
    if not new:
        return []
    rules: dict[tuple[str, int], PriorityRule] = {}
    rows = []
    for one in new:
        where = (one.disease, one.person.province)
        if where not in rules:
            rules[where] = priority_rule(one.disease, now(), province=one.person.province)
        rows.append(_row(one, rules[where], by))
    Registration.objects.bulk_create(rows, batch_size=1_000)
    audit.record(
        "vaccination.registered_many",
        target=("registrations", len(rows)),
        by=by,
        detail={"count": len(rows)},
    )
    facts.ring(FACT)
    return rows


def _row(new: NewRegistration, rule: PriorityRule, by: Principal) -> Registration:
    at = now()
    if new.day is not None and new.day > today():
        raise Refused("day_ahead", _("This day has not come yet. Read the sheet again."))
    staff = by.system or _proves(by)
    years = aged(rule, new.person) if staff else None
    proven = _ordered({*new.proven, *years.codes}, rule) if years else []
    return Registration(
        id=uuid7(),
        person=new.person,
        disease=new.disease,
        campaign=regime_at(at),
        way=new.way,
        wishes=_wished(new.wishes),
        claimed=_ordered(new.claimed, rule),
        proven=proven,
        receipt=new_receipt(),
        day=new.day or today(),
        paper=new.paper,
        made_at=at,
        made_by=by.account,
        changed_at=at,
        proved_at=at if staff else None,
        age_due=years.due if years else None,
        age_rule=order_key(rule) if years else "",
        commune=new.person.commune,
        province=new.person.province,
    )


def _again(row: Registration, by: Principal) -> Registration:
    """Whoever withdrew and comes back has his first place again."""
    row.state, row.why = Registration.State.REGISTERED, ""
    _save(row, "state", "why")
    audit.record("vaccination.registered_again", target=("registration", row.id), by=by)
    facts.ring(FACT)
    return row


def _ordered(codes: Iterable[str], rule: PriorityRule) -> list[str]:
    wanted = set(codes)
    if wanted - {each.code for each in rule.groups}:
        raise Refused("group_unknown", _("There is no such group in the order in force."))
    return [each.code for each in rule.groups if each.code in wanted]


def _wished(wishes: Iterable[str]) -> list[str]:
    read = []
    for wish in wishes:
        day, _blank, half = wish.partition(" ")
        try:
            date.fromisoformat(day)
        except ValueError:
            half = ""
        if half not in HALVES:
            raise Refused("wish_unreadable", _("Choose half-days from the list."))
        read.append(wish)
    return sorted(set(read))


def _proves(by: Principal) -> bool:
    return not by.roles.isdisjoint({"station_officer", "director"})


def answer(row: Registration, said: Said, *, sex: str, by: Principal) -> Registration:
    """Keep the answers of the history questions; each of yes, no, unknown and nothing else.

    Refused: answer_missing, detail_missing, answer_unreadable, registration_over.
    """
    _open_or_refuse(row)
    rule = screening_rule(row.disease, now(), province=row.province)
    kept: dict[str, dict[str, str]] = {}
    for question in rule.asked_of(sex):
        told = said.answers.get(question.code, "")
        if not told:
            raise Refused("answer_missing", _("Answer every question: yes, no or not known."))
        if told not in ANSWERS:
            raise Refused("answer_unreadable", _("Answer every question: yes, no or not known."))
        detail = said.details.get(question.code, "").strip()[:200]
        if question.detail and told == "yes" and not detail:
            raise Refused("detail_missing", _("Write in a few words what it is."))
        kept[question.code] = {"answer": told} | ({"detail": detail} if detail else {})
    row.answers, row.answered_at = kept, now()
    _save(row, "answers", "answered_at")
    audit.record("vaccination.answered", target=("registration", row.id), by=by)
    return row


def wish(row: Registration, wishes: Iterable[str], claimed: Iterable[str], by: Principal) -> None:
    """Half-days and groups somebody says; the groups wait for a proof.  Refused: group_unknown,
    wish_unreadable, registration_over."""
    _open_or_refuse(row)
    rule = priority_rule(row.disease, now(), province=row.province)
    row.wishes, row.claimed = _wished(wishes), _ordered(claimed, rule)
    _save(row, "wishes", "claimed")
    audit.record("vaccination.wished", target=("registration", row.id), by=by)
    facts.ring(FACT)


def consent(
    row: Registration, *, agreed: bool, how: str, by: Principal, guardian: Person | None = None
) -> Consent:
    """Keep what was said to the words of consent in force.  Refused: guardian_missing,
    registration_over, no_rule_in_force."""
    _open_or_refuse(row)
    rule: ScreeningRule = screening_rule(row.disease, now(), province=row.province)
    if how == Consent.How.SELF and is_child(row.person):
        raise Refused("guardian_missing", _("For a child the parent or guardian agrees."))
    if how == Consent.How.GUARDIAN and guardian is None:
        raise Refused("guardian_missing", _("For a child the parent or guardian agrees."))
    made = Consent.objects.create(
        id=uuid7(),
        registration=row,
        person_id=row.person_id,
        agreed=agreed,
        rule=UUID(rule.rule),
        version=rule.version,
        how=how,
        guardian=guardian if how == Consent.How.GUARDIAN else None,
        said_at=now(),
        said_by=by.account,
        commune=row.commune,
        province=row.province,
    )
    audit.record("vaccination.consent", target=("registration", row.id), by=by)
    return made


def is_child(person: Person) -> bool:
    """Younger than 18 as far as known; of whom nothing is known stands there as an adult."""
    return bool(person.birth_year) and today().year - int(person.birth_year or 0) < ADULT_YEARS


def withdraw(row: Registration, *, why: str, by: Principal) -> None:
    """Take somebody off the list; coming back gives the first place again.  Refused: why_missing,
    registration_over."""
    _open_or_refuse(row)
    if not why.strip():
        raise Refused("why_missing", _("Say why."))
    row.state, row.why = Registration.State.WITHDRAWN, why.strip()[:200]
    _save(row, "state", "why")
    audit.record("vaccination.withdrawn", target=("registration", row.id), by=by)
    facts.ring(FACT)


def prove(row: Registration, groups: Iterable[str], *, by: Principal) -> None:
    """The commune or the province says which groups count.  Refused: group_unknown,
    not_yours_to_prove, registration_over."""
    _open_or_refuse(row)
    if not _proves(by):
        raise Refused("not_yours_to_prove", _("The health station confirms groups."), status=403)
    rule = priority_rule(row.disease, now(), province=row.province)
    before = list(row.proven)
    row.proven = _ordered({*groups, *by_age(rule, row.person)}, rule)
    _save(row, "proven")
    audit.record(
        "vaccination.group_proven",
        target=("registration", row.id),
        by=by,
        detail={"before": before, "after": list(row.proven)},
    )
    facts.ring(FACT)


def _open_or_refuse(row: Registration) -> None:
    if row.state in {Registration.State.WITHDRAWN, Registration.State.VACCINATED}:
        raise Refused("registration_over", _("This registration is closed. Register again."))


def _save(row: Registration, *names: str) -> None:
    row.changed_at = now()
    row.save(update_fields=[*names, "changed_at"])
