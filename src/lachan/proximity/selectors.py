"""Reading of encounters for the tracing index; nobody reads them one by one."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.backends.utils import CursorWrapper


def encounters_between(
    cursor: CursorWrapper, since_tx: int, below_tx: int
) -> Iterator[tuple[UUID, UUID, datetime, datetime]]:
    """(a, b, start, end) of encounters written by transactions since_tx <= tx < below_tx."""
    cursor.execute(
        'select a, b, start, "end" from proximity_encounter'
        " where tx >= %s::text::xid8 and tx < %s::text::xid8",
        [since_tx, below_tx],
    )
    while rows := cursor.fetchmany(5000):
        yield from rows
