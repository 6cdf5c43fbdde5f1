"""The rule of how long a tube may stand still, how cold it travels, and what follows a loss."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lachan.rulebook.shape import BadRule, Decision, Rule, gettext_noop
from lachan.rulebook.vocabulary import CUSTODY_STAGES

#: Degrees in which a box of samples can be meant to travel, from dry ice to a warm day.
COLDEST, WARMEST = -90, 40


@dataclass(frozen=True, slots=True)
class CustodyRule:
    """How tubes travel.

    `hours`: stage -> hours after which the board names it; `laboratory_hours`: from closing the
    first tube of a box to its laboratory; `coldest`, `warmest`: degrees Celsius of the box;
    `resample_hours`: until when people of a lost or rejected tube are sampled again; `cutoffs`: at
    which hours of a day a campaign is counted.
    """

    rule: str
    version: int
    hours: Mapping[str, int]
    laboratory_hours: int
    coldest: float
    warmest: float
    resample_hours: int
    cutoffs: tuple[int, ...]

    def late(self, stage: str) -> Decision:
        """What stands still at a stage longer than it may."""
        return Decision(self.rule, self.version, stage, {"hours": self.hours[stage]})

    def outside(self, warmest: float) -> Decision:
        """A temperature outside of the range: too_warm or too_cold."""
        outcome = "too_warm" if warmest > self.warmest else "too_cold"
        values = {"coldest": self.coldest, "warmest": self.warmest}
        return Decision(self.rule, self.version, outcome, values)


def custody_rule_of(rule: Rule) -> CustodyRule:
    """Read a rule of kind `custody`."""
    body = rule.body
    return CustodyRule(
        rule=rule.id,
        version=rule.version,
        hours=dict(body["hours"]),
        laboratory_hours=body["laboratory_hours"],
        coldest=float(body["coldest"]),
        warmest=float(body["warmest"]),
        resample_hours=body["resample_hours"],
        cutoffs=tuple(body["cutoffs"]),
    )


def check_custody(body: Mapping[str, Any]) -> None:
    """Refuse hours and degrees that nobody could keep.  Raises BadRule."""
    hours = body["hours"]
    if not isinstance(hours, dict) or set(hours) != set(CUSTODY_STAGES):
        raise BadRule(
            "rule_malformed",
            gettext_noop("Custody has hours for each of %(names)s."),
            names=", ".join(CUSTODY_STAGES),
        )
    numbers = {**hours, **{name: body[name] for name in ("laboratory_hours", "resample_hours")}}
    for name, number in numbers.items():
        if type(number) is not int or number < 1:
            raise BadRule(
                "rule_malformed",
                gettext_noop("%(name)s must be a whole number, one or more."),
                name=name,
            )
    _check_cutoffs(body["cutoffs"])
    cold, warm = body["coldest"], body["warmest"]
    degrees = all(type(each) in {int, float} for each in (cold, warm))
    if not degrees or not COLDEST <= cold < warm <= WARMEST:
        raise BadRule(
            "rule_malformed",
            gettext_noop("coldest lies below warmest, both between %(low)s and %(high)s degrees."),
            low=COLDEST,
            high=WARMEST,
        )


def _check_cutoffs(hours: Any) -> None:
    """Hours of a day, each later than the one before."""
    whole = isinstance(hours, list) and all(type(hour) is int for hour in hours)
    if not whole or not hours or hours != sorted(set(hours)) or not 0 <= hours[0] <= hours[-1] < 24:
        raise BadRule(
            "rule_malformed",
            gettext_noop("cutoffs are hours of a day from 0 to 23, the earliest first."),
        )
