"""Loops that let people visit: who goes where and when on one day."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lachan.engine.compiled import kernel, whole

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

WORKPLACE, CLASSROOM, FIRST_FREE, LAST_KIND = 0, 1, 2, 7

#: Share of pupils, and of pupils and workers together; of the workers, those who serve in a
#: venue that others visit.
PUPILS, OCCUPIED, SERVING = 0.22, 0.77, 0.05

#: Share of working days on which somebody's scan at work or at school is on record.
SCANS_AT_WORK = 0.47

#: Free visits a person and day, from Monday to Friday and at the weekend.
FREE_WEEKDAY, FREE_WEEKEND = 0.42, 0.79

#: Share of free visits to one of three favourite venues of that kind.
TO_FAVOURITE = 0.65

#: Share of venues chosen in one's own commune, and there or in the district; the others lie
#: anywhere.  Who leaves the commune for the district goes to its town this often.
AT_HOME, IN_DISTRICT, TO_TOWN = 0.70, 0.96, 0.6
COMMUNES_A_DISTRICT = 3

#: Share of visits of which nobody recorded the end; they last as long as the kind's median.
WITHOUT_END = 0.30

#: Minutes: how far a free visit, and the way to work, lies from the busy minute; the shift of
#: somebody who serves.
FREE_SPREAD, WORK_SPREAD, SHIFT = 75.0, 30.0, 480.0

LAST_START, MIDNIGHT = 1430, 1440

#: A person has no more visits than this on one day.
MOST_VISITS = 16

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


class Day(NamedTuple):
    """Visits of one day: minutes of the day, `end` > `start`, `end` <= 1440 (midnight)."""

    person: npt.NDArray[np.uint32]
    venue: npt.NDArray[np.uint32]
    start: npt.NDArray[np.uint16]
    end: npt.NDArray[np.uint16]
    imputed: npt.NDArray[np.uint8]


class Layout(NamedTuple):
    """Communes: `first_person[c]`, then by kind `first_venue[c, kind]` and how many."""

    first_person: Ints
    first_venue: Ints
    venues: Ints


class Habits(NamedTuple):
    """By kind of venue; `share` is a running sum."""

    skew: Floats
    dwell: Floats
    spread: Floats
    share: Floats
    early: Floats
    late: Floats


def empty_day(room: int) -> Day:
    """Columns to be filled."""
    return Day(
        np.empty(room, np.uint32),
        np.empty(room, np.uint32),
        np.empty(room, np.uint16),
        np.empty(room, np.uint16),
        np.empty(room, np.uint8),
    )


@kernel
def mixed(word: np.uint64) -> np.uint64:
    """A well-mixed word of a counter (splitmix64; Steele, Lea, Flood 2014)."""
    word = word + _STEP
    word = (word ^ (word >> np.uint64(30))) * _FIRST
    word = (word ^ (word >> np.uint64(27))) * _SECOND
    return word ^ (word >> np.uint64(31))


@kernel
def drawn(key: np.uint64, number: int) -> np.uint64:
    """Random word `number` of those that belong to `key`."""
    return mixed(key ^ (np.uint64(number + 1) * _STEP))


@kernel
def share_of(key: np.uint64, number: int) -> float:
    """Uniform in [0, 1)."""
    return np.float64(drawn(key, number) >> np.uint64(11)) * 2.0**-53


@kernel
def bell(key: np.uint64, number: int) -> float:
    """About normal, mean 0 and deviation 1: four uniforms added up."""
    word = drawn(key, number)
    total = 0.0
    for part in range(4):
        total += np.float64((word >> np.uint64(16 * part)) & np.uint64(0xFFFF))
    return (total / 65536.0 - 2.0) * math.sqrt(3.0)


@kernel
def venue_for(layout: Layout, habits: Habits, key: np.uint64, home: int, kind: int) -> int:
    """The venue of `kind` that `key` stands for, seen from the commune `home`."""
    communes = len(layout.venues)
    commune = home
    where = share_of(key, 0)
    if where >= IN_DISTRICT:
        commune = whole(share_of(key, 1) * communes)
    elif where >= AT_HOME:
        town = home - home % COMMUNES_A_DISTRICT
        others = min(COMMUNES_A_DISTRICT, communes - town) - 1
        commune = town
        if share_of(key, 2) >= TO_TOWN:
            commune = town + 1 + whole(share_of(key, 3) * others)
    rank = layout.venues[commune, kind] * share_of(key, 4) ** habits.skew[kind]
    return whole(layout.first_venue[commune, kind]) + whole(rank)


@kernel
def kind_of_free(habits: Habits, share: float) -> int:
    """Which kind of venue a free visit goes to."""
    kind = FIRST_FREE
    while kind < LAST_KIND and habits.share[kind] <= share:
        kind += 1
    return kind


@kernel
def free_visits(today: np.uint64, expected: float) -> int:
    """How many free visits (Poisson, at most `MOST_VISITS` - 1)."""
    least = math.exp(-expected)
    product = share_of(today, 0)
    count = 0
    while product > least and count < MOST_VISITS - 1:
        count += 1
        product *= share_of(today, count)
    return count


@kernel
def minutes_of(habits: Habits, key: np.uint64, kind: int, at_work: bool) -> tuple[int, int]:
    """Start and end of a visit that is on record as a whole."""
    if at_work and kind >= FIRST_FREE:
        start = habits.early[kind] - 60.0 + 120.0 * share_of(key, 10)
        minutes = SHIFT
    elif at_work:
        start = habits.early[kind] + WORK_SPREAD * bell(key, 10)
        minutes = habits.dwell[kind] * math.exp(habits.spread[kind] * bell(key, 11))
    else:
        busy = habits.early[kind] if share_of(key, 12) < 0.5 else habits.late[kind]
        start = busy + FREE_SPREAD * bell(key, 10)
        minutes = habits.dwell[kind] * math.exp(habits.spread[kind] * bell(key, 11))
    begin = min(max(whole(start), 0), LAST_START)
    return begin, min(begin + max(2, whole(minutes)), MIDNIGHT)


@kernel
def unite_into(
    out: Day, begin: int, count: int, person: int, venue: int, start: int, end: int, mark: int
) -> int:
    """Add a visit to the person's rows from `begin`; those it touches become one with it."""
    i = begin
    while i < count:
        if out.venue[i] == venue and start <= out.end[i] and end >= out.start[i]:
            start = min(start, whole(out.start[i]))
            end = max(end, whole(out.end[i]))
            mark |= whole(out.imputed[i])
            count -= 1
            out.venue[i] = out.venue[count]
            out.start[i] = out.start[count]
            out.end[i] = out.end[count]
            out.imputed[i] = out.imputed[count]
            i = begin
        else:
            i += 1
    out.person[count] = person
    out.venue[count] = venue
    out.start[count] = start
    out.end[count] = end
    out.imputed[count] = mark
    return count + 1


