"""What to pool in an area: the rule, the area's positivity, and what other sizes would do."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lachan.rulebook.selectors import PoolingRule
from lachan.sampling import arrays, pool_positivity
from lachan.sampling.arrays import Assay, Design, Estimate, Machine, Option
from lachan.sampling.pool_positivity import Area, Tally


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page was asked.  `positivity` (0 to 1) takes the place of the measured one."""

    disease: str
    area: str
    group: str
    commune: int | None
    people: int
    positivity: float | None
    machine: Machine


@dataclass(frozen=True, slots=True)
class Measured:
    """The positivity of the last days: what was counted and what it says."""

    tallies: list[Tally]
    estimate: Estimate | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Advice:
    """The rule's pools beside single tests and the cheapest pools of each design.

    `best`: the cheapest two-stage pool within the rule's limit; `low` and `high`: the rule's pools
    at the ends of the positivity's interval, None where it was typed.  `worth_below`: up to which
    positivity the rule's pools save what the rule wants saved; `ends`: up to which any pool does.
    """

    prevalence: float
    assay: Assay
    limit: int
    ruled: Option
    single: Option
    best: Option | None
    low: Option | None
    high: Option | None
    cheapest: list[Option]
    worth_below: float
    ends: float

    @property
    def pools(self) -> bool:
        """Whether the rule pools here at all."""
        return self.ruled.design.kind != "single"

    @property
    def worth_it(self) -> bool:
        """Whether the rule's pools save as much as the rule wants."""
        return self.pools and self.prevalence <= self.worth_below

    @property
    def better(self) -> Option | None:
        """A two-stage pool that is cheaper by more than a near tie."""
        if self.best is None or self.best.design == self.ruled.design:
            return None
        enough = self.ruled.figures.tests_per_person / (1 + arrays.NEAR)
        return self.best if self.best.figures.tests_per_person < enough else None


def measured(rule: PoolingRule, asked: Asked, at: datetime) -> Measured:
    """The positivity in the area that was asked for, of the rule's days before `at`."""
    since = at - timedelta(days=rule.positivity_days)
    area = Area(asked.disease, asked.group, asked.commune, since)
    tallies = pool_positivity.tallies(area)
    # Pools of the platform are tested by RT-PCR; the estimate takes that test's errors.
    assay = arrays.assay_of(rule.tests["pcr"])
    return Measured(tallies, arrays.positivity(tallies, assay), since)


def advice(rule: PoolingRule, asked: Asked, known: Measured) -> Advice | None:
    """What to do; None without an area or a positivity, because then nothing can be said."""
    estimate = None if asked.positivity is not None else known.estimate
    prevalence = asked.positivity if estimate is None else estimate.prevalence
    if not asked.area or prevalence is None:
        return None
    area = rule.areas[asked.area]
    assay = arrays.assay_of(rule.tests[area.method])
    limit = rule.largest_household if area.mixed == "household" else rule.largest
    design = design_of(area.design, area.size)
    cheapest = arrays.cheapest(prevalence, assay, limit, asked.people, asked.machine)
    by_kind = {found.design.kind: found for found in cheapest}

    def at_prevalence(chance: float) -> Option:
        return arrays.option(design, chance, assay, asked.people, asked.machine)

    return Advice(
        prevalence=prevalence,
        assay=assay,
        limit=limit,
        ruled=at_prevalence(prevalence),
        single=by_kind["single"],
        best=by_kind.get("dorfman"),
        low=at_prevalence(estimate.low) if estimate else None,
        high=at_prevalence(estimate.high) if estimate else None,
        cheapest=cheapest,
        worth_below=arrays.worth_below(design, assay, rule.least_saving),
        ends=arrays.pooling_ends(assay, limit, rule.least_saving),
    )


def design_of(kind: str, size: int) -> Design:
    """The rule's design for its one size: an array is square, three stages halve by a divisor."""
    if kind == "single":
        return Design("single")
    if kind == "dorfman":
        return Design("dorfman", (size,))
    if kind == "three":
        return Design("three", (size, _part(size)))
    return Design(kind, (size, size))


def _part(size: int) -> int:
    """The divisor nearest the square root, so that no stage is much larger than the other."""
    parts = [part for part in range(2, size) if size % part == 0]
    return min(parts, key=lambda part: abs(part * part - size), default=size)
