"""Who is infected, given pools that overlap: exact where it can be, sampled where it must be."""

import random

import numpy as np
import pytest

from lachan.engine import naive_pooling as naive
from lachan.engine.pooling import Assay, BadPoolingError
from lachan.engine.pooling_posterior import Pool, posterior
from tests.engine.pooling_worlds import ASSAYS, slow


def random_pools(seed: int) -> tuple[list[float], list[Pool]]:
    """Up to five people in pools that overlap in any way, some tested several times."""
    dice = random.Random(seed)
    people = dice.randrange(1, 6)
    risks = [dice.choice((0.01, 0.1, 0.5, dice.random())) for _ in range(people)]
    pools = []
    for _ in range(dice.randrange(0, 6)):
        size = dice.randrange(1, people + 1)
        members = tuple(dice.sample(range(people), size))
        answers = tuple(dice.random() < 0.5 for _ in range(dice.randrange(0, 4)))
        pools.append(Pool(members, answers))
    return risks, pools


@pytest.mark.parametrize("name", ["imperfect", "diluted", "measured"])
@pytest.mark.parametrize("seed", range(40))
def test_it_agrees_with_counting_everything(seed: int, name: str) -> None:
    risks, pools = random_pools(seed)
    assay = ASSAYS[name]

    found = posterior(risks, pools, assay)
    exact = naive.posterior(risks, [(pool.members, pool.answers) for pool in pools], slow(assay))

    assert found.chance == pytest.approx(exact, abs=1e-10)
    assert all(part.exact for part in found.parts)


def test_one_positive_pool_is_bayes_by_hand() -> None:
    assay = Assay(0.9, 0.95)
    found = posterior([0.1] * 3, [Pool((0, 1, 2), (True,))], assay).chance

    dark = 0.9**3
    expected = 0.1 * 0.9 / (0.9 * (1 - dark) + 0.05 * dark)
    assert found == pytest.approx([expected] * 3)


def test_a_negative_single_test_frees_one_and_burdens_the_other() -> None:
    assay = Assay(0.95, 0.99)
    both = posterior([0.02] * 2, [Pool((0, 1), (True,))], assay).chance
    one = posterior([0.02] * 2, [Pool((0, 1), (True,)), Pool((0,), (False,))], assay).chance

    assert one[0] < both[0] / 5
    assert one[1] > both[1] * 1.5


def test_a_second_test_of_the_same_pool_counts() -> None:
    assay = Assay(0.9, 0.9)
    once = posterior([0.05] * 4, [Pool((0, 1, 2, 3), (True,))], assay).chance
    twice = posterior([0.05] * 4, [Pool((0, 1, 2, 3), (True, True))], assay).chance
    undone = posterior([0.05] * 4, [Pool((0, 1, 2, 3), (True, False))], assay).chance

    assert undone[0] < once[0] < twice[0]


def test_whoever_is_in_no_pool_keeps_his_risk() -> None:
    found = posterior([0.02, 0.3], [Pool((0,), (False,))], Assay(0.9, 0.99))

    assert found.chance[1] == 0.3
    assert [part.people for part in found.parts] == [(0,)]


def matrix(rows: int, columns: int, infected: set[int], wrong: int | None = None) -> list[Pool]:
    """A matrix with the outcomes of perfect tests; `wrong` is a row read wrongly."""
    lines = [tuple(r * columns + c for c in range(columns)) for r in range(rows)]
    lines += [tuple(r * columns + c for r in range(rows)) for c in range(columns)]
    return [
        Pool(members, (bool(infected & set(members)) is not (number == wrong),))
        for number, members in enumerate(lines)
    ]


def test_a_matrix_of_a_hundred_people_is_answered_exactly() -> None:
    found = posterior([0.01] * 100, matrix(10, 10, {37}), Assay(0.99, 0.99))

    assert found.parts[0].exact
    assert found.parts[0].width <= 11
    assert int(found.chance.argmax()) == 37
    assert found.chance[37] > 0.9
    assert sorted(found.chance)[-2] < 0.05


def test_a_matrix_lays_the_doubt_on_the_crossings() -> None:
    # Two positive rows and two positive columns: the two diagonals are equally likely.
    found = posterior([0.01] * 36, matrix(6, 6, {7, 21}), Assay(0.98, 0.995)).chance

    corners = [7, 9, 19, 21]
    assert set(np.argsort(found)[-4:].tolist()) == set(corners)
    assert found[corners] == pytest.approx([float(found[7])] * 4)


def test_perfect_tests_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(BadPoolingError) as refused:
        posterior([0.1], [Pool((0,), (True, False))], Assay())
    assert refused.value.code == "impossible"


@pytest.mark.parametrize("members", [(), (0, 0), (2,), (-1,)])
def test_a_pool_of_nobody_or_strangers_is_refused(members: tuple[int, ...]) -> None:
    with pytest.raises(BadPoolingError) as refused:
        posterior([0.1, 0.1], [Pool(members, (True,))], Assay(0.9, 0.9))
    assert refused.value.code == "bad_pool"


@pytest.mark.parametrize("name", ["imperfect", "diluted"])
@pytest.mark.parametrize("infected", [{14}, {0, 7, 30}], ids=str)
def test_the_sampler_comes_to_the_exact_answer(name: str, infected: set[int]) -> None:
    pools = [*matrix(6, 6, infected), Pool((14,), (14 in infected,))]
    risks = [0.02] * 36

    exact = posterior(risks, pools, ASSAYS[name])
    sampled = posterior(risks, pools, ASSAYS[name], widest=0)

    part = sampled.parts[0]
    assert not part.exact
    assert part.rhat < 1.05
    assert 0 < part.error < 0.02
    assert np.abs(sampled.chance - exact.chance).max() < 5 * part.error


def test_the_sampler_gives_the_same_answer_for_the_same_seed() -> None:
    pools, risks = matrix(4, 4, {5}), [0.05] * 16
    first, again, other = (
        posterior(risks, pools, ASSAYS["imperfect"], widest=0, seed=seed).chance
        for seed in (3, 3, 4)
    )

    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


def test_a_matrix_too_wide_is_sampled_and_says_so() -> None:
    found = posterior([0.005] * 400, matrix(20, 20, {0, 210}), Assay(0.97, 0.99))

    part = found.parts[0]
    assert (part.exact, part.width >= 20) == (False, True)
    assert part.rhat < 1.1
    assert {0, 210} <= set(np.argsort(found.chance)[-4:].tolist())
