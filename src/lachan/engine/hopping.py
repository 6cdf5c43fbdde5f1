"""One hop after another over the days of an index, by dense numbers.

A few sources are followed from where they were to who was there (sparse).  So many that most
venues have one are met by reading whole days in the order they lie in (dense).  Both add up the
same words, so the answer depends neither on the way nor on the number of threads.
"""

from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import NamedTuple

import numpy as np

from lachan.engine import tracing
from lachan.engine.days import DAY
from lachan.engine.dtypes import NEVER, Ints, Minutes, Sources
from lachan.engine.kernels import exposing, gathering, layering, sweeping, uniting
from lachan.engine.kernels.sweeping import NOT_INFECTIOUS
from lachan.engine.paging import is_resident, scattered
from lachan.engine.records import Halves, Meets, Words
from lachan.engine.rule import MINUTE, Rule
from lachan.engine.view import DayView
from lachan.engine.workspace import Lane, Workspace

#: One source in so many people, or more, is a crowd.
CROWD_SHARE = 20

#: The dense way is taken when this share of all visits lies at a venue and day with a source: a
#: visit found by following sources costs about twice one that is read in order (measured).
DENSE_SHARE = 0.5

#: Visits to look at from which a second thread is worth waking.
MANY_VISITS = 200_000

#: Parts of the sources of a day that are looked for at the same time when they lie on disk.
FETCH_PARTS = 4

#: Which of some venue numbers count, ascending.
Keep = Callable[[Ints], Ints]


class Way(Enum):
    """How a hop is computed.  Only tests and benches choose."""

    EITHER = auto()
    SPARSE = auto()
    DENSE = auto()


class Found(NamedTuple):
    """Who was reached at one hop, in no order; words as `kernels.gathering` packs them."""

    person: Halves
    word: Words
    origin: int
    looked_at: int

    @property
    def first(self) -> Ints:
        """First meeting of each, in seconds since 1970."""
        before = (self.word >> np.uint64(gathering.TOTAL_BITS)).astype(np.int64)
        return self.origin + gathering.SPAN_LIMIT - before

    @property
    def seconds(self) -> Ints:
        """Seconds of exposure of each."""
        return (self.word & np.uint64(gathering.TOTAL_LIMIT)).astype(np.int64)


NOBODY = Found(np.empty(0, np.uint32), np.empty(0, np.uint64), 0, 0)


def hops(
    days: Sequence[DayView],
    sources: Sources,
    closed: Ints,
    rule: Rule,
    workspace: Workspace,
    keep: Keep | None = None,
    way: Way = Way.EITHER,
) -> list[Found]:
    """Who is reached from `sources` within `rule.hops`, a list for each hop that reached anybody.

    `closed` are people who are never reached: the cases.  `days` are in order.  Raises ValueError
    when they span more than a word can hold.
    """
    if days and days[-1].begin + DAY - days[0].begin > gathering.SPAN_LIMIT:
        raise ValueError("a question may span 776 days")
    asked = Question(days, rule, workspace, keep, way)
    found: list[Found] = []
    shut = [closed.astype(np.uint32)]
    for _ in range(rule.hops):
        if not days or len(sources.person) == 0 or (found and len(found[-1].person) == 0):
            break
        if found and is_crowd(found[-1], asked):
            found.append(dense_hop(asked, infected(found[-1], rule.latent_seconds), shut))
        else:
            if found:
                sources = onward(found[-1], rule.latent_seconds)
            found.append(one_hop(asked, sources, shut))
        shut.append(found[-1].person)
    return [each for each in found if len(each.person)]


class Question(NamedTuple):
    """What stays the same from hop to hop."""

    days: Sequence[DayView]
    rule: Rule
    workspace: Workspace
    keep: Keep | None
    way: Way

    @property
    def least(self) -> int:
        """Seconds from which somebody is reached: one meeting is always needed."""
        return max(self.rule.min_seconds, 1)

    def touched(self, begin: int, end: int) -> list[DayView]:
        """The days that [begin, end) touches."""
        return [day for day in self.days if begin < day.begin + DAY and day.begin < end]


