"""Small worlds in which every feature of the pair path is mixed."""

import random
from typing import NamedTuple

from lachan.engine.naive_pairs import Evidence
from lachan.engine.pair_rule import Home, Minimum, PairRule
from tests.engine.worlds import ORIGIN, World, random_world

KINDS = ("campus", "workshop", "line", "table", "")


class PairWorld(NamedTuple):
    """What a trace over pairs is given."""

    evidence: Evidence
    rule: PairRule


def random_pair_world(seed: int) -> PairWorld:
    """The rows of `random_world` with a tree of places, homes, cuts, tests and distances."""
    dice = random.Random(seed)
    people = [dice.choice(("P", "p", "ê", "10", "9")) + str(number) for number in range(9)]
    world = crowded(dice, people)
    venues = [f"v{number}" for number in range(6)]
    moments = [row[2] for row in [*world.visits, *world.encounters]] or [ORIGIN]
    span = max(moments) - min(moments) + 1

    def moment() -> int:
        return min(moments) + dice.randrange(-100, span + 3_600)

    def until(start: int) -> int | None:
        return None if dice.random() < 0.2 else start + dice.randrange(span)

    places = [
        (venue, dice.choice([None, *venues[:number]]), dice.choice(KINDS))
        for number, venue in enumerate(venues)
        if dice.random() < 0.8
    ]
    isolations = []
    for person in dice.choices(people, k=dice.choice((0, 0, 1, 4))):
        start = moment()
        isolations.append((person, start, until(start)))
    households = []
    for _ in range(dice.choice((0, 0, 4, 12))):
        start = moment() - dice.randrange(200_000)
        person = dice.choice(people)
        end = None if dice.random() < 0.5 else start + dice.randrange(300_000)
        households.append((f"h{dice.randrange(3)}", person, start, end))
    cases = [
        (person, start - 7_200, None) if dice.random() < 0.5 else (person, start, end)
        for person, start, end in world.cases
    ]
    near = [
        (a, b, start, end, dice.choice((1_000, 1_000, 999, 500, 1, 0)))
        for a, b, start, end in world.encounters
    ]
    negatives = [
        (person, moment() + dice.choice((0, 90_000)))
        for person in dice.choices(people, k=dice.choice((0, 3, 20)))
    ]
    evidence = Evidence(
        cases=cases,
        visits=world.visits,
        encounters=near,
        places=places,
        households=households,
        isolations=isolations,
        negatives=negatives,
        as_of=moment() + dice.choice((0, 300_000)),
    )
    return PairWorld(evidence, random_rule(dice, dice.choice((0, 0, world.rule.latent_seconds))))


def crowded(dice: random.Random, people: list[str]) -> World:
    """The rows of one to four random worlds, all about the same people."""
    worlds = [
        random_world(dice.randrange(2**48), venues=dice.choice((3, 6)))
        for _ in range(dice.choice((1, 2, 4)))
    ]

    def name(other: str) -> str:
        return people[int(other[-1])]

    return World(
        [(name(row[0]), *row[1:]) for world in worlds for row in world.visits],
        [(name(row[0]), name(row[1]), *row[2:]) for world in worlds for row in world.encounters],
        [(name(row[0]), *row[1:]) for row in worlds[0].cases],
        worlds[0].rule,
    )


def random_rule(dice: random.Random, latent_seconds: int) -> PairRule:
    """A rule with any of its figures."""
    minutes = sorted(dice.choices((0, 1, 30, 60, 90, 240, 1_500), k=3))
    uncertain = dice.random() < 0.7
    return PairRule(
        hops=dice.randrange(1, 5),
        minima=tuple(random_minimum(dice) for _ in range(dice.choice((1, 1, 2)))),
        latent_seconds=latent_seconds,
        open_minutes=minutes[1],
        open_least_minutes=minutes[0] if uncertain else None,
        open_most_minutes=minutes[2] if uncertain else None,
        weights=tuple((kind, dice.choice((0, 1, 333, 700, 1_000))) for kind in KINDS[:4]),
        other_weight=dice.choice((0, 700, 1_000, 1_000)),
        home=dice.choice((None, Home(), Home(400, 1_200, 600), Home(1_000, 0, 1))),
        negative_hours=dice.choice((None, 0, 1, 24)),
    )


def random_minimum(dice: random.Random) -> Minimum:
    """Any of the three figures, none, or all."""
    figures = (0, 0, 0, 1, 61, 61, 300, 900)
    return Minimum(dice.choice(figures), dice.choice(figures), dice.choice(figures))
