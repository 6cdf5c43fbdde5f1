"""Who comes when, so that nobody waits longer than the rule allows.  Arithmetic alone: no database.

Everybody of a slot comes at its beginning.  With `pace` people an hour through the narrowest step,
the last of n people waits (n - 1) / pace hours, and a slot of m minutes empties itself before the
next one when n <= pace * m / 60.  Both together give the size of a slot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor

#: Slots begin on these minutes, so that they can be said aloud.
GRID = 5

#: Computing with floats: a hair below a whole number is that number.
HAIR = 1e-9


@dataclass(frozen=True, slots=True)
class Plan:
    """Hours of a session cut into slots: `size` people come every `minutes`."""

    minutes: int
    size: int
    starts: tuple[datetime, ...]

    @property
    def room(self) -> int:
        """How many people all slots take."""
        return self.size * len(self.starts)


def plan(
    *,
    starts_at: datetime,
    ends_at: datetime,
    pace: float,
    wait_minutes: int,
    after_minutes: int = 0,
) -> Plan:
    """Slots from the beginning until the last of them is through `after_minutes` before the end.

    `pace`: people an hour through the narrowest step; `wait_minutes`: what nobody waits longer.
    """
    minutes = max(GRID, wait_minutes // GRID * GRID)
    size = min(floor(pace * minutes / 60 + HAIR), 1 + floor(pace * wait_minutes / 60 + HAIR))
    if size < 1:
        minutes, size = GRID * ceil(60 / pace / GRID - HAIR), 1
    step = timedelta(minutes=minutes)
    last = ends_at - timedelta(minutes=after_minutes)
    starts = []
    at = starts_at
    while at + step <= last:
        starts.append(at)
        at += step
    return Plan(minutes, size, tuple(starts))


def seat(plan: Plan, families: Sequence[int]) -> list[int | None]:
    """The slot of each family, by its size, in order; None where there is no room left.

    A family stays together.  One that does not fit into what is left of a slot takes the next;
    whoever comes after it fills the gap it left, and nobody is overtaken by more than that slot.
    A family larger than a slot has the slots it needs for itself.
    """
    free = [plan.size] * len(plan.starts)
    seats: list[int | None] = []
    first = 0
    for people in families:
        while first < len(free) and free[first] == 0:
            first += 1
        at = _found(free, first, people, plan.size)
        seats.append(at)
        left = people
        while at is not None and left > 0 and at < len(free):
            taken = min(free[at], left)
            free[at] -= taken
            left -= taken
            at += 1
    return seats


def _found(free: Sequence[int], first: int, people: int, size: int) -> int | None:
    """The first slot from `first` on in which a family has room."""
    needed = -(-people // size)
    for at in range(first, len(free) - needed + 1):
        if needed == 1 and free[at] >= people:
            return at
        if needed > 1 and all(each == size for each in free[at : at + needed]):
            return at
    return None


def longest_wait(arrivals: Sequence[datetime], pace: float) -> float:
    """Minutes that the one who waits longest waits, when people pass one by one at this pace."""
    each = timedelta(hours=1 / pace)
    free_at: datetime | None = None
    longest = timedelta()
    for at in sorted(arrivals):
        begins = at if free_at is None or free_at <= at else free_at
        longest = max(longest, begins - at)
        free_at = begins + each
    return longest.total_seconds() / 60
