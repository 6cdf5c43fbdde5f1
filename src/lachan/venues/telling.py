"""A visit somebody told in an interview: two scans of the ledger with the officer as authority."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext as _

from lachan.core import facts
from lachan.core.clock import day_of, now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.places.models import Place
from lachan.venues.models import Direction, Source
from lachan.venues.pairing import LONGEST
from lachan.venues.recording import Entry, Recorded, append, check_clock


def tell_visit(
    *, place: Place, trace_id: UUID, start: datetime, end: datetime, by: Principal
) -> tuple[Recorded, Recorded]:
    """Append the way in and the way out of a visit that was told; the engine reads it as a visit.

    The database lets in only those who ask people, about people they may see.  Refused:
    visit_times, clock_wrong.
    """
    if not timedelta() < end - start <= LONGEST:
        raise Refused(
            "visit_times",
            _("The end lies after the begin and within 24 hours. Enter longer stays day by day."),
        )
    if end > now():
        raise Refused("visit_times", _("This stay ends in the future. Check the day and hour."))
    came, went = (
        _told(place, trace_id, direction, at, by)
        for direction, at in ((Direction.IN, start), (Direction.OUT, end))
    )
    return came, went


def _told(place: Place, trace_id: UUID, direction: str, at: datetime, by: Principal) -> Recorded:
    check_clock(at)
    return append(
        Entry(
            id=uuid7(),
            place=place.id,
            trace_id=trace_id,
            direction=direction,
            at=at,
            device_at=at,
            source=Source.INTERVIEW,
            authority=f"account:{by.account}",
            commune=place.commune,
            province=place.province,
        )
    )


def take_back_visit(*, scans: Sequence[tuple[UUID, datetime]], by: Principal) -> int:
    """What was told was wrong: the scans (id, time) stay on record and count no more; how many.

    Only what an interview said can be taken back, and only about people the account may see.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select core.take_back_told(%s, %s)",
            [[scan for scan, _at in scans], [day_of(at) for _scan, at in scans]],
        )
        row = cursor.fetchone()
    facts.ring("venues.scan")
    return int(row[0] or 0) if row else 0
