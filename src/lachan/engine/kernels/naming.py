"""Loops that give texts dense numbers: each text once, found again by its bytes.

Twin: a `dict`, and `sorted` for the order (`tests/engine/test_naming.py`).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lachan.engine.compiled import kernel
from lachan.engine.dtypes import Ints

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]

#: FNV-1a, 64 bits; draft-eastlake-fnv.  Collisions cost time only: bytes are always compared.
FNV_START = np.uint64(0xCBF29CE484222325)
FNV_PRIME = np.uint64(0x100000001B3)
HALF = np.uint64(32)
LOW = np.uint64(0xFFFFFFFF)
NOTHING = np.uint64(0)
ONE = np.uint64(1)


class Names(NamedTuple):
    """Texts numbered as they came: number k is `pool[begin[k] : begin[k + 1]]`.

    `slots` finds a number by the hash of its text: half of the hash, then the number + 1; its
    length is a power of two.  `used[0]` counts the texts; arrays are longer than what is used.
    """

    pool: Bytes
    begin: Ints
    slots: Words
    used: Ints


@kernel
def hash_of(data: Bytes, begin: int, end: int) -> np.uint64:
    """A number that spreads texts evenly."""
    value = FNV_START
    for i in range(begin, end):
        value = (value ^ np.uint64(data[i])) * FNV_PRIME
    # The low bits of FNV know too little of the last bytes.
    return value ^ (value >> np.uint64(29))


@kernel
def has_room(names: Names, more: int, length: int) -> bool:
    """Whether `more` new texts of together `length` bytes fit in."""
    count = names.used[0] + more
    fits = names.begin[names.used[0]] + length <= len(names.pool)
    return bool(fits and count < len(names.begin) and 2 * count <= len(names.slots))


@kernel
def number_of(names: Names, data: Bytes, begin: int, end: int) -> int:
    """The number of the text `data[begin:end]`, a new one when it was never seen.

    The caller has seen to it that there is room.
    """
    value = hash_of(data, begin, end)
    mask = np.uint64(len(names.slots) - 1)
    slot = value & mask
    half = value >> HALF
    while names.slots[slot] != NOTHING:
        entry = names.slots[slot]
        if entry >> HALF == half:
            number = int(entry & LOW) - 1
            if is_text(names, number, data, begin, end):
                return number
        slot = (slot + ONE) & mask
    number = int(names.used[0])
    first = names.begin[number]
    for i in range(end - begin):
        names.pool[first + i] = data[begin + i]
    names.begin[number + 1] = first + end - begin
    names.used[0] = number + 1
    names.slots[slot] = (half << HALF) | np.uint64(number + 1)
    return number


@kernel
def is_text(names: Names, number: int, data: Bytes, begin: int, end: int) -> bool:
    """Whether `data[begin:end]` is the text `number`."""
    first = names.begin[number]
    if names.begin[number + 1] - first != end - begin:
        return False
    for i in range(end - begin):  # noqa: SIM110  # kernels know no generators
        if names.pool[first + i] != data[begin + i]:
            return False
    return True


@kernel
def fill_slots(names: Names) -> None:
    """Enter every text into empty `slots`."""
    mask = np.uint64(len(names.slots) - 1)
    for number in range(names.used[0]):
        value = hash_of(names.pool, names.begin[number], names.begin[number + 1])
        slot = value & mask
        while names.slots[slot] != NOTHING:
            slot = (slot + ONE) & mask
        names.slots[slot] = ((value >> HALF) << HALF) | np.uint64(number + 1)


@kernel
def number_each(names: Names, data: Bytes, begin: Ints, numbers: Ints) -> None:
    """The numbers of the texts `data[begin[i] : begin[i + 1]]`.  The caller made room."""
    for i in range(len(numbers)):
        numbers[i] = number_of(names, data, begin[i], begin[i + 1])


@kernel
def words_at(names: Names, chosen: Ints, offset: int, words: Words, left: Ints) -> None:
    """Of each chosen text the 8 bytes from `offset` on, the first byte the most significant.

    `left` is how many of its bytes lie there: 0 to 8, and 9 when more follow.
    """
    for i in range(len(chosen)):
        first = names.begin[chosen[i]] + offset
        length = names.begin[chosen[i] + 1] - first
        word = NOTHING
        for j in range(8):
            byte = np.uint64(names.pool[first + j]) if j < length else NOTHING
            word = (word << np.uint64(8)) | byte
        words[i] = word
        left[i] = min(max(length, 0), 9)
