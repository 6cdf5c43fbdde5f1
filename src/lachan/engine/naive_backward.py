"""The definition of backward tracing, written as the definition: slow, obvious, no arrays.

Forward tracing asks whom a case met while infectious; backward tracing asks where it was while it
was infected.  `backward` must give exactly these rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from lachan.engine.naive import (
    EncounterRow,
    Interval,
    Meeting,
    VisitRow,
    met_at_venues,
    met_closely,
    unite,
    united_encounters,
    united_visits,
)
from lachan.engine.rule import ceil_minute, floor_minute

DAY = 86_400
THOUSAND = 1_000


class Incubation(NamedTuple):
    """Shortest and longest time from infection to onset, seconds."""

    shortest: int
    longest: int


class Source(NamedTuple):
    """Somebody who was with distinct cases while these may have been infected."""

    person: str
    cases: int
    seconds: int
    first_at: int
    imputed: bool


class Gathering(NamedTuple):
    """A venue on a day at which several cases were while they may have been infected.

    `visits`: stays that touch the day; `excess`: cases over expected, permille.
    """

    venue: str
    day: int
    cases: tuple[str, ...]
    visits: int
    excess: int


def windows(onsets: Iterable[tuple[str, int]], incubation: Incubation) -> dict[str, list[Interval]]:
    """Case -> when it was infected: [onset - longest, onset - shortest), in whole minutes."""
    rows: dict[str, list[Interval]] = defaultdict(list)
    for person, onset in onsets:
        start = floor_minute(onset - incubation.longest)
        rows[person].append(Interval(start, ceil_minute(onset - incubation.shortest)))
    return {person: unite(own) for person, own in rows.items()}


def sources(
    visits: Sequence[VisitRow],
    encounters: Sequence[EncounterRow],
    infected: Mapping[str, list[Interval]],
    open_minutes: int,
) -> list[Source]:
    """Everybody who was with a case in its window: most distinct cases first, then seconds."""
    stays = united_visits(visits, open_minutes)
    pairs = united_encounters(encounters)
    of: dict[str, list[Meeting]] = defaultdict(list)
    for meeting in [*met_at_venues(stays, dict(infected)), *met_closely(pairs, dict(infected))]:
        of[meeting.person].append(meeting)
    found = [
        Source(
            person,
            len({meeting.source for meeting in own}),
            sum(meeting.end - meeting.start for meeting in own),
            min(meeting.start for meeting in own),
            any(meeting.imputed for meeting in own),
        )
        for person, own in of.items()
    ]
    return sorted(found, key=lambda row: (-row.cases, -row.seconds, row.person))


def gatherings(
    visits: Sequence[VisitRow],
    infected: Mapping[str, list[Interval]],
    open_minutes: int,
    midnight: int = 0,
) -> list[Gathering]:
    """Venue-days with two distinct cases or more: most cases over expected first.

    Expected are visits x prevalence; prevalence is the share of all visit-days that are visits of
    cases in their windows, among the days on which any such visit was made.  Days begin at
    `midnight` seconds after midnight UTC.
    """
    stays = united_visits(visits, open_minutes)
    there: dict[tuple[str, int], set[str]] = defaultdict(set)
    all_visits: dict[tuple[str, int], int] = defaultdict(int)
    by_cases = 0
    for (person, venue), own in stays.items():
        for stay in own:
            for day in days_of(stay, midnight):
                all_visits[venue, day] += 1
            touched = {
                day
                for window in infected.get(person, [])
                for day in days_of(clip(stay, window), midnight)
            }
            by_cases += len(touched)
            for day in touched:
                there[venue, day].add(person)
    dated = {day for _, day in there}
    everything = sum(count for (_, day), count in all_visits.items() if day in dated)
    found = [
        Gathering(
            venue,
            day,
            tuple(sorted(cases)),
            all_visits[venue, day],
            len(cases) * everything * THOUSAND // (all_visits[venue, day] * by_cases),
        )
        for (venue, day), cases in there.items()
        if len(cases) >= 2
    ]
    return sorted(found, key=lambda row: (-row.excess, -len(row.cases), row.venue, row.day))


def clip(stay: Interval, window: Interval) -> Interval:
    """The part of a stay inside a window; empty when it starts at or after its end."""
    return Interval(max(stay.start, window.start), min(stay.end, window.end))


def days_of(stay: Interval, midnight: int) -> range:
    """The days a stay touches."""
    if stay.start >= stay.end:
        return range(0)
    return range((stay.start - midnight) // DAY, (stay.end - 1 - midnight) // DAY + 1)
