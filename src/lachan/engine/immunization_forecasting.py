"""The next dose of one series: from when it may be given, when it is best, when it is late.

*Earliest* is the latest of the minimum age, the minimum intervals, the end of a conflict of live
vaccines, the start of the season and the last inadvertent dose.  *Recommended* is the earliest
recommended age, or else the latest recommended interval, or else earliest, but never before
earliest.  *Past due* is the day before the latest recommended age, or else interval.  *Latest* is
the day before the maximum age.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from lachan.engine.immunization_answers import (
    Forecast,
    Given,
    Judged,
    Person,
    Reason,
    SeriesStatus,
)
from lachan.engine.immunization_schedule import AgeRule, Conflict, Schedule, Step
from lachan.engine.immunization_skipping import skipped
from lachan.engine.immunization_walking import Walk, intervals_from, offered

_DAY = timedelta(days=1)


def forecast(schedule: Schedule, going: Walk, day: date, others: Sequence[Given] = ()) -> Forecast:
    """What is due in the walked series as of `day`."""
    person = going.person
    if _immune(schedule, person):
        return Forecast(SeriesStatus.IMMUNE)
    forbidden = _forbidden(schedule, person)
    if forbidden is None:
        return Forecast(SeriesStatus.CONTRAINDICATED)
    found = _next(schedule, going, day, others)
    if found is None:
        done = bool(going.satisfied)
        return Forecast(SeriesStatus.COMPLETE if done else SeriesStatus.NOT_RECOMMENDED)
    step, due = found
    if step.season_end and day > step.season_end:
        return Forecast(SeriesStatus.SEASON_OVER)
    if due.latest is not None and (day > due.latest or _after(due.earliest, due.latest)):
        return Forecast(SeriesStatus.AGED_OUT)
    named = offered((*step.preferred, *step.allowed), person, max(day, due.earliest or day))
    vaccines = tuple(each for each in named if each not in forbidden)
    if named and not vaccines:
        return Forecast(SeriesStatus.CONTRAINDICATED)
    return replace(due, number=len(going.valid) + 1, vaccines=vaccines)


def _after(first: date | None, second: date) -> bool:
    return first is not None and first > second


def _immune(schedule: Schedule, person: Person) -> bool:
    rule = schedule.immunity
    if rule.observations & person.observations.keys():
        return True
    if rule.born_before is None or person.born >= rule.born_before:
        return False
    return not rule.not_with & person.observations.keys()


def _forbidden(schedule: Schedule, person: Person) -> frozenset[str] | None:
    """Vaccines a person must not have; None when no vaccine of this antigen may be given."""
    found: set[str] = set()
    for observation, vaccines in schedule.forbidden.items():
        if observation not in person.observations:
            continue
        if not vaccines:
            return None
        found |= vaccines
    return frozenset(found)


def _next(
    schedule: Schedule, going: Walk, day: date, others: Sequence[Given]
) -> tuple[Step, Forecast] | None:
    """The first step that needs a dose, with its days; None when there is none left.

    Whether a step is needed is asked for `day`, not for the day its dose could be given: a dose
    only for people of 65 is not forecast to somebody of 40.
    """
    for step in going.steps_left:
        due = _days(schedule, going, step, day, others)
        if not skipped(
            step, going.person, going.judged, day, completed=going.completed, ahead=True
        ):
            return step, due
    return None


def _days(
    schedule: Schedule, going: Walk, step: Step, day: date, others: Sequence[Given]
) -> Forecast:
    born = going.person.born
    ages = [rule for rule in step.ages if rule.holds(day)]
    intervals = list(intervals_from(going, step.intervals, day))
    earliest = _latest(
        [
            *_ages(ages, born, "minimum"),
            *(rule.minimum.after(start) for rule, start in intervals if rule.minimum),
            *_conflict_ends(schedule.conflicts, going, step, others),
            *([step.season_start] if step.season_start else []),
            *(each.given.day for each in going.judged if each.reason is Reason.INADVERTENT),
        ]
    )
    best = _latest(_ages(ages, born, "recommended")) or _latest(
        rule.recommended.after(start) for rule, start in intervals if rule.recommended
    )
    late = _latest(_ages(ages, born, "latest")) or _latest(
        rule.latest.after(start) for rule, start in intervals if rule.latest
    )
    ends = _ages(ages, born, "maximum")
    return Forecast(
        SeriesStatus.NOT_COMPLETE,
        step=step,
        earliest=earliest,
        recommended=_latest(each for each in (earliest, best) if each),
        past_due=_latest([late - _DAY, *([earliest] if earliest else [])]) if late else None,
        latest=min(ends) - _DAY if ends else None,
    )


def _latest(days: Iterable[date]) -> date | None:
    return max(days, default=None)


def _ages(rules: Iterable[AgeRule], born: date, word: str) -> list[date]:
    found = (getattr(rule, word) for rule in rules)
    return [each.after(born) for each in found if each is not None]


def _conflict_ends(
    conflicts: tuple[Conflict, ...], going: Walk, step: Step, others: Sequence[Given]
) -> list[date]:
    """Until when another live vaccine stands in the way of every vaccine of this step."""
    named = {rule.vaccine for rule in step.preferred}
    ends = []
    before: list[tuple[Given, bool]] = [_seen(each) for each in going.judged]
    before += [(each, True) for each in others]
    for conflict in conflicts:
        if conflict.current not in named:
            continue
        ends += [
            (conflict.end_if_valid if valid else conflict.end).after(given.day)
            for given, valid in before
            if given.vaccine == conflict.previous
        ]
    return ends


def _seen(each: Judged) -> tuple[Given, bool]:
    return each.given, each.valid
