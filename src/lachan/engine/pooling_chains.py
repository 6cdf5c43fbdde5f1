"""Who is infected, sampled: for parts of overlapping pools too wide for `pooling_posterior`.

Gibbs sampling.  In a sweep every person is drawn anew given everybody else, and then in every pool
two members are drawn together, because of two people in a positive pool mostly one is infected and
neither can change alone.  `CHAINS` chains start from different corners (everybody infected, nobody,
by lot); the first half is thrown away.  What is averaged is each person's chance given all others,
which varies less than his drawn state.

Diagnostics: the Gelman-Rubin ratio of the halves of all chains (1 when they have met) and the
standard error by batch means; the worst of all people is told.  Source: Gelman and others, Bayesian
Data Analysis, 3rd edition, section 11.4.  A chance of exactly 0 is taken as 1e-12, so that perfect
tests do not lock a chain.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lachan.engine.circles import Floats
from lachan.engine.dtypes import Ints
from lachan.engine.kernels import pooling as kernels

if TYPE_CHECKING:
    from lachan.engine.pooling_posterior import Member

CHAINS = 4
SWEEPS = 4000
#: The second half of a chain is cut into so many batches.
BATCHES = 20
FLOOR = 1e-12


class Sampled(NamedTuple):
    """The chances of a part's people, the worst ratio and the worst standard error."""

    chance: Floats
    rhat: float
    error: float


class Layout(NamedTuple):
    """A part as the kernel reads it.

    Person i is in `pool[at[i] : at[i + 1]]` and shows there from state `level` on; `weights[i, k]`
    is 0 beyond his states.  Pool j has `member[begin[j] : begin[j + 1]]`.
    """

    at: Ints
    pool: Ints
    level: Ints
    weights: Floats
    hidden: Floats
    begin: Ints
    member: Ints
    tests: Floats


def sample(members: Sequence["Member"], tests: Floats, seed: int, sweeps: int = SWEEPS) -> Sampled:
    """Run the chains; the same seed gives the same answer."""
    layout = laid_out(members, tests)
    people, states = layout.weights.shape
    pairs = len(layout.tests)
    half = sweeps // 2
    kept = np.empty((CHAINS, half, people))
    for chain in range(CHAINS):
        dice = np.random.Generator(np.random.Philox([seed, chain]))
        drawn = _corner(layout, chain, dice)
        shown = np.zeros(pairs, np.int64)
        for sweep in range(2 * half):
            lots = dice.random(people + 3 * pairs)
            row = kept[chain, max(0, sweep - half)]
            kernels.sweep(*layout, drawn, shown, np.empty(states), lots, row, sweep == 0)
    return Sampled(kept.mean(axis=(0, 1)), _rhat(kept), _error(kept))


def laid_out(members: Sequence["Member"], tests: Floats) -> Layout:
    """The part as arrays."""
    states = max(len(member.weights) for member in members)
    weights = np.zeros((len(members), states))
    inside: list[list[int]] = [[] for _ in range(len(tests))]
    at, pool, level = [0], list[int](), list[int]()
    for person, member in enumerate(members):
        weights[person, : len(member.weights)] = member.weights
        for number, least in member.pools:
            pool.append(number)
            level.append(least)
            inside[number].append(person)
        at.append(len(pool))
    return Layout(
        at=np.array(at, np.int64),
        pool=np.array(pool, np.int64),
        level=np.array(level, np.int64),
        weights=weights,
        hidden=np.array([member.hidden for member in members]),
        begin=np.cumsum([0, *map(len, inside)]).astype(np.int64),
        member=np.array([person for row in inside for person in row], np.int64),
        tests=np.maximum(tests, FLOOR),
    )


def _corner(layout: Layout, chain: int, dice: np.random.Generator) -> Ints:
    """Where a chain starts: all infected, none, or by lot."""
    highest = (layout.weights > 0).cumsum(axis=1).argmax(axis=1)
    share = {0: 1.0, 1: 0.0}.get(chain, 0.5)
    return np.asarray(np.where(dice.random(len(highest)) < share, highest, 0), np.int64)


def _rhat(kept: Floats) -> float:
    """The worst ratio over people, from the two halves of every chain."""
    length = kept.shape[1] // 2
    parts = kept[:, : 2 * length].reshape(2 * len(kept), length, kept.shape[2])
    within = parts.var(axis=1, ddof=1).mean(axis=0)
    between = parts.mean(axis=1).var(axis=0, ddof=1)
    still = within <= 1e-20
    ratio = np.sqrt((length - 1) / length + between / np.where(still, 1.0, within))
    # Chains that never move have met only where they agree.
    ratio[still] = np.where(between[still] <= 1e-20, 1.0, np.inf)
    return float(ratio.max())


def _error(kept: Floats) -> float:
    """The worst standard error of the mean over people, by batches of all chains."""
    length = kept.shape[1] // BATCHES
    batches = kept[:, : BATCHES * length].reshape(-1, length, kept.shape[2]).mean(axis=1)
    return float(np.sqrt(batches.var(axis=0, ddof=1) / len(batches)).max())
