"""A hash table from UUIDs to the numbers that stand for them: four bytes a slot.

A UUID is two words.  A slot holds a number plus one; 0 is an empty slot.  A place that is taken
passes a key on to the next.  The table is at most half full.
Twin: a `dict`.
"""

import numpy as np

from lachan.engine.compiled import kernel, whole
from lachan.engine.dtypes import Ints
from lachan.engine.records import Halves, Words

#: Odd multipliers: keys that count up spread over the table as random ones do.
SPREAD, MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)


@kernel
def slot_of(first: np.uint64, second: np.uint64, mask: int) -> int:
    """Where the search for a key begins."""
    word = (first * SPREAD) ^ (second * MIX)
    word = (word ^ (word >> np.uint64(32))) * SPREAD
    return whole(word >> np.uint64(32)) & mask


@kernel
def find(table: Halves, keys: Words, first: np.uint64, second: np.uint64) -> int:
    """The number of a key, -1 when it is not in the table."""
    mask = len(table) - 1
    slot = slot_of(first, second, mask)
    while table[slot] != 0:
        number = whole(table[slot]) - 1
        if keys[2 * number] == first and keys[2 * number + 1] == second:
            return number
        slot = (slot + 1) & mask
    return -1


@kernel
def find_all(table: Halves, keys: Words, wanted: Words, out: Ints) -> None:
    """The numbers of many keys, -1 for those that are not in the table."""
    for i in range(len(out)):
        out[i] = find(table, keys, wanted[2 * i], wanted[2 * i + 1])


@kernel
def insert(table: Halves, keys: Words, begin: int, stop: int) -> None:
    """Put the keys numbered `begin` to `stop` into the table; none of them is in it."""
    mask = len(table) - 1
    for number in range(begin, stop):
        slot = slot_of(keys[2 * number], keys[2 * number + 1], mask)
        while table[slot] != 0:
            slot = (slot + 1) & mask
        table[slot] = np.uint32(number + 1)
