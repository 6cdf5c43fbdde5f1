"""Which of several series a person is in: the one that serves best the doses already given.

Within a group of series: one that is complete wins over one begun, that over one not begun; among
equals they are scored (CDSi, "select patient series"), and a draw goes to the preferred one.
Between groups: a risk series that is meant for the person takes the place of the standard one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lachan.engine.immunization_answers import (
    Assessment,
    DoseStatus,
    Forecast,
    Given,
    Judged,
    Person,
    Reason,
    SeriesStatus,
)
from lachan.engine.immunization_dates import Period
from lachan.engine.immunization_forecasting import forecast
from lachan.engine.immunization_schedule import Schedule, Series
from lachan.engine.immunization_walking import Walk, in_age, walk


@dataclass(slots=True)
class _Run:
    """One series with a person's doses in it."""

    series: Series
    going: Walk
    due: Forecast
    finish: date | None

    @property
    def complete(self) -> bool:
        return self.due.status is SeriesStatus.COMPLETE

    @property
    def begun(self) -> bool:
        return bool(self.going.valid)

    @property
    def all_valid(self) -> bool:
        return self.series.product_path and all(each.valid for each in self.going.judged)

    @property
    def last_valid(self) -> date:
        return self.going.valid[-1].given.day if self.begun else date.max


def choose(
    schedule: Schedule,
    person: Person,
    doses: Sequence[Given],
    day: date,
    others: Sequence[Given] = (),
) -> Assessment:
    """The assessment by the best series for this person."""
    given = sorted(doses, key=lambda each: each.day)
    other = sorted(others, key=lambda each: each.day)
    runs = _runs(schedule, person, given, day, other)
    best = _best(runs, person, day)
    if best is None:
        judged = tuple(_meant_for_nobody(each) for each in given)
        return Assessment(schedule.antigen, "", judged, Forecast(SeriesStatus.NOT_RECOMMENDED))
    return Assessment(schedule.antigen, best.series.code, tuple(best.going.judged), best.due)


def _meant_for_nobody(given: Given) -> Judged:
    return Judged(given, DoseStatus.EXTRANEOUS, Reason.NOT_THIS_VACCINE)


def _runs(
    schedule: Schedule,
    person: Person,
    doses: Sequence[Given],
    day: date,
    others: Sequence[Given],
) -> list[_Run]:
    """Every series meant for the person; those that ask whether another group is complete last."""
    runs: list[_Run] = []
    for series in sorted(meant_series(schedule, person, day), key=_asks_for_others):
        completed = frozenset(each.series.group for each in runs if each.complete)
        going = walk(
            series,
            person,
            doses,
            others=others,
            conflicts=schedule.conflicts,
            completed=completed,
        )
        due = forecast(schedule, going, day, others)
        runs.append(_Run(series, going, due, _finish(going, due)))
    return runs


def meant_series(schedule: Schedule, person: Person, day: date) -> list[Series]:
    """The series meant for this person on that day, in the table's order."""
    return [each for each in schedule.series if _meant(each, person, day)]


def _asks_for_others(series: Series) -> bool:
    return any(
        condition.kind == "series"
        for step in series.steps
        for skip in step.skips
        for group in skip.sets
        for condition in group.conditions
    )


def _meant(series: Series, person: Person, day: date) -> bool:
    if series.sex and person.sex and person.sex not in series.sex:
        return False
    if not series.risk:
        return True
    return any(
        each.observation in person.observations and in_age(each.begin, each.end, person.born, day)
        for each in series.indications
    )


def _best(runs: list[_Run], person: Person, day: date) -> _Run | None:
    groups: dict[str, list[_Run]] = {}
    for run in runs:
        groups.setdefault(run.series.group, []).append(run)
    chosen = [each for each in (_of_group(group, person, day) for group in groups.values()) if each]
    risks = {run.series.group for run in chosen if run.series.risk}
    left = [run for run in chosen if run.series.risk or not run.series.equivalent & risks]
    # Of several groups: what is still to be given before what is done, the risk series first.
    return min(
        left,
        key=lambda run: (
            run.due.status is not SeriesStatus.NOT_COMPLETE,
            not run.complete,
            not run.series.risk,
            run.series.group,
        ),
        default=None,
    )


