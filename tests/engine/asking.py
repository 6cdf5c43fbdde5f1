"""Worlds to ask the expression about, and the answers of the definition and of an engine."""

from collections.abc import Sequence
from functools import cache

from lachan.config.commands.reachtables.expression import as_it_is, reach
from lachan.config.commands.reachtables.inputs import CASES, ENCOUNTERS, VISITS
from lachan.config.commands.reachtables.reading import Engine
from lachan.engine import naive
from lachan.engine.naive import CaseRow, EncounterRow, VisitRow
from lachan.engine.rule import Rule
from tests.engine.worlds import World, random_world

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
