"""Pooled testing: what a design costs and what it misses, in closed form.

A pool is one test of several people's specimens.  Three ways to find who it was are known here:

- *hierarchical*: a positive pool is cut into smaller pools, and these again, down to single tests.
  Two stages are Dorfman's design (1943); three stages have one cut more.
- *array*: people stand in a matrix, every row and every column is one pool, and whoever stands
  where a positive row meets a positive column is tested singly.  If rows are positive and no column
  is, everybody in the positive rows is tested, and the same for columns.
- *array with a master pool*: all of the matrix is one pool first.

Tests err independently of each other.  Dilution is no error of a test but a property of a person: a
specimen that is weak stays weak in every pool.  A share `kept(n)` of those infected *shows* in a
pool of n, and who shows in a large pool shows in every smaller one.  A test of a pool in which
somebody shows is positive with the sensitivity; of any other pool with 1 − specificity.  Everybody
infected shows in a test of his own, so that the sensitivity is that of a single test.

Sources: Dorfman 1943 (Annals of Mathematical Statistics 14:436); Kim, Hudgens, Dreyfuss, Westreich
and Pilcher 2007 (Biometrics 63:1152) for sensitivity, specificity, hierarchies and arrays; Brault,
Mallein and Rupprecht 2021 (PLoS Computational Biology 17:e1008726) for dilution as a shift of the
Ct value.  The slow twin is `naive_pooling.py`, which enumerates patterns and outcomes.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple


class BadPoolingError(ValueError):
    """A design, a chance or a size that cannot be; `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class CtShift:
    """Dilution by the curve of a PCR: n specimens in one shift the Ct of a lone positive by log2 n.

    Ct values of infected people are taken as normal (`mean`, `sd`, in cycles); `limit` is the Ct at
    which half of the tests still find the virus.  A limit that is a slope of width w and not a step
    is the same with `sd` = sqrt(sd² + w²).
    """

    mean: float
    sd: float
    limit: float

    def kept(self, size: int) -> float:
        """Of those found by a test of their own, the share that shows in a pool of `size`."""
        alone = _below((self.limit - self.mean) / self.sd)
        return _below((self.limit - math.log2(size) - self.mean) / self.sd) / alone


@dataclass(frozen=True, slots=True)
class Measured:
    """Dilution as a laboratory measured it: size -> share kept; between sizes straight in log2 n.

    Beyond the largest measured size nothing is known, and that is refused (`not_measured`).
    """

    shares: Mapping[int, float]

    def kept(self, size: int) -> float:
        """Of those found by a test of their own, the share that shows in a pool of `size`."""
        points = sorted({1: 1.0, **self.shares}.items())
        for (low, above), (high, below) in pairwise(points):
            if low <= size <= high:
                part = math.log2(size / low) / math.log2(high / low)
                return above + part * (below - above)
        if size == 1:
            return 1.0
        raise BadPoolingError("not_measured", f"No dilution was measured for a pool of {size}.")


@dataclass(frozen=True, slots=True)
class Assay:
    """A test: `sensitivity` and `specificity` of one test, and what dilution does to a specimen."""

    sensitivity: float = 1.0
    specificity: float = 1.0
    dilution: CtShift | Measured | None = None

    def __post_init__(self) -> None:
        if not (0 < self.sensitivity <= 1 and 0 < self.specificity <= 1):
            raise BadPoolingError("bad_chance", "Sensitivity and specificity lie in (0, 1].")
        if self.sensitivity + self.specificity <= 1:
            raise BadPoolingError("useless_test", "Sensitivity and specificity must exceed 1.")

    def kept(self, size: int) -> float:
        """The share of infected people that shows in a pool of `size`; 1 in a single test."""
        if size < 1:
            raise BadPoolingError("bad_size", "A pool has one person or more.")
        if self.dilution is None or size == 1:
            return 1.0
        return min(1.0, self.dilution.kept(size))

    def positive(self, dark: float) -> float:
        """Chance of a positive test, where `dark` is the chance that nobody shows in the pool."""
        return self.sensitivity * (1 - dark) + (1 - self.specificity) * dark


@dataclass(frozen=True, slots=True)
class Design:
    """How people are pooled.

    `kind` and `sizes`: `single` (); `dorfman` (pool); `three` (pool, smaller pool that divides it);
    `array` and `array_master` (rows, columns).
    """

    kind: str
    sizes: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in LENGTHS or len(self.sizes) != LENGTHS[self.kind]:
            raise BadPoolingError("bad_design", f"There is no design {self.kind} of {self.sizes}.")
        if any(size < 2 for size in self.sizes):
            raise BadPoolingError("bad_size", "A pool has two people or more.")
        whole, part = (*self.sizes, 1, 1)[:2]
        if self.kind == "three" and (whole % part or whole == part):
            raise BadPoolingError("bad_design", "The smaller pools must divide the larger one.")

    @property
    def group(self) -> int:
        """How many people one round of the design takes."""
        if self.kind.startswith("array"):
            return self.sizes[0] * self.sizes[1]
        return self.sizes[0] if self.sizes else 1

    @property
    def largest(self) -> int:
        """How many specimens the largest pool mixes."""
        return self.group if self.kind == "array_master" else max(self.sizes, default=1)

    @property
    def smallest(self) -> int:
        """How many specimens the smallest pool mixes; a rest of people is pooled by as many."""
        return min(self.sizes, default=1)


#: How many sizes a design has.
LENGTHS = {"single": 0, "dorfman": 1, "three": 2, "array": 2, "array_master": 2}


class Figures(NamedTuple):
    """What to expect of a design.  Tests and chances; nothing is rounded.

    `stage_tests`: tests of one group at each stage.  `rounds`: stages that a person's answer waits
    for, on average.  Sensitivity, specificity, predictive values: of the answer a person gets at
    the end.  `missed` and `wrongly_positive`: people per 1,000 sampled.
    """

    design: Design
    stage_tests: tuple[float, ...]
    tests_per_person: float
    rounds: float
    sensitivity: float
    specificity: float
    ppv: float
    npv: float
    missed: float
    wrongly_positive: float

    @property
    def tests_per_group(self) -> float:
        """Tests of one group, all stages together."""
        return sum(self.stage_tests)


def figures(design: Design, prevalence: float, assay: Assay) -> Figures:
    """The figures of one design where each person is infected with the chance `prevalence`."""
    if not 0 <= prevalence <= 1:
        raise BadPoolingError("bad_chance", "A prevalence lies between 0 and 1.")
    if design.kind.startswith("array"):
        return _array(design, prevalence, assay)
    return _hierarchy(design, prevalence, assay)


def _answered(
    design: Design,
    stage_tests: tuple[float, ...],
    rounds: float,
    p: float,
    found: float,
    alarm: float,
) -> Figures:
    """`found` and `alarm`: the chance of ending positive, of somebody infected and anybody else."""
    positive = p * found + (1 - p) * alarm
    return Figures(
        design=design,
        stage_tests=stage_tests,
        tests_per_person=sum(stage_tests) / design.group,
        rounds=rounds,
        sensitivity=found,
        specificity=1 - alarm,
        ppv=p * found / positive if positive else 1.0,
        npv=(1 - p) * (1 - alarm) / (1 - positive) if positive < 1 else 1.0,
        missed=1000 * p * (1 - found),
        wrongly_positive=1000 * (1 - p) * alarm,
    )


def _hierarchy(design: Design, p: float, assay: Assay) -> Figures:
    sizes = (*design.sizes, 1)
    kept = [assay.kept(size) for size in sizes]
    shows = [p * share for share in kept]
    upto = [
        _all_positive(_over_others(sizes[:stage], shows[:stage]), stage, assay)
        for stage in range(1, len(sizes))
    ]
    tests = [1.0] + [sizes[0] / sizes[j + 1] * chance for j, chance in enumerate(upto)]
    others = _over_others(sizes, shows, beside_one=True)
    infected = _either(others, _first_shown(kept))
    stages = len(sizes)
    return _answered(
        design,
        tuple(tests),
        1 + sum(upto),
        p,
        _all_positive(infected, stages, assay),
        _all_positive(others, stages, assay),
    )


def _over_others(
    sizes: Sequence[int], shows: Sequence[float], *, beside_one: bool = False
) -> dict[int, float]:
    """In which of the nested pools of a path somebody shows: a bit for each stage -> chance.

    The people of a path live in shells: those only in the first pool, those also in the second and
    so on.  `beside_one` leaves out the one person in the last pool.
    """
    found = {0: 1.0}
    for depth, size in enumerate(sizes, 1):
        inner = sizes[depth] if depth < len(sizes) else int(beside_one)
        dark = [(1 - shows[stage]) ** (size - inner) for stage in range(depth)]
        found = _either(found, _first_shown([1 - chance for chance in dark]))
    return found


def _first_shown(reached: Sequence[float]) -> dict[int, float]:
    """From which stage on somebody shows: bits of all stages from there -> chance.

    `reached[i]` is the chance that he shows at stage i already; it never falls with i, because a
    later pool is a smaller one.
    """
    depth = len(reached)
    found = {0: 1 - reached[-1]}
    before = 0.0
    for stage, chance in enumerate(reached):
        bits = (1 << depth) - (1 << stage)
        found[bits] = chance - before
        before = chance
    return found


def _either(some: Mapping[int, float], more: Mapping[int, float]) -> dict[int, float]:
    found: dict[int, float] = {}
    for bits, chance in some.items():
        for other, probability in more.items():
            both = bits | other
            found[both] = found.get(both, 0.0) + chance * probability
    return found


def _all_positive(patterns: Mapping[int, float], stages: int, assay: Assay) -> float:
    """The chance that the tests of all stages of a path are positive."""
    total = 0.0
    for bits, chance in patterns.items():
        for stage in range(stages):
            shown = bits >> stage & 1
            chance *= assay.sensitivity if shown else 1 - assay.specificity
        total += chance
    return total


class _Matrix(NamedTuple):
    """A matrix of people of whom `in_row` show in a row's pool and `in_column` in a column's."""

    rows: int
    columns: int
    in_row: float
    in_column: float
    assay: Assay

    def across(self) -> "_Matrix":
        """The same with rows and columns changed over."""
        return _Matrix(self.columns, self.rows, self.in_column, self.in_row, self.assay)

    def row_positive(self, shown: bool) -> float:
        """A person's row, where he himself shows in it or not."""
        dark = 0.0 if shown else (1 - self.in_row) ** (self.columns - 1)
        return self.assay.positive(dark)

    def lone_row(self, in_row: bool, in_column: bool) -> float:
        """A person's row is positive and no column is.

        The columns are alike and independent.  `quiet` is the chance that one of them is negative,
        `quiet_dark` that besides nobody in it shows in the person's row.
        """
        test = self.assay
        own = 1 - self.across().row_positive(in_column)
        quiet = 1 - test.positive((1 - self.in_column) ** self.rows)
        dark = (1 - max(self.in_row, self.in_column)) * (1 - self.in_column) ** (self.rows - 1)
        quiet_dark = test.specificity * dark + (1 - test.sensitivity) * (1 - self.in_row - dark)
        none = own * quiet ** (self.columns - 1)
        none_and_dark = 0.0 if in_row else own * quiet_dark ** (self.columns - 1)
        return test.sensitivity * (none - none_and_dark) + (1 - test.specificity) * none_and_dark

    def tested(self, in_row: bool, in_column: bool) -> float:
        """The chance that a person is tested singly, by whether he shows in row and column."""
        across = self.across()
        both = self.row_positive(in_row) * across.row_positive(in_column)
        return both + self.lone_row(in_row, in_column) + across.lone_row(in_column, in_row)

    def tested_of(self, in_row: float, in_column: float) -> float:
        """The same for somebody who shows with these chances; who shows in less shows in more."""
        low, high = min(in_row, in_column), max(in_row, in_column)
        return (
            low * self.tested(True, True)
            + (in_row - low) * self.tested(True, False)
            + (in_column - low) * self.tested(False, True)
            + (1 - high) * self.tested(False, False)
        )


def _array(design: Design, p: float, assay: Assay) -> Figures:
    rows, columns = design.sizes
    row, column = assay.kept(columns), assay.kept(rows)
    matrix = _Matrix(rows, columns, p * row, p * column, assay)
    if design.kind == "array":
        anybody = matrix.tested_of(p * row, p * column)
        infected, healthy = matrix.tested_of(row, column), matrix.tested(False, False)
        tests: tuple[float, ...] = (float(rows + columns), design.group * anybody)
        rounds = 1 + anybody
    else:
        anybody, infected, healthy = _below_master(matrix, p, assay)
        first = assay.positive((1 - p * assay.kept(design.group)) ** design.group)
        tests = (1.0, (rows + columns) * first, design.group * anybody)
        rounds = 1 + first + anybody
    alone, alarm = assay.sensitivity, 1 - assay.specificity
    return _answered(design, tests, rounds, p, infected * alone, healthy * alarm)


def _below_master(matrix: _Matrix, p: float, assay: Assay) -> tuple[float, float, float]:
    """Master pool positive and then tested singly: anybody, somebody infected, anybody else.

    Where nobody shows in the master pool, people are as in a matrix of those who do not show in it.
    """
    group = matrix.rows * matrix.columns
    row, column = assay.kept(matrix.columns), assay.kept(matrix.rows)
    whole = assay.kept(group)
    dark = 1 - p * whole

    def conditional(share: float) -> float:
        return p * (share - whole) / dark if dark else 0.0

    unseen = matrix._replace(in_row=conditional(row), in_column=conditional(column))
    rest = 1 - whole

    def part(share: float) -> float:
        return (share - whole) / rest if rest else 0.0

    def positive(tested: float, tested_and_dark: float) -> float:
        return (
            assay.sensitivity * (tested - tested_and_dark)
            + (1 - assay.specificity) * tested_and_dark
        )

    anybody = positive(
        matrix.tested_of(p * row, p * column),
        dark**group * unseen.tested_of(unseen.in_row, unseen.in_column),
    )
    infected = positive(
        matrix.tested_of(row, column),
        dark ** (group - 1) * rest * unseen.tested_of(part(row), part(column)),
    )
    healthy = positive(
        matrix.tested(False, False), dark ** (group - 1) * unseen.tested(False, False)
    )
    return anybody, infected, healthy


def _below(z: float) -> float:
    """The normal distribution function."""
    return 0.5 * math.erfc(-z / math.sqrt(2))
