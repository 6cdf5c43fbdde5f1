"""A rule checked whole before it is entered: a card colour that cannot be answered would stop every
gate at once.
"""

from collections.abc import Mapping
from string import Formatter
from typing import Any, Final

from lachan.rulebook.assay_checking import check_assay
from lachan.rulebook.complaints import check_complaints
from lachan.rulebook.custody import check_custody
from lachan.rulebook.pooling import check_pooling
from lachan.rulebook.rapid import check_rapid
from lachan.rulebook.shape import BadRule, check_body, check_sentences, gettext_noop
from lachan.rulebook.vaccine_checking import (
    check_immunization,
    check_priority,
    check_screening,
    check_vaccination,
    check_vaccine_product,
)
from lachan.rulebook.vocabulary import COLOURS

_CHECKED: Final = {
    "vaccine_product": check_vaccine_product,
    "immunization": check_immunization,
    "screening": check_screening,
    "priority": check_priority,
    "vaccination": check_vaccination,
    "complaints": check_complaints,
}

#: What can be known of somebody at a scan, and as what.  The facts are those of
#: `selectors.colour_of`, which says what each of them means.
FACTS: Final[Mapping[str, type]] = {
    "declaration_age_hours": int,
    "declaration_mandatory": bool,
    "symptoms": bool,
    "contact": bool,
    "test_outcome": str,
    "test_age_hours": int,
    "test_method": str,
    "test_valid": bool,
    "duty": str,
    "duty_until": str,
    "place_in_zone": bool,
    "lives_in_zone": bool,
    "zone_pass": bool,
    "zone_since": str,
}

#: How a fact may be compared; a condition has one of them.
COMPARISONS: Final = ("is", "at_most", "above", "missing")


def check_rule(
    kind: str, body: Mapping[str, Any], sentences: Mapping[str, Mapping[str, str]]
) -> None:
    """Refuse a rule that nobody could answer or read.  Raises BadRule."""
    check_body(kind, body)
    if kind == "card_colour":
        _check_colour(body)
    if kind == "pooling":
        check_pooling(body)
    if kind == "custody":
        check_custody(body)
    if kind == "assay":
        check_assay(body)
    if kind == "rapid":
        check_rapid(body)
    if kind in _CHECKED:
        _CHECKED[kind](body)
    check_sentences(kind, body, sentences)
    if kind == "card_colour":
        _check_placeholders(body, sentences)


def _check_colour(body: Mapping[str, Any]) -> None:
    """Refuse clauses that could not be answered at a gate.  Raises BadRule."""
    clauses = body["clauses"]
    if not isinstance(clauses, list) or not all(isinstance(clause, dict) for clause in clauses):
        raise BadRule(
            "rule_malformed", gettext_noop("The clauses are a list, one after the other.")
        )
    if not clauses or clauses[-1].get("when"):
        raise BadRule(
            "rule_malformed",
            gettext_noop("The last clause must have no condition: somebody is left."),
        )
    for clause in clauses:
        _check_clause(clause)


def _check_placeholders(
    body: Mapping[str, Any], sentences: Mapping[str, Mapping[str, str]]
) -> None:
    """A sentence says only what its clause gives it.  Raises BadRule."""
    for clause in body["clauses"]:
        given = {*clause.get("values", ()), *clause.get("constants", {}), "article"}
        for name in (clause["outcome"], f"{clause['outcome']}.guard"):
            for language, said in sentences.get(name, {}).items():
                unknown = _names_in(said) - given
                if unknown:
                    text = gettext_noop(
                        "The sentence %(name)s asks for %(unknown)s, not given by its clause."
                    )
                    raise BadRule(
                        "rule_malformed",
                        text,
                        name=f"{name} ({language})",
                        unknown=", ".join(sorted(unknown)),
                    )


def _check_clause(clause: Mapping[str, Any]) -> None:
    outcome = clause.get("outcome")
    if not isinstance(outcome, str) or not outcome:
        raise BadRule("rule_malformed", gettext_noop("Every clause names its outcome."))
    if clause.get("colour") not in COLOURS:
        raise BadRule(
            "rule_malformed",
            gettext_noop("A clause's colour is one of %(names)s."),
            names=", ".join(COLOURS),
        )
    unknown = clause.keys() - {"outcome", "colour", "when", "values", "constants"}
    unknown |= {name for name in clause.get("values", ()) if name not in FACTS}
    if unknown:
        text = gettext_noop("The clause %(outcome)s has no %(names)s.")
        raise BadRule(
            "rule_malformed", text, outcome=outcome, names=", ".join(sorted(map(str, unknown)))
        )
    for condition in clause.get("when", ()):
        _check_condition(outcome, condition)


def _check_condition(outcome: str, condition: Mapping[str, Any]) -> None:
    fact = str(condition.get("fact"))
    if fact not in FACTS:
        raise BadRule(
            "rule_malformed",
            gettext_noop("The clause %(outcome)s asks for an unknown fact: %(fact)s."),
            outcome=outcome,
            fact=fact,
        )
    asked = condition.keys() - {"fact"}
    if len(asked) != 1 or not asked <= set(COMPARISONS):
        text = gettext_noop("A condition on %(fact)s compares once, by one of %(names)s.")
        raise BadRule("rule_malformed", text, fact=fact, names=", ".join(COMPARISONS))
    comparison, value = next((name, condition[name]) for name in asked)
    wanted = {"missing": bool, "is": FACTS[fact]}.get(comparison, int)
    # A truth value is a number to Python; to a rule it is not.
    number = comparison in ("at_most", "above")
    if type(value) is not wanted or (number and FACTS[fact] is not int):
        raise BadRule(
            "rule_malformed",
            gettext_noop("%(fact)s cannot be compared like this: %(how)s."),
            fact=fact,
            how=f"{comparison} {value!r}",
        )


def _names_in(text: str) -> set[str]:
    try:
        return {name for _text, name, _spec, _how in Formatter().parse(text) if name is not None}
    except ValueError:
        raise BadRule(
            "rule_malformed", gettext_noop("A brace is open in: %(text)s"), text=text
        ) from None
