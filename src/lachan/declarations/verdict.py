"""The one sentence after declaring: what to do, until when, why.  Judged now, stored nowhere.

The colour is that of the rule of the territory where the declaration will be shown.  What other
rooms know of a person (a result, an order, a zone) they tell through `selectors.also_know`, so that
nobody reads here what the own pass denies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.declarations import selectors
from lachan.declarations.models import Declaration
from lachan.declarations.questionnaire import Question
from lachan.people.selectors import PersonCard
from lachan.places.selectors import today_of, unit_name
from lachan.rulebook import selectors as rulebook
from lachan.rulebook.shape import Decision
from lachan.ui.wording import clock, day, language

#: The kinds of the verdict's shape by the colour of the rule; the gate says the same.
KINDS = {"green": "may", "neutral": "may", "yellow": "need", "red": "not"}

#: Outcomes which a new declaration puts right.
DECLARE_AGAIN = frozenset({"declare_first"})

#: Yellow, and yet admitted: who watches his own health is reminded, not kept out.
ADMITTED = frozenset({"monitoring"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """`kind` may, need or not; the sentence; `where`: whose rule it is, "" for the present stay."""

    kind: str
    sentence: str
    where: str
    version: int
    again: bool


def verdict_of(declaration: Declaration, card: PersonCard) -> Verdict:
    """What the rule of the place says of the person now."""
    at = now()
    province = _shown_in(declaration, at) or card.province
    facts = _facts(card, at, province)
    colour, decision = rulebook.colour_of(facts, at=at, province=province)
    kind = "may" if decision.outcome in ADMITTED else KINDS.get(colour, "need")
    again = decision.outcome in DECLARE_AGAIN
    until = _until(decision, facts, at)
    said = rulebook.render(decision, language())
    return Verdict(
        kind=kind,
        sentence=_sentence(kind, again, until, said),
        where="" if province == card.province else _named(province),
        version=decision.version,
        again=again,
    )


def _facts(card: PersonCard, at: datetime, province: int) -> dict[str, Any]:
    duty = selectors.duty_to_declare(at=at, province=province)
    facts: dict[str, Any] = {}
    for teller in selectors.tellers():
        facts |= teller(card, at)
    facts |= selectors.facts_of(card.person, at)
    return facts | {"declaration_mandatory": duty.outcome == "mandatory"}


def _sentence(kind: str, again: bool, until: datetime | None, why: str) -> str:
    when = f"{clock(until)}, {day(until)}" if until else ""
    values = {"until": when, "why": why}
    if again:
        return _("Declare again, because: %(why)s") % values
    if kind == "not":
        return _("Stay where you are and call the health station, because: %(why)s") % values
    if kind == "need" and until:
        return (
            _("Until %(until)s, call the health station before going anywhere, because: %(why)s")
            % values
        )
    if kind == "need":
        return _("Call the health station before going anywhere, because: %(why)s") % values
    if until:
        return _("Nothing more to do until %(until)s, because: %(why)s") % values
    return _("Nothing more to do now, because: %(why)s") % values


def _until(decision: Decision, facts: Mapping[str, Any], at: datetime) -> datetime | None:
    """When the clause that decided stops fitting by the age of the declaration alone."""
    age = facts.get("declaration_age_hours")
    limits = [
        condition["at_most"]
        for clause in rulebook.version_of(decision.rule).body["clauses"]
        if clause["outcome"] == decision.outcome
        for condition in clause.get("when", ())
        if condition["fact"] == "declaration_age_hours" and "at_most" in condition
    ]
    if age is None or not limits:
        return None
    return at + timedelta(hours=min(limits) - age)


def _shown_in(declaration: Declaration, at: datetime) -> int | None:
    """The province of the next place on the way that is not behind, else of the last one."""
    asked = selectors.asked_in(declaration)
    answers = selectors.answers_of(declaration)
    stops = [stop for each in asked.questions for stop in _stops(each, answers)]
    ahead = [unit for unit, arrives in stops if arrives is None or arrives >= at]
    chosen = ahead[0] if ahead else stops[-1][0] if stops else None
    if chosen is None:
        return None
    try:
        return today_of(chosen).province
    except Refused:
        return None


def _stops(question: Question, answers: Mapping[str, Any]) -> list[tuple[int, datetime | None]]:
    if question.type != "group":
        known = question.territory and question.code in answers
        return [(answers[question.code]["unit"], None)] if known else []
    codes = [part.code for part in question.parts if part.territory]
    hours = [part.code for part in question.parts if part.type == "moment"]
    return [
        (entry[code]["unit"], _hour(entry, hours))
        for entry in answers.get(question.code, [])
        for code in codes
        if code in entry
    ]


def _hour(entry: Mapping[str, Any], codes: list[str]) -> datetime | None:
    found = [datetime.fromisoformat(entry[code]) for code in codes if code in entry]
    return found[0] if found else None


def _named(province: int) -> str:
    try:
        return unit_name(province)
    except Refused:
        return ""
