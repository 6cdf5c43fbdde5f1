"""What every engine is asked, and what it must answer.

Times are minutes from the first midnight of the world.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bench.visiting import Ints
from bench.world import DAYS, MINUTES_A_DAY, World

#: Length of a case's infectious window, an assumption of this bench.
WINDOW = 7 * MINUTES_A_DAY

#: Together with all cases of the question.
LEAST_MINUTES = 15

#: Minutes from the first meeting until a reached person can infect, an assumption of this bench.
LATENT = 2 * MINUTES_A_DAY

#: Where an infectious interval without end ends: nothing of the world is later.
LAST_MINUTE = DAYS * MINUTES_A_DAY


class Question(NamedTuple):
    """Who met `person` (ascending, distinct) from `since` until before `until`?"""

    person: Ints
    since: Ints
    until: Ints
    hops: int


class Answer(NamedTuple):
    """People reached at one hop in any order: when first, and how many minutes in all."""

    person: npt.NDArray[np.int32]
    first: npt.NDArray[np.int32]
    minutes: npt.NDArray[np.int32]


class Tally(NamedTuple):
    """An answer that stays in the engine: how many rows, and the sum of `weights`."""

    rows: int
    checksum: int


def question_of(world: World, cases: int, *, hops: int = 1, number: int = 0) -> Question:
    """`cases` random people with windows of `WINDOW`; another `number` is another draw."""
    dice = np.random.default_rng((world.seed, cases, number))
    person = np.sort(dice.choice(world.people, cases, replace=False)).astype(np.int64)
    since = dice.integers(0, LAST_MINUTE - WINDOW + 1, cases)
    return Question(person, since, since + WINDOW, hops)


def tally_of(answer: Answer) -> Tally:
    """What an engine that delivers no rows must say of this answer."""
    weights = answer.person.astype(np.int64) * 7 + answer.first.astype(np.int64) * 3
    return Tally(len(answer.person), int((weights + answer.minutes).sum()))


def in_order(answer: Answer) -> Answer:
    """The rows by person, so that two answers can be compared."""
    order = np.argsort(answer.person, kind="stable")
    return Answer(*(column[order].astype(np.int32) for column in answer))


def are_equal(one: Answer, other: Answer) -> bool:
    """Whether both hold the same rows, each once."""
    return all(map(np.array_equal, in_order(one), in_order(other)))
