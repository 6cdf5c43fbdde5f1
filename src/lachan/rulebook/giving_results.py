"""How results are given to people: rules of kind `results`."""

from dataclasses import dataclass

from lachan.rulebook.shape import Decision, Rule
from lachan.rulebook.vocabulary import RESULT_NUMBERS


@dataclass(frozen=True, slots=True)
class ResultsRule:
    """How results reach people, and what a positive pool asks of the people in it.

    Each is sampled alone within `retest_hours`, and `stay_measure` is asked for towards him in the
    law's role `stay_role`.  A slip opens a result for `slip_days`; after `slip_tries` wrong codes
    it is shut for `slip_lock_minutes`.  A result is expected when `expected_percent` of at least
    `comparable_tubes` tubes of the last `comparable_days` had theirs, else after `expected_hours`.
    A message is tried `send_tries` times, `send_again_minutes` apart.
    """

    rule: str
    version: int
    stay_role: str
    stay_measure: str
    retest_hours: int
    slip_days: int
    slip_tries: int
    slip_lock_minutes: int
    expected_hours: int
    expected_percent: int
    comparable_days: int
    comparable_tubes: int
    send_tries: int
    send_again_minutes: int

    def retest(self) -> Decision:
        """That each person of a positive pool is sampled alone, and within how many hours."""
        values = {"retest_hours": self.retest_hours}
        return Decision(self.rule, self.version, "retest", values)


def results_rule_of(rule: Rule) -> ResultsRule:
    """Read a rule of kind `results`."""
    body = rule.body
    numbers = {name: body[name] for name in RESULT_NUMBERS}
    return ResultsRule(rule.id, rule.version, body["stay_role"], body["stay_measure"], **numbers)
