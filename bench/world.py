"""A nation that scans QR codes, made of numbers: any day of any population, alone and alike.

Every random number is a function of (seed, person, day, counter), so no state is carried from
one day to the next.  The country is made of equal districts, a town with two communes, and a
bigger population has more of them: what a case touches does not depend on the size of the
country, and a growing time is the engine's.  All shares and times below are assumptions.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bench import visiting
from bench.visiting import Day, Habits, Ints, Layout

#: Threads that make a day.
THREADS = os.cpu_count() or 1

#: Days of one world; the first is a Monday.
DAYS = 14

MINUTES_A_DAY = 1440

#: People and communes of a district: the share of a commune is that of `COMMUNE_SHARES`.
DISTRICT_PEOPLE = 93_000
COMMUNE_SHARES = (0.5, 0.3, 0.2)

#: People for a million visits in 14 days: 0.77 check-ins a person and day.
PEOPLE_A_MILLION = 93_000

SEED = 20_210_724

#: Kind of venue: venues a thousand people, exponent of the rank (size of a venue), median dwell
#: and its spread (log), share of the free visits, two busy minutes of the day.
KINDS: dict[str, tuple[float, float, float, float, float, float, float]] = {
    "workplace": (39.0, 2.0, 460.0, 0.15, 0.00, 460.0, 790.0),
    "classroom": (5.0, 1.0, 390.0, 0.10, 0.00, 430.0, 785.0),
    "market": (0.35, 2.4, 25.0, 0.60, 0.34, 440.0, 1040.0),
    "cafe": (7.5, 3.0, 55.0, 0.50, 0.36, 700.0, 1150.0),
    "bus": (0.5, 2.0, 30.0, 0.50, 0.14, 450.0, 1045.0),
    "clinic": (0.15, 2.0, 80.0, 0.60, 0.06, 545.0, 850.0),
    "mall": (0.025, 1.5, 75.0, 0.50, 0.06, 910.0, 1170.0),
    "event": (0.06, 3.0, 100.0, 0.40, 0.04, 590.0, 1140.0),
}


class World(NamedTuple):
    """A population and its venues, both numbered commune by commune."""

    people: int
    venues: int
    layout: Layout
    habits: Habits
    seed: int


def people_of(million_visits: float) -> int:
    """How many people make so many visits in `DAYS` days."""
    return round(million_visits * PEOPLE_A_MILLION)


def make_world(people: int, seed: int = SEED) -> World:
    """Lay out `people` in districts; a small population is one district that holds them all."""
    districts = max(1, round(people / DISTRICT_PEOPLE))
    shares = np.tile(COMMUNE_SHARES, districts) / districts
    first_person = np.concatenate(([0], np.round(np.cumsum(shares) * people))).astype(np.int64)
    size = np.diff(first_person)
    a_thousand = np.array([figures[0] for figures in KINDS.values()])
    count = np.maximum(1, np.ceil(size[:, None] * a_thousand / 1000)).astype(np.int64)
    last = np.cumsum(count.ravel())
    first_venue = (last - count.ravel()).reshape(count.shape)
    return World(people, int(last[-1]), Layout(first_person, first_venue, count), habits(), seed)


def habits() -> Habits:
    """`KINDS` as one array a column; the free visits' share as a running sum."""
    _, skew, dwell, spread, share, early, late = np.array(list(KINDS.values())).T.copy()
    return Habits(skew, dwell, spread, np.cumsum(share), early, late)


def day_of(world: World, day: int) -> Day:
    """The united visits of day number `day`, in order of start, of equal ones of person.

    The result does not depend on the number of threads.
    """
    with ThreadPoolExecutor(THREADS) as threads:
        parts = list(threads.map(lambda part: part_of(world, day, *part), parts_of(world.layout)))
        by_minute = np.array([counts for _, _, counts in parts])
        # Minute by minute, and within a minute part by part.
        place = np.cumsum(by_minute.T.ravel()).reshape(MINUTES_A_DAY, -1).T - by_minute
        total = int(by_minute.sum())
        ordered = visiting.empty_day(total)
        made = zip(parts, place.copy(), strict=True)
        list(threads.map(lambda m: visiting.sort_by_start(m[0][0], m[0][1], m[1], ordered), made))
    return ordered


def parts_of(layout: Layout) -> list[tuple[int, int]]:
    """Communes in stretches of about as many people each, one a thread."""
    wanted = np.linspace(0, layout.first_person[-1], THREADS + 1)
    border = np.searchsorted(layout.first_person, wanted).tolist()
    return [(a, b) for a, b in pairwise(border) if a < b]


def part_of(world: World, day: int, first: int, last: int) -> tuple[Day, int, Ints]:
    """Rows of the communes `first` .. `last` - 1, how many they are, and how many a minute."""
    layout, habits = world.layout, world.habits
    people = int(layout.first_person[last] - layout.first_person[first])
    room = int(people * 1.1) + 1000
    made = visiting.empty_day(room)
    by_minute = np.zeros(MINUTES_A_DAY, np.int64)
    count = visiting.visit(layout, habits, world.seed, day, first, last, made, by_minute)
    assert count >= 0, "a day has more visits than room was made for"
    return made, count, by_minute


class Sanity(NamedTuple):
    """What a day looks like, to be compared with what is known of such systems."""

    visits: int
    a_person: float
    median_minutes: float
    imputed: float
    mean_venue: float
    size_biased_venue: float
    largest_venue: int


def sanity(world: World, day: Day) -> Sanity:
    """`size_biased_venue`: visits of the venue-day in which an average visit takes place."""
    at_venue: npt.NDArray[np.int64] = np.bincount(day.venue, minlength=world.venues)
    visits = len(day.person)
    return Sanity(
        visits,
        visits / world.people,
        float(np.median(day.end - day.start)),
        float(day.imputed.mean()),
        float(at_venue[at_venue > 0].mean()),
        float((at_venue.astype(float) ** 2).sum() / visits),
        int(at_venue.max()),
    )
