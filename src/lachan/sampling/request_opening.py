"""Whoever is asked to sample somebody may see whom: the worker opens the person to that unit."""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from lachan.core import grants
from lachan.core.clock import now
from lachan.sampling.models import SampleRequest

#: How long a unit sees somebody whom nobody set a day for, and after the day that was set.  House
#: default: a week-end with late work between.
OPEN_FOR = timedelta(days=7)
AFTERWARDS = timedelta(days=2)

#: Requests of one round of work.
BATCH = 2_000


def open_asked() -> int:
    """Open the next persons to the units asked; only in a system scope.  Give how many."""
    rows = list(
        SampleRequest.objects.select_for_update(skip_locked=True)
        .filter(opened_at=None, organisation__isnull=False, state=SampleRequest.State.OPEN)
        .order_by("asked_at")[:BATCH]
    )
    wanted: dict[tuple[UUID, datetime], list[UUID]] = defaultdict(list)
    for row in rows:
        assert row.organisation is not None
        until = row.due_at + AFTERWARDS if row.due_at else row.asked_at + OPEN_FOR
        wanted[row.organisation, until].append(row.person_id)
    for (organisation, until), persons in wanted.items():
        if until > now():
            grants.give("person", persons, to_organisation=organisation, until=until)
    SampleRequest.objects.filter(pk__in=[row.pk for row in rows]).update(opened_at=now())
    return len(rows)
