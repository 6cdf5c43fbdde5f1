"""Pooled testing by counting everything: the slow twin of `pooling*.py`.

Every person is in one of a few states: not infected, or infected and showing in pools of up to so
many people.  All patterns of states are enumerated with their exact probabilities, and for each of
them all outcomes of the tests, as a laboratory would meet them one after the other.  Nothing is
shared with the fast code but the meaning of a test: a pool in which somebody shows is positive with
the sensitivity, any other with 1 − specificity.  For small groups only.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

#: Shows in a pool of that many people and in all smaller ones; 0: not infected.
State = int


class Test(NamedTuple):
    """A test, and the share of infected people that shows in a pool of n, `kept(n)`."""

    sensitivity: float
    specificity: float
    kept: Callable[[int], float]


class Expected(NamedTuple):
    """Tests of a group and what becomes of its first person: tests, chances, stages."""

    tests: float
    sensitivity: float
    specificity: float
    rounds: float


class Told(NamedTuple):
    """What was done to one pattern: tests; of the first person: ends positive, stages waited."""

    chance: float
    tests: int
    positive: bool
    rounds: int


def patterns(
    people: int, prevalence: Sequence[float], sizes: Sequence[int], test: Test
) -> Iterator[tuple[float, tuple[State, ...]]]:
    """Every pattern of states with its chance."""
    steps = sorted({1, *sizes})
    share: dict[State, float] = {}
    for number, size in enumerate(steps):
        beyond = test.kept(steps[number + 1]) if number + 1 < len(steps) else 0.0
        share[size] = test.kept(size) - beyond
    for states in product([0, *steps], repeat=people):
        chance = 1.0
        for state, risk in zip(states, prevalence, strict=True):
            chance *= 1 - risk if state == 0 else risk * share[state]
        if chance:
            yield chance, states


def outcome(states: Sequence[State], members: Sequence[int], positive: bool, test: Test) -> float:
    """The chance of an outcome of one test of these members."""
    shown = any(states[member] >= len(members) for member in members)
    found = test.sensitivity if shown else 1 - test.specificity
    return found if positive else 1 - found


def hierarchical(states: Sequence[State], sizes: Sequence[int], test: Test) -> Iterator[Told]:
    """All that can happen when a group is tested in pools of `sizes`, the last of which is 1."""

    def go(members: tuple[int, ...], stage: int) -> list[Told]:
        found = []
        negative = outcome(states, members, False, test)
        found.append(Told(negative, 1, False, 1))
        positive = 1 - negative
        if len(members) == 1:
            return [*found, Told(positive, 1, True, 1)]
        size = sizes[stage + 1]
        parts = [members[at : at + size] for at in range(0, len(members), size)]
        for ways in product(*(go(part, stage + 1) for part in parts)):
            chance, tests = positive, 1
            for way in ways:
                chance *= way.chance
                tests += way.tests
            # The first person is always in the first part.
            found.append(Told(chance, tests, ways[0].positive, 1 + ways[0].rounds))
        return found

    yield from go(tuple(range(sizes[0])), 0)


def array(
    states: Sequence[State], rows: int, columns: int, master: bool, test: Test
) -> Iterator[Told]:
    """All that can happen in a matrix; person `row * columns + column`."""
    start = 1.0
    if master:
        everybody = range(rows * columns)
        yield Told(outcome(states, everybody, False, test), 1, False, 1)
        start = outcome(states, everybody, True, test)
    lines = [[r * columns + c for c in range(columns)] for r in range(rows)]
    lines += [[r * columns + c for r in range(rows)] for c in range(columns)]
    for answers in product([False, True], repeat=rows + columns):
        chance = start
        for members, answer in zip(lines, answers, strict=True):
            chance *= outcome(states, members, answer, test)
        high = [r for r in range(rows) if answers[r]]
        wide = [c for c in range(columns) if answers[rows + c]]
        if high and not wide:
            wide = list(range(columns))
        elif wide and not high:
            high = list(range(rows))
        again = [r * columns + c for r in high for c in wide] if high else []
        tests, rounds = rows + columns + master + len(again), 1 + master
        if 0 not in again:
            yield Told(chance, tests, False, rounds)
            continue
        for answer in (False, True):
            own = outcome(states, [0], answer, test)
            yield Told(chance * own, tests, answer, rounds + 1)


def expected(
    ways: Callable[[Sequence[State]], Iterator[Told]],
    people: int,
    prevalence: float,
    sizes: Sequence[int],
    test: Test,
) -> Expected:
    """The mean over all patterns and all that can happen."""
    tests = rounds = found = alarm = 0.0
    for chance, states in patterns(people, [prevalence] * people, sizes, test):
        for told in ways(states):
            weight = chance * told.chance
            tests += weight * told.tests
            rounds += weight * told.rounds
            if told.positive:
                found += weight * (states[0] > 0)
                alarm += weight * (states[0] == 0)
    return Expected(tests, found / prevalence, 1 - alarm / (1 - prevalence), rounds)


def posterior(
    risks: Sequence[float], pools: Sequence[tuple[Sequence[int], Sequence[bool]]], test: Test
) -> list[float]:
    """The chance that each person is infected, given pools with the outcomes of their tests."""
    sizes = [len(members) for members, _answers in pools]
    total = 0.0
    each = [0.0] * len(risks)
    for chance, states in patterns(len(risks), risks, sizes, test):
        for members, answers in pools:
            for answer in answers:
                chance *= outcome(states, members, answer, test)
        total += chance
        for person, state in enumerate(states):
            each[person] += chance * (state > 0)
    return [chance / total for chance in each]


def positive_chance(size: int, prevalence: float, test: Test) -> float:
    """The chance that a pool of `size` people is positive, over all patterns of its members."""
    return sum(
        chance * outcome(states, range(size), True, test)
        for chance, states in patterns(size, [prevalence] * size, [size], test)
    )


def likelihood(prevalence: float, counts: Sequence[tuple[int, int, int]], test: Test) -> float:
    """The chance, but for a constant, of (size, pools, positive pools)."""
    found = 1.0
    for size, pools, positive in counts:
        chance = positive_chance(size, prevalence, test)
        found *= chance**positive * (1 - chance) ** (pools - positive)
    return found
