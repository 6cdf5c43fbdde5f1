"""Loops of backward tracing: at which venue-days cases were, and how many visits these had.

Cost: the stays of the cases, then the stays of the venue-days found.  Twin: `naive_backward`.
"""

import numpy as np

from lachan.engine.compiled import kernel
from lachan.engine.dtypes import Ints, Sources, Stays
from lachan.engine.kernels.meeting import first_row

#: Seconds in a day.
DAY = 86_400


@kernel
def touched_days(
    stays: Stays, cases: Sources, k: int, q: int, midnight: int, out: Ints, at: int
) -> int:
    """Days on which case number `k` was at its stay `q` within its windows, each once.

    Writes them to `out[at:]` unless `out` is too short; returns how many they are.  Windows are
    disjoint and ascending, so a day seen before is the last one seen.
    """
    row = stays.rows[q]
    count = 0
    last = 0
    for w in range(cases.of[k], cases.of[k + 1]):
        start = max(stays.start[row], cases.start[w])
        end = min(stays.end[row], cases.end[w])
        if start >= end:
            continue
        day = (start - midnight) // DAY
        if count > 0 and day <= last:
            day = last + 1
        while day * DAY + midnight < end:
            if at + count < len(out):
                out[at + count] = day
            last = day
            count += 1
            day += 1
    return count


@kernel
def count_days(stays: Stays, cases: Sources, midnight: int) -> int:
    """How many days all stays of all cases touch."""
    nothing = np.empty(0, np.int64)
    count = 0
    for k in range(len(cases.person)):
        person = cases.person[k]
        for q in range(stays.of[person], stays.of[person + 1]):
            count += touched_days(stays, cases, k, q, midnight, nothing, 0)
    return count


@kernel
def case_days(
    stays: Stays, cases: Sources, midnight: int, venue: Ints, day: Ints, person: Ints
) -> None:
    """Fill the three columns with one row for every day of every stay of a case."""
    at = 0
    for k in range(len(cases.person)):
        case = cases.person[k]
        for q in range(stays.of[case], stays.of[case + 1]):
            count = touched_days(stays, cases, k, q, midnight, day, at)
            for i in range(at, at + count):
                venue[i] = stays.venue[stays.rows[q]]
                person[i] = case
            at += count


@kernel
def visits_on(stays: Stays, venue: Ints, day: Ints, midnight: int) -> Ints:
    """How many stays at `venue[i]` touch `day[i]`."""
    visits = np.zeros(len(venue), np.int64)
    for i in range(len(venue)):
        start = day[i] * DAY + midnight
        stop = stays.at[venue[i] + 1]
        j = first_row(stays, venue[i], start)
        while j < stop and stays.start[j] < start + DAY:
            if stays.end[j] > start:
                visits[i] += 1
            j += 1
    return visits


@kernel
def all_visits(stays: Stays, dated: Ints, first_day: int, midnight: int) -> int:
    """How many visit-days fall on days with `dated[day - first_day]` set."""
    count = 0
    for row in range(len(stays.person)):
        day = max((stays.start[row] - midnight) // DAY, first_day)
        last = min((stays.end[row] - 1 - midnight) // DAY, first_day + len(dated) - 1)
        while day <= last:
            count += dated[day - first_day]
            day += 1
    return count
