"""Whether a lot has more events than the other lots of its product: exact, in whole numbers.

If all doses of a product were alike, each of its K events would fall on this lot with the chance
n/N of its doses, so that the lot's number of events is binomial: the conditional test of two
Poisson rates (J. Przyborowski, H. Wilenski: Biometrika 31 (1940) 313-323).  One-sided: a lot with
too few events is no danger.  Pure, no rounding: a threshold is met or not on every machine alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lachan.rulebook.selectors import ReactionRule


@dataclass(frozen=True, slots=True)
class LotCount:
    """Doses of a lot and how many of them were followed by an event."""

    doses: int
    events: int


@dataclass(frozen=True, slots=True)
class LotSignal:
    """A lot against the other lots of its product.  `others`: what these had together; `p`: the
    chance of so many events or more if it were like them; `level` "" if it does not stand out."""

    lot: Any
    own: LotCount
    others: LotCount
    p: Fraction
    level: str

    @property
    def per_100k(self) -> float:
        """Events of 100,000 doses of the lot."""
        return 100_000 * self.own.events / self.own.doses if self.own.doses else 0.0

    @property
    def others_per_100k(self) -> float | None:
        """The same of the other lots together, None where there are none."""
        return 100_000 * self.others.events / self.others.doses if self.others.doses else None


def tail(events: int, *, of: int, share: Fraction) -> Fraction:
    """The chance of `events` or more out of `of`, each with the chance `share`."""
    if events <= 0:
        return Fraction(1)
    if events > of or share == 0:
        return Fraction(0)
    hit, miss = share.numerator, share.denominator - share.numerator
    if miss == 0:
        return Fraction(1)
    # Terms of (hit + miss)^of from all hits downwards: each follows from the one before, exactly.
    term = total = hit**of
    for hits in range(of, events, -1):
        term = term * hits * miss // ((of - hits + 1) * hit)
        total += term
    return Fraction(total, share.denominator**of)


def signals(counts: Mapping[Any, LotCount], rule: ReactionRule) -> list[LotSignal]:
    """Every lot of one product with doses, the most conspicuous first."""
    doses = sum(each.doses for each in counts.values())
    events = sum(each.events for each in counts.values())
    found = []
    for lot, own in counts.items():
        if not own.doses:
            continue
        others = LotCount(doses - own.doses, events - own.events)
        # A lot without another one to compare it with says nothing.
        alone = others.doses == 0
        p = Fraction(1) if alone else tail(own.events, of=events, share=Fraction(own.doses, doses))
        level = "" if alone else rule.level(events=own.events, doses=own.doses, p=p)
        found.append(LotSignal(lot, own, others, p, level))
    return sorted(found, key=lambda each: (each.p, -each.own.events))
