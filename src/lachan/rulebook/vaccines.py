"""Rules of vaccination read as records: products, screening, groups, the site's clocks.

Pure: no clock and no database.  A schedule's tables are read by whoever enters the engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from lachan.rulebook.shape import Decision, Rule
from lachan.rulebook.vaccine_checking import SCREENINGS

#: The answers to a question.  "Không rõ" is an answer, silence is none.
ANSWERS: Final = ("yes", "no", "unknown")

#: Fact of a screening: an answer, a number measured, or a code.
Facts = Mapping[str, str | float]


@dataclass(frozen=True, slots=True)
class VaccineProduct:
    """A vaccine as it comes in a vial.  Degrees Celsius; hours from opening, days from thawing
    (0: it is not frozen); `codes`: cvx, mvx, atc, eu_vp, eu_mp, eu_ma as far as there are any."""

    rule: str
    version: int
    code: str
    disease: str
    names: Mapping[str, str]
    maker: str
    antigens: tuple[str, ...]
    codes: Mapping[str, str]
    doses_per_vial: int
    dose_ml: float
    coldest: float
    warmest: float
    open_hours: int
    thawed_days: int
    live: bool
    route: str

    def name(self, language: str) -> str:
        """What a person reads."""
        return self.names.get(language) or self.names["vi"]

    def opened_until(self, opened_at: datetime) -> datetime:
        """Until when an opened vial is used."""
        return opened_at + timedelta(hours=self.open_hours)

    def says(self, outcome: str, **values: Any) -> Decision:
        """One of its outcomes: too_warm, too_cold, opened_too_long, expired."""
        known = {"coldest": self.coldest, "warmest": self.warmest, "hours": self.open_hours}
        return Decision(self.rule, self.version, outcome, {**known, **values})


def vaccine_product_of(rule: Rule) -> VaccineProduct:
    """Read a rule of kind `vaccine_product`."""
    body = rule.body
    return VaccineProduct(
        rule=rule.id,
        version=rule.version,
        code=rule.name,
        disease=rule.disease,
        names=dict(body["names"]),
        maker=body["maker"],
        antigens=tuple(body["antigens"]),
        codes=dict(body["codes"]),
        doses_per_vial=body["doses_per_vial"],
        dose_ml=body["dose_ml"],
        coldest=body["coldest"],
        warmest=body["warmest"],
        open_hours=body["open_hours"],
        thawed_days=body["thawed_days"],
        live=body["live"],
        route=body["route"],
    )


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the checklist.  `detail`: a yes is explained in words; `sex`: asked of one."""

    code: str
    names: Mapping[str, str]
    detail: bool
    sex: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that is taken.  `always`: of everybody; `condition`: where this answer is yes.
    Outside `least` to `most` somebody has misread."""

    code: str
    names: Mapping[str, str]
    least: float
    most: float
    always: bool
    condition: str


@dataclass(frozen=True, slots=True)
class Screened:
    """What screening came to: the outcome, all its reasons, and what is still missing."""

    outcome: str
    reasons: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScreeningRule:
    """The versioned checklist before an injection."""

    rule: str
    version: int
    questions: tuple[Question, ...]
    measures: tuple[Measure, ...]
    clauses: tuple[Mapping[str, Any], ...]
    consent: Mapping[str, str]
    paper_days: int

    def asked_of(self, sex: str) -> tuple[Question, ...]:
        """The questions for somebody of that sex; all of them where it is not known."""
        return tuple(each for each in self.questions if not (each.sex and sex) or each.sex == sex)

    def screen(self, facts: Facts, *, sex: str = "") -> Screened:
        """Eligible only when every question is answered and everything that is always taken was.

        A contraindication or a postponement is certain before the last answer; nothing lighter is.
        """
        missing = [each.code for each in self.asked_of(sex) if facts.get(each.code) not in ANSWERS]
        missing += [
            each.code
            for each in self.measures
            if each.code not in facts
            and (each.always or (each.condition and facts.get(each.condition) == "yes"))
        ]
        met = [clause for clause in self.clauses if all(_met(one, facts) for one in clause["when"])]
        worst = min((SCREENINGS.index(clause["outcome"]) for clause in met), default=None)
        outcome = "eligible" if worst is None else SCREENINGS[worst]
        if missing and outcome in {"eligible", "caution"}:
            outcome = "incomplete"
        reasons = dict.fromkeys(clause["reason"] for clause in met if clause["outcome"] == outcome)
        return Screened(outcome, tuple(reasons), tuple(missing))

    def says(self, found: Screened, **values: Any) -> Decision:
        """What is stored of a screening: its outcome with reasons and gaps as codes."""
        known = {"reasons": list(found.reasons), "missing": list(found.missing)}
        return Decision(self.rule, self.version, found.outcome, {**known, **values})


def _met(condition: Mapping[str, Any], facts: Facts) -> bool:
    value = facts.get(condition["fact"])
    if value is None:
        return False
    if "is" in condition:
        return bool(value == condition["is"])
    if isinstance(value, str):
        return False
    if "below" in condition:
        return bool(value < condition["below"])
    return bool(value > condition["above"])


def screening_rule_of(rule: Rule) -> ScreeningRule:
    """Read a rule of kind `screening`."""
    body = rule.body
    return ScreeningRule(
        rule=rule.id,
        version=rule.version,
        questions=tuple(
            Question(each["code"], each["names"], bool(each.get("detail")), each.get("sex", ""))
            for each in body["questions"]
        ),
        measures=tuple(
            Measure(
                each["code"],
                each["names"],
                each["least"],
                each["most"],
                bool(each.get("always")),
                each.get("if", ""),
            )
            for each in body["measures"]
        ),
        clauses=tuple(body["clauses"]),
        consent=dict(body["consent"]),
        paper_days=body["paper_days"],
    )


@dataclass(frozen=True, slots=True)
class PriorityGroup:
    """A group in the order of vaccination.  Ages in whole years, None where any age is meant."""

    code: str
    names: Mapping[str, str]
    proof: str
    least_age: int | None
    most_age: int | None


@dataclass(frozen=True, slots=True)
class PriorityRule:
    """Who is vaccinated first, in order."""

    rule: str
    version: int
    groups: tuple[PriorityGroup, ...]

    def place(self, codes: set[str]) -> int | None:
        """Where somebody in these groups stands in the order, from 0; None in no group."""
        return next((at for at, each in enumerate(self.groups) if each.code in codes), None)


def priority_rule_of(rule: Rule) -> PriorityRule:
    """Read a rule of kind `priority`."""
    return PriorityRule(
        rule=rule.id,
        version=rule.version,
        groups=tuple(
            PriorityGroup(
                each["code"],
                each["names"],
                each["proof"],
                each.get("least_age"),
                each.get("most_age"),
            )
            for each in rule.body["groups"]
        ),
    )


@dataclass(frozen=True, slots=True)
class VaccinationRule:
    """How a site works.  `notify`: who is told of a severe event, within `notify_hours`;
    `follow_hours`: when a vaccinated person is asked how he is; `report_hour`: until when a day's
    report takes entries, in local time."""

    rule: str
    version: int
    observe_minutes: int
    home_hours: int
    watch_days: int
    follow_hours: tuple[int, ...]
    report_hour: int
    print_minutes: int
    reception_minutes: int
    notify: tuple[str, ...]
    notify_hours: int
    council_workdays: int
    publish_hours: int
    offline_days: int
    barred_within_seconds: int
    walk_in: bool

    def observed_until(self, injected_at: datetime) -> datetime:
        """Until when somebody stays after an injection."""
        return injected_at + timedelta(minutes=self.observe_minutes)

    def says(self, outcome: str, **values: Any) -> Decision:
        """One of its outcomes: wait, go, notify, council, publish."""
        known = {"minutes": self.observe_minutes, "hours": self.home_hours}
        return Decision(self.rule, self.version, outcome, {**known, **values})


def vaccination_rule_of(rule: Rule) -> VaccinationRule:
    """Read a rule of kind `vaccination`."""
    body = rule.body
    plain = {
        name: body[name]
        for name in VaccinationRule.__slots__
        if name in body and name not in {"follow_hours", "notify"}
    }
    return VaccinationRule(
        rule=rule.id,
        version=rule.version,
        follow_hours=tuple(body["follow_hours"]),
        notify=tuple(body["notify"]),
        **plain,
    )
