"""Who looked at whom.  A look is recorded before the name is shown, in the same transaction."""

from collections.abc import Iterable
from uuid import UUID

from lachan.core.audit import _purpose
from lachan.core.clock import day_of, now
from lachan.core.ids import uuid7
from lachan.core.models import Look
from lachan.core.scope import Principal


def record(*, person: UUID, what: str, by: Principal) -> None:
    """Append that `by` looked at `what` of `person`; looking at oneself leaves nothing."""
    record_many(persons=[person], what=what, by=by)


def record_many(*, persons: Iterable[UUID], what: str, by: Principal) -> None:
    """The same for every person of a list, in one statement."""
    at = now()
    purpose = _purpose()
    Look.objects.bulk_create(
        [
            Look(
                id=uuid7(),
                day=day_of(at),
                at=at,
                person=person,
                what=what,
                purpose=purpose,
                by_account=by.account,
                by_name=by.name,
            )
            for person in persons
            if person != by.person
        ]
    )
