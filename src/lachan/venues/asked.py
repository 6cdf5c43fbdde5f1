"""What the health unit asked of one's own places: without the case, and without who asked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: a unit asked who was here in a window, and was told of so many people."""

    id: UUID
    venue: UUID
    place: UUID
    from_at: datetime
    till_at: datetime
    reason: str
    unit: str
    asked_at: datetime
    people_count: int


def asked_of(venues: list[UUID]) -> list[Asked]:
    """Questions about these venues of the manager's own organisation, the latest first."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from venues_asked() where venue = any(%s)", [venues])
        return [Asked(*row) for row in cursor.fetchall()]
