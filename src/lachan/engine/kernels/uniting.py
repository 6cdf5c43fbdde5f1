"""Loops that make evidence countable: missing ends filled in, overlapping rows united."""

import numpy as np

from lachan.engine.compiled import kernel
from lachan.engine.dtypes import NEVER, OPEN, Ints, Marks


@kernel
def fill_ends(person: Ints, start: Ints, end: Ints, open_seconds: int) -> Marks:
    """Replace `OPEN` ends in place; return which rows had one.

    Rows are sorted by (person, start).  Cost: one pass.  Twin: `naive.united_visits`.
    """
    count = len(person)
    imputed = np.zeros(count, np.uint8)
    later = NEVER
    for i in range(count - 1, -1, -1):
        if i + 1 == count or person[i + 1] != person[i]:
            later = NEVER
        elif start[i + 1] > start[i]:
            later = start[i + 1]
        if end[i] == OPEN:
            end[i] = min(start[i] + open_seconds, later)
            imputed[i] = 1
    return imputed


@kernel
def unite(key: Ints, second: Ints, start: Ints, end: Ints, mark: Marks) -> int:
    """Unite touching or overlapping rows of one (key, second) in place; return how many are left.

    Rows are sorted by (key, second, start) and none is empty.  Cost: one pass.
    Twin: `naive.unite`.
    """
    left = 0
    for i in range(len(key)):
        last = left - 1
        same = left > 0 and key[last] == key[i] and second[last] == second[i]
        if same and start[i] <= end[last]:
            end[last] = max(end[last], end[i])
            mark[last] |= mark[i]
            continue
        key[left] = key[i]
        second[left] = second[i]
        start[left] = start[i]
        end[left] = end[i]
        mark[left] = mark[i]
        left += 1
    return left


@kernel
def running_latest(venue: Ints, end: Ints) -> Ints:
    """The largest end so far within each venue; rows are sorted by venue.  Cost: one pass."""
    latest = end.copy()
    for i in range(1, len(end)):
        if venue[i] == venue[i - 1]:
            latest[i] = max(latest[i], latest[i - 1])
    return latest
