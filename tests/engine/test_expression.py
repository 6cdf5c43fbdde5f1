"""The question as one expression: on DuckDB and on Spark it gives what the definition gives."""

import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lachan.engine import naive, tracing
from lachan.engine.naive import CaseRow, EncounterRow, VisitRow
from lachan.engine.rule import Rule
from tests.engine.worlds import World, random_world

pytest.importorskip("ibis", reason="the extra cluster is not installed (./lachan.sh cluster)")

from lachan.config.commands.reachtables.expression import PART, as_it_is, reach
from lachan.config.commands.reachtables.inputs import CASES, ENCOUNTERS, VISITS
from lachan.config.commands.reachtables.on_duckdb import OnDuckDB
from lachan.config.commands.reachtables.reading import Engine

Row = tuple[str, int, int, int]


def together(seeds: Sequence[int], rule: Rule | None = None) -> World:
    """Many worlds as one: nobody meets across, since every id carries the seed of its world."""
    visits: list[VisitRow] = []
    encounters: list[EncounterRow] = []
    cases: list[CaseRow] = []
    for seed in seeds:
        world = random_world(seed)
        visits += [(f"{seed}{p}", f"{seed}{v}", *times) for p, v, *times in world.visits]
        encounters += [(f"{seed}{a}", f"{seed}{b}", *times) for a, b, *times in world.encounters]
        cases += [(f"{seed}{person}", *times) for person, *times in world.cases]
    return World(visits, encounters, cases, rule or random_world(seeds[0]).rule)


#: Four hops, each of them reached in some of the worlds of `deep`.
FOUR = Rule(4, min_seconds=60, latent_seconds=1, open_minutes=30)


@cache
def deep(count: int) -> list[int]:
    """The worlds of a thousand that reach furthest."""

    def depth(seed: int) -> int:
        return max((c.hop for c in naive.trace(*random_world(seed)[:3], FOUR)), default=0)

    return sorted(range(1_000), key=depth, reverse=True)[:count]


def defined(world: World) -> list[Row]:
    return sorted((c.person, c.hop, c.first_at, c.seconds) for c in naive.trace(*world))


def asked(engine: Engine, world: World, *, store: bool = True) -> list[Row]:
    """What an engine answers, its tables loaded from rows."""
    tables = (
        engine.load(shape, rows)
        for shape, rows in zip((VISITS, ENCOUNTERS, CASES), world[:3], strict=True)
    )
    answer = reach(*tables, world.rule, engine.keep if store else as_it_is)
    return sorted(engine.rows(answer))  # type: ignore[arg-type]


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


#: Short questions on two cores: quick to compile counts more than quick to run.
QUICK = "-XX:TieredStopAtLevel=1"
SPARK = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.driver.extraJavaOptions": QUICK,
    "spark.executor.extraJavaOptions": QUICK,
}


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A cluster of two machines that are two Java processes here."""
    pytest.importorskip(
        "pyspark", reason="the extra cluster is not installed (./lachan.sh cluster)"
    )
    if not shutil.which("java"):
        pytest.skip("Java is not installed")
    from lachan.config.commands.reachtables.on_spark import OnSpark

    work = tmp_path_factory.mktemp("spark") / "work"
    engine = OnSpark("local-cluster[2,1,1024]", str(work), SPARK)
    yield engine
    engine.close()
    assert not Path(work).exists()


@pytest.mark.slow
def test_it_agrees_with_the_definition_on_spark(spark: Any) -> None:
    world = together(deep(40), FOUR)

    answer = asked(spark, world)

    assert answer == defined(world)
    assert {hop for _, hop, _, _ in answer} == {1, 2, 3, 4}


@pytest.mark.slow
def test_it_agrees_on_spark_with_another_rule(spark: Any) -> None:
    world = together(range(700, 730), Rule(1, min_seconds=900, latent_seconds=3_600))

    assert asked(spark, world) == defined(world) != []
