"""From rows with names to the engine's arrays and back."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lachan.config.commands.exposurefiles.profile import Profile
from lachan.config.commands.exposurefiles.reading import Known
from lachan.config.commands.tracefiles.times import FIRST_SECOND
from lachan.engine import gathering_pairs, scoring, tracing
from lachan.engine.dtypes import NEVER, OPEN, Cases, Encounters, Ints, Visits
from lachan.engine.exposure_reasons import ExposureReason, reasons
from lachan.engine.pair_arrays import Isolations, Near, PairEvidence, Residences
from lachan.engine.pair_rule import Home, Minimum, PairRule

#: What a household is called among places, so that it meets no venue of the same name.
HOME = "home:"


@dataclass(frozen=True)
class Asked:
    """The options of one run, in whole numbers; times in seconds, `source_from` in millionths."""

    hops: int
    min_seconds: int
    latent_seconds: int
    open_minutes: int
    open_least_minutes: int
    open_most_minutes: int
    source_from: int
    as_of: int | None


class Risk(NamedTuple):
    """One row of the table of people; risks in millionths, `place` "" where there is none."""

    person: str
    risk: int
    least: int
    most: int
    hop: int
    meetings: int
    sources: int
    reason: ExposureReason
    place: str


class Answer(NamedTuple):
    """Everybody exposed, highest risk first, and where each can be found again."""

    risks: list[Risk]
    places: list[tuple[str, str, int]]


def answer(known: Known, profile: Profile, asked: Asked) -> Answer:
    """The scores of everybody the cases may have infected.  ValueError: places lie in a circle."""
    people = sorted(
        {row[0] for row in known.visits}
        | {name for row in known.encounters for name in row[:2]}
        | {row[0] for row in known.cases}
        | {person for _, person in known.households}
    )
    venues = sorted(
        {row[1] for row in known.visits}
        | set(known.places)
        | {around for _, around in known.places.values() if around is not None}
    )
    person = {name: number for number, name in enumerate(people)}
    world = gathering_pairs.index(
        evidence_of(known, profile, asked, person, {v: i for i, v in enumerate(venues)}),
        rule_of(profile, asked),
    )
    cases = tracing.sources_of_cases(cases_of(known, person))
    doses = np.full(len(people), scoring.UNKNOWN_DOSES)
    for name, number in known.doses.items():
        if name in person:
            doses[person[name]] = number
    cuts = gathering_pairs.isolation_cuts(Isolations(*nothing(3)), len(people))
    exposed = scoring.expose(
        scoring.meet_in(world, np.array([person[row[0]] for row in known.cases]), cuts),
        cases,
        onset=onsets_of(known, person, profile.scoring.onset_after),
        doses=doses,
        hops=asked.hops,
        min_seconds=asked.min_seconds,
        latent_seconds=asked.latent_seconds,
        scoring=profile.scoring,
        source_from=asked.source_from,
    )
    risks = named(exposed, people, venues)
    return Answer(risks, list(places_of(exposed, risks, people, venues, known)))


def rule_of(profile: Profile, asked: Asked) -> PairRule:
    """What the pair path is asked for."""
    return PairRule(
        hops=asked.hops,
        minima=(Minimum(total=asked.min_seconds),),
        latent_seconds=asked.latent_seconds,
        open_minutes=asked.open_minutes,
        open_least_minutes=asked.open_least_minutes,
        open_most_minutes=asked.open_most_minutes,
        weights=tuple(sorted(profile.places.items())),
        other_weight=profile.other_place,
        home=Home(profile.home_permille, profile.home_from_minute, profile.home_minutes),
    )


def evidence_of(
    known: Known, profile: Profile, asked: Asked, person: dict[str, int], venue: dict[str, int]
) -> PairEvidence:
    """The rows as arrays."""
    parent = np.full(len(venue), -1)
    weight = np.full(len(venue), profile.other_place)
    for name, (kind, around) in known.places.items():
        parent[venue[name]] = -1 if around is None else venue[around]
        weight[venue[name]] = profile.places.get(kind, profile.other_place)
    near = [(person[a], person[b], *rest) for a, b, *rest in known.encounters]
    house = {name: number for number, name in enumerate(sorted({h for h, _ in known.households}))}
    living = {(house[home], person[name]) for home, name in known.households}
    return PairEvidence(
        visits=Visits(
            *columns(
                (
                    (person[who], venue[where], start, OPEN if end is None else end)
                    for who, where, start, end in known.visits
                ),
                4,
            )
        ),
        near=Near(
            Encounters(*columns((row[:4] for row in near), 4)),
            *columns((row[4:] for row in near), 1),
        ),
        residences=Residences(*columns(((*row, FIRST_SECOND, NEVER) for row in sorted(living)), 4)),
        parent=parent,
        weight=weight,
        people=len(person),
        venues=len(venue),
        as_of=last_moment(known) if asked.as_of is None else asked.as_of,
    )


def last_moment(known: Known) -> int:
    """The last moment that any evidence speaks of."""
    moments = [start if end is None else end for _, _, start, end in known.visits]
    moments += [row[3] for row in known.encounters]
    return max(moments, default=0)


def cases_of(known: Known, person: dict[str, int]) -> Cases:
    """The windows of the cases."""
    rows = (
        (person[name], start, NEVER if end is None else end) for name, start, end in known.cases
    )
    return Cases(*columns(rows, 3))


def onsets_of(known: Known, person: dict[str, int], onset_after: int) -> Ints:
    """Onset of each case: as recorded, else a fixed time after its first window begins."""
    onset = np.full(len(person), NEVER)
    for name, start, _ in known.cases:
        onset[person[name]] = min(onset[person[name]], start + onset_after)
    for name, moment in known.onsets.items():
        onset[person[name]] = moment
    return onset


def named(exposed: scoring.Exposed, people: list[str], venues: list[str]) -> list[Risk]:
    """The people with their names, highest risk first."""
    scores = exposed.scores
    names = [people[number] for number in scores.person.tolist()]
    risks = [
        Risk(who, risk, least, most, hop, meetings, sources, why, place_of(why, venues))
        for who, risk, least, most, hop, meetings, sources, why in zip(
            names,
            scores.risk.tolist(),
            scores.least.tolist(),
            scores.most.tolist(),
            exposed.hop[scores.person].tolist(),
            scores.meetings.tolist(),
            scores.sources.tolist(),
            reasons(exposed),
            strict=True,
        )
    ]
    return sorted(risks, key=lambda row: (-row.risk, row.person))


def place_of(reason: ExposureReason, venues: list[str]) -> str:
    """The place of a reason, if it is at one."""
    return venues[reason.venue] if reason.venue >= 0 else ""


def places_of(
    exposed: scoring.Exposed,
    risks: list[Risk],
    people: list[str],
    venues: list[str],
    known: Known,
) -> Iterator[tuple[str, str, int]]:
    """Person, place, risk: every venue at which she was exposed, and her home."""
    where: dict[str, set[str]] = defaultdict(set)
    rows = exposed.meetings
    for who, venue in zip(rows.person.tolist(), rows.venue.tolist(), strict=True):
        if venue >= 0:
            where[people[who]].add(venues[venue])
    for home, person in known.households:
        where[person].add(HOME + home)
    for risk in risks:
        for place in sorted(where[risk.person]):
            yield risk.person, place, risk.risk


def columns(rows: Iterable[tuple[int, ...]], width: int) -> list[Ints]:
    """The columns of rows of whole numbers."""
    return list(np.array(list(rows), np.int64).reshape(-1, width).T.copy())


def nothing(width: int) -> list[Ints]:
    """Columns without rows."""
    return columns((), width)
