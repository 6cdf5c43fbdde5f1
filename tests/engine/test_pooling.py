"""What pools cost and miss: the published figures, the definition, and simulated laboratories."""

import json
from typing import Any

import pytest

from lachan.engine import naive_pooling as naive
from lachan.engine.pooling import Assay, BadPoolingError, CtShift, Design, Measured, figures
from lachan.engine.pooling_advice import best, choices, designs, pooling_ends, work, worth_below
from tests.engine.pooling_worlds import ASSAYS, simulated, slow
from tests.shared_files import shared

REFERENCE = "conformance/10-statistics/pooled_testing_reference.json"

SMALL = [
    Design("single"),
    Design("dorfman", (2,)),
    Design("dorfman", (5,)),
    Design("three", (4, 2)),
    Design("three", (6, 3)),
    Design("array", (2, 2)),
    Design("array", (2, 3)),
    Design("array", (3, 2)),
    Design("array_master", (2, 2)),
]

#: (design, test, prevalence).  Counting everything takes long for six people: one prevalence there.
CASES = [
    (design, name, prevalence)
    for design in SMALL
    for name in (ASSAYS if design.group < 6 else ("imperfect", "diluted"))
    for prevalence in ((0.03, 0.4) if design.group < 6 else (0.08,))
] + [(Design("array_master", (2, 3)), "imperfect", 0.08)]


def reference() -> dict[str, Any]:
    """The published figures; the reader may skip."""
    found: dict[str, Any] = json.loads(shared(REFERENCE).read_text("utf-8"))
    return found


def ways(design: Design, assay: Assay) -> Any:
    """How the slow twin follows a design."""
    test = slow(assay)
    if design.kind.startswith("array"):
        master = design.kind == "array_master"
        return lambda states: naive.array(states, *design.sizes, master, test)
    return lambda states: naive.hierarchical(states, (*design.sizes, 1), test)


def pool_sizes(design: Design) -> tuple[int, ...]:
    """The sizes of its pools."""
    return (*design.sizes, design.largest)


def test_every_row_of_dorfmans_table_comes_out() -> None:
    rows = reference()["dorfman_1943_table_1"]["rows"]

    found = []
    for prevalence, *_known in rows:
        choice = best("dorfman", prevalence, Assay(), 40)
        assert choice is not None
        tests = choice.best.tests_per_person
        found.append([prevalence, choice.best.design.sizes[0], round(100 * tests)])

    assert found == rows
    assert len(rows) >= 15


def test_dorfmans_tie_at_seven_per_cent_is_a_near_tie() -> None:
    assert "4 and 5" in reference()["dorfman_1943_table_1"]["near_tie"]
    choice = best("dorfman", 0.07, Assay(), 40)

    assert choice is not None
    close = [choice.best, *choice.near]
    assert {row.design.sizes[0] for row in close} == {4, 5}
    assert {round(100 * row.tests_per_person) for row in close} == {50}


def test_the_values_of_bingroup2_come_out() -> None:
    one, optimum = reference()["bingroup2_vignette"]
    assay = Assay(one["Se"], one["Sp"])

    given = figures(Design("dorfman", (one["group_size"],)), one["p"], assay)
    assert round(given.tests_per_group, 2) == one["expected_tests_per_group"]

    choice = best("dorfman", optimum["p"], Assay(optimum["Se"], optimum["Sp"]), 20)
    assert choice is not None
    assert choice.best.design.sizes == (optimum["optimal_group_size"],)
    assert round(choice.best.tests_per_person, 4) == optimum["expected_tests_per_person"]


@pytest.mark.parametrize(("design", "name", "prevalence"), CASES, ids=str)
def test_it_agrees_with_counting_everything(design: Design, name: str, prevalence: float) -> None:
    assay = ASSAYS[name]
    exact = naive.expected(
        ways(design, assay), design.group, prevalence, pool_sizes(design), slow(assay)
    )
    found = figures(design, prevalence, assay)

    assert found.tests_per_group == pytest.approx(exact.tests, abs=1e-11)
    assert found.sensitivity == pytest.approx(exact.sensitivity, abs=1e-11)
    assert found.specificity == pytest.approx(exact.specificity, abs=1e-11)
    assert found.rounds == pytest.approx(exact.rounds, abs=1e-11)


