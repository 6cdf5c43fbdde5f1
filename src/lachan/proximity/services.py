"""Writing of encounters: idempotent by the phone's own id, refused when the content differs."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext as _

from lachan.core.clock import AHEAD, BEHIND, day_of, now
from lachan.core.facts import ring
from lachan.core.refusals import Refused


def record_encounter(*, id: UUID, a: UUID, b: UUID, start: datetime, end: datetime) -> bool:
    """Append an encounter between two pseudonyms; True when it is new.

    The same id with the same content changes nothing; other content is refused.
    """
    if a == b or end <= start:
        raise Refused("no_encounter", _("An encounter needs two phones and a length."))
    if not now() - BEHIND <= start <= now() + AHEAD:
        raise Refused("clock_wrong", _("The phone's clock is wrong. Set its date and time."))
    payload = sha256(f"{a}{b}{start.isoformat()}{end.isoformat()}".encode()).digest()
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "insert into proximity_encounter"
            ' (day, id, a, b, start, "end", received_at, payload_sha256)'
            # No conflict target: with one, PostgreSQL asks whether the writer may read the row.
            " values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
            [day_of(start), id, a, b, start, end, now(), payload],
        )
        if cursor.rowcount:
            ring("proximity.encounter")
            return True
        cursor.execute("select core.same_encounter(%s, %s, %s)", [day_of(start), id, payload])
        same = cursor.fetchone()
    if same is None or not same[0]:
        raise Refused("different_content", _("This id was used for another encounter."), status=409)
    return False
