"""The definitions of pace: R(t), dispersion and ranks, in plain Python without arrays.

R(t) is that of Cori, Ferguson, Fraser and Cauchemez 2013 with imported cases as in Thompson and
others 2019 (R package EpiEstim).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, fsum, lgamma, log, sqrt
from typing import NamedTuple

#: Quantiles of R that are given, as EpiEstim does.
LEVELS = (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)


@dataclass(frozen=True)
class PaceRule:
    """`window` days of one estimate; the gamma prior of R, EpiEstim's: mean 5, sd 5."""

    window: int = 7
    prior_shape: float = 1.0
    prior_scale: float = 5.0


class Estimate(NamedTuple):
    """R from day `start` to day `end` (numbers from 0, both counted in).

    `cases` are local ones in the window; `infectivity` is how many cases of earlier days could
    have infected them; `quantiles` belong to `LEVELS`.
    """

    start: int
    end: int
    cases: int
    infectivity: float
    mean: float
    sd: float
    quantiles: tuple[float, ...]


def gamma_below(shape: float, x: float) -> float:
    """P(X <= x) at scale 1: x^a e^-x / Gamma(a + 1) times 1 + x/(a + 1) + ..."""
    if x <= 0:
        return 0.0
    log_term, terms, n = shape * log(x) - x - lgamma(shape + 1), [0.0], 0
    while n < x or terms[-1] > 1e-18:
        terms.append(exp(log_term))
        n += 1
        log_term += log(x / (shape + n))
    return min(1.0, fsum(terms))


def gamma_quantile(shape: float, p: float) -> float:
    """The x with P(X <= x) = p, by halving."""
    low, high = 0.0, 1.0
    while gamma_below(shape, high) < p:
        low, high = high, 2 * high
    while low < (middle := (low + high) / 2) < high:
        if gamma_below(shape, middle) < p:
            low = middle
        else:
            high = middle
    return high


def serial_interval(mean: float, sd: float, days: int) -> list[float]:
    """A gamma distribution shifted by one day, cut into days 0, 1, ...: what EpiEstim uses.

    A person infected during day 0 infects during day k; both moments are uniform in their days.
    `mean` must be above 1 day: nobody infects on the day of his own infection.
    """
    shape, scale = ((mean - 1) / sd) ** 2, sd**2 / (mean - 1)

    def below(k: int, more: int = 0) -> float:
        return gamma_below(shape + more, k / scale)

    return [
        max(
            0.0,
            k * below(k)
            + (k - 2) * below(k - 2)
            - 2 * (k - 1) * below(k - 1)
            + shape * scale * (2 * below(k - 1, 1) - below(k - 2, 1) - below(k, 1)),
        )
        for k in range(days)
    ]


def infectivity(total: Sequence[float], serial: Sequence[float]) -> list[float]:
    """For every day: cases of earlier days, each with its chance to infect on that day."""
    return [
        sum(serial[s] * total[t - s] for s in range(1, t + 1) if s < len(serial))
        for t in range(len(total))
    ]


def estimates(
    local: Sequence[int],
    imported: Sequence[int],
    serial: Sequence[float],
    rule: PaceRule,
    levels: Sequence[float] = LEVELS,
) -> list[Estimate]:
    """R in every window that has one.

    The cases of the first day have no earlier day to come from and count as imported.  A window
    has no estimate when it ends before the mean serial interval is over, or when nobody could
    infect in it.
    """
    born = [0, *local[1:]]
    total = [a + b for a, b in zip(local, imported, strict=True)]
    infectious = infectivity(total, serial)
    mean_serial = sum(day * chance for day, chance in enumerate(serial))
    found = []
    for start in range(1, len(total) - rule.window + 1):
        days = range(start, start + rule.window)
        power = sum(infectious[day] for day in days)
        if start + rule.window <= mean_serial or power == 0:
            continue
        cases = sum(born[day] for day in days)
        found.append(posterior(start, cases, power, rule, levels))
    return found


def posterior(
    start: int, cases: int, power: float, rule: PaceRule, levels: Sequence[float]
) -> Estimate:
    """R is gamma distributed: shape = prior + cases, rate = 1 / prior scale + infectivity."""
    shape, rate = rule.prior_shape + cases, 1 / rule.prior_scale + power
    return Estimate(
        start=start,
        end=start + rule.window - 1,
        cases=cases,
        infectivity=power,
        mean=shape / rate,
        sd=sqrt(shape) / rate,
        quantiles=tuple(gamma_quantile(shape, level) / rate for level in levels),
    )


def log_likelihood(counts: Sequence[int], mean: float, k: float) -> float:
    """Log likelihood of the negative binomial with `mean` and dispersion `k`."""
    return fsum(
        lgamma(k + x)
        - lgamma(k)
        - lgamma(x + 1)
        + k * log(k / (k + mean))
        + (x * log(mean / (k + mean)) if x else 0.0)
        for x in counts
    )


def dispersion(counts: Sequence[int]) -> float:
    """The most likely k, by looking: a grid of a hundred, then finer ones around the best."""
    mean = sum(counts) / len(counts)
    low, high = log(1e-4), log(1e5)
    for _ in range(6):
        steps = [low + (high - low) * i / 100 for i in range(101)]
        best = max(steps, key=lambda step: log_likelihood(counts, mean, exp(step)))
        low, high = best - (high - low) / 50, best + (high - low) / 50
    return exp(best)


def share_of_sources(counts: Sequence[int], part: float) -> float:
    """The smallest share of cases that together caused at least `part` of all secondary ones."""
    wanted, caused = part * sum(counts), 0
    if wanted == 0:
        return 0.0
    for needed, count in enumerate(sorted(counts, reverse=True), 1):
        caused += count
        if caused >= wanted:
            return needed / len(counts)
    return 0.0


def at_least(count: int, expected: float) -> float:
    """P(X >= count) of the Poisson distribution, term by term."""
    return 1 - fsum(exp(x * log(expected) - expected - lgamma(x + 1)) for x in range(count))
