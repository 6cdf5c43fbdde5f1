"""How long somebody waits who comes now, by what the session did in the last minutes.  Pure."""

from dataclasses import dataclass
from math import ceil, floor, sqrt

from lachan.vaccination.line_rules import LineRule

#: Minutes to which a wait is rounded: nobody outside needs it finer, and it is not known finer.
STEP = 5


@dataclass(frozen=True, slots=True)
class Pace:
    """People that left a step in so many minutes."""

    people: int
    minutes: float


def wait_of(waiting: int, pace: Pace, rule: LineRule) -> tuple[int, int] | None:
    """From how many to how many minutes the last of `waiting` people waits; None: not known.

    Departures are counted as if they came by chance (Poisson): a count n may as well have been
    n - sqrt(n) or n + sqrt(n), so the wait is said as a range, rounded outwards.
    """
    if not waiting:
        return 0, 0
    if pace.people < rule.pace_fewest_people or pace.minutes < rule.pace_fewest_minutes:
        return None
    spread = sqrt(pace.people)
    least = waiting * pace.minutes / (pace.people + spread)
    most = waiting * pace.minutes / (pace.people - spread)
    return STEP * floor(least / STEP), STEP * max(1, ceil(most / STEP))
