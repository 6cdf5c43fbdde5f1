"""Loops that make exposures findable from either side: who is at a place, where a person is."""

import numpy as np
import numpy.typing as npt

from lachan.engine.compiled import kernel
from lachan.engine.dtypes import Ints

Numbers = npt.NDArray[np.int32]


@kernel
def grouped(key: Numbers, other: Numbers, groups: int) -> tuple[Ints, Numbers]:
    """`found[at[k] : at[k + 1]]` are the `other` of the rows with `key` k, in their order.

    Cost: two passes and one random write a row.  Twin: `naive_zoning.sides`.
    """
    at = np.zeros(groups + 1, np.int64)
    for i in range(len(key)):
        at[key[i] + 1] += 1
    for k in range(groups):
        at[k + 1] += at[k]
    place = at[:-1].copy()
    found = np.empty(len(key), np.int32)
    for i in range(len(key)):
        k = key[i]
        found[place[k]] = other[i]
        place[k] += 1
    return at, found


@kernel
def turned(at: Ints, found: Numbers, groups: int) -> tuple[Ints, Numbers]:
    """The same links seen from the other side, each group ascending; repeats are left out.

    Only repeats that stand side by side are noticed.  Cost: as `grouped`.
    Twin: `naive_zoning.sides`.
    """
    into = np.zeros(groups + 1, np.int64)
    for k in range(len(at) - 1):
        for i in range(at[k], at[k + 1]):
            if i == at[k] or found[i] != found[i - 1]:
                into[found[i] + 1] += 1
    for k in range(groups):
        into[k + 1] += into[k]
    place = into[:-1].copy()
    back = np.empty(into[groups], np.int32)
    for k in range(len(at) - 1):
        for i in range(at[k], at[k + 1]):
            if i == at[k] or found[i] != found[i - 1]:
                back[place[found[i]]] = k
                place[found[i]] += 1
    return into, back


@kernel
def first_seen(found: Numbers, entries: int) -> Numbers:
    """New numbers for the entries in the order of their first mention; those without come last.

    Entries of one group get numbers near each other, so that loops over it stay in the cache.
    """
    number = np.full(entries, -1, np.int32)
    count = 0
    for i in range(len(found)):
        if number[found[i]] < 0:
            number[found[i]] = count
            count += 1
    for k in range(entries):
        if number[k] < 0:
            number[k] = count
            count += 1
    return number


@kernel
def largest(key: Numbers, value: Ints, groups: int) -> Ints:
    """The largest value of each key, 0 where there is none.  Cost: one pass."""
    most = np.zeros(groups, np.int64)
    for i in range(len(key)):
        most[key[i]] = max(most[key[i]], value[i])
    return most


@kernel
def sums(at: Ints, found: Numbers, value: Ints) -> Ints:
    """What the entries of each group are worth together.  Cost: one pass over the links."""
    total = np.zeros(len(at) - 1, np.int64)
    for k in range(len(at) - 1):
        for i in range(at[k], at[k + 1]):
            total[k] += value[found[i]]
    return total
