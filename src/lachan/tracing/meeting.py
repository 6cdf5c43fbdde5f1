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


class MetAround(NamedTuple):
    """Somebody who was where contacts were: the overlaps with each of them, by pseudonym."""

    trace_id: UUID
    sources: dict[UUID, tuple[Meeting, ...]]

    def all(self) -> Met:
        """The same, whoever was met."""
        return Met(self.trace_id, tuple(each for met in self.sources.values() for each in met))
