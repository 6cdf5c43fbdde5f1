"""May this vaccine be given today?  The question at a vaccination table, before the needle."""

from collections.abc import Sequence
from dataclasses import dataclass

from lachan.engine.immunization_answers import (
    DoseStatus,
    Forecast,
    Given,
    Judged,
    Person,
    Reason,
)
from lachan.engine.immunization_choosing import choose, meant_series
from lachan.engine.immunization_schedule import Schedule, Series
from lachan.engine.immunization_walking import walk


@dataclass(frozen=True, slots=True)
class Asked:
    """What a wanted dose would be worth, and what was due before it."""

    wanted: Judged
    due: Forecast


def ask(
    schedule: Schedule,
    person: Person,
    doses: Sequence[Given],
    wanted: Given,
    others: Sequence[Given] = (),
) -> Asked:
    """Judge a dose that is not given yet, in the series somebody is in.

    Without a dose that counts any series may be begun: the first one that takes the vaccine.
    """
    before = choose(schedule, person, doses, wanted.day, others)
    begun = any(each.valid for each in before.doses)
    series = [
        each
        for each in meant_series(schedule, person, wanted.day)
        if not begun or each.code == before.series
    ]
    judged = [_judged(schedule, each, person, doses, wanted, others) for each in series]
    if not judged:
        nobody = Judged(wanted, DoseStatus.EXTRANEOUS, Reason.NOT_THIS_VACCINE)
        return Asked(nobody, before.forecast)
    return Asked(next((each for each in judged if each.valid), judged[0]), before.forecast)


def _judged(
    schedule: Schedule,
    series: Series,
    person: Person,
    doses: Sequence[Given],
    wanted: Given,
    others: Sequence[Given],
) -> Judged:
    given = [*sorted(doses, key=lambda each: each.day), wanted]
    return walk(series, person, given, others=others, conflicts=schedule.conflicts).judged[-1]
