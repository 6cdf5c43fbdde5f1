"""What a scan for clusters is asked for, and what a found cluster is; no arrays.

Method: Kulldorff, "A spatial scan statistic" (1997) and "Prospective time periodic geographical
disease surveillance using a scan statistic" (2001), discrete Poisson model, high rates.
"""

from dataclasses import dataclass
from typing import NamedTuple

#: Fewest cases of a cluster.  One case alone is a case, not a cluster; SaTScan's default is 2.
LEAST_CASES = 2

#: Largest share of the population at risk in one circle: SaTScan's default.
MAX_SHARE = 0.5

#: Replicates without a cluster in them that the observed ratio is ranked among.
REPLICATES = 999

#: Mean length of a year in days; the scan is run once a day.
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class ScanRule:
    """The figures of one scan.

    `max_share` of all person-days may lie in one circle; `max_places` is the largest number of
    places in a circle (None: no limit); `max_days` the longest window in days, which always ends
    with the last day of the study.
    """

    max_days: int = 1
    max_share: float = MAX_SHARE
    max_places: int | None = None
    least_cases: int = LEAST_CASES


class Cluster(NamedTuple):
    """A circle around `centre` during the last `days` days, and what was seen in it.

    `places` are numbers in order of distance; `person_days` were at risk; `expected` cases would
    be there if cases fell on people at random; `ratio` is the log likelihood ratio.
    """

    centre: int
    places: tuple[int, ...]
    days: int
    cases: int
    person_days: int
    expected: float
    ratio: float
