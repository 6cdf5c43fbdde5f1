"""What the engine says of a person who was met: plain records that need neither engine nor base."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class Meeting(NamedTuple):
    """One overlap with the case; `place` is None for a Bluetooth encounter."""

    start: datetime
    end: datetime
    place: UUID | None
    imputed: bool


class Met(NamedTuple):
    """Somebody who was where the case was, known by pseudonym, with every overlap."""

    trace_id: UUID
    meetings: tuple[Meeting, ...]
