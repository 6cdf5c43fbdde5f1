"""From the ratios that chance alone gives to a p-value, a recurrence interval and an alarm.

Sources: Dwass 1957 (rank test), Besag and Clifford 1991 (early stop), Abrams, Kulldorff and
Kleinman 2010 (Gumbel tail of scan statistics), Kleinman, Lazarus and Platt 2004 (recurrence
interval).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, expm1, inf, log, log1p, pi, sqrt
from statistics import fmean, stdev
from typing import NamedTuple

from lachan.engine.scanrule import DAYS_A_YEAR, REPLICATES

#: Euler's constant: the mean of the standard Gumbel distribution.
EULER_GAMMA = 0.5772156649015329

#: Replicates after which an unremarkable scan may stop; fewer would make a poor Gumbel fit.
LEAST_REPLICATES = 99

#: An unremarkable scan stops when so many replicates were at least as strong: p is then known
#: to about a third of itself (1 / sqrt(10)), and is nowhere near an alarm.
STOP_AFTER = 10


@dataclass(frozen=True)
class Budget:
    """How many false alarms are accepted, and how hard chance is asked.

    The scan is run once a day over one area; `false_alarms_per_year` is for that whole area.
    """

    false_alarms_per_year: float = 1.0
    replicates: int = REPLICATES

    @property
    def chance(self) -> float:
        """The share of days without a cluster on which an alarm is accepted."""
        return min(1.0, self.false_alarms_per_year / DAYS_A_YEAR)


class Gumbel(NamedTuple):
    """A distribution of largest values: P(X <= x) = exp(-exp(-(x - location) / scale))."""

    location: float
    scale: float

    def beyond(self, x: float) -> float:
        """P(X > x)."""
        if self.scale == 0:
            return float(x < self.location)
        steps = -(x - self.location) / self.scale
        return -expm1(-exp(steps)) if steps < 700 else 1.0

    def exceeded_with(self, chance: float) -> float:
        """The x with P(X > x) = chance, for 0 < chance < 1."""
        return self.location - self.scale * log(-log1p(-chance))


class Verdict(NamedTuple):
    """What `replicates` worlds without a cluster say about one with `maxima` ratios.

    `alarm_above` is the ratio above which a cluster is an alarm; `by_rank` when the replicates
    are many enough to count that threshold instead of reading it from the Gumbel tail.
    """

    maxima: tuple[float, ...]
    gumbel: Gumbel
    alarm_above: float
    by_rank: bool


def gumbel_of(values: Sequence[float]) -> Gumbel:
    """The Gumbel distribution with the mean and standard deviation of `values`."""
    spread = stdev(values) if len(values) > 1 else 0.0
    scale = spread * sqrt(6) / pi
    return Gumbel(fmean(values) - EULER_GAMMA * scale, scale)


def verdict(maxima: Sequence[float], chance: float) -> Verdict:
    """The threshold that chance alone passes on a share `chance` of days, or less often."""
    gumbel = gumbel_of(maxima)
    rank = int(chance * (len(maxima) + 1) * (1 + 1e-12))
    if rank >= len(maxima) + 1:
        return Verdict(tuple(maxima), gumbel, 0.0, True)
    if rank >= 1:
        return Verdict(tuple(maxima), gumbel, sorted(maxima, reverse=True)[rank - 1], True)
    threshold = gumbel.exceeded_with(chance) if chance > 0 else inf
    return Verdict(tuple(maxima), gumbel, max(threshold, *maxima), False)


def rank_p(ratio: float, maxima: Sequence[float]) -> float:
    """(1 + replicates at least as strong) / (1 + replicates): never too small."""
    return (1 + sum(value >= ratio for value in maxima)) / (1 + len(maxima))


def recurrence_days(p: float) -> float:
    """Days of daily scans in which chance alone gives one cluster as strong."""
    return 1 / p if p > 0 else inf


def stopped_at(maxima: Sequence[float], ratio: float) -> int:
    """How many of these replicates, in their order, are needed to know that `ratio` is common.

    `len(maxima)` when all are.
    """
    stronger = 0
    for number, value in enumerate(maxima, 1):
        stronger += value >= ratio
        if stronger >= STOP_AFTER and number >= LEAST_REPLICATES:
            return number
    return len(maxima)
