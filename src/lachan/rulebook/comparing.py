"""What a drafted version would change: values, sentences, and what some people would get."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from lachan.rulebook import evaluate
from lachan.rulebook.drafting import Change, changes
from lachan.rulebook.models import RuleVersion
from lachan.rulebook.shape import Rule


@dataclass(frozen=True, slots=True)
class Example:
    """Somebody at a gate, and the card before and after."""

    who: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether this person would get another answer."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Compared:
    """All that would change."""

    values: list[Change]
    sentences: list[Change]
    examples: list[Example]

    @property
    def nothing(self) -> bool:
        """Whether the draft says the same as before."""
        return not (self.values or self.sentences)


def compared(
    before: RuleVersion, body: dict[str, Any], sentences: dict[str, dict[str, str]]
) -> Compared:
    """The draft beside the version it was made from."""
    examples = _examples(before.as_rule(), body) if before.kind == "card_colour" else []
    return Compared(changes(before.body, body), changes(before.sentences, sentences), examples)


def _examples(rule: Rule, body: Mapping[str, Any]) -> list[Example]:
    draft = replace(rule, body=body)
    return [
        Example(who, evaluate.colour_of(rule, facts)[0], evaluate.colour_of(draft, facts)[0])
        for who, facts in _people()
    ]


def _people() -> list[tuple[str, dict[str, Any]]]:
    well = {"symptoms": False, "contact": False, "declaration_mandatory": False}
    return [
        (_("Declared 2 hours ago, no symptom"), {**well, "declaration_age_hours": 2}),
        (_("Declared 30 hours ago, no symptom"), {**well, "declaration_age_hours": 30}),
        (_("Declared 80 hours ago, no symptom"), {**well, "declaration_age_hours": 80}),
        (
            _("Declared a symptom 2 hours ago"),
            {**well, "symptoms": True, "declaration_age_hours": 2},
        ),
        (
            _("Declared contact with a patient 5 days ago"),
            {**well, "contact": True, "declaration_age_hours": 120},
        ),
        (
            _("Tested negative 20 hours ago, nothing declared"),
            {"test_outcome": "negative", "test_age_hours": 20, "declaration_mandatory": False},
        ),
        (
            _("Tested positive 3 days ago"),
            {"test_outcome": "positive", "test_age_hours": 72, "declaration_mandatory": False},
        ),
        (_("Nothing known, declaring is voluntary"), {"declaration_mandatory": False}),
        (_("Nothing known, declaring is mandatory"), {"declaration_mandatory": True}),
    ]