@kernel
def visit_freely(
    layout: Layout,
    habits: Habits,
    person: int,
    home: int,
    self_key: np.uint64,
    key: np.uint64,
    out: Day,
    begin: int,
    count: int,
) -> int:
    """One free visit; how many rows there are now."""
    kind = kind_of_free(habits, share_of(key, 5))
    if share_of(key, 6) < TO_FAVOURITE:
        favourite = whole(3 * share_of(key, 7))
        where = drawn(self_key, 100 + 4 * kind + favourite)
    else:
        where = drawn(key, 8)
    venue = venue_for(layout, habits, where, home, kind)
    start, end = minutes_of(habits, key, kind, False)
    mark = 0
    if share_of(key, 9) < WITHOUT_END:
        mark = 1
        end = min(start + whole(habits.dwell[kind]), MIDNIGHT)
    return unite_into(out, begin, count, person, venue, start, end, mark)


@kernel
def visit_work(
    layout: Layout,
    habits: Habits,
    person: int,
    home: int,
    self_key: np.uint64,
    key: np.uint64,
    out: Day,
    begin: int,
    count: int,
) -> int:
    """The day at work or at school; how many rows there are now."""
    role = share_of(self_key, 0)
    where = drawn(self_key, 3)
    kind = WORKPLACE
    if role < PUPILS:
        kind = CLASSROOM
        classes = layout.venues[home, kind]
        venue = layout.first_venue[home, kind] + whole(classes * share_of(where, 4))
    else:
        if share_of(self_key, 1) < SERVING:
            kind = kind_of_free(habits, share_of(self_key, 2))
        venue = venue_for(layout, habits, where, home, kind)
    start, end = minutes_of(habits, key, kind, True)
    mark = 0
    if share_of(key, 9) < WITHOUT_END:
        mark = 1
        minutes = SHIFT if kind >= FIRST_FREE else habits.dwell[kind]
        end = min(start + whole(minutes), MIDNIGHT)
    return unite_into(out, begin, count, person, venue, start, end, mark)


@kernel
def visit(
    layout: Layout,
    habits: Habits,
    seed: int,
    day: int,
    first: int,
    last: int,
    out: Day,
    by_minute: Ints,
) -> int:
    """United visits of one day of who lives in communes `first` .. `last` - 1, person by person.

    How many they are, or -1 when `out` has not room for them; `by_minute[m]` counts those that
    start in minute m.  Cost: one pass over the people.
    """
    weekend = day % 7 >= 5
    expected = FREE_WEEKEND if weekend else FREE_WEEKDAY
    count = 0
    for home in range(first, last):
        for person in range(layout.first_person[home], layout.first_person[home + 1]):
            if count + MOST_VISITS > len(out.person):
                return -1
            self_key = mixed(np.uint64(seed) ^ (np.uint64(person) * _SECOND))
            today = drawn(self_key, 1000 + day)
            # A quarter of an average person's activity is everybody's, the rest very unequal.
            activity = 0.25 - 0.75 * math.log(1.0 - share_of(self_key, 4))
            begin = count
            for number in range(free_visits(today, expected * activity)):
                key = drawn(today, 100 + number)
                count = visit_freely(layout, habits, person, home, self_key, key, out, begin, count)
            works = share_of(self_key, 0) < OCCUPIED and not weekend
            if works and share_of(today, 50) < SCANS_AT_WORK:
                key = drawn(today, 99)
                count = visit_work(layout, habits, person, home, self_key, key, out, begin, count)
            for row in range(begin, count):
                by_minute[out.start[row]] += 1
    return count


@kernel
def sort_by_start(day: Day, count: int, place_of: Ints, out: Day) -> None:
    """Copy the first `count` rows to `place_of[start]` and on, those of one start in their order.

    `place_of` is used up.  Cost: one pass.
    """
    for row in range(count):
        start = day.start[row]
        place = place_of[start]
        place_of[start] = place + 1
        out.person[place] = day.person[row]
        out.venue[place] = day.venue[row]
        out.start[place] = start
        out.end[place] = day.end[row]
        out.imputed[place] = day.imputed[row]
