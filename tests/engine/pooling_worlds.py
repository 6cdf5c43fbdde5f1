"""Tests, designs and simulated laboratories for the tests of pooling."""

from typing import NamedTuple

import numpy as np

from lachan.engine import naive_pooling as naive
from lachan.engine.pooling import Assay, CtShift, Design, Measured

ASSAYS = {
    "perfect": Assay(),
    "imperfect": Assay(0.93, 0.97),
    "diluted": Assay(0.95, 0.99, CtShift(27.2, 7.6, 38.0)),
    "measured": Assay(0.98, 0.98, Measured({4: 0.8, 9: 0.5})),
}


def slow(assay: Assay) -> naive.Test:
    """The same test for the slow twin."""
    return naive.Test(assay.sensitivity, assay.specificity, assay.kept)


class Seen(NamedTuple):
    """What many simulated groups gave: means with their standard errors."""

    tests: float
    tests_error: float
    sensitivity: float
    sensitivity_error: float
    specificity: float
    specificity_error: float


def simulated(design: Design, prevalence: float, assay: Assay, groups: int, seed: int) -> Seen:
    """Play a laboratory: draw people and outcomes, follow the design step by step."""
    dice = np.random.default_rng(seed)
    group = design.group
    infected = dice.random((groups, group)) < prevalence
    # A person shows in a pool of n where the own number is below the share kept at n.
    strength = np.where(infected, dice.random((groups, group)), 2.0)
    if design.kind.startswith("array"):
        tests, again = _array(dice, design, strength, assay)
    else:
        tests, again = _hierarchy(dice, design, strength, assay)
    single = dice.random((groups, group))
    chance = np.where(infected, assay.sensitivity, 1 - assay.specificity)
    positive = again & (single < chance)
    tests = tests + again.sum(axis=1)
    found, healthy = positive[infected], ~positive[~infected]
    return Seen(*_mean(tests), *_mean(found), *_mean(healthy))


def _mean(values: np.ndarray) -> tuple[float, float]:
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))


def _tested(dice: np.random.Generator, shown: np.ndarray, assay: Assay) -> np.ndarray:
    chance = np.where(shown, assay.sensitivity, 1 - assay.specificity)
    return np.asarray(dice.random(shown.shape) < chance)


def _hierarchy(
    dice: np.random.Generator, design: Design, strength: np.ndarray, assay: Assay
) -> tuple[np.ndarray, np.ndarray]:
    going = np.ones(strength.shape, bool)
    tests = np.zeros(len(strength))
    for size in design.sizes:
        pools = (strength < assay.kept(size)).reshape(len(strength), -1, size)
        alive = going.reshape(pools.shape)[:, :, 0]
        tests += alive.sum(axis=1)
        positive = alive & _tested(dice, pools.any(axis=2), assay)
        going = np.repeat(positive, size, axis=1)
    return tests, going


def _array(
    dice: np.random.Generator, design: Design, strength: np.ndarray, assay: Assay
) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = design.sizes
    matrix = strength.reshape(-1, rows, columns)
    begun = np.ones(len(strength), bool)
    tests = np.zeros(len(strength))
    if design.kind == "array_master":
        begun = _tested(dice, (strength < assay.kept(rows * columns)).any(axis=1), assay)
        tests += 1
    high = _tested(dice, (matrix < assay.kept(columns)).any(axis=2), assay)
    wide = _tested(dice, (matrix < assay.kept(rows)).any(axis=1), assay)
    some_high, some_wide = high.any(axis=1), wide.any(axis=1)
    high |= (some_wide & ~some_high)[:, None]
    wide |= (some_high & ~some_wide)[:, None]
    again = high[:, :, None] & wide[:, None, :] & begun[:, None, None]
    return tests + begun * (rows + columns), again.reshape(strength.shape)
