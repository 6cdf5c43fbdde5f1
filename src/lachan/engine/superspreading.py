"""Who and what spread most: offspring counts, dispersion, ranks of places and events.

Definitions: `naive_pace.dispersion`, `share_of_sources`, `at_least`.  Sources: Lloyd-Smith and
others 2005 (negative binomial offspring, k), Endo and others 2020 (share that causes 80 %).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import exp, inf, log, log1p
from typing import NamedTuple

from lachan.engine.kernels.gammas import gamma_below

#: Half of the 95 % point of chi-square with one degree of freedom: limits of a profile.
HALF_CHI_SQUARE_95 = 1.920729410347062

#: 1 / k is looked for between these; beyond them k is no number anybody could use.
LEAST_SPREAD, MOST_SPREAD = 1e-8, 1e8

#: The share of secondary cases whose causers are counted: the field's habit ("20/80").
MOST_CASES = 0.8


class Dispersion(NamedTuple):
    """Offspring of `cases` cases: mean, and k with its 95 % profile limits.

    Small k: few cause most.  `k` is infinite when the counts vary no more than chance.
    """

    cases: int
    mean: float
    k: float
    k_low: float
    k_high: float
    share_causing_80: float


class Setting(NamedTuple):
    """A place or an event: infections there, against its part of all exposed people.

    `p` is the chance of at least so many if every exposed person ran the same risk.
    """

    name: str
    secondary: int
    exposed: int
    expected: float
    ratio: float
    p: float


def offspring(pairs: Iterable[tuple[str, str]], cases: Iterable[str]) -> dict[str, int]:
    """How many each case infected; cases that infected nobody count 0.

    A pair is (source, infected).  A person infected twice in the pairs is counted once, with the
    first source by code point; who infects himself is left out.
    """
    source_of: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for source, infected in sorted(set(pairs)):
        if source != infected:
            source_of.setdefault(infected, source)
    for infected, source in source_of.items():
        counts[source] += 1
        counts[infected] += 0
    for case in cases:
        counts[case] += 0
    return dict(sorted(counts.items()))


def dispersion(counts: Sequence[int]) -> Dispersion | None:
    """The dispersion of offspring counts; None when there is no case or nobody infected anyone."""
    total = sum(counts)
    if total == 0:
        return None
    profile = Profile(Counter(counts))
    spread = profile.most_likely()
    low, high = profile.limits(spread)
    return Dispersion(
        cases=len(counts),
        mean=total / len(counts),
        k=inverse(spread),
        k_low=inverse(high),
        k_high=inverse(low),
        share_causing_80=share_of_sources(counts, MOST_CASES),
    )


def inverse(spread: float) -> float:
    """k of 1 / k."""
    return 1 / spread if spread > 0 else inf


class Profile:
    """The likelihood of 1 / k, with the mean at its most likely value, which is the average."""

    def __init__(self, histogram: Mapping[int, int]) -> None:
        self.cases = sum(histogram.values())
        self.mean = sum(x * n for x, n in histogram.items()) / self.cases
        # more_than[j]: how many cases infected more than j.
        self.more_than = [
            sum(n for x, n in histogram.items() if x > j) for j in range(max(histogram))
        ]

    def value(self, spread: float) -> float:
        """Log likelihood, but for what does not depend on the spread."""
        if spread == 0:
            return -self.cases * self.mean
        rising = sum(n * log1p(spread * j) for j, n in enumerate(self.more_than))
        return rising - self.cases * (self.mean + 1 / spread) * log1p(spread * self.mean)

    def slope(self, spread: float) -> float:
        """Its derivative."""
        rising = sum(n * j / (1 + spread * j) for j, n in enumerate(self.more_than))
        product = spread * self.mean
        if product < 1e-4:
            # log1p(p) - p loses its digits where p is small.
            falling = self.mean**2 * (-0.5 + product / 3 - product**2 / 4)
        else:
            falling = (log1p(product) - product) / spread**2
        return rising + self.cases * falling

    def most_likely(self) -> float:
        """The spread of the largest likelihood; 0 when the counts vary no more than chance."""
        if self.slope(LEAST_SPREAD) <= 0:
            return 0.0
        return crossing(self.slope, LEAST_SPREAD, MOST_SPREAD)

    def limits(self, spread: float) -> tuple[float, float]:
        """Where the likelihood has fallen by half of chi-square's 95 % point; 0 has no less."""
        floor = self.value(spread) - HALF_CHI_SQUARE_95

        def above(at: float) -> float:
            return self.value(at) - floor

        high = crossing(above, max(spread, LEAST_SPREAD), MOST_SPREAD)
        if above(0.0) >= 0:
            return 0.0, high
        return crossing(lambda at: -above(at), LEAST_SPREAD, spread), high


def crossing(value: Callable[[float], float], low: float, high: float) -> float:
    """Where `value` falls below 0, between two positive numbers; by halving their logarithm."""
    a, b = log(low), log(high)
    for _ in range(200):
        middle = (a + b) / 2
        if value(exp(middle)) > 0:
            a = middle
        else:
            b = middle
    return exp(b)


def share_of_sources(counts: Sequence[int], part: float) -> float:
    """The smallest share of cases that together caused at least `part` of all secondary ones."""
    total = sum(counts)
    histogram = sorted(Counter(counts).items(), reverse=True)
    caused = needed = 0
    for count, cases in histogram:
        if count == 0 or caused + count * cases >= part * total:
            missing = max(0.0, part * total - caused)
            return (needed + -int(-missing // count) if count else needed) / len(counts)
        caused += count * cases
        needed += cases
    return 0.0


def rank_settings(secondary: Mapping[str, int], exposed: Mapping[str, int]) -> list[Setting]:
    """Places or events, most surprising first: (p, ratio largest first, name).

    Expected infections are all of them shared out by exposed people.  A ratio alone would put on
    top whichever small place had two cases; p weighs the ratio with how much it rests on.  Places
    where nobody was exposed cannot be judged and are left out.
    """
    known = {name: people for name, people in exposed.items() if people > 0}
    infected = sum(secondary.get(name, 0) for name in known)
    everyone = sum(known.values())
    if infected == 0:
        return []
    ranked = []
    for name, people in known.items():
        count, expected = secondary.get(name, 0), infected * people / everyone
        p = gamma_below(float(count), expected) if count else 1.0
        ranked.append(Setting(name, count, people, expected, count / expected, p))
    return sorted(ranked, key=lambda s: (s.p, -s.ratio, s.name))