def _of_group(runs: list[_Run], person: Person, day: date) -> _Run | None:
    first = min(run.series.priority for run in runs)
    runs = [run for run in runs if run.series.priority == first]
    scorable = [run for run in runs if _startable(run, person, day)]
    if not scorable:
        return next((run for run in runs if run.series.default), None)
    complete = [run for run in scorable if run.complete]
    if complete:
        return _highest(complete, _complete_points)
    begun = [run for run in scorable if run.begun]
    if begun:
        return _highest(begun, _begun_points)
    default = next((run for run in scorable if run.series.default), None)
    return default or _highest(scorable, _fresh_points)


def _startable(run: _Run, person: Person, day: date) -> bool:
    """Whether the series was, or can still be, begun at an age at which it may be."""
    start = run.going.valid[0].given.day if run.begun else day
    return in_age(run.series.min_age_to_start, run.series.max_age_to_start, person.born, start)


def _highest(runs: list[_Run], points: Callable[[list[_Run]], list[int]]) -> _Run:
    scored = zip(points(runs), runs, strict=True)
    return min(scored, key=lambda pair: (-pair[0], pair[1].series.preference, pair[1].series.code))[
        1
    ]


def _complete_points(runs: list[_Run]) -> list[int]:
    return _sum(
        _most([len(run.going.valid) for run in runs], 1),
        _has([run.all_valid for run in runs], 1),
        _most([-run.last_valid.toordinal() for run in runs], 1),
    )


def _begun_points(runs: list[_Run]) -> list[int]:
    return _sum(
        _has([run.all_valid for run in runs], 2),
        _has([run.finish is not None for run in runs], 3),
        _most([len(run.going.valid) for run in runs], 2),
        _most([-len(run.going.steps_left) for run in runs], 2),
        _most([-_ordinal(run.finish) for run in runs], 1),
    )


def _fresh_points(runs: list[_Run]) -> list[int]:
    return _sum(
        _most([-_ordinal(run.due.earliest) for run in runs], 1),
        _has([run.finish is not None for run in runs], 1),
        _has([not run.series.product_path for run in runs], 1),
    )


def _ordinal(day: date | None) -> int:
    return (day or date.max).toordinal()


def _has(facts: list[bool], weight: int) -> list[int]:
    """A fact that only one has: + for it, - for the others; of several that have it, nothing."""
    if facts.count(True) > 1:
        return [0 if fact else -weight for fact in facts]
    return [weight if fact else -weight for fact in facts]


def _most(values: list[int], weight: int) -> list[int]:
    return _has([value == max(values) for value in values], weight)


def _sum(*columns: Iterable[int]) -> list[int]:
    return [sum(row) for row in zip(*columns, strict=True)]


def _finish(going: Walk, due: Forecast) -> date | None:
    """When the last step could be taken, from minimum intervals; None when not before the
    maximum age."""
    if due.status is not SeriesStatus.NOT_COMPLETE or due.step is None:
        return None
    reached = due.earliest or date.min
    steps = going.series.steps
    for step in steps[steps.index(due.step) + 1 :]:
        lengths = [rule.minimum for rule in step.intervals if rule.minimum and rule.holds(reached)]
        ages = [rule.minimum.after(going.person.born) for rule in step.ages if rule.minimum]
        reached = max([reached, *(each.after(reached) for each in lengths), *ages])
        if any(_past(rule.maximum, going.person, reached) for rule in step.ages):
            return None
    return reached


def _past(maximum: Period | None, person: Person, day: date) -> bool:
    return maximum is not None and day >= maximum.after(person.born)
