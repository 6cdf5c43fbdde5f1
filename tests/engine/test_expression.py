"""The question as one expression: DuckDB gives what the definition and the kernels give."""

import random
from dataclasses import replace

import pytest

from lachan.engine import tracing
from lachan.engine.naive import CaseRow, VisitRow
from lachan.engine.rule import Rule
from tests.engine.worlds import World, random_world

pytest.importorskip("ibis", reason="the extra cluster is not installed (./lachan.sh cluster)")

from lachan.config.commands.reachtables.expression import PART
from lachan.config.commands.reachtables.on_duckdb import OnDuckDB
from tests.engine.asking import FOUR, Row, asked, deep, defined, together


def on_duckdb(world: World, *, store: bool = True) -> list[Row]:
    engine = OnDuckDB()
    try:
        return asked(engine, world, store=store)
    finally:
        engine.close()


@pytest.mark.parametrize("seed", range(20))
def test_it_agrees_with_the_definition(seed: int) -> None:
    world = random_world(seed)

    assert on_duckdb(world) == defined(world)


@pytest.mark.parametrize("seed", range(100, 228, 8))
def test_it_agrees_with_the_definition_on_many_worlds_at_once(seed: int) -> None:
    world = together(range(seed, seed + 8))

    assert on_duckdb(world) == defined(world)


@pytest.mark.parametrize("hops", [1, 2, 3, 4])
def test_it_reaches_every_hop(hops: int) -> None:
    world = together(deep(40), FOUR)._replace(rule=replace(FOUR, hops=hops))

    answer = on_duckdb(world)

    assert answer == defined(world)
    assert {hop for _, hop, _, _ in answer} == set(range(1, hops + 1))


def test_it_gives_the_same_answer_as_one_query() -> None:
    world = together(range(400, 430), Rule(3, min_seconds=60))

    assert on_duckdb(world, store=False) == on_duckdb(world) != []


def test_it_does_not_count_twice_where_parts_of_days_meet() -> None:
    stay = (-PART - 600, 3 * PART + 600)
    world = World(
        [("F0", "v", *stay), ("a", "v", *stay)], [], [("F0", -9 * PART, None)], Rule(1, 1)
    )

    assert on_duckdb(world) == [("a", 1, -PART - 600, 4 * PART + 1_200)]


def test_it_does_not_cut_stays_of_centuries_into_days() -> None:
    ages = 253_402_300_740
    visits: list[VisitRow] = [(person, "v", 0, ages) for person in ("F0", "a", "b")]
    world = World(visits, [], [("F0", 0, None)], Rule(1, 1))
    engine = OnDuckDB()
    try:
        answer = asked(engine, world)
        [[pieces]] = engine._connection.sql("SELECT count(*) FROM stays").fetchall()
    finally:
        engine.close()

    assert answer == defined(world)
    assert pieces == 3


def test_it_answers_nothing_without_cases_or_evidence() -> None:
    visits: list[VisitRow] = [("F0", "v", 0, 600), ("a", "v", 0, 600)]

    assert on_duckdb(World(visits, [], [], Rule(2, 0))) == []
    assert on_duckdb(World([], [], [("F0", 0, None)], Rule(2, 0))) == []


def town(visits: int) -> World:
    """Invented people who keep to a few venues, for a week; staff, guests, ends nobody recorded."""
    dice = random.Random(7)
    people, venues = visits // 8, visits // 80
    rows: list[VisitRow] = []
    for _ in range(visits):
        person = dice.randrange(people)
        venue = (person * 7 + int(dice.paretovariate(1.2))) % venues
        start = 1_600_000_000 + dice.randrange(7 * 86_400)
        end = None if dice.random() < 0.3 else start + dice.randrange(120, 14_400)
        rows.append((f"p{person}", f"v{venue}", start, end))
    cases: list[CaseRow] = [(f"p{n * 31}", 1_600_050_000, None) for n in range(50)]
    return World(rows, [], cases, Rule(2, 900, 86_400))


@pytest.mark.slow
def test_it_agrees_with_the_kernels_on_a_million_visits() -> None:
    world = town(1_000_000)

    answer = on_duckdb(world)

    kernels = tracing.trace_named(*world)
    assert answer == sorted((c.person, c.hop, c.first_at, c.seconds) for c in kernels)
    assert len(answer) > 1_000
