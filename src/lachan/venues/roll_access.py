"""Where a health officer is admitted to names of a unit's list: every name shown is a look."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from lachan.core import looks
from lachan.core.clock import today
from lachan.core.scope import Principal
from lachan.places.models import Organisation
from lachan.venues import roll_reading
from lachan.venues.roll_names import Written, written_of
from lachan.venues.rolls import Attendance

#: Days a station looks back: an absence older than a week is another illness, or a case by now.
LOOKS_BACK = timedelta(days=7)

#: Names on the page; more than that is an outbreak and is worked from the case.
SHOWN_AT_MOST = 300


@dataclass(frozen=True, slots=True)
class Ill:
    """Somebody who stays away with symptoms, as his unit wrote him."""

    said: Attendance
    written: Written
    unit: str


def absent_with_symptoms(*, by: Principal) -> list[tuple[date, list[Ill]]]:
    """By day, newest first, then by unit."""
    rows = roll_reading.absent_with_symptoms(today() - LOOKS_BACK)[:SHOWN_AT_MOST]
    names = written_of({row.member_id: row.member for row in rows}.values())
    units = Organisation.objects.in_bulk({row.organisation for row in rows})
    looks.record_many(
        persons=sorted({row.member.person for row in rows if row.member.person}, key=str),
        what="absent_with_symptoms",
        by=by,
    )
    found = [Ill(row, names[row.member_id], units[row.organisation].name) for row in rows]
    found.sort(key=lambda ill: (-ill.said.day.toordinal(), ill.unit, ill.said.place.name))
    return [(day, list(ill)) for day, ill in groupby(found, lambda ill: ill.said.day)]
