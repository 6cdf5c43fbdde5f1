"""Zones at a gate: the facts for one scan."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections


def zone_facts(trace_id: UUID, place: UUID | None, at: datetime) -> dict[str, Any]:
    """What the rulebook may know of zones at that minute; nothing where one may not ask."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from gate_zone(%s, %s, %s)", [trace_id, place, at])
        row = cursor.fetchone()
    if row is None:
        return {}
    here, home, has_pass = row
    facts = {
        "place_in_zone": here is not None,
        "lives_in_zone": home is not None,
        "zone_pass": has_pass,
    }
    since = here or home
    # A pass is a fact only where there is a zone: elsewhere nobody needs one.
    if since is None:
        return {**facts, "zone_pass": False}
    return {**facts, "zone_since": since.isoformat()}
