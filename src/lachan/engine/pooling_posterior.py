"""Who is infected, given any pools that overlap in any way, several tests of one pool included.

People and pools fall into parts that share nobody.  In each part the answer is exact where the part
is narrow enough: people are taken in one after the other, and of the pools that are begun and not
complete it is remembered only in which of them somebody shows so far (2^w patterns for w open
pools; `WIDEST`).  That is the junction tree of a path.  A 10 × 10 matrix with all its single tests
is 11 wide.  A wider part is sampled (`pooling_chains`), and the answer says so with its error.

The definition is `naive_pooling.posterior`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lachan.engine.circles import Floats
from lachan.engine.pooling import Assay, BadPoolingError

#: So many open pools are followed exactly, and so many patterns times people are held in memory
#: (numbers of 8 bytes).
WIDEST = 15
MOST_KEPT = 2**24


class Pool(NamedTuple):
    """Whose specimens were mixed, by place among all people, and what each test of it said."""

    members: tuple[int, ...]
    answers: tuple[bool, ...]


class Part(NamedTuple):
    """People and pools that hang together: how the answer was found and how sure it is.

    `rhat`: the Gelman-Rubin ratio of the worst person, 1 where exact; above 1.05 the chains have
    not met and the answer must not be used.  `error`: the largest standard error of a chance.
    """

    people: tuple[int, ...]
    exact: bool
    width: int
    rhat: float = 1.0
    error: float = 0.0


class Posterior(NamedTuple):
    """The chance that each person is infected, and how each part was answered."""

    chance: Floats
    parts: tuple[Part, ...]


class Member(NamedTuple):
    """One person of a part.

    State 0 shows in no pool of his; state k shows in the pools of the k smallest sizes.
    `weights[k]` is the chance of a state, `pools` are (number of the pool, least state that shows).
    `hidden` is the chance of being infected in state 0.
    """

    weights: Floats
    pools: tuple[tuple[int, int], ...]
    hidden: float


def posterior(
    risks: Sequence[float],
    pools: Sequence[Pool],
    assay: Assay,
    *,
    widest: int = WIDEST,
    seed: int = 1,
) -> Posterior:
    """The chance of each person; `risks` are the chances before any test.

    Refused: `bad_chance`, `bad_pool` (a member that nobody knows, twice or none) and `impossible`
    (outcomes that cannot be, as two perfect tests that contradict each other).
    """
    _check(risks, pools)
    chance = np.asarray(risks, np.float64).copy()
    parts = []
    for people, inside in _parts(len(risks), pools):
        members, tests = _members(people, [pools[number] for number in inside], risks, assay)
        part, found = _solved(people, members, tests, widest, seed)
        chance[list(people)] = found
        parts.append(part)
    return Posterior(chance, tuple(parts))


def _check(risks: Sequence[float], pools: Sequence[Pool]) -> None:
    if any(not 0 <= risk <= 1 for risk in risks):
        raise BadPoolingError("bad_chance", "A risk lies between 0 and 1.")
    for number, pool in enumerate(pools):
        known = all(0 <= member < len(risks) for member in pool.members)
        if not pool.members or not known or len(set(pool.members)) != len(pool.members):
            raise BadPoolingError("bad_pool", f"The members of pool {number} cannot be.")


def _parts(people: int, pools: Sequence[Pool]) -> list[tuple[tuple[int, ...], list[int]]]:
    """People with the numbers of their pools, part by part; people without a pool are in none."""
    root = list(range(people))

    def find(person: int) -> int:
        while root[person] != person:
            root[person] = root[root[person]]
            person = root[person]
        return person

    for pool in pools:
        for member in pool.members[1:]:
            root[find(member)] = find(pool.members[0])
    inside: dict[int, list[int]] = {}
    for number, pool in enumerate(pools):
        inside.setdefault(find(pool.members[0]), []).append(number)
    who: dict[int, list[int]] = {first: [] for first in inside}
    for person in range(people):
        if find(person) in who:
            who[find(person)].append(person)
    return [(tuple(who[first]), inside[first]) for first in inside]


def _members(
    people: Sequence[int], pools: Sequence[Pool], risks: Sequence[float], assay: Assay
) -> tuple[list[Member], Floats]:
    """The people of a part, and for each shared pool the chance of its outcomes (dark, shown).

    A test of one person alone speaks of nobody else and is taken into that person's weights.
    """
    tests: list[Floats] = []
    of: dict[int, list[tuple[int, int]]] = {person: [] for person in people}
    alone: dict[int, Floats] = {}
    for pool in pools:
        factor = _factor(pool.answers, assay)
        if len(pool.members) == 1:
            alone[pool.members[0]] = alone.get(pool.members[0], np.ones(2)) * factor
            continue
        for member in pool.members:
            of[member].append((len(tests), len(pool.members)))
        tests.append(factor)
    members = [_member(risks[person], of[person], alone.get(person), assay) for person in people]
    return members, np.array(tests).reshape(-1, 2)


def _factor(answers: Sequence[bool], assay: Assay) -> Floats:
    positive, negative = sum(answers), len(answers) - sum(answers)
    dark = (1 - assay.specificity) ** positive * assay.specificity**negative
    shown = assay.sensitivity**positive * (1 - assay.sensitivity) ** negative
    return np.array([dark, shown])


def _member(
    risk: float, pools: Sequence[tuple[int, int]], alone: Floats | None, assay: Assay
) -> Member:
    sizes = sorted({size for _number, size in pools} | ({1} if alone is not None else set()))
    kept = [assay.kept(size) for size in sizes]
    beyond = [*kept[1:], 0.0]
    weights = np.array(
        [1 - risk * kept[0], *(risk * (k - b) for k, b in zip(kept, beyond, strict=True))]
    )
    hidden = risk * (1 - kept[0]) / weights[0] if weights[0] else 0.0
    if alone is not None:
        weights = weights * np.where(np.arange(len(weights)) == 0, alone[0], alone[1])
    levels = tuple((number, sizes.index(size) + 1) for number, size in pools)
    return Member(weights, levels, hidden)


def _solved(
    people: tuple[int, ...], members: list[Member], tests: Floats, widest: int, seed: int
) -> tuple[Part, Floats]:
    order, width = _order(members, len(tests))
    if width <= widest and len(people) * 2**width <= MOST_KEPT:
        return Part(people, True, width), _exact(members, tests, order)
    # The sampler brings numba; it is loaded only where it is needed.
    from lachan.engine import pooling_chains

    sampled = pooling_chains.sample(members, tests, seed)
    return Part(people, False, width, sampled.rhat, sampled.error), sampled.chance


def _order(members: Sequence[Member], pools: int) -> tuple[list[int], int]:
    """In which order to take people so that few pools are open at once, and how many that is."""
    left = [0] * pools
    for member in members:
        for number, _level in member.pools:
            left[number] += 1
    size = list(left)
    waiting, order, open_, width = set(range(len(members))), [], 0, 0

    def cost(person: int) -> tuple[int, int, int]:
        mine = [number for number, _level in members[person].pools]
        begun = sum(left[number] == size[number] for number in mine)
        done = sum(left[number] == 1 for number in mine)
        return begun - done, sum(left[number] for number in mine), person

    while waiting:
        person = min(waiting, key=cost)
        waiting.remove(person)
        order.append(person)
        mine = [number for number, _level in members[person].pools]
        open_ += sum(left[number] == size[number] for number in mine)
        width = max(width, open_)
        for number in mine:
            left[number] -= 1
        open_ -= sum(left[number] == 0 for number in mine)
    return order, width


class _Step(NamedTuple):
    """Taking one person in: pools begun, bits for each state, and open pools then complete."""

    person: int
    begun: int
    bits: tuple[int, ...]
    done: tuple[tuple[int, int], ...]


def _steps(members: Sequence[Member], order: Sequence[int], pools: int) -> list[_Step]:
    left = [0] * pools
    for member in members:
        for number, _level in member.pools:
            left[number] += 1
    steps, open_ = [], list[int]()
    for person in order:
        mine = members[person].pools
        new = [number for number, _level in mine if number not in open_]
        open_ += new
        bits = tuple(
            sum(1 << open_.index(number) for number, level in mine if level <= state)
            for state in range(len(members[person].weights))
        )
        done = []
        for number, _level in mine:
            left[number] -= 1
            if left[number] == 0:
                done.append((open_.index(number), number))
                open_.remove(number)
        steps.append(_Step(person, len(new), bits, tuple(done)))
    return steps


def _exact(members: Sequence[Member], tests: Floats, order: Sequence[int]) -> Floats:
    """Forward over all people, then back; every number is a sum of products of chances."""
    steps = _steps(members, order, len(tests))
    before = []
    forward = np.ones(1)
    for step in steps:
        # A new pool is the highest bit, and nobody shows in it yet.
        forward = np.concatenate([forward, np.zeros(len(forward) * (2**step.begun - 1))])
        before.append(forward)
        forward = _taken_in(forward, step, members[step.person].weights)
        for position, number in step.done:
            halves = forward.reshape(-1, 2, 1 << position)
            forward = (tests[number][:, None] * halves).sum(axis=1).ravel()
        forward = _scaled(forward)
    return _back(members, tests, steps, before)


def _taken_in(forward: Floats, step: _Step, weights: Floats) -> Floats:
    places = np.arange(len(forward))
    after = np.zeros(len(forward))
    for bits, weight in zip(step.bits, weights.tolist(), strict=True):
        after += weight * np.bincount(places | bits, forward, len(forward))
    return after


def _back(
    members: Sequence[Member], tests: Floats, steps: Sequence[_Step], before: Sequence[Floats]
) -> Floats:
    chance = np.empty(len(members))
    later = np.ones(1)
    for step, forward in zip(reversed(steps), reversed(before), strict=True):
        for position, number in reversed(step.done):
            halves = later.reshape(-1, 1, 1 << position)
            later = (halves * tests[number][:, None]).ravel()
        member = members[step.person]
        places = np.arange(len(later))
        ahead = [later[places | bits] for bits in step.bits]
        states = np.array([w * (forward @ a) for w, a in zip(member.weights, ahead, strict=True)])
        states /= states.sum()
        chance[step.person] = states[1:].sum() + states[0] * member.hidden
        later = sum(w * a for w, a in zip(member.weights.tolist(), ahead, strict=True))
        later = _scaled(later[: len(later) >> step.begun])
    return chance


def _scaled(chances: Floats) -> Floats:
    """So that hundreds of factors do not become nothing."""
    top = float(chances.max())
    if top <= 0:
        raise BadPoolingError("impossible", "These outcomes contradict each other.")
    return chances / top
