"""Twenty stories: what the trace finds, whom it would isolate, and how narrow a zone can be.

`python -m bench.story --seeds 20` asks the same question of every story on the morning of day 8
(`storyworld.ASKED`) and writes the tables of `docs/platforms/exposure.md`.  The figures of the
score are those of `bench/profiles/story.json`, fitted to other seeds.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from bench.calibration import PAGE, PROFILE
from bench.inserting import insert, table
from bench.storyworld import Look, expose, look, one_hop, options_of
from lachan.config.commands.exposurefiles.profile import read_profile
from lachan.engine import scoring, zoning
from lachan.engine.dtypes import Ints
from lachan.engine.risk import MILLION
from lachan.engine.scoring_rule import Scoring

#: Risk, in millionths, from which somebody is isolated: one in a hundred.  A choice, not a fit.
ISOLATED_FROM = 10_000

#: Other thresholds shown beside it.
THRESHOLDS = (5_000, 10_000, 20_000, 40_000)

#: Share of the risk that a zone has to cover.
COVERED = Fraction(4, 5)

#: What no register could show; everything else somebody could have found.
UNSEEN = "unseen"


class Found(NamedTuple):
    """Whom one way of choosing people would isolate, and how many of the infected are in it."""

    people: int
    infected: int
    showable: int


class Zones(NamedTuple):
    """People inside the places that cover the same share of the risk."""

    narrow: int
    communes: int
    every_place: int


class Line(NamedTuple):
    """One story."""

    seed: int
    cases: int
    infected: int
    showable: int
    traced: Found
    one_hop: Found
    as_many: Found
    communes: Found
    zones: Zones
    by_threshold: tuple[Found, ...]


def line(seed: int, figures: Scoring, workers: int | None = None) -> Line:
    """Everything about one story."""
    seen = look(options_of(seed, workers))
    exposed = expose(seen, figures)
    risk = dict(zip(exposed.scores.person.tolist(), exposed.scores.risk.tolist(), strict=True))
    plain = one_hop(seen)
    ranked = sorted(risk, key=lambda person: (-risk[person], person))
    by_threshold = tuple(
        found({p for p, own in risk.items() if own >= least}, seen) for least in THRESHOLDS
    )
    return Line(
        seed=seed,
        cases=len(set(seen.cases.person.tolist())),
        infected=len(seen.hidden),
        showable=sum(how != UNSEEN for how in seen.hidden.values()),
        traced=by_threshold[THRESHOLDS.index(ISOLATED_FROM)],
        one_hop=found(plain, seen),
        as_many=found(set(ranked[: len(plain)]), seen),
        communes=found(residents(seen, communes_of(seen, seen.cases.person.tolist())), seen),
        zones=zones(seen, exposed),
        by_threshold=by_threshold,
    )


def found(people: set[int], seen: Look) -> Found:
    """How many of the hidden infections are among `people`."""
    hidden = [how for person, how in seen.hidden.items() if person in people]
    return Found(len(people), len(hidden), sum(how != UNSEEN for how in hidden))


def communes_of(seen: Look, people: Iterable[int]) -> set[str]:
    """Where people live."""
    return {seen.world.people[person].stay.commune for person in people}


def residents(seen: Look, communes: set[str]) -> set[int]:
    """Everybody of the story who lives in one of the communes."""
    return {p for p, own in enumerate(seen.world.people) if own.stay.commune in communes}


def zones(seen: Look, exposed: scoring.Exposed) -> Zones:
    """Narrow zones, the best whole communes, and all places where anybody was exposed.

    The risk is that of the people to be isolated.  A narrow zone is a venue where somebody was
    exposed or a home; inside are those who were recorded there or live there.
    """
    scores = exposed.scores
    at_risk = scores.risk >= ISOLATED_FROM
    risk = dict(zip(scores.person[at_risk].tolist(), scores.risk[at_risk].tolist(), strict=True))
    inside, exposures = defaultdict(set), defaultdict(set)
    rows = exposed.meetings
    for person, venue in zip(rows.person.tolist(), rows.venue.tolist(), strict=True):
        if venue >= 0 and person in risk:
            exposures[f"venue {venue}"].add(person)
    for person, venue in zip(seen.visits.person.tolist(), seen.visits.venue.tolist(), strict=True):
        if (name := f"venue {venue}") in exposures:
            inside[name].add(person)
    every_place = set().union(*inside.values()) if inside else set()
    for number, members in enumerate(seen.homes):
        inside[f"home {number}"] = set(members)
        exposures[f"home {number}"] = set(members) & risk.keys()
    whole = {commune: residents(seen, {commune}) for commune in communes_of(seen, risk)}
    return Zones(
        narrow=least_people(exposures, inside, risk),
        communes=least_people(whole, whole, risk),
        every_place=len(every_place),
    )


def least_people(
    exposures: dict[str, set[int]], inside: dict[str, set[int]], risk: dict[int, int]
) -> int:
    """Distinct people inside the plan of places that covers the share of the risk."""
    names = sorted(name for name, people in exposures.items() if people & risk.keys())
    number = {person: i for i, person in enumerate(sorted(risk))}
    links = [
        (number[person], place, risk[person])
        for place, name in enumerate(names)
        for person in sorted(exposures[name] & risk.keys())
    ]
    nowhere = set(number) - {person for name in names for person in exposures[name]}
    links += [(number[person], -1, risk[person]) for person in sorted(nowhere)]
    person, place, own = (np.array(column, np.int64) for column in zip(*links, strict=True))
    cost: Ints = np.array([len(inside[name]) for name in names], np.int64)
    world = zoning.index(person, place, own, cost, len(number))
    plan = zoning.plan(world, zoning.needed(world, COVERED))
    return len(set().union(*(inside[names[place]] for place in plan.place.tolist())))


def summed(lines: Sequence[Line]) -> Line:
    """All stories together; the seed says how many."""

    def together(parts: Sequence[Found]) -> Found:
        return Found(*map(sum, zip(*parts, strict=True)))

    return Line(
        seed=len(lines),
        cases=sum(one.cases for one in lines),
        infected=sum(one.infected for one in lines),
        showable=sum(one.showable for one in lines),
        traced=together([one.traced for one in lines]),
        one_hop=together([one.one_hop for one in lines]),
        as_many=together([one.as_many for one in lines]),
        communes=together([one.communes for one in lines]),
        zones=Zones(*map(sum, zip(*(one.zones for one in lines), strict=True))),
        by_threshold=tuple(
            together(own) for own in zip(*(one.by_threshold for one in lines), strict=True)
        ),
    )


def recall_table(lines: Sequence[Line]) -> str:
    """Per story and in sum: infected found (of which a register could show), people isolated."""
    rows = []
    for one in [*lines, summed(lines)]:
        name = one.seed if one in lines else f"all {one.seed}"
        cells = [f"{own.infected} ({own.showable}) of {own.people:,}" for own in ways(one)]
        rows.append((name, one.cases, f"{one.infected} ({one.showable})", *cells))
    shares = [
        f"{100 * own.infected / total.infected:.0f} % ({100 * own.showable / total.showable:.0f} %)"
        for total in [summed(lines)]
        for own in ways(total)
    ]
    rows.append(("recall", "", "", *shares))
    heading = (
        "story", "known cases", "hidden infections (showable)", "our trace, risk from 1 %",
        "our trace, as many people as one hop", "one hop, plain overlap", "communes of the cases",
    )  # fmt: skip
    return table(heading, rows)


def ways(one: Line) -> tuple[Found, ...]:
    """The ways of choosing people, in the order of the table."""
    return one.traced, one.as_many, one.one_hop, one.communes


def threshold_table(lines: Sequence[Line]) -> str:
    """What a lower or higher threshold would have done, all stories together."""
    total = summed(lines)
    rows = [
        (
            f"{100 * least / MILLION:g} %",
            f"{own.people:,}",
            own.infected,
            f"{100 * own.infected / total.infected:.0f} %",
            f"{own.people / max(1, own.infected):.0f}",
        )
        for least, own in zip(THRESHOLDS, total.by_threshold, strict=True)
    ]
    heading = ("risk from", "people isolated", "infected among them", "recall", "people for one")
    return table(heading, rows)


def zone_table(lines: Sequence[Line]) -> str:
    """People inside zones that cover the same share of the risk."""
    rows = []
    for one in [*lines, summed(lines)]:
        own = one.zones
        rows.append(
            (
                one.seed if one in lines else f"all {one.seed}",
                f"{own.narrow:,}",
                f"{own.communes:,}",
                f"{own.every_place:,}",
                f"{100 * own.narrow / own.communes:.0f} %",
                f"{100 * own.narrow / own.every_place:.0f} %",
            )
        )
    heading = (
        "story", "narrow zones", "whole communes", "all places of exposure",
        "narrow / communes", "narrow / all places",
    )  # fmt: skip
    return table(heading, rows)


def main(argv: Sequence[str]) -> int:
    """Ask every story and write the tables."""
    options = argparse.ArgumentParser(prog="python -m bench.story")
    options.add_argument("--seeds", type=int, default=20, help="stories 1 to this (default 20)")
    options.add_argument("--print", action="store_true", help="do not write the page")
    arguments = options.parse_args(argv)
    figures = read_profile(str(PROFILE)).scoring
    lines = []
    for seed in range(1, arguments.seeds + 1):
        lines.append(line(seed, figures))
        sys.stderr.write(f"{lines[-1]}\n")
    tables = {
        "recall": recall_table(lines),
        "thresholds": threshold_table(lines),
        "zones": zone_table(lines),
    }
    for name, text in tables.items():
        if not arguments.print:
            insert(PAGE, name, text)
        sys.stdout.write(text + "\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
