"""Loops of the renewal equation: who could infect today, and how many each of them did.

Twins: `naive_pace.infectivity`, `naive_pace.estimates`.
"""

from math import sqrt

from lachan.engine.circles import Floats
from lachan.engine.compiled import kernel
from lachan.engine.dtypes import Ints
from lachan.engine.kernels.gammas import gamma_quantile


@kernel
def infectivity(total: Floats, serial: Floats, out: Floats) -> None:
    """`out[t]`: cases of earlier days, each with its chance to infect after t - s days."""
    for t in range(len(total)):
        out[t] = 0.0
        for s in range(1, min(t + 1, len(serial))):
            out[t] += serial[s] * total[t - s]


@kernel
def estimate(
    local: Floats,
    infectious: Floats,
    starts: Ints,
    window: int,
    shape: float,
    scale: float,
    levels: Floats,
    out: Floats,
) -> None:
    """`out[i]`: mean, sd and the quantiles `levels` of R in the window from `starts[i]` on.

    Cost: O(days of all windows), and some twenty gamma tails for each quantile.
    """
    for i in range(len(starts)):
        a, rate = shape, 1.0 / scale
        for t in range(starts[i], starts[i] + window):
            a += local[t]
            rate += infectious[t]
        out[i, 0] = a / rate
        out[i, 1] = sqrt(a) / rate
        for q in range(len(levels)):
            out[i, 2 + q] = gamma_quantile(a, levels[q]) / rate
