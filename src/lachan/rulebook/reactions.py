"""What the rule of vaccination says of reactions: questions, clocks, when a lot stands out.

Pure: no clock and no database.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, Final

from lachan.rulebook.shape import BadRule, Decision, Rule, gettext_noop
from lachan.rulebook.vocabulary import LANGUAGES

#: Saturday and Sunday.
_WEEKEND: Final = (5, 6)
_NUMBERS: Final = (
    *("investigate_hours", "answer_hours", "warn_hours", "signal_events", "signal_doses"),
)


@dataclass(frozen=True, slots=True)
class Sign:
    """What somebody may have after an injection.  `danger`: go or call at once; `staff`: only who
    examined the person says so."""

    code: str
    names: Mapping[str, str]
    danger: bool
    staff: bool

    def name(self, language: str) -> str:
        """What a person reads."""
        return self.names.get(language) or self.names["vi"]


@dataclass(frozen=True, slots=True)
class SignalLevel:
    """A lot stands out at this level when its events are less likely than `most_p` by chance."""

    code: str
    most_p: Fraction


@dataclass(frozen=True, slots=True)
class ReactionRule:
    """Reactions, the clocks of a severe event, and the thresholds of lots.

    `answer_hours`: until when the station calls somebody with a danger sign; `warn_hours`: a step
    is coloured so long before it is due; `papers`: what a compensation file needs.
    """

    rule: str
    version: int
    signs: tuple[Sign, ...]
    answer_hours: int
    warn_hours: int
    notify: tuple[str, ...]
    notify_hours: int
    investigate_hours: int
    council_workdays: int
    publish_hours: int
    papers: tuple[str, ...]
    follow_hours: tuple[int, ...]
    signal_events: int
    signal_doses: int
    signals: tuple[SignalLevel, ...]
    holidays: frozenset[date]

    def asked_of(self, *, staff: bool) -> tuple[Sign, ...]:
        """What may be chosen: a citizen is not asked for a diagnosis."""
        return tuple(sign for sign in self.signs if staff or not sign.staff)

    def dangers(self, codes: Collection[str]) -> list[str]:
        """The danger signs among these."""
        return [sign.code for sign in self.signs if sign.danger and sign.code in codes]

    def workdays_after(self, day: date, number: int) -> date:
        """The day on which the last of `number` working days after `day` falls."""
        while number:
            day += timedelta(days=1)
            number -= day.weekday() not in _WEEKEND and day not in self.holidays
        return day

    def council_due(self, reported_at: datetime) -> datetime:
        """The end of the last working day for the council; in the zone of `reported_at`."""
        last = self.workdays_after(reported_at.date(), self.council_workdays)
        return datetime.combine(last, datetime.max.time(), reported_at.tzinfo).replace(
            second=0, microsecond=0
        )

    def level(self, *, events: int, doses: int, p: Fraction) -> str:
        """The gravest level that a lot with so many events reaches, "" when it does not stand out
        or is too small to say."""
        if events < self.signal_events or doses < self.signal_doses:
            return ""
        return next((each.code for each in self.signals if p <= each.most_p), "")

    def says(self, outcome: str, **values: Any) -> Decision:
        """One of its outcomes: danger, thanks, provisional, notify, investigate, council ..."""
        return Decision(self.rule, self.version, outcome, values)


def reaction_rule_of(rule: Rule) -> ReactionRule:
    """Read what a rule of kind `vaccination` says of reactions."""
    body = rule.body
    return ReactionRule(
        rule=rule.id,
        version=rule.version,
        signs=tuple(
            Sign(each["code"], each["names"], bool(each.get("danger")), bool(each.get("staff")))
            for each in body["reactions"]
        ),
        notify=tuple(body["notify"]),
        papers=tuple(body["papers"]),
        follow_hours=tuple(body["follow_hours"]),
        signals=tuple(
            SignalLevel(each["code"], Fraction(str(each["most_p"]))) for each in body["signals"]
        ),
        holidays=frozenset(date.fromisoformat(day) for day in body["holidays"]),
        **{
            name: body[name]
            for name in (*_NUMBERS, "notify_hours", "council_workdays", "publish_hours")
        },
    )


def check_reactions(body: Mapping[str, Any]) -> None:
    """Refuse reactions that nobody could be asked for.  Raises BadRule."""
    for name in _NUMBERS:
        if type(body[name]) is not int or body[name] < 1:
            text = gettext_noop("%(name)s must be a whole number, one or more.")
            raise BadRule("rule_malformed", text, name=name)
    codes = [each.get("code") for each in body["reactions"]]
    if not codes or len(set(codes)) != len(codes):
        text = gettext_noop("%(name)s is a list of different codes in small letters.")
        raise BadRule("rule_malformed", text, name="reactions")
    for each in body["reactions"]:
        if any(not each.get("names", {}).get(language) for language in LANGUAGES):
            text = gettext_noop("%(name)s needs its words in every language.")
            raise BadRule("rule_malformed", text, name=each["code"])
    steps = [each.get("most_p") for each in body["signals"]]
    if any(type(p) is not float or not 0 < p < 1 for p in steps) or steps != sorted(steps):
        text = gettext_noop("signals have a most_p between 0 and 1, the gravest first.")
        raise BadRule("rule_malformed", text)
    try:
        [date.fromisoformat(day) for day in body["holidays"]]
    except (TypeError, ValueError):
        text = gettext_noop("holidays are days such as 2027-01-01.")
        raise BadRule("rule_malformed", text) from None
