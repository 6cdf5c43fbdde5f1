"""explain: the reasons for asked-for people, from the definition itself.

Only what concerns them is taken out of the index: their own evidence, and that of the people
of the hop before whom they may have met.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import NamedTuple
from uuid import UUID

import numpy as np

from lachan.engine import naive
from lachan.engine.dtypes import Ints
from lachan.engine.naive import NEVER, Interval
from lachan.engine.reaching import Reach
from lachan.engine.rule import ceil_minute
from lachan.engine.view import Counts, View

Stays = dict[int, dict[int, list[Interval]]]  # person -> venue -> stays
Windows = dict[int, list[Interval]]  # source -> infectious intervals


class MetAt(NamedTuple):
    """One meeting with a source; `venue` is None for an encounter; seconds since 1970."""

    source: UUID
    venue: UUID | None
    start: int
    end: int
    imputed: bool


class Explanation(NamedTuple):
    """Why a person is reached.  `path` runs from a case to the person itself.

    `venues` and `sources` are distinct ones, ascending as text; `meetings` in order of time.
    """

    person: UUID
    hop: int
    via: UUID
    first_at: int
    seconds: int
    venues: tuple[UUID, ...]
    sources: tuple[UUID, ...]
    imputed: bool
    path: tuple[UUID, ...]
    meetings: tuple[MetAt, ...]


def explain(
    view: View, reach: Reach, people: Iterable[UUID], counts: Counts | None = None
) -> list[Explanation]:
    """The reasons for those of `people` who are reached, in the order asked."""
    asked = list(people)
    hops = {row.person: row.hop for row in reach.people}
    done: dict[UUID, Explanation] = {}
    wanted = {person for person in asked if person in hops}
    for hop in range(reach.rule.hops, 0, -1):
        now = sorted(person for person in wanted if hops[person] == hop)
        for reason in explain_hop(view, reach, hop, now, counts):
            done[reason.person] = reason
            if hop > 1:
                wanted.add(reason.via)
    return [done[person]._replace(path=path_to(person, done)) for person in asked if person in done]


def path_to(person: UUID, done: dict[UUID, Explanation]) -> tuple[UUID, ...]:
    """The chain of `via` from a case to `person`."""
    path = [person]
    while path[-1] in done:
        path.append(done[path[-1]].via)
    return tuple(reversed(path))


def explain_hop(
    view: View, reach: Reach, hop: int, people: Sequence[UUID], counts: Counts | None
) -> Iterator[Explanation]:
    """The reasons for people reached at `hop`, without their paths.

    Somebody whose evidence was taken back since has none and is left out.
    """
    windows = windows_of(view, reach, hop - 1)
    asked = view.people.numbers(people)
    venues = venues_of(view, asked, counts)
    sources = sources_met(view, venues, np.array(sorted(windows), np.int64))
    stays = stays_of(view, np.union1d(asked, sources), set(venues.tolist()))
    encounters = encounters_of(view, asked, set(windows))
    for person in asked.tolist():
        met = [
            *met_at_venues(person, stays, windows),
            *met_closely(encounters[person], windows),
        ]
        if met:
            yield explanation(view, view.people.uuid(person), hop, met)


class Met(NamedTuple):
    """`MetAt` by dense numbers."""

    source: int
    venue: int | None
    start: int
    end: int
    imputed: bool


def windows_of(view: View, reach: Reach, hop: int) -> Windows:
    """When the people of `hop` were infectious; hop 0 are the cases."""
    rows: list[tuple[UUID, Interval]]
    if hop == 0:
        rows = [
            (UUID(name), window)
            for name, own in naive.united_windows(
                [(str(case.person), case.start, case.end) for case in reach.cases]
            ).items()
            for window in own
        ]
    else:
        rows = [
            (row.person, Interval(ceil_minute(row.first_at + reach.rule.latent_seconds), NEVER))
            for row in reach.people
            if row.hop == hop
        ]
    windows: Windows = defaultdict(list)
    for person, window in rows:
        number = view.people.number(person)
        if number is not None:
            windows[number].append(window)
    return dict(windows)


def venues_of(view: View, people: Ints, counts: Counts | None) -> Ints:
    """The venues that count among those where one of `people` ever was."""
    own = [day.stays_of(people).venue for day in view.days.values()]
    return view.counting(np.concatenate([np.empty(0, np.int64), *own]), counts)


def sources_met(view: View, venues: Ints, sources: Ints) -> Ints:
    """Those of `sources` who ever were at one of `venues`."""
    met = [np.empty(0, np.int64)]
    for day in view.days.values():
        own = day.stays_of(sources)
        met.append(own.person[np.isin(own.venue, venues)])
    return np.unique(np.concatenate(met))


def stays_of(view: View, people: Ints, venues: set[int]) -> Stays:
    """Stays of `people` at `venues` in all days, united over midnight."""
    rows: list[tuple[tuple[int, int], Interval]] = []
    for day in view.days.values():
        own = day.stays_of(people)
        for person, venue, start, end, imputed in zip(*(c.tolist() for c in own), strict=True):
            if venue in venues:
                rows.append(((person, venue), Interval(start, end, bool(imputed))))
    stays: Stays = defaultdict(dict)
    for (person, venue), united in naive.unite_each(rows).items():
        stays[person][venue] = united
    return stays


def encounters_of(
    view: View, asked: Ints, sources: set[int]
) -> dict[int, dict[int, list[Interval]]]:
    """person -> source -> encounters, for `asked` people."""
    rows: list[tuple[tuple[int, int], Interval]] = []
    for day in view.days.values():
        own = day.encounters_of(asked)
        for person, other, start, end in zip(*(column.tolist() for column in own), strict=True):
            if other in sources:
                rows.append(((person, other), Interval(start, end)))
    encounters: dict[int, dict[int, list[Interval]]] = defaultdict(dict)
    for (person, other), united in naive.unite_each(rows).items():
        encounters[person][other] = united
    return encounters


def met_at_venues(person: int, stays: Stays, windows: Windows) -> Iterator[Met]:
    """Meetings of `person` with every source that was at one of its venues."""
    for source, intervals in windows.items():
        if source == person or source not in stays:
            continue
        for venue in stays.get(person, {}).keys() & stays[source].keys():
            for window, theirs, mine in product(
                intervals, stays[source][venue], stays[person][venue]
            ):
                start = max(mine.start, theirs.start, window.start)
                end = min(mine.end, theirs.end, window.end)
                if start < end:
                    yield Met(source, venue, start, end, mine.imputed or theirs.imputed)


def met_closely(encounters: dict[int, list[Interval]], windows: Windows) -> Iterator[Met]:
    """Encounters of one person, clipped to the sources' infectious intervals."""
    for source, own in encounters.items():
        for window, encounter in product(windows[source], own):
            start, end = max(encounter.start, window.start), min(encounter.end, window.end)
            if start < end:
                yield Met(source, None, start, end, False)


def explanation(view: View, person: UUID, hop: int, met: Sequence[Met]) -> Explanation:
    """What the meetings of one person amount to."""
    meetings = sorted(
        (
            MetAt(
                view.people.uuid(one.source),
                None if one.venue is None else view.venues.uuid(one.venue),
                one.start,
                one.end,
                one.imputed,
            )
            for one in met
        ),
        key=lambda one: (one.start, one.end, one.source, str(one.venue)),
    )
    seconds: dict[UUID, int] = defaultdict(int)
    for one in meetings:
        seconds[one.source] += one.end - one.start
    return Explanation(
        person=person,
        hop=hop,
        via=min(seconds, key=lambda source: (-seconds[source], source)),
        first_at=meetings[0].start,
        seconds=sum(seconds.values()),
        venues=tuple(sorted({one.venue for one in meetings if one.venue is not None})),
        sources=tuple(sorted(seconds)),
        imputed=any(one.imputed for one in meetings),
        path=(),
        meetings=tuple(meetings),
    )
