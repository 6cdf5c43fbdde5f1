"""How a rapid antigen test is read and what it means: a rule's body checked, and read as a record.

Pure: no clock and no database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from lachan.rulebook.shape import BadRule, Decision, Rule, gettext_noop

#: What a positive means: a case at once, or provisional until RT-PCR says so.
POSITIVES: Final = ("case", "confirm_pcr")

#: Whom we sample, as the rule may tell a positive of each apart: the words of `sampling.Reason`.
REASONS: Final = (
    "symptoms",
    "contact",
    "second_contact",
    "screening",
    "isolation",
    "zone",
    "border",
    "request",
)

#: Who may read the cassette of a household.
READERS: Final = ("sampler", "station_officer", "laboratory", "laboratory_lead")

#: What a negative is shown for, each with hours of its own.
PURPOSES: Final = ("gate", "work", "travel")

#: By which test.
METHODS: Final = ("pcr", "rapid")

_NUMBERS: Final = (
    "read_minutes",
    "read_before_minutes",
    "confirm_hours",
    "repeats",
    "household_most",
)


@dataclass(frozen=True, slots=True)
class RapidRule:
    """How a rapid test is read.  Minutes count from the drops on the cassette.

    `positive`, and `positive_by_reason` for some reasons: "case" or "confirm_pcr".  `repeats`: how
    often an invalid test is repeated before RT-PCR is asked for.  `valid_hours`: method -> purpose
    -> hours that a negative holds from the sample on.
    """

    rule: str
    version: int
    read_minutes: int
    read_before_minutes: int
    positive: str
    positive_by_reason: Mapping[str, str]
    confirm_hours: int
    repeats: int
    household_most: int
    household_readers: frozenset[str]
    valid_hours: Mapping[str, Mapping[str, int]]

    def window(
        self, applied_at: datetime, read_minutes: int | None, read_before_minutes: int | None
    ) -> tuple[datetime, datetime]:
        """From when and until when a cassette may be read; the kit's own minutes go first."""
        ready = applied_at + timedelta(minutes=read_minutes or self.read_minutes)
        last = applied_at + timedelta(minutes=read_before_minutes or self.read_before_minutes)
        return ready, last

    def means(self, reason: str) -> str:
        """What a positive of somebody sampled for this reason means: "case" or "confirm_pcr"."""
        return self.positive_by_reason.get(reason, self.positive)

    def holds(self, method: str, purpose: str, age_hours: float) -> bool:
        """Whether a negative of this age still counts for this purpose."""
        return 0 <= age_hours <= self.valid_hours.get(method, {}).get(purpose, -1)

    def says(self, outcome: str, **values: Any) -> Decision:
        """One of its outcomes: case, confirm_pcr, invalid, too_late, differ, no_more."""
        known = {"minutes": self.read_minutes, "before": self.read_before_minutes}
        known |= {"hours": self.confirm_hours, "repeats": self.repeats}
        return Decision(self.rule, self.version, outcome, {**known, **values})


def rapid_rule_of(rule: Rule) -> RapidRule:
    """Read a rule of kind `rapid`."""
    body = rule.body
    return RapidRule(
        rule=rule.id,
        version=rule.version,
        positive=body["positive"],
        positive_by_reason=dict(body.get("positive_by_reason", {})),
        household_readers=frozenset(body["household_readers"]),
        valid_hours={method: dict(hours) for method, hours in body["valid_hours"].items()},
        **{number: body[number] for number in _NUMBERS},
    )


def check_rapid(body: Mapping[str, Any]) -> None:
    """Refuse a rule by which a table could not read a test.  Raises BadRule."""
    for number in _NUMBERS:
        if type(body[number]) is not int or body[number] < 1:
            text = gettext_noop("%(name)s must be a whole number, one or more.")
            raise BadRule("rule_malformed", text, name=number)
    if body["read_before_minutes"] <= body["read_minutes"]:
        text = gettext_noop("A test is read after read_minutes and before read_before_minutes.")
        raise BadRule("rule_malformed", text)
    by_reason = body.get("positive_by_reason", {})
    if not isinstance(by_reason, dict):
        raise BadRule("rule_malformed", gettext_noop("positive_by_reason names reasons."))
    _one_of("positive", {body["positive"], *by_reason.values()}, POSITIVES)
    _one_of("positive_by_reason", set(by_reason), REASONS)
    _one_of("household_readers", set(body["household_readers"]), READERS)
    _check_hours(body["valid_hours"])


def _one_of(name: str, given: set[Any], known: tuple[str, ...]) -> None:
    if given and not given - set(known):
        return
    if not given and name == "positive_by_reason":
        return
    text = gettext_noop("%(name)s takes %(names)s.")
    raise BadRule("rule_malformed", text, name=name, names=", ".join(known))


def _check_hours(valid: Any) -> None:
    if not isinstance(valid, dict) or set(valid) != set(METHODS):
        text = gettext_noop("%(name)s takes %(names)s.")
        raise BadRule("rule_malformed", text, name="valid_hours", names=", ".join(METHODS))
    for hours in valid.values():
        if not isinstance(hours, dict) or set(hours) != set(PURPOSES):
            text = gettext_noop("%(name)s takes %(names)s.")
            raise BadRule("rule_malformed", text, name="valid_hours", names=", ".join(PURPOSES))
        if any(type(number) is not int or number < 1 for number in hours.values()):
            text = gettext_noop("%(name)s must be a whole number, one or more.")
            raise BadRule("rule_malformed", text, name="valid_hours")
