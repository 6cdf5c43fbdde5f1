"""Reading of declarations; row security decides what is there to read."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lachan.core.sealing import open_sealed
from lachan.declarations.models import Declaration
from lachan.rulebook import selectors as rulebook
from lachan.rulebook.shape import Decision

#: Earlier declarations shown on a page.
SHOWN = 10


def latest(person: UUID) -> Declaration | None:
    """The newest declaration about a person."""
    return Declaration.objects.filter(person_id=person).order_by("-at").first()


def earlier(person: UUID) -> list[Declaration]:
    """The newest declarations about a person."""
    return list(Declaration.objects.filter(person_id=person).order_by("-at")[:SHOWN])


def answers_of(declaration: Declaration) -> dict[str, str]:
    """What was answered: code -> yes or no, and the words beside it."""
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


def duty_to_declare(*, at: datetime, province: int | None) -> Decision:
    """Whether declaring is voluntary there and then, with the document that says otherwise."""
    return rulebook.is_mandatory("declaration", at=at, province=province)


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
