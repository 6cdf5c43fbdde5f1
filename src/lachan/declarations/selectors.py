"""Reading of declarations; row security decides what is there to read."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from lachan.core.clock import OFFSET, day_of, today
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.sealing import open_sealed
from lachan.declarations.models import Declaration
from lachan.declarations.questionnaire import Questionnaire, versions
from lachan.people.selectors import PersonCard
from lachan.rulebook import selectors as rulebook
from lachan.rulebook.shape import Decision

#: What another room knows of a person for the rule, at an instant.
Teller = Callable[[PersonCard, datetime], Mapping[str, Any]]

_tellers: list[Teller] = []

#: Earlier declarations shown on a page.
SHOWN = 10


def also_know(teller: Teller) -> None:
    """An upper room tells what it knows of a person for the rule; telling it twice is once."""
    if teller not in _tellers:
        _tellers.append(teller)


def tellers() -> list[Teller]:
    """Everybody who tells something of a person for the rule."""
    return list(_tellers)


def latest(person: UUID) -> Declaration | None:
    """The newest declaration about a person."""
    return Declaration.objects.filter(person_id=person).order_by("-at").first()


def earlier(person: UUID) -> list[Declaration]:
    """The newest declarations about a person."""
    return list(Declaration.objects.filter(person_id=person).order_by("-at")[:SHOWN])


def follower_of(declaration: Declaration) -> Declaration | None:
    """The declaration that amends this one, None when it is the newest word."""
    return Declaration.objects.filter(follows=declaration).first()


def asked_in(declaration: Declaration) -> Questionnaire:
    """The version that was answered, as it was then."""
    return versions(declaration.kind)[declaration.questionnaire]


def is_of_today(declaration: Declaration) -> bool:
    """Whether it was made on this calendar day, at +07:00."""
    return day_of(declaration.at) == today()


def is_own(declaration: Declaration, by: Principal) -> bool:
    """Whether this account made it, or is the person's own."""
    return declaration.made_by == by.account or by.person == declaration.person_id


def may_amend(declaration: Declaration, by: Principal) -> bool:
    """Whether the account may still amend it."""
    return is_own(declaration, by) and is_of_today(declaration) and follower_of(declaration) is None


def newest_by_kind(person: UUID) -> dict[str, Declaration]:
    """The newest declaration of each kind about a person."""
    rows = Declaration.objects.filter(person_id=person).order_by("kind", "-at").distinct("kind")
    return {row.kind: row for row in rows}


def declared_today(persons: Iterable[UUID]) -> set[UUID]:
    """Those of them about whom something was declared on this calendar day."""
    begun = datetime.combine(today(), time.min, OFFSET)
    rows = Declaration.objects.filter(person__in=list(persons), at__gte=begun)
    return set(rows.values_list("person_id", flat=True))


def chain_of(declaration: Declaration) -> list[Declaration]:
    """What it amended, the newest first, and itself at the head."""
    chain = [declaration]
    while chain[-1].follows_id is not None:
        before = Declaration.objects.filter(pk=chain[-1].follows_id).first()
        if before is None:
            break
        chain.append(before)
    return chain


def answers_of(declaration: Declaration) -> dict[str, Any]:
    """What was answered, by code, in the written forms of `answering`."""
    return open_sealed(declaration.person_id, bytes(declaration.sealed))


def facts_of(person: UUID, at: datetime) -> dict[str, Any]:
    """What `rulebook.selectors.colour_of` asks about declarations, as known at that instant."""
    found = Declaration.objects.filter(person_id=person, at__lte=at).order_by("-at").first()
    if found is None:
        return {}
    hours = int((at - found.at).total_seconds() // 3600)
    return {
        "declaration_age_hours": hours,
        "symptoms": found.symptoms,
        "contact": found.contact,
    }


#: Which act of the rulebook a kind of declaration is.
ACTS = {"entry": "entry_declaration"}


def duty_to_declare(*, at: datetime, province: int | None, kind: str = "population") -> Decision:
    """Whether declaring is voluntary there and then, with the document that says otherwise."""
    return rulebook.is_mandatory(ACTS.get(kind, "declaration"), at=at, province=province)


def days_before(act: str, *, at: datetime, province: int | None) -> int | None:
    """How many days before crossing an act is done at the earliest; None where no rule says it."""
    try:
        rule = rulebook.rule_in_force("mandatory", disease="*", at=at, province=province, name=act)
    except Refused:
        return None
    found: int | None = rule.body.get("within_days")
    return found


def lasts(*, at: datetime, province: int | None) -> timedelta:
    """How long a declaration without symptoms counts, by the card-colour rule in force."""
    rule = rulebook.rule_in_force("card_colour", disease="*", at=at, province=province)
    limits = [
        condition["at_most"]
        for clause in rule.body["clauses"]
        if clause["outcome"] == "nothing_known"
        for condition in clause["when"]
        if condition["fact"] == "declaration_age_hours"
    ]
    return timedelta(hours=min(limits))
