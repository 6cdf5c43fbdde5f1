"""The shipped rules as spec tests ask them: by date, without a database."""

from datetime import datetime

from lachan.core.clock import OFFSET
from lachan.rulebook import evaluate
from lachan.rulebook.evaluate import Answer, ContactRule
from lachan.rulebook.shape import Rule
from lachan.rulebook.shipped import regime_at, shipped_rules


def noon(day: str) -> datetime:
    """Twelve o'clock on a day written as 15/08/2021."""
    return datetime.strptime(f"{day} 12:00", "%d/%m/%Y %H:%M").replace(tzinfo=OFFSET)


def rule(kind: str, disease: str, at: datetime) -> Rule:
    """The rule of a kind that holds for a disease."""
    found = evaluate.in_force(of_kind(kind, at), disease=disease, group=None, province=None, at=at)
    assert found is not None, (kind, disease, at)
    return found


def of_kind(kind: str, at: datetime) -> list[Rule]:
    """The shipped rules of a kind under the law of that day."""
    return [r for r in shipped_rules() if r.kind == kind and r.regime == regime_at(at)]


def may_we(measure: str, role: str, disease: str, at: datetime) -> Answer:
    """The answer of the shipped rules."""
    profile = rule("disease_profile", disease, at)
    return evaluate.may_we(
        of_kind("measure", at),
        measure=measure,
        role=role,
        disease=disease,
        group=profile.body["group"],
        province=None,
        at=at,
    )


def contact_rule(disease: str, at: datetime) -> ContactRule:
    """The contact rule of a disease."""
    return evaluate.contact_rule_of(rule("contact", disease, at))
