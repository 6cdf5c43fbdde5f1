"""Who was at a place in a window: the scans of a place paired into visits, one answer a person.

The ledger opens by province, and only to whoever traces there: nobody else gets an answer.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connections

from lachan.core.clock import day_of
from lachan.venues import persondays
from lachan.venues.pairing import LONGEST, Step, Visit, pair, within

_DAY = timedelta(days=1)


def visits_at(place: UUID, start: datetime, end: datetime) -> Mapping[UUID, list[Visit]]:
    """trace_id -> the parts of visits at the place, or at what lies in it, from start to end."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select * from venues_visitors(%s, %s, %s, %s, %s)",
            [place, start - LONGEST, end, day_of(start) - _DAY, day_of(end) + _DAY],
        )
        steps: dict[UUID, list[Step]] = defaultdict(list)
        for trace_id, *step in cursor.fetchall():
            steps[trace_id].append(Step(*step))
        rules = persondays.rules_of(cursor, {step.place for row in steps.values() for step in row})
    found = {
        trace_id: [
            visit
            for visit in within(pair(rows, rules), start, end)
            if rules.inside(visit.place, place)
        ]
        for trace_id, rows in steps.items()
    }
    return {trace_id: visits for trace_id, visits in found.items() if visits}
