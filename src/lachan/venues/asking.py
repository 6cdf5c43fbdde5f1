"""What the health unit asked of a place: written beside the answer, read by the place."""

from datetime import datetime

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.venues.models import Venue, VisitorRequest


def note_request(
    *,
    venue: Venue,
    from_at: datetime,
    till_at: datetime,
    reason: str,
    case_number: str,
    unit: str,
    people_count: int,
    by: Principal,
) -> VisitorRequest:
    """Keep that `unit` asked who was at a venue between two instants, and how many it was told of.

    The place reads `reason`, so it names nobody.  Refused: reason_missing, case_missing,
    window_empty.
    """
    if not reason.strip():
        raise Refused("reason_missing", _("Write the reason: the place reads it."))
    if not case_number.strip():
        raise Refused("case_missing", _("Write the number of the case you ask for."))
    if till_at <= from_at:
        raise Refused("window_empty", _("The end lies before the begin. Correct one of them."))
    row = VisitorRequest(
        venue=venue,
        place=venue.place_id,
        organisation=venue.organisation,
        commune=venue.commune,
        province=venue.province,
        from_at=from_at,
        till_at=till_at,
        reason=reason.strip(),
        case_number=case_number.strip(),
        unit=unit,
        asked_by=by.account,
        asked_at=now(),
        people_count=people_count,
    )
    row.save(force_insert=True)
    detail = {"place": str(venue.place_id), "people": people_count}
    audit.record("venue.visitors_asked", target=("venue", venue.id), by=by, detail=detail)
    return row
