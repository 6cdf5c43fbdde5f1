"""How complaints about records are answered: a rule's body checked, and read as a record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from lachan.rulebook.shape import BadRule, Decision, Rule, gettext_noop

_NUMBERS: Final = ("answer_hours", "near_days", "board_days", "least")


@dataclass(frozen=True, slots=True)
class ComplaintsRule:
    """`answer_hours`: until a complaint is decided; `near_days`: how far apart two days may lie to
    be taken for a slip of the pen; `board_days`: how far back the public board looks; `least`:
    a unit with fewer decided complaints is not shown alone."""

    rule: str
    version: int
    answer_hours: int
    near_days: int
    board_days: int
    least: int

    def due_at(self, opened_at: datetime) -> datetime:
        """Until when a complaint is to be decided."""
        return opened_at + timedelta(hours=self.answer_hours)

    def says(self, outcome: str, **values: Any) -> Decision:
        """One of its outcomes: received, late."""
        return Decision(self.rule, self.version, outcome, {"hours": self.answer_hours, **values})


def complaints_rule_of(rule: Rule) -> ComplaintsRule:
    """Read a rule of kind `complaints`."""
    return ComplaintsRule(rule.id, rule.version, **{name: rule.body[name] for name in _NUMBERS})


def check_complaints(body: Mapping[str, Any]) -> None:
    """Refuse a desk without its hours.  Raises BadRule."""
    for name in _NUMBERS:
        if type(body[name]) is not int or body[name] < 1:
            text = gettext_noop("%(name)s must be a whole number, one or more.")
            raise BadRule("rule_malformed", text, name=name)
