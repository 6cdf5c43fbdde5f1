"""Within how many hours a share of tubes had their result, those still waiting counted honestly.

The estimator is Kaplan and Meier's product limit (J. Am. Stat. Assoc. 53 (1958) 457-481): a tube
that still waits says only that it took longer than it waits by now.  Leaving such tubes out would
promise the speed of the easy ones on a day when the laboratory is behind.
"""

from collections.abc import Iterable
from dataclasses import dataclass

#: Shares are compared up to the rounding of a thousand multiplications.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Wait:
    """Hours from sample to release; `over` is False where the tube still waits."""

    hours: float
    over: bool = True


def hours_within(waits: Iterable[Wait], share: float) -> float | None:
    """The least number of hours within which at least `share` (0..1) had their result; None where
    so many still wait that this is not known yet."""
    # At equal hours a release comes first: who still waits at that hour was not released by it.
    ordered = sorted(waits, key=lambda wait: (wait.hours, not wait.over))
    waiting = 1.0
    for place, wait in enumerate(ordered):
        if wait.over:
            left = len(ordered) - place
            waiting *= 1 - 1 / left
            if 1 - waiting >= share - _ROUNDING:
                return wait.hours
    return None
