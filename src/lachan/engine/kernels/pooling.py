"""One sweep of the sampler of overlapping pools; its arrays are `pooling_chains.Layout`."""

from lachan.engine.circles import Floats
from lachan.engine.compiled import kernel
from lachan.engine.dtypes import Ints


@kernel
def sweep(
    at: Ints,
    pool: Ints,
    level: Ints,
    weights: Floats,
    hidden: Floats,
    begin: Ints,
    member: Ints,
    tests: Floats,
    drawn: Ints,
    shown: Ints,
    scratch: Floats,
    lots: Floats,
    chance: Floats,
    first: bool,
) -> None:
    """Draw everybody anew, then two members of every pool together.

    `drawn` are the states and `shown[j]` how many show in pool j (filled where `first`); `chance`
    gets each person's chance of being infected given all others.  `lots` are numbers in [0, 1):
    one for a person, three for a pool.
    """
    people, pools = len(at) - 1, len(begin) - 1
    if first:
        for person in range(people):
            put(at, pool, level, shown, person, drawn[person], 1)
    for person in range(people):
        put(at, pool, level, shown, person, drawn[person], -1)
        total = conditional(at, pool, level, weights, tests, shown, person, scratch)
        infected = total - scratch[0] * (1 - hidden[person])
        chance[person] = infected / total
        drawn[person] = chosen(scratch, total, lots[person])
        put(at, pool, level, shown, person, drawn[person], 1)
    for number in range(pools):
        size = begin[number + 1] - begin[number]
        lot = people + 3 * number
        one = int(lots[lot] * size)
        # The other is any member but the first.
        two = int(lots[lot + 1] * (size - 1))
        if two >= one:
            two += 1
        pair(
            at,
            pool,
            level,
            weights,
            tests,
            shown,
            drawn,
            member[begin[number] + one],
            member[begin[number] + two],
            scratch,
            lots[lot + 2],
        )


@kernel
def put(at: Ints, pool: Ints, level: Ints, shown: Ints, person: int, state: int, step: int) -> None:
    """Count a person in a state into his pools (`step` 1) or out of them (-1)."""
    for entry in range(at[person], at[person + 1]):
        if state >= level[entry]:
            shown[pool[entry]] += step


@kernel
def conditional(
    at: Ints,
    pool: Ints,
    level: Ints,
    weights: Floats,
    tests: Floats,
    shown: Ints,
    person: int,
    scratch: Floats,
) -> float:
    """Fill `scratch` with the weight of each state given the others; give their sum."""
    total = 0.0
    for state in range(weights.shape[1]):
        weight = weights[person, state]
        if weight > 0:
            for entry in range(at[person], at[person + 1]):
                lit = shown[pool[entry]] > 0 or state >= level[entry]
                weight *= tests[pool[entry], 1 if lit else 0]
        scratch[state] = weight
        total += weight
    return total


@kernel
def chosen(scratch: Floats, total: float, lot: float) -> int:
    """The state that a number in [0, 1) falls on."""
    left = lot * total
    last = 0
    for state in range(len(scratch)):
        if scratch[state] > 0:
            last = state
            if left < scratch[state]:
                return state
            left -= scratch[state]
    return last


@kernel
def pair(
    at: Ints,
    pool: Ints,
    level: Ints,
    weights: Floats,
    tests: Floats,
    shown: Ints,
    drawn: Ints,
    one: int,
    two: int,
    scratch: Floats,
    lot: float,
) -> None:
    """Draw two people together: first the one over all states of the other, then the other.

    The part of `lot` that is left after the first draw is the lot of the second.
    """
    put(at, pool, level, shown, one, drawn[one], -1)
    put(at, pool, level, shown, two, drawn[two], -1)
    states = weights.shape[1]
    total = 0.0
    for state in range(states):
        total += joint(at, pool, level, weights, tests, shown, one, two, state, scratch)
    left = lot * total
    state, found = 0, 0.0
    for candidate in range(states):
        found = joint(at, pool, level, weights, tests, shown, one, two, candidate, scratch)
        if found > 0:
            state = candidate
            if left < found:
                break
            left -= found
    drawn[one] = state
    put(at, pool, level, shown, one, state, 1)
    rest = conditional(at, pool, level, weights, tests, shown, two, scratch)
    within = joint_share(at, pool, level, tests, shown, one, two, weights, state)
    drawn[two] = chosen(scratch, rest, min(left / (within * rest), 1.0))
    put(at, pool, level, shown, two, drawn[two], 1)


@kernel
def joint(
    at: Ints,
    pool: Ints,
    level: Ints,
    weights: Floats,
    tests: Floats,
    shown: Ints,
    one: int,
    two: int,
    state: int,
    scratch: Floats,
) -> float:
    """The weight of one person's state, summed over the states of the other."""
    if weights[one, state] == 0:
        return 0.0
    put(at, pool, level, shown, one, state, 1)
    rest = conditional(at, pool, level, weights, tests, shown, two, scratch)
    share = joint_share(at, pool, level, tests, shown, one, two, weights, state)
    put(at, pool, level, shown, one, state, -1)
    return share * rest


@kernel
def joint_share(
    at: Ints,
    pool: Ints,
    level: Ints,
    tests: Floats,
    shown: Ints,
    one: int,
    two: int,
    weights: Floats,
    state: int,
) -> float:
    """The weight of a person's state and of the pools that the other is not in.

    The person is counted in already.  Pools of both are in the other's weight.
    """
    share: float = weights[one, state]
    for entry in range(at[one], at[one + 1]):
        both = False
        for other in range(at[two], at[two + 1]):
            if pool[other] == pool[entry]:
                both = True
        if not both:
            share *= tests[pool[entry], 1 if shown[pool[entry]] > 0 else 0]
    return share
