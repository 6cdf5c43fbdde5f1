"""What pages and programs of tracing share: whose work it is, and what an address filters by."""

from uuid import UUID

from django.http import QueryDict

from lachan.core.roles import Role
from lachan.tracing.models import Contact
from lachan.tracing.selectors import Chosen

#: Who works cases; a station those of its own commune.
TRACERS = (Role.TRACER, Role.DIRECTOR, Role.STATION_OFFICER)

#: Who asks a place who was there: the ledger of scans opens by province.
ASKERS = (Role.TRACER, Role.DIRECTOR)

#: Who receives people; the village health worker gets the visits.
RECEIVERS = (Role.STATION_OFFICER, Role.TRACER, Role.DIRECTOR, Role.VILLAGE_HEALTH_WORKER)


def filters_of(query: QueryDict) -> Chosen:
    """What the address filters the list of contacts by."""
    state = query.get("state", "")
    minutes = query.get("minutes", "")
    hop = query.get("hop", "")
    return Chosen(
        state=state if state in Contact.State.values else "",
        minutes=int(minutes) if minutes.isdecimal() and len(minutes) < 6 else 0,
        name=query.get("q", "").strip(),
        place=_uuid(query.get("place", "")),
        hop=int(hop) if hop in {"1", "2", "3", "4"} else 0,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
