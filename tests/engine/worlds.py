"""Small worlds with everything that can go wrong in real records."""

import random
from typing import NamedTuple

from lachan.engine.naive import CaseRow, EncounterRow, VisitRow
from lachan.engine.rule import Rule

#: Where the seconds of a world begin: not a minute, and before 1970, so that floors are tested.
ORIGIN = -90_017


class World(NamedTuple):
    """What a trace is given."""

    visits: list[VisitRow]
    encounters: list[EncounterRow]
    cases: list[CaseRow]
    rule: Rule


def random_world(seed: int, people: int = 9, venues: int = 3) -> World:
    """A world of a few hours: doubled sides and phones, doubled cases, odd seconds, no ends."""
    dice = random.Random(seed)
    rows = dice.choice((3, 14, 40))
    names = [dice.choice(("P", "p", "ê", "10", "9")) + str(i) for i in range(people)]
    span = dice.choice((1_200, 7_200, 260_000))

    def moment() -> int:
        return ORIGIN + dice.randrange(span)

    def until(start: int) -> int:
        return start + dice.choice((0, 1, 59, 60, dice.randrange(1, span)))

    visits: list[VisitRow] = []
    for _ in range(dice.randrange(rows + 1)):
        person, venue, start = dice.choice(names), f"v{dice.randrange(venues)}", moment()
        end = None if dice.random() < 0.3 else until(start)
        visits.append((person, venue, start, end))
        if dice.random() < 0.3:
            other_end = None if dice.random() < 0.3 else until(start)
            visits.append((person, venue, start + dice.randrange(-90, 90), other_end))
    visits = [v for v in visits if v[3] is None or v[3] >= v[2]]
    encounters: list[EncounterRow] = []
    for _ in range(dice.randrange(rows + 1)):
        a, b = dice.sample(names, 2)
        start = moment()
        end = until(start)
        encounters.append((a, b, start, end))
        if dice.random() < 0.5:
            encounters.append((b, a, max(start - dice.randrange(20), ORIGIN), end))
    cases: list[CaseRow] = []
    for person in dice.choices(names, k=dice.randrange(1, 4)):
        start = moment()
        cases.append((person, start, None if dice.random() < 0.3 else until(start)))
    rule = Rule(
        hops=dice.randrange(1, 5),
        min_seconds=dice.choice((0, 1, 60, 61, 900, 1_800)),
        latent_seconds=dice.choice((0, 1, 3_600, 90_000)),
        open_minutes=dice.choice((0, 1, 30, 60, 1_500)),
    )
    return World(visits, encounters, cases, rule)


def crowded_world(seed: int) -> World:
    """Two halls where hundreds come and go, over midnight, and many of them infectious."""
    dice = random.Random(seed)
    names = [f"p{i}" for i in range(160)]
    visits: list[VisitRow] = []
    for name in names:
        for _ in range(dice.randrange(1, 4)):
            start = ORIGIN + dice.randrange(100_000)
            end = None if dice.random() < 0.2 else start + dice.randrange(60, 30_000)
            visits.append((name, f"hall {dice.randrange(2)}", start, end))
    encounters = [
        (*dice.sample(names, 2), start, start + dice.randrange(1, 4_000))
        for start in (ORIGIN + dice.randrange(100_000) for _ in range(60))
    ]
    cases: list[CaseRow] = [
        (name, ORIGIN + dice.randrange(60_000), None) for name in dice.sample(names, 70)
    ]
    rule = Rule(hops=3, min_seconds=dice.choice((600, 20_000, 60_000)), latent_seconds=600)
    return World(visits, encounters, cases, rule)
