"""How fast an epidemic goes: R(t) of many series at once.

The definition is `naive_pace.py`; this gives the same figures fast.
"""

from collections.abc import Sequence

import numpy as np

from lachan.engine.circles import Floats
from lachan.engine.dtypes import Ints
from lachan.engine.kernels import renewing
from lachan.engine.kernels.gammas import gamma_below
from lachan.engine.naive_pace import LEVELS, Estimate, PaceRule


def serial_interval(mean: float, sd: float, days: int) -> Floats:
    """`naive_pace.serial_interval`."""
    shape, scale = ((mean - 1) / sd) ** 2, sd**2 / (mean - 1)
    k = np.arange(-2.0, days)
    below = np.array([gamma_below(shape, day / scale) for day in k.tolist()])
    above = np.array([gamma_below(shape + 1, day / scale) for day in k.tolist()])
    parts = k * below
    bent = parts[2:] + parts[:-2] - 2 * parts[1:-1]
    lost = shape * scale * (2 * above[1:-1] - above[:-2] - above[2:])
    return np.asarray(np.maximum(0.0, bent + lost), np.float64)


def estimates(
    local: Ints, imported: Ints, serial: Floats, rule: PaceRule, levels: Sequence[float] = LEVELS
) -> list[Estimate]:
    """`naive_pace.estimates` of one series of consecutive days."""
    born = local.astype(np.float64)
    total = born + imported
    if len(total) <= rule.window:
        return []
    born[0] = 0.0
    infectious = np.empty(len(total))
    renewing.infectivity(total, serial, infectious)
    power = np.lib.stride_tricks.sliding_window_view(infectious, rule.window)[1:].sum(axis=1)
    starts = np.arange(1, len(total) - rule.window + 1)
    mean_serial = float(np.arange(len(serial)) @ serial)
    has_one = (starts + rule.window > mean_serial) & (power > 0)
    starts, power = starts[has_one], power[has_one]
    out = np.empty((len(starts), 2 + len(levels)))
    renewing.estimate(
        born,
        infectious,
        starts,
        rule.window,
        rule.prior_shape,
        rule.prior_scale,
        np.array(levels),
        out,
    )
    upto = np.concatenate([[0], np.cumsum(born)]).astype(np.int64)
    cases = upto[starts + rule.window] - upto[starts]
    return [
        Estimate(start, start + rule.window - 1, count, force, row[0], row[1], tuple(row[2:]))
        for start, count, force, row in zip(
            starts.tolist(), cases.tolist(), power.tolist(), out.tolist(), strict=True
        )
    ]