@pytest.mark.parametrize(
    "design",
    [
        Design("dorfman", (10,)),
        Design("three", (12, 4)),
        Design("three", (20, 5)),
        Design("array", (10, 10)),
        Design("array", (8, 12)),
        Design("array_master", (4, 5)),
    ],
    ids=str,
)
@pytest.mark.parametrize(("name", "prevalence"), [("imperfect", 0.02), ("diluted", 0.05)])
def test_it_agrees_with_a_simulated_laboratory(
    design: Design, name: str, prevalence: float
) -> None:
    assay = ASSAYS[name]
    groups = 400_000 // design.group

    seen = simulated(design, prevalence, assay, groups, seed=7)
    found = figures(design, prevalence, assay)

    # Four standard errors: with 36 comparisons one in five hundred runs would fail by chance, but
    # the seed is fixed, so that none does.
    for value, mean, error in (
        (found.tests_per_group, seen.tests, seen.tests_error),
        (found.sensitivity, seen.sensitivity, seen.sensitivity_error),
        (found.specificity, seen.specificity, seen.specificity_error),
    ):
        assert abs(value - mean) < 4 * error, f"{value} is not {mean} (standard error {error})"


def test_predictive_values_follow_bayes() -> None:
    found = figures(Design("dorfman", (10,)), 0.01, Assay(0.95, 0.99))
    people = 1_000_000
    infected = people * 0.01
    right = infected * found.sensitivity
    wrong = (people - infected) * (1 - found.specificity)

    assert found.ppv == pytest.approx(right / (right + wrong))
    assert found.npv == pytest.approx(1 - (infected - right) / (people - right - wrong))
    assert found.missed == pytest.approx(1000 * (infected - right) / people)
    assert found.wrongly_positive == pytest.approx(1000 * wrong / people)


def test_without_dilution_two_stages_find_a_person_twice() -> None:
    # Somebody infected is found where both of his tests find him: the textbook's Se².
    assay = Assay(0.9, 1.0)

    assert figures(Design("dorfman", (8,)), 0.02, assay).sensitivity == pytest.approx(0.81)
    assert figures(Design("three", (9, 3)), 0.02, assay).sensitivity == pytest.approx(0.729)


def test_dilution_misses_more_in_larger_pools_and_nobody_twice() -> None:
    assay = Assay(1.0, 1.0, CtShift(27.2, 7.6, 38.0))
    kept = [assay.kept(size) for size in (1, 2, 5, 10, 20)]
    assert kept == sorted(kept, reverse=True)
    assert kept[0] == 1.0

    # Whoever shows in the large pool shows in the small one: a second cut loses nobody more.
    rare = 1e-9
    two = figures(Design("dorfman", (10,)), rare, assay).sensitivity
    three = figures(Design("three", (10, 5)), rare, assay).sensitivity
    assert two == pytest.approx(assay.kept(10), abs=1e-6)
    assert three == pytest.approx(two, abs=1e-6)


def test_a_shift_of_log2_n_is_what_dilution_is() -> None:
    # Of people with a Ct evenly hard to find: one cycle for each halving of the specimen.
    narrow = CtShift(mean=30.0, sd=0.001, limit=33.0)
    assert [round(narrow.kept(size), 6) for size in (1, 7, 9, 16)] == [1, 1, 0, 0]
    assert narrow.kept(8) == pytest.approx(0.5)


def test_what_a_laboratory_measured_is_taken_as_it_is() -> None:
    table = Measured({4: 0.8, 16: 0.6})
    assert (table.kept(1), table.kept(4), table.kept(16)) == (1.0, 0.8, 0.6)
    assert table.kept(8) == pytest.approx(0.7)
    with pytest.raises(BadPoolingError) as refused:
        table.kept(17)
    assert refused.value.code == "not_measured"


