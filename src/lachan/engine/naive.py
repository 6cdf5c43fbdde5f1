"""The definition of a contact, written as the definition: slow, obvious, no arrays.

Every fast path of the engine must give exactly these rows.  Times are whole seconds, intervals
are half-open, people and venues are texts.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise, permutations, product
from typing import NamedTuple, TypeVar

from lachan.engine.rule import MINUTE, Rule, ceil_minute, floor_minute

#: Later than every time a file can hold: the end of an interval without end.
NEVER = 2**62

Key = TypeVar("Key", bound=Hashable)

VisitRow = tuple[str, str, int, int | None]  # person, venue, start, end
EncounterRow = tuple[str, str, int, int]  # a, b, start, end
CaseRow = tuple[str, int, int | None]  # person, infectious from, infectious to


class Interval(NamedTuple):
    """A stretch of time; `imputed` when an end that nobody recorded went into it."""

    start: int
    end: int
    imputed: bool = False


class Meeting(NamedTuple):
    """`person` was with the infectious `source`; `venue` is None for an encounter."""

    person: str
    source: str
    venue: str | None
    start: int
    end: int
    imputed: bool


class Contact(NamedTuple):
    """One row of the answer; `venues` and `sources` count distinct ones."""

    person: str
    hop: int
    via: str
    first_at: int
    seconds: int
    venues: int
    sources: int
    imputed: bool


def trace(
    visits: Sequence[VisitRow],
    encounters: Sequence[EncounterRow],
    cases: Sequence[CaseRow],
    rule: Rule,
) -> list[Contact]:
    """Everyone reached from `cases`, sorted by hop, seconds (most first), person."""
    stays = united_visits(visits, rule.open_minutes)
    pairs = united_encounters(encounters)
    infectious = united_windows(cases)
    known = {person for person, _, _ in cases}
    contacts: list[Contact] = []
    for hop in range(1, rule.hops + 1):
        meetings = [
            meeting
            for meeting in [*met_at_venues(stays, infectious), *met_closely(pairs, infectious)]
            if meeting.person not in known
        ]
        found = reached(meetings, hop, rule.min_seconds)
        contacts += found
        known |= {contact.person for contact in found}
        infectious = {
            contact.person: [Interval(ceil_minute(contact.first_at + rule.latent_seconds), NEVER)]
            for contact in found
        }
    return sorted(contacts, key=lambda c: (c.hop, -c.seconds, c.person))


def unite(intervals: Iterable[Interval]) -> list[Interval]:
    """Overlapping or touching intervals become one; empty ones vanish."""
    united: list[Interval] = []
    for interval in sorted(i for i in intervals if i.start < i.end):
        if united and interval.start <= united[-1].end:
            last = united.pop()
            interval = Interval(
                last.start, max(last.end, interval.end), last.imputed or interval.imputed
            )
        united.append(interval)
    return united


def unite_each(rows: Iterable[tuple[Key, Interval]]) -> dict[Key, list[Interval]]:
    """`unite` within every key."""
    groups: dict[Key, list[Interval]] = defaultdict(list)
    for key, interval in rows:
        groups[key].append(interval)
    return {key: unite(group) for key, group in groups.items()}


def united_visits(
    visits: Sequence[VisitRow], open_minutes: int
) -> dict[tuple[str, str], list[Interval]]:
    """(person, venue) -> stays in whole minutes, with the ends nobody recorded filled in."""
    starts: dict[str, set[int]] = defaultdict(set)
    for person, _, start, _ in visits:
        starts[person].add(floor_minute(start))
    later = {
        (person, start): following
        for person, own in starts.items()
        for start, following in pairwise([*sorted(own), NEVER])
    }

    def stay(person: str, start: int, end: int | None) -> Interval:
        if end is not None:
            return Interval(start, floor_minute(end))
        return Interval(start, min(start + open_minutes * MINUTE, later[person, start]), True)

    return unite_each(
        ((person, venue), stay(person, floor_minute(start), end))
        for person, venue, start, end in visits
    )


def united_encounters(
    encounters: Sequence[EncounterRow],
) -> dict[tuple[str, str], list[Interval]]:
    """(smaller, larger person) -> encounters; both phones' records count once."""
    return unite_each(
        ((min(a, b), max(a, b)), Interval(start, end)) for a, b, start, end in encounters
    )


def united_windows(cases: Sequence[CaseRow]) -> dict[str, list[Interval]]:
    """Case -> infectious intervals in whole minutes."""
    return unite_each(
        (person, Interval(floor_minute(start), NEVER if end is None else ceil_minute(end)))
        for person, start, end in cases
    )


def met_at_venues(
    stays: dict[tuple[str, str], list[Interval]], infectious: dict[str, list[Interval]]
) -> Iterable[Meeting]:
    """Overlaps of two stays at one venue, clipped to the source's infectious intervals."""
    visitors: dict[str, list[str]] = defaultdict(list)
    for person, venue in stays:
        visitors[venue].append(person)
    for venue, people in visitors.items():
        for source, person in permutations(people, 2):
            for window, theirs, mine in product(
                infectious.get(source, []), stays[source, venue], stays[person, venue]
            ):
                start = max(mine.start, theirs.start, window.start)
                end = min(mine.end, theirs.end, window.end)
                guess = mine.imputed or theirs.imputed
                if start < end:
                    yield Meeting(person, source, venue, start, end, guess)


def met_closely(
    pairs: dict[tuple[str, str], list[Interval]], infectious: dict[str, list[Interval]]
) -> Iterable[Meeting]:
    """Encounters, clipped to the infectious intervals of whichever of the two is a source."""
    for (a, b), encounters in pairs.items():
        for source, person in ((a, b), (b, a)):
            for window in infectious.get(source, []):
                for encounter in encounters:
                    start = max(encounter.start, window.start)
                    end = min(encounter.end, window.end)
                    if start < end:
                        yield Meeting(person, source, None, start, end, False)


def reached(meetings: Iterable[Meeting], hop: int, min_seconds: int) -> list[Contact]:
    """One contact for every person whose meetings add up to `min_seconds`."""
    of: dict[str, list[Meeting]] = defaultdict(list)
    for meeting in meetings:
        of[meeting.person].append(meeting)
    contacts = [contact(person, hop, own) for person, own in of.items()]
    return [found for found in contacts if found.seconds >= min_seconds]


def contact(person: str, hop: int, meetings: Sequence[Meeting]) -> Contact:
    """What the meetings of one person with the sources of one hop amount to."""
    by_source: dict[str, int] = defaultdict(int)
    for meeting in meetings:
        by_source[meeting.source] += meeting.end - meeting.start
    return Contact(
        person=person,
        hop=hop,
        via=min(by_source, key=lambda source: (-by_source[source], source)),
        first_at=min(meeting.start for meeting in meetings),
        seconds=sum(by_source.values()),
        venues=len({meeting.venue for meeting in meetings} - {None}),
        sources=len(by_source),
        imputed=any(meeting.imputed for meeting in meetings),
    )
