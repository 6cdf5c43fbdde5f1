"""Backward tracing: figures to check by hand, and the definition against the kernels."""

import random

import numpy as np
import pytest

from lachan.engine import backward, naive_backward, tracing
from lachan.engine.dtypes import OPEN, Encounters, Visits
from lachan.engine.naive import EncounterRow, Interval, VisitRow
from lachan.engine.naive_backward import Gathering, Incubation, Source
from tests.engine.worlds import ORIGIN, random_world

HOUR, DAY = 3_600, 86_400
WEEK = Incubation(shortest=2 * DAY, longest=7 * DAY)


def test_a_case_was_infected_between_longest_and_shortest_incubation_before_onset() -> None:
    found = naive_backward.windows([("a", 10 * DAY), ("a", 13 * DAY), ("b", 90)], WEEK)

    assert found["a"] == [Interval(3 * DAY, 11 * DAY)]
    assert found["b"] == [Interval(60 - 7 * DAY, 120 - 2 * DAY)]


def test_who_was_with_more_cases_comes_first_whatever_the_minutes() -> None:
    visits: list[VisitRow] = [
        ("spreader", "line", 0, HOUR),
        ("one", "line", 0, HOUR // 2),
        ("two", "line", HOUR // 2, HOUR),
        ("friend", "home", 9 * HOUR, 20 * HOUR),
        ("one", "home", 9 * HOUR, 20 * HOUR),
    ]
    infected = naive_backward.windows([("one", 5 * DAY), ("two", 5 * DAY)], WEEK)

    found = naive_backward.sources(visits, [], infected, 60)

    assert [(row.person, row.cases) for row in found] == [
        ("spreader", 2), ("friend", 1),
    ]  # fmt: skip


def test_a_gathering_counts_cases_over_what_its_visits_let_expect() -> None:
    crowd: list[VisitRow] = [(f"p{i}", "market", 0, HOUR) for i in range(96)]
    cases: list[VisitRow] = [
        ("one", "market", 0, HOUR),
        ("two", "market", 2 * HOUR, 3 * HOUR),
        ("one", "table", 9 * HOUR, 10 * HOUR),
        ("two", "table", 9 * HOUR, 10 * HOUR),
    ]
    infected = naive_backward.windows([("one", 5 * DAY), ("two", 5 * DAY)], WEEK)

    found = naive_backward.gatherings([*crowd, *cases], infected, 60)

    # 100 visits, 4 of them by cases: 4 % of 2 visits are 0.08 cases, of 98 visits 3.92.
    assert found == [
        Gathering("table", 0, ("one", "two"), 2, 25_000),
        Gathering("market", 0, ("one", "two"), 98, 510),
    ]


def test_a_stay_over_midnight_belongs_to_both_days_of_the_country() -> None:
    visits: list[VisitRow] = [(p, "room", 16 * HOUR, 18 * HOUR) for p in ("one", "two")]
    infected = naive_backward.windows([("one", 5 * DAY), ("two", 5 * DAY)], WEEK)

    found = naive_backward.gatherings(visits, infected, 60, midnight=17 * HOUR)

    assert sorted(row.day for row in found) == [-1, 0]


def kernels(
    visits: list[VisitRow],
    encounters: list[EncounterRow],
    onsets: list[tuple[str, int]],
    incubation: Incubation,
    open_minutes: int,
    midnight: int,
) -> tuple[list[Source], list[Gathering]]:
    names = sorted(
        {v[0] for v in visits} | {n for e in encounters for n in e[:2]} | {o[0] for o in onsets}
    )
    places = sorted({v[1] for v in visits})
    number = {name: i for i, name in enumerate(names)}
    place = {name: i for i, name in enumerate(places)}
    raw = [(number[v[0]], place[v[1]], v[2], OPEN if v[3] is None else v[3]) for v in visits]
    stays = tracing.index_stays(
        *tracing.unite_visits(Visits(*columns(raw, 4)), open_minutes),
        people=len(names),
        venues=len(places),
    )
    met = [(number[a], number[b], start, end) for a, b, start, end in encounters]
    pairs = tracing.index_pairs(Encounters(*columns(met, 4)), len(names))
    dated = columns([(number[person], onset) for person, onset in onsets], 2)
    infected = backward.windows(*dated, incubation)
    likely = backward.sources(stays, pairs, infected, len(names))
    there = backward.gatherings(stays, infected, midnight)
    return (
        [
            Source(names[row[0]], *row[1:4], bool(row[4]))
            for row in zip(*(column.tolist() for column in likely), strict=True)
        ],
        [
            Gathering(
                places[venue],
                day,
                tuple(names[p] for p in there.who[begin : begin + cases]),
                visits,
                excess,
            )
            for venue, day, cases, visits, excess, begin in zip(
                *(column.tolist() for column in there[:6]), strict=True
            )
        ],
    )


def columns(rows: list[tuple[int, ...]], width: int) -> list[np.ndarray]:
    return list(np.array(rows, np.int64).reshape(-1, width).T.copy())


@pytest.mark.parametrize("seed", range(400))
def test_the_kernels_give_the_definition(seed: int) -> None:
    world = random_world(seed, people=14)
    dice = random.Random(seed)
    people = sorted({v[0] for v in world.visits} | {c[0] for c in world.cases})
    span = dice.choice((7_200, 260_000))
    onsets = [
        (person, ORIGIN + dice.randrange(span) + HOUR)
        for person in dice.choices(people, k=dice.randrange(1, 9))
    ]
    shortest = dice.choice((0, 60, HOUR))
    incubation = Incubation(shortest, shortest + dice.choice((0, HOUR, 2 * DAY)))
    midnight = dice.choice((0, 17 * HOUR, -3_333))
    open_minutes = world.rule.open_minutes
    infected = naive_backward.windows(onsets, incubation)

    likely, there = kernels(
        world.visits, world.encounters, onsets, incubation, open_minutes, midnight
    )

    assert likely == naive_backward.sources(world.visits, world.encounters, infected, open_minutes)
    assert there == naive_backward.gatherings(world.visits, infected, open_minutes, midnight)


def test_random_worlds_hold_gatherings_of_several_cases() -> None:
    """The comparison above would be empty if they did not."""
    found = 0
    for seed in range(60):
        world = random_world(seed, people=14)
        onsets = [(v[0], v[2] + HOUR) for v in world.visits[:9]]
        infected = naive_backward.windows(onsets, Incubation(0, 2 * DAY))
        found += len(naive_backward.gatherings(world.visits, infected, 60))
    assert found > 40
