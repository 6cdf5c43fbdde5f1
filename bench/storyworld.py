"""One story as an officer sees it at a clock, and beside it what truly happened.

The officer has the scans, lists, encounters, households and rented rooms of the registers, and
the cases whose results are released.  The truth is read only to judge the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lachan.config.story.generate import generate
from lachan.config.story.options import PRESETS, Options, sized
from lachan.config.story.spread import COURSES
from lachan.config.story.world import World
from lachan.engine import gathering_pairs, scoring, tracing
from lachan.engine.dtypes import NEVER, OPEN, Cases, Encounters, Ints, Sources, Visits
from lachan.engine.pair_arrays import Isolations, Near, PairEvidence, PairWorld, Residences
from lachan.engine.pair_rule import Home, Minimum, PairRule
from lachan.engine.rule import Rule
from lachan.engine.scoring_rule import Scoring

DAY, HOUR, MINUTE = 86_400, 3_600, 60

#: The stand of the story whose truth is not cut off: with COVID-19 the story's limit of 90
#: infections is reached within a week, after which nobody is infected, whatever the exposure.
STAND = "vn-2026"

#: When the officer asks: day 8 at 08:00, two days after the planted case's result.
ASKED = (8, 8)

#: Least exposure that reaches a person.
ENOUGH = 15 * MINUTE

#: How long a visit without an exit lasts: as `lachan trace` assumes, and between which bounds.
OPEN_MINUTES, OPEN_LEAST, OPEN_MOST = 60, 1, 480

#: Kinds of places at which being together only relates people (0), or counts in part; assumed.
WEIGHTS = {
    "campus": 0, "gate": 0, "building": 0, "workshop": 0, "school": 0, "hospital": 0,
    "market": 0, "dormitory": 0, "ward": 200,
}  # fmt: skip

#: Nights at home, and in a rented room; the story infects at home between 20:00 and 04:00.
NIGHT = Home(weight=1_000, from_minute=20 * 60, minutes=8 * 60)

#: A contact below this risk, in millionths, is not followed further.
FOLLOWED_FROM = 2_000

#: How far the trace goes.
HOPS = 2


@dataclass
class Look:
    """What is known at the clock, as arrays of the engine, and the truth beside it.

    People and places have the story's own numbers; `homes` are households and rented rooms.
    `hidden` is everybody truly infected by somebody of the story whose result is not out, with
    how a register could show it.
    """

    world: World
    clock: int
    visits: Visits
    encounters: Encounters
    homes: list[Sequence[int]]
    cases: Cases
    onset: Ints
    pairs: PairWorld
    hidden: dict[int, str]

    @property
    def people(self) -> int:
        """Everybody in the story."""
        return len(self.world.people)

    @property
    def latent(self) -> int:
        """Seconds from infection to being infectious: a fact of the disease's profile."""
        return COURSES[self.world.options.stand].latent

    @property
    def sources(self) -> Sources:
        """The known cases while they were infectious."""
        return tracing.sources_of_cases(Cases(*(column.copy() for column in self.cases)))


def options_of(seed: int, workers: int | None = None) -> Options:
    """A story of the ordinary size, or a smaller one."""
    options = PRESETS["mac-dinh"]
    if workers is not None:
        options = sized(options, workers)
    return replace(options, seed=seed, stand=STAND)


def look(options: Options, asked: tuple[int, int] = ASKED) -> Look:
    """The story of these options at the clock."""
    world = generate(options)
    clock = world.at(*asked)
    visits = _visits(world, clock)
    encounters = Encounters(
        *_columns(
            [(e.a, e.b, e.start, min(e.end, clock)) for e in world.encounters if e.start < clock]
        )
    )
    homes: list[Sequence[int]] = [house.members for house in world.households if house.members]
    homes += [world.people_in[room] for room in sorted(world.people_in)]
    known = [case for case in world.cases if case.positive_at <= clock]
    onset = np.full(len(world.people), NEVER)
    onset[[case.person for case in known]] = [case.onset for case in known]
    found = {case.person for case in known}
    return Look(
        world=world,
        clock=clock,
        visits=visits,
        encounters=encounters,
        homes=homes,
        cases=Cases(
            *_columns([(c.person, c.infectious_from, c.infectious_to or NEVER) for c in known], 3)
        ),
        onset=onset,
        pairs=_indexed(world, clock, visits, encounters, homes),
        hidden={
            row.person: row.how
            for row in world.transmissions
            if row.start <= clock and row.person not in found
        },
    )


def expose(seen: Look, profile: Scoring, hops: int = HOPS) -> scoring.Exposed:
    """Everybody the trace reaches, with scores."""
    cuts = gathering_pairs.isolation_cuts(_nobody_isolated(), seen.people)
    return scoring.expose(
        scoring.meet_in(seen.pairs, seen.cases.person, cuts),
        seen.sources,
        onset=seen.onset,
        doses=np.full(seen.people, scoring.UNKNOWN_DOSES),
        hops=hops,
        min_seconds=ENOUGH,
        latent_seconds=seen.latent,
        scoring=profile,
        source_from=FOLLOWED_FROM,
    )


def one_hop(seen: Look) -> set[int]:
    """The plain rule: fifteen minutes at one place or near a phone of a known case."""
    reached = tracing.trace(
        Visits(*(column.copy() for column in seen.visits)),
        seen.encounters,
        Cases(*(column.copy() for column in seen.cases)),
        Rule(hops=1, min_seconds=ENOUGH, open_minutes=OPEN_MINUTES),
        seen.people,
        len(seen.world.places),
    )
    return set(reached.person.tolist())


def _visits(world: World, clock: int) -> Visits:
    """Scans and the lists that arrived by file, as far as they were made by then."""
    rows = [
        (s.person, s.spot, s.entered, OPEN if s.left is None or s.left > clock else s.left)
        for s in world.scans
        if s.entered < clock
    ]
    rows += [(r.person, r.place, r.start, min(r.end, clock)) for r in world.rosters]
    rows = [row for row in rows if row[3] == OPEN or row[2] < row[3]]
    return Visits(*_columns(rows))


def _indexed(
    world: World,
    clock: int,
    visits: Visits,
    encounters: Encounters,
    homes: list[Sequence[int]],
) -> PairWorld:
    parents = [-1 if place.parent is None else place.parent for place in world.places]
    weights = [WEIGHTS.get(place.kind, 1_000) for place in world.places]
    living = [
        (number, person, world.start - 365 * DAY, NEVER)
        for number, members in enumerate(homes)
        for person in members
    ]
    evidence = PairEvidence(
        visits=Visits(*(column.copy() for column in visits)),
        near=Near(encounters, np.full(len(encounters.a), 1_000)),
        residences=Residences(*_columns(living)),
        parent=np.array(parents),
        weight=np.array(weights),
        people=len(world.people),
        venues=len(world.places),
        as_of=clock,
    )
    rule = PairRule(
        hops=HOPS,
        minima=(Minimum(total=ENOUGH),),
        open_minutes=OPEN_MINUTES,
        open_least_minutes=OPEN_LEAST,
        open_most_minutes=OPEN_MOST,
        home=NIGHT,
    )
    return gathering_pairs.index(evidence, rule)


def _nobody_isolated() -> Isolations:
    nothing = np.empty(0, np.int64)
    return Isolations(nothing, nothing, nothing)


def _columns(rows: Sequence[tuple[int, ...]], width: int = 4) -> list[Ints]:
    return list(np.array(rows, np.int64).reshape(-1, width).T.copy())