class Infected(NamedTuple):
    """Sources without end: minutes from `origin` (seconds since 1970); in no order."""

    person: Halves
    minute: Minutes
    origin: int


def onward(found: Found, latent_seconds: int) -> Sources:
    """The people of one hop as sources of the next, ascending."""
    order = np.argsort(found.person)
    person = found.person[order].astype(np.int64)
    return tracing.sources_of_reached(person, found.first[order], latent_seconds)


def infected(found: Found, latent_seconds: int) -> Infected:
    """The people of one hop as sources of the next."""
    minute = np.empty(len(found.word), np.int32)
    gathering.minutes_after(found.word, latent_seconds, minute)
    return Infected(found.person, minute, found.origin)


def without_order(sources: Sources) -> Infected:
    """Sources that never end."""
    origin = int(sources.start.min())
    minute = np.minimum((sources.start - origin) // MINUTE, NOT_INFECTIOUS).astype(np.int32)
    return Infected(sources.person.astype(np.uint32), minute, origin)


def is_crowd(found: Found, asked: Question) -> bool:
    """Whether so many sources follow that nobody needs to ask where each of them was."""
    crowd = len(found.person) * CROWD_SHARE > asked.workspace.people or asked.way is Way.DENSE
    return crowd and asked.way is not Way.SPARSE and asked.keep is None


def one_hop(asked: Question, sources: Sources, shut: Sequence[Halves]) -> Found:
    """Everybody not in `shut` who met `sources` for long enough."""
    days = asked.touched(int(sources.start.min()), int(sources.end.max()))
    may_sweep = asked.keep is None and asked.way is not Way.SPARSE and not has_ends(sources)
    if may_sweep and asked.way is Way.DENSE:
        return dense_hop(asked, without_order(sources), shut)
    size = len(sources.person)
    if is_cold(days, sources):
        with scattered(run.visit for day in days for run in day.runs):
            asked.workspace.fetch(lambda part: fetch_sources(*part), shares(days, sources.person))
    present = asked.workspace.map(lambda day: presence(day, sources), days, size)
    if may_sweep and is_wide(days, present):
        return dense_hop(asked, without_order(sources), shut)
    if asked.keep is not None:
        present = [counting(words, asked.keep) for words in present]
    return sparse_hop(asked, days, present, sources, shut)


def is_cold(days: Sequence[DayView], sources: Sources) -> bool:
    """Whether what leads to the sources must come from disk: one of them, on two days, tells."""
    number = int(sources.person[len(sources.person) // 2])
    return any(
        not is_resident(run.person_at, layering.bucket_of(run.person, number))
        for day in (*days[:1], *days[-1:])
        for run in day.runs
    )


def is_far(days: Sequence[DayView], present: Sequence[Words]) -> bool:
    """Whether the visits at some venue must come from disk: one, on two days, tells."""
    there = [(day, words) for day, words in zip(days, present, strict=True) if len(words)]
    return any(
        not is_resident(run.visit, layering.first_at(run, int(words[len(words) // 2])))
        for day, words in (*there[:1], *there[-1:])
        for run in day.runs
    )


def shares(days: Sequence[DayView], people: Ints) -> list[tuple[DayView, Ints]]:
    """Days and parts of the people: work for many threads that wait for a disk."""
    return [(day, part) for day in days for part in np.array_split(people, FETCH_PARTS)]


def portions(days: Sequence[DayView], present: Sequence[Words]) -> list[tuple[DayView, Words]]:
    """Days and parts of where sources were: work for many threads that wait for a disk."""
    return [
        (day, part)
        for day, words in zip(days, present, strict=True)
        for part in np.array_split(words, FETCH_PARTS)
    ]


def fetch_sources(day: DayView, people: Ints) -> None:
    """Have read what `presence` will read."""
    for run in day.runs:
        exposing.touch_sources(run, people)


def fetch_venues(day: DayView, present: Words) -> None:
    """Have read what `expose_day` will read."""
    for run in day.runs:
        exposing.touch_venues(run, present)


def has_ends(sources: Sources) -> bool:
    """Whether somebody stops being infectious: such sources are always followed."""
    return bool(np.any(sources.end != NEVER))


def is_wide(days: Sequence[DayView], present: Sequence[Words]) -> bool:
    """Whether so many visits share a venue and a day with a source that all may be read."""
    near = sum(
        exposing.company(run, words)
        for day, words in zip(days, present, strict=True)
        for run in day.runs
    )
    return near > DENSE_SHARE * sum(day.visits for day in days)


def sparse_hop(
    asked: Question,
    days: Sequence[DayView],
    present: Sequence[Words],
    sources: Sources,
    shut: Sequence[Halves],
) -> Found:
    """Expose everybody who was where sources were."""
    if not days:
        return NOBODY
    if is_far(days, present):
        with scattered(run.visit for day in days for run in day.runs):
            asked.workspace.fetch(lambda part: fetch_venues(*part), portions(days, present))
    origin = days[0].begin
    lanes = asked.workspace.lanes
    if sum(map(len, present)) * company(days) < MANY_VISITS:
        lanes = lanes[:1]

    def expose(lane: Lane) -> int:
        seen = np.zeros(1, np.int64)
        count = 0
        for day, words in list(zip(days, present, strict=True))[lane.number :: len(lanes)]:
            count = expose_day(day, words, origin, lane, count, seen)
            count = expose_closely(day, sources, origin, lane, count)
        lane.count = count
        return int(seen[0])

    looked_at = sum(asked.workspace.on(lanes, expose))
    main = lanes[0]
    for lane in lanes[1:]:
        main.count = gathering.merge_touched(
            main.sums, main.touched, main.count, lane.sums, lane.touched, lane.count
        )
    for people in shut:
        gathering.forget(main.sums, people)
    words = np.empty(main.count, np.uint64)
    kept = gathering.keep_reached(main.sums, main.touched, main.count, asked.least, words)
    return Found(main.touched[:kept].copy(), words[:kept], origin, looked_at)


def company(days: Sequence[DayView]) -> float:
    """Visits that share a venue and a day with a visit, on average."""
    return sum(day.crowding for day in days) / max(sum(day.visits for day in days), 1)


def presence(day: DayView, sources: Sources) -> Words:
    """Where and when sources were infectious on a day; sorted."""
    parts = []
    for run, gone in zip(day.runs, day.gone, strict=True):
        out = np.empty(2 * len(sources.person) + 64, np.uint64)
        count = exposing.find_presence(run, gone, sources, day.begin, out)
        if count > len(out):
            out = np.empty(count, np.uint64)
            exposing.find_presence(run, gone, sources, day.begin, out)
        parts.append(out[:count])
    words = parts[0] if len(parts) == 1 else np.concatenate(parts)
    words.sort()
    return words


def counting(present: Words, keep: Keep) -> Words:
    """Presences at venues that count."""
    if len(present) == 0:
        return present
    venue = (present >> np.uint64(22)).astype(np.int64)
    return present[np.isin(venue, keep(np.unique(venue)))]


def expose_day(
    day: DayView, present: Words, origin: int, lane: Lane, count: int, seen: Ints
) -> int:
    """Add everybody's exposure to these presences; how many people are touched by now."""
    for run, gone in zip(day.runs, day.gone, strict=True):
        count = exposing.expose(
            run,
            gone,
            present,
            day.begin - origin,
            lane.sums,
            lane.touched,
            count,
            lane.crowd,
            seen,
        )
    return count


def expose_closely(day: DayView, sources: Sources, origin: int, lane: Lane, count: int) -> int:
    """Add the encounters of the sources; how many people are touched by now."""
    if not any(len(run.encounter) for run in day.runs):
        return count
    meets = day.encounters_of(sources.person)
    meets = united_meets(meets)
    return int(exposing.expose_closely(*meets, sources, origin, lane.sums, lane.touched, count))


def united_meets(meets: Meets) -> Meets:
    """Encounters, each as its `person` has it, united per pair, ascending by person."""
    order = np.lexsort((meets.start, meets.other, meets.person))
    person, other, start, end = (column[order] for column in meets)
    left = uniting.unite(person, other, start, end, np.zeros(len(person), np.uint8))
    return Meets(person[:left], other[:left], start[:left], end[:left])


def dense_hop(asked: Question, sources: Infected, shut: Sequence[Halves]) -> Found:
    """Read the days from the first infectious one on."""
    workspace = asked.workspace
    days = asked.touched(sources.origin + int(sources.minute.min()) * MINUTE, NEVER)
    if not days:
        return NOBODY
    origin = days[0].begin
    offset = (origin - sources.origin) // MINUTE
    sweeping.set_infectious(workspace.since, sources.person, sources.minute, offset)
    sweeping.mark_near(workspace.near, sources.person, 1)
    looked_at = 0
    for day in days:
        looked_at += sweep_day(day, origin, workspace)
        if any(len(run.encounter) for run in day.runs):
            # Whom this touches is found by looking at everybody: the list is not needed.
            expose_closely(day, ordered(sources), origin, workspace.lanes[0], 0)
    sweeping.unset_infectious(workspace.since, sources.person)
    sweeping.mark_near(workspace.near, sources.person, 0)
    for people in shut:
        gathering.close(workspace.closed, people, 1)
    answer = Found(*reached_of_all(asked.least, workspace), origin, looked_at)
    for people in shut:
        gathering.close(workspace.closed, people, 0)
    return answer


def ordered(sources: Infected) -> Sources:
    """Sources without end, ascending."""
    order = np.argsort(sources.person)
    start = sources.origin + sources.minute[order].astype(np.int64) * MINUTE
    return tracing.sources_of_reached(sources.person[order].astype(np.int64), start, 0)


def sweep_day(day: DayView, origin: int, workspace: Workspace) -> int:
    """Add everybody's exposure on one day; how many visits there were at infectious venues."""
    minute = (day.begin - origin) // MINUTE
    since, near, lanes = workspace.since, workspace.near, workspace.lanes
    if len(day.runs) > 1:
        return sweep_runs(day, origin, workspace)
    [run] = day.runs
    shares = [len(run.visit) * k // len(lanes) for k in range(len(lanes))]
    # In the column's own type: another would have numpy copy the column.
    cuts = np.searchsorted(run.venue_at, np.array(shares, np.uint32)).tolist()
    cuts.append(len(run.venue_at) - 1)

    def sweep(lane: Lane) -> int:
        begin, stop = cuts[lane.number : lane.number + 2]
        return int(sweeping.sweep(run, begin, stop, since, near, minute, lane.sums, lane.crowd))

    return sum(workspace.on(lanes, sweep))


def sweep_runs(day: DayView, origin: int, workspace: Workspace) -> int:
    """`sweep_day` when a venue's visits lie in several runs."""
    parts = []
    for run, gone in zip(day.runs, day.gone, strict=True):
        out = np.empty(len(run.visit), np.uint64)
        minute = (day.begin - origin) // MINUTE
        count = sweeping.find_all_presence(run, gone, workspace.since, minute, out)
        parts.append(out[:count])
    present = np.concatenate(parts)
    present.sort()
    seen = np.zeros(1, np.int64)
    expose_day(day, present, origin, workspace.lanes[0], 0, seen)
    return int(seen[0])


def reached_of_all(least: int, workspace: Workspace) -> tuple[Halves, Words]:
    """Those reached, ascending, when nobody kept a list of whom to look at."""
    lanes = workspace.lanes
    main = lanes[0].sums
    closed = workspace.closed
    for lane in lanes[1:-1]:
        gathering.count_reached(main, lane.sums, 0, workspace.people, closed, least)
    last = lanes[-1].sums if len(lanes) > 1 else main[:0]
    cuts = [workspace.people * k // len(lanes) for k in range(len(lanes) + 1)]

    def count(lane: Lane) -> int:
        begin, stop = cuts[lane.number], cuts[lane.number + 1]
        return int(gathering.count_reached(main, last, begin, stop, closed, least))

    counts = workspace.on(lanes, count)
    person, word = np.empty(sum(counts), np.uint32), np.empty(sum(counts), np.uint64)

    def take(lane: Lane) -> None:
        begin, stop = cuts[lane.number], cuts[lane.number + 1]
        at = sum(counts[: lane.number])
        gathering.take_reached(main, begin, stop, closed, least, at, person, word)

    workspace.on(lanes, take)
    return person, word
