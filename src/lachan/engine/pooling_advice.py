"""Which pools to take: the cheapest design at a prevalence, near ties, and where pooling ends.

Only designs whose largest pool stays within a limit are looked at.  `naive_pooling` has no twin of
this: the search is a plain comparison of every design, and its tests compare with Dorfman's table
and the values of the R package binGroup2.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

from lachan.engine.pooling import LENGTHS, Assay, Design, Figures, figures

#: Kinds of designs in the order in which a tie is decided: the simpler one first.
KINDS = tuple(LENGTHS)

#: Two designs within one per cent of tests are a near tie: choose by what is easier at the table.
NEAR = 0.01


class Choice(NamedTuple):
    """The cheapest design of a kind and those that cost hardly more, cheapest first."""

    best: Figures
    near: tuple[Figures, ...]


class Work(NamedTuple):
    """Tests and machine time for a number of people; expected values, runs rounded up by stage."""

    tests: float
    stage_tests: tuple[float, ...]
    runs: int
    hours: float


def designs(kind: str, limit: int, least: int = 3) -> Iterator[Design]:
    """Every design of a kind with pools of `least` to `limit` people.

    The smaller pools of three stages may be as small as two.  An array is not wider than high the
    other way round: rows ≤ columns.
    """
    if kind == "single":
        yield Design("single")
    elif kind == "dorfman":
        yield from (Design(kind, (size,)) for size in range(least, limit + 1))
    elif kind == "three":
        for small in range(2, limit // 2 + 1):
            larger = range(2 * small, limit + 1, small)
            yield from (Design(kind, (large, small)) for large in larger)
    else:
        for rows in range(least, limit + 1):
            for columns in range(rows, limit + 1):
                design = Design(kind, (rows, columns))
                if design.largest <= limit:
                    yield design


def best(kind: str, prevalence: float, assay: Assay, limit: int, least: int = 3) -> Choice | None:
    """The design of a kind with the fewest tests per person; None where the limit allows none."""
    found = [figures(design, prevalence, assay) for design in designs(kind, limit, least)]
    if not found:
        return None
    found.sort(key=lambda figure: (figure.tests_per_person, figure.design.largest))
    most = found[0].tests_per_person * (1 + NEAR)
    return Choice(found[0], tuple(row for row in found[1:] if row.tests_per_person <= most))


def choices(prevalence: float, assay: Assay, limit: int) -> dict[str, Choice]:
    """The best design of every kind, the cheapest kind first."""
    found = {kind: best(kind, prevalence, assay, limit) for kind in KINDS}
    known = {kind: choice for kind, choice in found.items() if choice is not None}
    order = sorted(known, key=lambda kind: (known[kind].best.tests_per_person, KINDS.index(kind)))
    return {kind: known[kind] for kind in order}


def worth_below(design: Design, assay: Assay, saving: float = 0.0) -> float:
    """The prevalence up to which a design saves at least `saving` of the tests; 0 if it never does.

    Tests per person rise with the prevalence, so that one boundary parts the two sides.
    """

    def saves(prevalence: float) -> bool:
        return figures(design, prevalence, assay).tests_per_person <= 1 - saving

    if not saves(0.0):
        return 0.0
    low, high = 0.0, 1.0
    if saves(high):
        return high
    # Fifty halvings leave less than the spacing of the numbers themselves.
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if saves(middle) else (low, middle)
    return low


def pooling_ends(assay: Assay, limit: int, saving: float = 0.0, kind: str = "dorfman") -> float:
    """The prevalence above which no design of a kind saves at least `saving` of the tests."""
    return max((worth_below(design, assay, saving) for design in designs(kind, limit)), default=0.0)


def work(
    people: int, figure: Figures, prevalence: float, assay: Assay, *, places: int, run_hours: float
) -> Work:
    """Tests and hours for `people`, with `places` specimens in one run of `run_hours`.

    People who do not fill a group are pooled by two stages in the design's smallest pools, the very
    last of them in a smaller pool.  Runs of one stage are rounded up, because a later stage waits
    for the earlier one.
    """
    groups, rest = divmod(people, figure.design.group)
    stages = [groups * tests for tests in figure.stage_tests]
    small = figure.design.smallest
    for size, times in ((small, rest // small), (rest % small, 1)):
        if size == 0 or times == 0:
            continue
        design = Design("dorfman", (size,)) if size > 1 else Design("single")
        for stage, tests in enumerate(figures(design, prevalence, assay).stage_tests):
            stages[stage : stage + 1] = [times * tests + sum(stages[stage : stage + 1])]
    runs = sum(math.ceil(tests / places - 1e-9) for tests in stages)
    return Work(sum(stages), tuple(stages), runs, runs * run_hours)
