"""One series walked with a person's doses: which dose satisfies which step.

A dose meets the first step not yet satisfied.  It is looked at in this order: spoilt, a step that
can be skipped, a vaccine named inadvertent, age, intervals, conflict of live vaccines, vaccine; the
first thing that is wrong is the reason.  A few days too early (between the absolute and the
ordinary minimum) counts by grace, unless the dose before it was itself too early.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from lachan.engine.immunization_answers import DoseStatus, Given, Judged, Person, Reason
from lachan.engine.immunization_dates import Period
from lachan.engine.immunization_schedule import (
    Conflict,
    IntervalRule,
    Series,
    Source,
    Step,
    VaccineRule,
)
from lachan.engine.immunization_skipping import skipped

#: A dose that does not count for one of these takes the grace from the dose after it.
_EARLY = frozenset({Reason.TOO_YOUNG, Reason.TOO_SOON})


@dataclass(slots=True)
class Walk:
    """Where a person stands in a series.  `position`: index of the first step not satisfied;
    `satisfied`: step number -> day of its last dose; `completed`: groups with a complete series,
    which a skip may ask for."""

    series: Series
    person: Person
    completed: frozenset[str] = frozenset()
    position: int = 0
    judged: list[Judged] = field(default_factory=list)
    satisfied: dict[int, date] = field(default_factory=dict)

    @property
    def steps_left(self) -> tuple[Step, ...]:
        """Steps not yet satisfied or skipped."""
        return self.series.steps[self.position :]

    @property
    def valid(self) -> list[Judged]:
        """Doses that count."""
        return [each for each in self.judged if each.valid]

    def previous(self) -> Judged | None:
        """The dose from which an interval to "the previous dose" is counted."""
        for each in reversed(self.judged):
            if each.status in {DoseStatus.VALID, DoseStatus.NOT_VALID} and (
                each.reason is not Reason.INADVERTENT
            ):
                return each
        return None


def walk(
    series: Series,
    person: Person,
    doses: Sequence[Given],
    *,
    others: Iterable[Given] = (),
    conflicts: tuple[Conflict, ...] = (),
    completed: frozenset[str] = frozenset(),
) -> Walk:
    """Judge `doses` (in order of their day) by one series."""
    going = Walk(series, person, completed)
    live = tuple(others) if conflicts else ()
    for dose in doses:
        going.judged.append(_judge(going, dose, live, conflicts))
    return going


def _judge(
    going: Walk, dose: Given, others: tuple[Given, ...], conflicts: tuple[Conflict, ...]
) -> Judged:
    if dose.spoilt:
        return Judged(dose, DoseStatus.SUBSTANDARD, Reason.SPOILT)
    _pass_skipped(going, dose.day)
    if going.position == len(going.series.steps):
        return Judged(dose, DoseStatus.EXTRANEOUS, Reason.SERIES_COMPLETE)
    step = going.series.steps[going.position]
    if dose.vaccine in step.inadvertent:
        return Judged(dose, DoseStatus.NOT_VALID, Reason.INADVERTENT, step)
    graces = set()
    for found in (_age(going, step, dose.day), _intervals(going, step, dose.day)):
        if found is Reason.TOO_OLD:
            return Judged(dose, DoseStatus.EXTRANEOUS, found, step)
        if found in _EARLY:
            return Judged(dose, DoseStatus.NOT_VALID, found, step)
        graces.add(found)
    if _conflicts(going, dose, others, conflicts):
        return Judged(dose, DoseStatus.NOT_VALID, Reason.LIVE_CONFLICT, step)
    wrong = _vaccine(step, dose, going.person)
    if wrong not in {Reason.NONE, Reason.NO_AGREEMENT}:
        return Judged(dose, DoseStatus.NOT_VALID, wrong, step)
    going.satisfied[step.number] = dose.day
    if not step.recurring:
        going.position += 1
    # An injection that nobody agreed to in writing protects all the same: it counts, and is told.
    told = Reason.GRACE if Reason.GRACE in graces else wrong
    return Judged(dose, DoseStatus.VALID, told, step)


def _pass_skipped(going: Walk, day: date) -> None:
    """Go past steps that need no dose on `day`.  A recurring step is passed only by its skip."""
    steps = going.series.steps
    while going.position < len(steps) and skipped(
        steps[going.position],
        going.person,
        going.judged,
        day,
        completed=going.completed,
        ahead=False,
    ):
        going.position += 1


def _age(going: Walk, step: Step, day: date) -> Reason:
    born = going.person.born
    for rule in step.ages:
        if not rule.holds(day):
            continue
        if rule.maximum and day >= rule.maximum.after(born):
            return Reason.TOO_OLD
        if rule.absolute and day < rule.absolute.after(born):
            return Reason.TOO_YOUNG
        if rule.minimum and day < rule.minimum.after(born):
            return Reason.TOO_YOUNG if _no_grace(going) else Reason.GRACE
    return Reason.NONE


def _no_grace(going: Walk) -> bool:
    """Whether the dose before did not count for being early itself."""
    if going.position == 0:
        return False
    last = going.judged[-1] if going.judged else None
    return last is not None and not last.valid and last.reason in _EARLY


def _intervals(going: Walk, step: Step, day: date) -> Reason:
    found = _interval_of(going, step.intervals, day)
    if found is Reason.TOO_SOON and step.allowable_intervals:
        return _interval_of(going, step.allowable_intervals, day)
    return found


def _interval_of(going: Walk, rules: tuple[IntervalRule, ...], day: date) -> Reason:
    grace = Reason.NONE
    for rule, start in intervals_from(going, rules, day):
        if rule.absolute and day < rule.absolute.after(start):
            return Reason.TOO_SOON
        if rule.minimum and day < rule.minimum.after(start):
            if _no_grace(going):
                return Reason.TOO_SOON
            grace = Reason.GRACE
    return grace


def intervals_from(
    going: Walk, rules: tuple[IntervalRule, ...], day: date
) -> Iterator[tuple[IntervalRule, date]]:
    """Interval rules in force on `day` that have something to count from, with that day."""
    for rule in rules:
        if rule.holds(day) and (start := _start(going, rule)) is not None:
            yield rule, start


def _start(going: Walk, rule: IntervalRule) -> date | None:
    match rule.source:
        case Source.PREVIOUS:
            before = going.previous()
            return before.given.day if before else None
        case Source.STEP:
            return going.satisfied.get(rule.step)
        case Source.VACCINE:
            return next(
                (
                    each.given.day
                    for each in reversed(going.judged)
                    if each.given.vaccine in rule.vaccines and each.reason is not Reason.INADVERTENT
                ),
                None,
            )
        case Source.OBSERVATION:
            return going.person.observations.get(rule.observation)


def _conflicts(
    going: Walk, dose: Given, others: tuple[Given, ...], conflicts: tuple[Conflict, ...]
) -> bool:
    for conflict in conflicts:
        if conflict.current != dose.vaccine:
            continue
        before = [(each.given, each.valid) for each in going.judged]
        before += [(each, True) for each in others if each.day <= dose.day]
        for earlier, valid in before:
            if earlier.vaccine != conflict.previous:
                continue
            end = conflict.end_if_valid if valid else conflict.end
            if conflict.begin.after(earlier.day) <= dose.day < end.after(earlier.day):
                return True
    return False


def _vaccine(step: Step, dose: Given, person: Person) -> Reason:
    """NONE when one line of the step takes this dose; otherwise the nearest miss."""
    if not step.preferred and not step.allowed:
        return Reason.NONE
    miss = Reason.NOT_THIS_VACCINE
    for rule in (*step.preferred, *step.allowed):
        if rule.vaccine != dose.vaccine or not rule.holds(dose.day):
            continue
        if rule.maker and dose.maker and rule.maker != dose.maker:
            continue
        if not in_age(rule.begin, rule.end, person.born, dose.day):
            miss = Reason.VACCINE_AGE
        elif rule.agreement and not dose.agreed:
            miss = Reason.NO_AGREEMENT
        else:
            return Reason.NONE
    return miss


def in_age(begin: Period | None, end: Period | None, born: date, day: date) -> bool:
    """Whether somebody born on `born` is on `day` at least `begin` and not yet `end` old."""
    return (begin is None or begin.after(born) <= day) and (end is None or day < end.after(born))


def offered(rules: tuple[VaccineRule, ...], person: Person, day: date) -> tuple[str, ...]:
    """Vaccines to name in a forecast for `day`, in the table's order."""
    return tuple(
        dict.fromkeys(
            rule.vaccine
            for rule in rules
            if rule.offered and rule.holds(day) and in_age(rule.begin, rule.end, person.born, day)
        )
    )
