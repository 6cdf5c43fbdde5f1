"""Texts to dense numbers in the order of the texts, without an object for each of them."""

from collections.abc import Iterable, Sequence

import numpy as np

from lachan.engine.dtypes import Ints
from lachan.engine.kernels import naming
from lachan.engine.kernels.naming import Bytes, Names


def no_names(texts: int = 1 << 12, length: int = 1 << 16) -> Names:
    """Room for `texts` texts of together `length` bytes; more room is made when it is needed."""
    slots = 1 << (2 * texts - 1).bit_length()
    return Names(
        pool=np.empty(length, np.uint8),
        begin=np.zeros(texts + 1, np.int64),
        slots=np.zeros(slots, np.uint64),
        used=np.zeros(1, np.int64),
    )


def with_room(names: Names, more: int, length: int) -> Names:
    """`names`, or a larger copy, with room for `more` texts of `length` bytes."""
    if naming.has_room(names, more, length):
        return names
    count = int(names.used[0])
    filled = int(names.begin[count])
    texts, room = len(names.begin) - 1, len(names.pool)
    if count + more > texts:
        texts = max(count + more, 2 * texts)
    if filled + length > room:
        room = max(filled + length, 2 * room)
    larger = no_names(texts, room)
    larger.pool[:filled] = names.pool[:filled]
    larger.begin[: count + 1] = names.begin[: count + 1]
    larger.used[0] = count
    naming.fill_slots(larger)
    return larger


def numbered(names: Names, texts: Sequence[str]) -> tuple[Names, Ints]:
    """The numbers of `texts`, and the names that now know them."""
    encoded = [text.encode() for text in texts]
    begin = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=begin[1:])
    names = with_room(names, len(encoded), int(begin[-1]))
    numbers = np.empty(len(encoded), np.int64)
    data: Bytes = np.frombuffer(bytearray().join(encoded), np.uint8)
    naming.number_each(names, data, begin, numbers)
    return names, numbers


def in_order(names: Names) -> Ints:
    """The numbers sorted by their texts: by bytes, which in UTF-8 is by code point.

    Eight bytes are compared at a time; later ones only among texts that were equal until there.
    """
    order = np.arange(int(names.used[0]))
    place = np.arange(len(order))  # where the undecided texts stand in `order`
    group = np.zeros(len(order), np.int64)
    offset = 0
    while len(place):
        chosen = order[place]
        words, left = np.empty(len(place), np.uint64), np.empty(len(place), np.int64)
        naming.words_at(names, chosen, offset, words, left)
        by = np.lexsort((left, words, group))
        order[place] = chosen[by]
        words, left, group = words[by], left[by], group[by]
        same = (left[1:] == 9) & (words[1:] == words[:-1]) & (left[:-1] == 9)
        same &= group[1:] == group[:-1]
        undecided = np.append(same, False) | np.append(False, same)
        group = np.cumsum(np.append(True, ~same))[undecided]
        place = place[undecided]
        offset += 8
    return order


def texts_of(names: Names, numbers: Iterable[int]) -> list[str]:
    """The texts of some numbers."""
    pool = memoryview(names.pool)  # type: ignore[arg-type]
    begin = names.begin
    return [str(pool[begin[n] : begin[n + 1]], "utf-8") for n in numbers]
