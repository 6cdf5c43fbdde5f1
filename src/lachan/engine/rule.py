"""What a tracing run is asked for: how far, how long, and how soon a contact can pass it on."""

from dataclasses import dataclass

#: Seconds in a minute; infectious intervals and visits are counted in whole ones.
MINUTE = 60

#: Minutes a visit without a check-out is taken to last.  An assumption of the installation, not
#: a medical figure; `lachan trace --open-minutes` changes it.
OPEN_MINUTES = 60


@dataclass(frozen=True)
class Rule:
    """The figures of one run, all whole numbers.

    `hops` counts F1 as 1.  `min_seconds` is the exposure from which a person is reached,
    `latent_seconds` the time from the first meeting until a reached person can infect.
    """

    hops: int
    min_seconds: int
    latent_seconds: int = 0
    open_minutes: int = OPEN_MINUTES


def floor_minute(second: int) -> int:
    """The start of the minute that holds `second`."""
    return second // MINUTE * MINUTE


def ceil_minute(second: int) -> int:
    """The first start of a minute that is not before `second`."""
    return -(-second // MINUTE) * MINUTE
