"""The slow twin of an immunisation forecast: try every day.

A forecast says from when the next dose may be given.  Here a dose is added on one day after another
until it counts without grace; no date is computed.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from lachan.engine.immunization_answers import Given, Person, Reason
from lachan.engine.immunization_schedule import Schedule, Series
from lachan.engine.immunization_walking import walk

_ADDED = "added"


def first_day_that_counts(
    schedule: Schedule,
    series: Series,
    person: Person,
    doses: Sequence[Given],
    vaccine: str,
    *,
    after: date,
    within: int,
) -> date | None:
    """The first day from `after` on, within so many days, on which one more dose of `vaccine`
    would count in `series` without grace; None when there is none."""
    for offset in range(within):
        day = after + timedelta(days=offset)
        added = Given(day, vaccine, key=_ADDED, agreed=True)
        going = walk(series, person, [*doses, added], conflicts=schedule.conflicts)
        last = going.judged[-1]
        if last.valid and last.reason is not Reason.GRACE:
            return day
    return None
