"""The one door to the engine: what pools cost and miss, and how many are infected."""

from collections.abc import Iterable
from dataclasses import dataclass

from lachan.engine import pooling, pooling_advice, pooling_prevalence
from lachan.engine.pooling import Assay as Assay
from lachan.engine.pooling import Design as Design
from lachan.engine.pooling import Figures as Figures
from lachan.engine.pooling_advice import NEAR as NEAR
from lachan.engine.pooling_advice import Work as Work
from lachan.engine.pooling_prevalence import Estimate as Estimate
from lachan.rulebook.selectors import PoolingTest
from lachan.sampling.pool_positivity import Tally


@dataclass(frozen=True, slots=True)
class Machine:
    """What a laboratory can do: specimens in a run (all its machines together), hours of a run."""

    places: int
    run_hours: float


@dataclass(frozen=True, slots=True)
class Option:
    """One way to pool, with its figures and the work it makes for the people to be sampled."""

    figures: Figures
    work: Work

    @property
    def design(self) -> Design:
        """Its design."""
        return self.figures.design


def assay_of(test: PoolingTest) -> Assay:
    """A test of the rulebook as the engine takes it."""
    dilution = None if test.ct is None else pooling.CtShift(*test.ct)
    return Assay(test.sensitivity, test.specificity, dilution)


def positivity(tallies: Iterable[Tally], assay: Assay) -> Estimate | None:
    """How many are infected, from pools and single tubes; None where nothing was answered."""
    counts = [pooling_prevalence.Count(*tally) for tally in tallies]
    return pooling_prevalence.estimate(counts, assay) if counts else None


def option(
    design: Design, prevalence: float, assay: Assay, people: int, machine: Machine
) -> Option:
    """The figures and the work of one design."""
    figures = pooling.figures(design, prevalence, assay)
    return Option(figures, _work(people, figures, prevalence, assay, machine))


def cheapest(
    prevalence: float, assay: Assay, limit: int, people: int, machine: Machine
) -> list[Option]:
    """The best design of each kind within a limit, single testing among them, cheapest first."""
    return [
        Option(choice.best, _work(people, choice.best, prevalence, assay, machine))
        for choice in pooling_advice.choices(prevalence, assay, limit).values()
    ]


def worth_below(design: Design, assay: Assay, saving: float) -> float:
    """The prevalence up to which a design saves at least this share of the tests."""
    return pooling_advice.worth_below(design, assay, saving)


def pooling_ends(assay: Assay, limit: int, saving: float) -> float:
    """The prevalence above which no two-stage pool saves at least this share of the tests."""
    return pooling_advice.pooling_ends(assay, limit, saving)


def by_size(prevalence: float, assay: Assay, most: int) -> dict[str, list[tuple[int, float]]]:
    """Tests per person by the largest pool: kind -> (people in a pool, the best of that size)."""
    found: dict[str, dict[int, float]] = {}
    for kind in ("dorfman", "three", "array"):
        best: dict[int, float] = {}
        for design in pooling_advice.designs(kind, most, 2):
            if kind == "array" and design.sizes[0] != design.sizes[1]:
                continue
            tests = pooling.figures(design, prevalence, assay).tests_per_person
            best[design.largest] = min(tests, best.get(design.largest, tests))
        found[kind] = best
    return {kind: sorted(best.items()) for kind, best in found.items()}


def _work(people: int, figures: Figures, prevalence: float, assay: Assay, machine: Machine) -> Work:
    return pooling_advice.work(
        people, figures, prevalence, assay, places=machine.places, run_hours=machine.run_hours
    )
