"""When a step of a series needs no dose: conditions of age, interval, number of doses, series."""

from collections.abc import Sequence
from datetime import date

from lachan.engine.immunization_answers import Judged, Person
from lachan.engine.immunization_schedule import Condition, SkipSet, Step


def skipped(
    step: Step,
    person: Person,
    judged: Sequence[Judged],
    day: date,
    *,
    completed: frozenset[str],
    ahead: bool,
) -> bool:
    """Whether `step` is not needed by somebody with these doses on `day`.

    `ahead`: in a forecast; otherwise for a dose given on `day`, which is not among `judged`.
    """
    for skip in step.skips:
        if not (skip.forecast if ahead else skip.evaluation):
            continue
        met = [_set_met(each, person, judged, day, completed) for each in skip.sets]
        if all(met) if skip.every else any(met):
            return True
    return False


def _set_met(
    group: SkipSet,
    person: Person,
    judged: Sequence[Judged],
    day: date,
    completed: frozenset[str],
) -> bool:
    met = [_met(each, person, judged, day, completed) for each in group.conditions]
    return all(met) if group.every else any(met)


def _met(
    condition: Condition,
    person: Person,
    judged: Sequence[Judged],
    day: date,
    completed: frozenset[str],
) -> bool:
    match condition.kind:
        case "age":
            return _aged(condition, person, day)
        case "interval":
            return bool(
                judged
                and condition.interval
                and day >= condition.interval.after(judged[-1].given.day)
            )
        case "count":
            return _counted(condition, person, judged)
        case "series":
            return condition.group in completed
        case _:
            raise ValueError(f"a skip of unknown kind {condition.kind!r}")


def _aged(condition: Condition, person: Person, day: date) -> bool:
    return (condition.begin is None or condition.begin.after(person.born) <= day) and (
        condition.end is None or day < condition.end.after(person.born)
    )


def _counted(condition: Condition, person: Person, judged: Sequence[Judged]) -> bool:
    number = sum(
        (not condition.vaccines or each.given.vaccine in condition.vaccines)
        and (each.valid or not condition.valid_only)
        and _aged(condition, person, each.given.day)
        and (condition.start is None or condition.start <= each.given.day)
        and (condition.finish is None or each.given.day < condition.finish)
        for each in judged
    )
    match condition.compare:
        case ">":
            return number > condition.count
        case "<":
            return number < condition.count
        case _:
            return number == condition.count
