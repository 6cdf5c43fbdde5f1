"""The one door to the engine: schedules of the rulebook as tables, and what doses are worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from lachan.engine.immunization import assess_all
from lachan.engine.immunization_answers import Assessment as Assessment
from lachan.engine.immunization_answers import Forecast as Forecast
from lachan.engine.immunization_answers import Given as Given
from lachan.engine.immunization_answers import Judged as Judged
from lachan.engine.immunization_answers import Person as Person
from lachan.engine.immunization_answers import Reason as Reason
from lachan.engine.immunization_answers import SeriesStatus as SeriesStatus
from lachan.engine.immunization_asking import Asked as Asked
from lachan.engine.immunization_asking import ask as _ask
from lachan.engine.immunization_dates import Period, period
from lachan.engine.immunization_schedule import (
    AgeRule,
    Conflict,
    Indication,
    IntervalRule,
    Programme,
    Schedule,
    Series,
    Step,
    VaccineRule,
)
from lachan.rulebook.models import RuleVersion
from lachan.rulebook.selectors import VaccineProduct

#: The group of series for people to whom a step of their own applies.
RISK_GROUP = "2"


@dataclass(frozen=True, slots=True)
class Tables:
    """A schedule of the rulebook as the engine reads it, and which version it was."""

    rule: str
    version: int
    programme: Programme
    offered_until: Period | None = None

    def offers(self, person: Person, day: date) -> bool:
        """Whether the programme is for somebody of that age."""
        return self.offered_until is None or day < self.offered_until.after(person.born)

    def assess(
        self, person: Person, doses: Sequence[Given], day: date
    ) -> tuple[dict[str, Assessment], dict[str, Forecast]]:
        """Assessments by antigen, forecasts by what is given together."""
        return assess_all(self.programme, person, doses, day)

    def ask(self, person: Person, doses: Sequence[Given], wanted: Given) -> dict[str, Asked]:
        """What a wanted dose would be worth, by antigen that it carries."""
        carried = self.programme.antigens.get(wanted.vaccine, frozenset())
        answers = {}
        for antigen in sorted(carried & self.programme.schedules.keys()):
            own = [each for each in doses if antigen in self._antigens(each)]
            others = [each for each in doses if antigen not in self._antigens(each)]
            schedule = self.programme.schedules[antigen]
            answers[antigen] = _ask(schedule, person, own, wanted, others)
        return answers

    def _antigens(self, given: Given) -> frozenset[str]:
        return self.programme.antigens.get(given.vaccine, frozenset())


def tables_of(row: RuleVersion, products: Mapping[str, VaccineProduct]) -> Tables:
    """The tables of one version of a schedule.  Versions never change, so they are kept."""
    antigens = tuple(sorted((code, each.antigens) for code, each in products.items()))
    live = frozenset(code for code, each in products.items() if each.live)
    return _tables(_Frozen(str(row.id), row.version, row.body), antigens, live)


@dataclass(frozen=True, slots=True, eq=False)
class _Frozen:
    """A rule's body behind its id: two with one id are the same."""

    rule: str
    version: int
    body: Mapping[str, Any]

    def __hash__(self) -> int:
        return hash(self.rule)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen) and self.rule == other.rule


@lru_cache(maxsize=64)
def _tables(
    row: _Frozen, antigens: tuple[tuple[str, tuple[str, ...]], ...], live: frozenset[str]
) -> Tables:
    body = row.body
    carried = {code: frozenset(each) for code, each in antigens}
    schedules = {
        antigen: Schedule(
            antigen=antigen,
            series=_series_of(body, antigen),
            conflicts=_conflicts(body, live),
        )
        for antigen in body["antigens"]
    }
    groups = {
        **{antigen: (antigen,) for antigen in body["antigens"]},
        **{name: tuple(each) for name, each in body.get("together", {}).items()},
    }
    programme = Programme(schedules=schedules, antigens=carried, groups=groups)
    until = period(body["offered_until"]) if "offered_until" in body else None
    return Tables(row.rule, row.version, programme, until)


def _series_of(body: Mapping[str, Any], antigen: str) -> tuple[Series, ...]:
    """Each series twice where a step is only for some: with it for them, without it for all."""
    found: list[Series] = []
    named = [each for each in body["series"] if antigen in each.get("antigens", body["antigens"])]
    for preference, each in enumerate(named, 1):
        own = [step for step in body["then"] if "for" not in step]
        some = [step for step in body["then"] if "for" in step]
        standard = Series(
            code=each["code"],
            steps=_steps([*each["steps"], *own]),
            default=preference == 1,
            product_path=len({code for step in each["steps"] for code in step["vaccines"]}) == 1,
            preference=preference,
            equivalent=frozenset({RISK_GROUP}) if some else frozenset(),
        )
        found.append(standard)
        if some:
            observations = sorted({code for step in some for code in step["for"]})
            risk = replace(
                standard,
                code=f"{each['code']}+",
                steps=_steps([*each["steps"], *body["then"]]),
                risk=True,
                group=RISK_GROUP,
                equivalent=frozenset(),
                indications=tuple(Indication(observation=code) for code in observations),
            )
            found.append(risk)
    return tuple(found)


def _steps(raw: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    return tuple(_step(number, each) for number, each in enumerate(raw, 1))


def _step(number: int, raw: Mapping[str, Any]) -> Step:
    def length(name: str) -> Any:
        return period(raw[name]) if name in raw else None

    ages = AgeRule(
        absolute=length("age"),
        minimum=length("age"),
        recommended=length("best_age"),
        maximum=length("most_age"),
    )
    interval = IntervalRule(
        absolute=length("after"),
        minimum=length("after"),
        recommended=length("best"),
        latest=length("latest"),
    )
    return Step(
        number=number,
        kind=raw.get("kind", "primary"),
        ages=(ages,),
        intervals=(interval,) if "after" in raw else (),
        preferred=tuple(VaccineRule(vaccine=code) for code in raw["vaccines"]),
        allowed=tuple(
            VaccineRule(vaccine=code, agreement=True, offered=False)
            for code in raw.get("agreed", ())
        ),
    )


def _conflicts(body: Mapping[str, Any], live: frozenset[str]) -> tuple[Conflict, ...]:
    if "live_gap" not in body:
        return ()
    gap = period(body["live_gap"])
    day = period("1 day")
    return tuple(
        Conflict(previous=one, current=other, begin=day, end=gap, end_if_valid=gap)
        for one in sorted(live)
        for other in sorted(live)
    )
