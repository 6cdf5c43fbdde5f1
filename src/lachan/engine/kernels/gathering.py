"""Adding up the exposure of everybody, one word a person, and taking out who was reached.

A word holds how long before the question's last moment the first meeting was (high 26 bits,
seconds) and the total (low 38 bits, seconds); 0 is somebody nobody met.  Counted backwards, an
earlier first meeting is a larger number and 0 gives way to any: no branch is needed, and the
order in which meetings come does not matter.
"""

import numpy as np

from lachan.engine.compiled import kernel, whole
from lachan.engine.dtypes import Marks, Minutes
from lachan.engine.records import Halves, Words

TOTAL_BITS = 38

#: Seconds a total can hold: 8,700 years spent with infectious people.  It stops there.
TOTAL_LIMIT = (1 << TOTAL_BITS) - 1

#: Seconds a question can span: 776 days.
SPAN_LIMIT = (1 << (64 - TOTAL_BITS)) - 1

_SHIFT, _LOW, _SPAN = np.uint64(TOTAL_BITS), np.uint64(TOTAL_LIMIT), np.uint64(SPAN_LIMIT)


@kernel
def total_of(word: np.uint64) -> np.uint64:
    """Seconds of exposure."""
    return word & _LOW


@kernel
def joined(word: np.uint64, first: int, total: int) -> np.uint64:
    """A word with one more meeting in it; `first` in seconds from the question's first day."""
    before = max(word >> _SHIFT, _SPAN - np.uint64(first))
    return before << _SHIFT | min((word & _LOW) + np.uint64(total), _LOW)


@kernel
def joined_if(word: np.uint64, first: int, total: int) -> np.uint64:
    """`joined`, or the word as it is when `total` is 0; without a branch."""
    moment = first if total > 0 else SPAN_LIMIT
    return joined(word, moment, total)


@kernel
def both(word: np.uint64, other: np.uint64) -> np.uint64:
    """Two words of one person as one."""
    before = max(word >> _SHIFT, other >> _SHIFT)
    return before << _SHIFT | min((word & _LOW) + (other & _LOW), _LOW)


@kernel
def add(sums: Words, touched: Halves, count: int, person: int, first: int, total: int) -> int:
    """Add a meeting to a person; how many people are touched by now."""
    word = sums[person]
    sums[person] = joined(word, first, total)
    if word != np.uint64(0):
        return count
    touched[count] = np.uint32(person)
    return count + 1


@kernel
def merge_touched(
    sums: Words, touched: Halves, count: int, other: Words, others: Halves, more: int
) -> int:
    """Move what another thread added up into `sums`; how many people are touched by now."""
    for i in range(more):
        person = whole(others[i])
        word = sums[person]
        sums[person] = both(word, other[person])
        other[person] = np.uint64(0)
        if word == np.uint64(0):
            touched[count] = np.uint32(person)
            count += 1
    return count


@kernel
def forget(sums: Words, people: Halves) -> None:
    """What these people met does not count: they were reached before."""
    for i in range(len(people)):
        sums[people[i]] = np.uint64(0)


@kernel
def keep_reached(sums: Words, touched: Halves, count: int, least: int, out: Words) -> int:
    """Move those reached to the front of `touched`, their words to `out`; how many they are.

    Everybody touched is forgotten.
    """
    kept = 0
    for i in range(count):
        person = touched[i]
        word = sums[person]
        sums[person] = np.uint64(0)
        touched[kept] = person
        out[kept] = word
        kept += whole(total_of(word) >= np.uint64(least))
    return kept


@kernel
def count_reached(
    sums: Words, other: Words, begin: int, stop: int, closed: Marks, least: int
) -> int:
    """Join `other` into `sums` for people `begin` to `stop`; how many of them are reached.

    An empty `other` stands for no second thread.
    """
    two = len(other) > 0
    kept = 0
    for person in range(begin, stop):
        word = sums[person]
        if two:
            word = both(word, other[person])
            sums[person] = word
            other[person] = np.uint64(0)
        kept += whole((closed[person] == 0) & (total_of(word) >= np.uint64(least)))
    return kept


@kernel
def take_reached(
    sums: Words,
    begin: int,
    stop: int,
    closed: Marks,
    least: int,
    at: int,
    person_out: Halves,
    word_out: Words,
) -> None:
    """Write those of `begin` to `stop` who are reached from row `at` on; everybody is forgotten."""
    for person in range(begin, stop):
        word = sums[person]
        sums[person] = np.uint64(0)
        if closed[person] == 0 and total_of(word) >= np.uint64(least):
            person_out[at] = np.uint32(person)
            word_out[at] = word
            at += 1


@kernel
def minutes_after(words: Words, seconds: int, minute: Minutes) -> None:
    """For each word the first whole minute not before `seconds` after the first meeting.

    Minutes from the question's first day, up to the largest that `minute` holds.
    """
    for i in range(len(words)):
        first = SPAN_LIMIT - whole(words[i] >> _SHIFT)
        minute[i] = np.int32(min((first + seconds + 59) // 60, 2**31 - 1))


@kernel
def close(closed: Marks, people: Halves, mark: int) -> None:
    """Mark people as reached (1) or as not (0)."""
    for i in range(len(people)):
        closed[people[i]] = np.uint8(mark)
