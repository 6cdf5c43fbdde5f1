"""The kernels against the definition, on random worlds and on real contacts."""

import csv
import gzip
import random
import threading
from collections import defaultdict
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lachan.engine import naive, tracing
from lachan.engine.naive import Contact, EncounterRow, VisitRow
from lachan.engine.rule import Rule
from tests.engine.worlds import World, random_world
from tests.shared_files import shared

worlds = st.integers(0, 2**48).map(random_world)


@settings(max_examples=1_000, deadline=None, database=None)
@given(worlds)
def test_it_agrees_with_the_definition(world: World) -> None:
    assert tracing.trace_named(*world) == naive.trace(*world)


@settings(max_examples=100, deadline=None, database=None)
@given(worlds, st.randoms(use_true_random=False))
def test_it_does_not_depend_on_the_order_of_rows(world: World, dice: random.Random) -> None:
    shuffled = World(
        *(dice.sample(rows, len(rows)) for rows in world[:3]),
        world.rule,
    )

    assert tracing.trace_named(*shuffled) == tracing.trace_named(*world)


@settings(max_examples=200, deadline=None, database=None)
@given(worlds, st.integers(-1_500, 4_000))
def test_it_does_not_depend_on_where_days_are_cut(world: World, minute: int) -> None:
    # Open visits are left out: the second half of a stay would be a later start and end them.
    ended = [visit for visit in world.visits if visit[3] is not None]
    visits = [piece for visit in ended for piece in cut_visit(visit, minute * 60)]
    encounters = [piece for row in world.encounters for piece in cut_encounter(row, minute * 60)]

    answer = tracing.trace_named(visits, encounters, world.cases, world.rule)

    assert answer == tracing.trace_named(ended, *world[1:])


def cut_visit(visit: VisitRow, cut: int) -> Iterable[VisitRow]:
    person, venue, start, end = visit
    if end is None or not start < cut < end:
        return [visit]
    return [(person, venue, start, cut), (person, venue, cut, end)]


def cut_encounter(row: EncounterRow, cut: int) -> Iterable[EncounterRow]:
    a, b, start, end = row
    return [(a, b, start, cut), (b, a, cut, end)] if start < cut < end else [row]


def test_it_gives_the_same_answer_in_many_threads_at_once() -> None:
    world = max(map(random_world, range(100)), key=lambda world: len(naive.trace(*world)))
    expected = naive.trace(*world)
    answers: list[list[Contact]] = []

    threads = [
        threading.Thread(target=lambda: answers.append(tracing.trace_named(*world)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(expected) > 5
    assert answers == [expected] * 4


def school_encounters() -> list[EncounterRow]:
    """Successive 20-second rows of a pair joined; `Time` is the end of an interval."""
    seen: dict[tuple[str, str], list[int]] = defaultdict(list)
    path = shared("data/real-contacts/primaryschool.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.reader(file, delimiter="\t"):
            if row[0].isdecimal():
                a, b = sorted(row[1:3])
                seen[a, b].append(int(row[0]))
    encounters: list[EncounterRow] = []
    for (a, b), ends in seen.items():
        start = last = None
        for end in sorted(set(ends)):
            if last != end - 20:
                if start is not None and last is not None:
                    encounters.append((a, b, start, last))
                start = end - 20
            last = end
        if start is not None and last is not None:
            encounters.append((a, b, start, last))
    return encounters


@pytest.mark.slow
def test_it_agrees_on_the_real_contacts_of_a_school() -> None:
    school = school_encounters()
    pupils = sorted({name for row in school for name in row[:2]})
    begin = min(row[2] for row in school)
    reached = 0

    for number, pupil in enumerate(random.Random(20).sample(pupils, 50)):
        window = (pupil, begin + 607 * number, None if number % 3 else begin + 40_000)
        rule = Rule(hops=4, min_seconds=900, latent_seconds=number % 2 * 3_600)

        answer = tracing.trace_named([], school, [window], rule)

        assert answer == naive.trace([], school, [window], rule)
        reached += len(answer)
    assert len(pupils) == 242
    assert reached > 1_000
