"""What the law of the day says of a zone: may it be, who signs, how long before it begins."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from lachan.core.refusals import Refused
from lachan.rulebook import selectors as rulebook
from lachan.rulebook.selectors import Answer, Decision
from lachan.ui.wording import language

#: The measure and the role by which the rulebook knows a zone, and the step that starts its clock.
MEASURE, ROLE, REPORT = "zone", "area", "report"


@dataclass(frozen=True, slots=True)
class Law:
    """The rulebook's answer for one disease, day and province, with the hours before the start."""

    answer: Answer

    @property
    def allowed(self) -> bool:
        """Whether a decision may be drafted."""
        return self.answer.allowed

    @property
    def hours(self) -> int:
        """Hours that must lie between the report to the province and the start."""
        return sum(step.hours for step in self.answer.clock if step.step == REPORT)

    @property
    def signer(self) -> str:
        """The role that signs, "" where the rulebook names none."""
        return self.answer.signer or ""

    def stored(self) -> dict[str, Any]:
        """What a zone keeps of the answer: rule, version, outcome and values, no sentence."""
        made = self.answer.decision
        if made is None:
            return {}
        return {
            "rule": made.rule,
            "version": made.version,
            "outcome": made.outcome,
            "values": dict(made.values),
        }

    def sentence(self) -> str:
        """The answer in the reader's language, with its article and what may be done instead."""
        said = sentence_of(self.stored())
        if self.allowed:
            return said
        return f"{said} {_('What may be done instead: %(what)s.') % {'what': self.alternative()}}"

    def alternative(self) -> str:
        """The lawful alternative in words."""
        return rulebook.term("measure", self.answer.alternative or "health_advice")


def law_of(disease: str, *, at: datetime, province: int) -> Law:
    """The answer for a zone of a disease on a day in a province."""
    return Law(rulebook.may_we(MEASURE, disease=disease, role=ROLE, at=at, province=province))


def law_or_refuse(disease: str, *, at: datetime, province: int) -> Law:
    """The same, where a decision may be drafted.  Refused: zone_not_allowed."""
    law = law_of(disease, at=at, province=province)
    if not law.allowed:
        raise Refused("zone_not_allowed", law.sentence())
    return law


def sentence_of(stored: dict[str, Any]) -> str:
    """A kept answer in the reader's language; silence of the rulebook is told as such."""
    if not stored:
        return _("No rule of that day says that an area may be closed: ask a legal officer.")
    made = Decision(stored["rule"], stored["version"], stored["outcome"], stored["values"])
    return rulebook.render(made, language())


def earliest_start(reported_at: datetime, law: Law) -> datetime:
    """The first minute at which a zone that was reported then may begin.

    Papers know minutes: a report of 20:05 and some seconds is one of 20:05.
    """
    return reported_at.replace(second=0, microsecond=0) + timedelta(hours=law.hours)


def regime_word(at: datetime) -> str:
    """What such an area is called under the law of that day."""
    return rulebook.term("closed_area", rulebook.regime_at(at))
