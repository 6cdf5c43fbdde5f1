"""What a unit of territory is: our own number, with dated names, codes and parents.

All spans are half-open: ``since`` is the first day, ``until`` the first day no longer.  A span
without ``since`` began before our lists do; one without ``until`` lasts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Generic, NamedTuple, TypeVar

#: Two levels of government replaced three, 34 provinces replaced 63 (202/2025/QH15 and the
#: resolutions of 16 June 2025 by province).
REFORM = date(2025, 7, 1)
#: The day for which the older list is known; for earlier days it is the nearest list we hold.
OLDER_LIST = date(2025, 6, 30)

T = TypeVar("T")


class Level(IntEnum):
    """Levels of territory; districts ended with the reform."""

    PROVINCE = 1
    DISTRICT = 2
    COMMUNE = 3

    @property
    def digits(self) -> int:
        """How many digits a code of this level has (Decision 124/2004/QĐ-TTg): 2, 3, 5."""
        return _DIGITS[self]

    @property
    def word(self) -> str:
        """The level as files and command lines write it: province, district, commune."""
        return self.name.lower()


_DIGITS = {Level.PROVINCE: 2, Level.DISTRICT: 3, Level.COMMUNE: 5}


class Dated(NamedTuple, Generic[T]):
    """A value and the days on which it holds."""

    value: T
    since: date | None = None
    until: date | None = None

    def holds(self, on: date) -> bool:
        """Whether the value holds on that day."""
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)


def at(values: Iterable[Dated[T]], on: date) -> T | None:
    """The value that holds on that day."""
    return next((each.value for each in values if each.holds(on)), None)


@dataclass(slots=True)
class Unit:
    """One unit through its life.  A merged or divided unit ends; its successors are other units."""

    id: int
    level: Level
    since: date | None
    until: date | None = None
    names: list[Dated[str]] = field(default_factory=list)
    codes: list[Dated[str]] = field(default_factory=list)
    parents: list[Dated[int]] = field(default_factory=list)

    def exists(self, on: date) -> bool:
        """Whether the unit exists on that day."""
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)

    def name(self, on: date) -> str:
        """Its name on that day; outside its life the nearest one it had."""
        return at(self.names, on) or self.names[-1 if self._is_over(on) else 0].value

    def code(self, on: date) -> str:
        """Its code on that day; outside its life the nearest one it had."""
        return at(self.codes, on) or self.codes[-1 if self._is_over(on) else 0].value

    def parent(self, on: date) -> int | None:
        """The unit above it on that day; outside its life the nearest one; None for a province."""
        if not self.parents:
            return None
        return at(self.parents, on) or self.parents[-1 if self._is_over(on) else 0].value

    def _is_over(self, on: date) -> bool:
        return self.until is not None and on >= self.until


def unit_id(level: Level, code: str, since: date | None) -> int:
    """Our own number of a unit, the same on every installation, made once from how it began.

    It says nothing afterwards: codes and names may change, the number stays.
    """
    months = 0 if since is None else (since.year - 2025) * 12 + since.month - 6
    return level * 100_000_000 + months * 100_000 + int(code)