@pytest.mark.parametrize("size", range(3, 20))
def test_one_boundary_parts_where_pooling_pays(size: int) -> None:
    design, assay = Design("dorfman", (size,)), Assay(0.95, 0.99)
    boundary = worth_below(design, assay)

    assert figures(design, boundary - 1e-6, assay).tests_per_person < 1
    assert figures(design, boundary + 1e-6, assay).tests_per_person > 1


def test_a_perfect_test_pays_to_pool_up_to_thirty_per_cent() -> None:
    # The most that any size allows is 1 - 3^(-1/3), with pools of three.
    assert pooling_ends(Assay(), 40) == pytest.approx(1 - 3 ** (-1 / 3))


def test_a_wanted_saving_ends_pooling_earlier() -> None:
    design = Design("dorfman", (10,))
    assert worth_below(design, Assay(), 0.2) == pytest.approx(1 - 0.3**0.1)
    assert worth_below(design, Assay(), 0.95) == 0.0


def test_nothing_larger_than_the_limit_is_proposed() -> None:
    for kind in ("dorfman", "three", "array", "array_master"):
        assert all(design.largest <= 12 for design in designs(kind, 12))
    assert {design.sizes for design in designs("array_master", 12)} == {(3, 3), (3, 4)}
    assert best("array_master", 0.01, Assay(), 8) is None


@pytest.mark.parametrize("prevalence", [0.0005, 0.01, 0.08, 0.45])
def test_the_best_is_the_cheapest_of_all_that_fit(prevalence: float) -> None:
    assay = ASSAYS["diluted"]
    found = choices(prevalence, assay, 16)

    order = [choice.best.tests_per_person for choice in found.values()]
    assert order == sorted(order)
    for kind, choice in found.items():
        all_of_it = [figures(d, prevalence, assay).tests_per_person for d in designs(kind, 16)]
        assert choice.best.tests_per_person == min(all_of_it)


def test_where_most_are_infected_single_tests_are_cheapest() -> None:
    assert next(iter(choices(0.45, Assay(), 20))) == "single"
    assert next(iter(choices(0.001, Assay(), 20))) != "single"


def test_people_who_fill_no_group_are_pooled_too() -> None:
    assay = Assay()
    ten = figures(Design("dorfman", (10,)), 0.02, assay)
    seven = figures(Design("dorfman", (7,)), 0.02, assay)

    found = work(1007, ten, 0.02, assay, places=94, run_hours=1.5)

    assert found.tests == pytest.approx(100 * ten.tests_per_group + seven.tests_per_group)
    assert found.stage_tests[0] == pytest.approx(101)
    assert found.runs == 2 + 2
    assert found.hours == 6


def test_single_tests_of_a_thousand_people_fill_eleven_runs() -> None:
    single = figures(Design("single"), 0.009, Assay())
    found = work(1000, single, 0.009, Assay(), places=94, run_hours=1.0)

    assert (found.tests, found.runs, found.hours) == (1000, 11, 11)


@pytest.mark.parametrize(
    ("kind", "sizes"),
    [
        ("dorfman", (1,)),
        ("dorfman", ()),
        ("three", (10, 3)),
        ("three", (5, 5)),
        ("array", (1, 4)),
        ("pyramid", (3,)),
    ],
)
def test_it_refuses_pools_that_cannot_be(kind: str, sizes: tuple[int, ...]) -> None:
    with pytest.raises(BadPoolingError):
        Design(kind, sizes)


@pytest.mark.parametrize("chances", [(0.0, 1.0), (1.1, 1.0), (0.4, 0.6), (0.5, float("nan"))])
def test_it_refuses_a_test_that_is_none(chances: tuple[float, float]) -> None:
    with pytest.raises(BadPoolingError):
        Assay(*chances)


@pytest.mark.parametrize("prevalence", [0.0, 1.0])
@pytest.mark.parametrize("design", SMALL, ids=str)
def test_nobody_or_everybody_infected_is_no_special_case(design: Design, prevalence: float) -> None:
    found = figures(design, prevalence, ASSAYS["diluted"])

    assert 0 <= found.ppv <= 1
    assert 0 <= found.npv <= 1
    assert found.tests_per_person > 0
