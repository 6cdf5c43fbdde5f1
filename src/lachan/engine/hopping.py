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
from lachan.engine.dtypes import NEVER, Ints, Marks, Minutes, Sources
from lachan.engine.kernels import exposing, gathering, sweeping, uniting
from lachan.engine.records import Halves, Meets, Words
from lachan.engine.rule import MINUTE, Rule
from lachan.engine.view import DayView
from lachan.engine.workspace import Lane, Workspace

#: The dense way is taken when the sparse one would look at this share of all visits: a visit
#: looked at by following sources costs about twice one that is read in order (measured).
DENSE_SHARE = 0.5

#: Visits to look at from which a second thread is worth waking.
MANY_VISITS = 200_000

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
    found: list[Found] = []
    gathering.close(workspace.closed, closed.astype(np.uint32), 1)
    for number in range(rule.hops):
        if len(sources.person) == 0 or not days:
            break
        if number:
            gathering.close(workspace.closed, found[-1].person, 1)
        found.append(one_hop(days, sources, max(rule.min_seconds, 1), workspace, keep, way))
        if number + 1 < rule.hops:
            sources = onward(found[-1], rule.latent_seconds)
    for people in (closed.astype(np.uint32), *(each.person for each in found)):
        gathering.close(workspace.closed, people, 0)
    return [each for each in found if len(each.person)]


def onward(found: Found, latent_seconds: int) -> Sources:
    """The people of one hop as sources of the next, ascending."""
    order = np.argsort(found.person)
    person = found.person[order].astype(np.int64)
    return tracing.sources_of_reached(person, found.first[order], latent_seconds)


def one_hop(
    days: Sequence[DayView],
    sources: Sources,
    least: int,
    workspace: Workspace,
    keep: Keep | None,
    way: Way,
) -> Found:
    """Everybody not closed who met `sources` for at least `least` seconds."""
    begin, end = int(sources.start.min()), int(sources.end.max())
    touched = [day for day in days if begin < day.begin + DAY and day.begin < end]
    if not touched:
        return Found(np.empty(0, np.uint32), np.empty(0, np.uint64), 0, 0)
    if is_dense(touched, sources, workspace, way) and keep is None:
        return dense_hop(touched, sources, least, workspace)
    return sparse_hop(touched, sources, least, workspace, keep)


def is_dense(days: Sequence[DayView], sources: Sources, workspace: Workspace, way: Way) -> bool:
    """Whether to read whole days: by the visits that following the sources would look at.

    Sources with an end are always followed.
    """
    if way is Way.SPARSE or bool(np.any(sources.end != NEVER)):
        return False
    if way is Way.DENSE:
        return True
    visits = sum(day.visits for day in days)
    stays = len(sources.person) * visits / max(workspace.people, 1)
    company = sum(day.crowding for day in days) / max(visits, 1)
    return stays * company > DENSE_SHARE * visits


def sparse_hop(
    days: Sequence[DayView],
    sources: Sources,
    least: int,
    workspace: Workspace,
    keep: Keep | None,
) -> Found:
    """Follow each source to where it was."""
    present = workspace.map(lambda day: presence(day, sources), days, len(sources.person))
    if keep is not None:
        present = [counting(words, keep) for words in present]
    origin = days[0].begin
    lanes = workspace.lanes
    if sum(map(len, present)) * _company(days) < MANY_VISITS:
        lanes = lanes[:1]

    def expose(lane: Lane) -> int:
        seen = np.zeros(1, np.int64)
        count = 0
        for day, words in list(zip(days, present, strict=True))[lane.number :: len(lanes)]:
            count = expose_day(day, words, origin, lane, count, seen)
            count = expose_closely(day, sources, origin, lane, count)
        lane.count = count
        return int(seen[0])

    looked_at = sum(workspace.on(lanes, expose))
    main = lanes[0]
    for lane in lanes[1:]:
        main.count = gathering.merge_touched(
            main.sums, main.touched, main.count, lane.sums, lane.touched, lane.count
        )
    words = np.empty(main.count, np.uint64)
    kept = gathering.keep_reached(
        main.sums, main.touched, main.count, workspace.closed, least, words
    )
    return Found(main.touched[:kept].copy(), words[:kept], origin, looked_at)


def _company(days: Sequence[DayView]) -> float:
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


def dense_hop(days: Sequence[DayView], sources: Sources, least: int, workspace: Workspace) -> Found:
    """Read the days from the first infectious one on."""
    origin = days[0].begin
    state = workspace.infection()
    sweeping.set_infectious(state.since, sources.person, sources.start, origin)
    looked_at = 0
    begin = -NEVER
    for day in days:
        end = day.begin + DAY
        sweeping.mark_from(state.bits, sources.person, sources.start, begin, end)
        begin = end
        looked_at += sweep_day(day, origin, state.since, state.bits, workspace)
        main = workspace.lanes[0]
        # Whom this touches is found by looking at everybody afterwards: the list is not needed.
        expose_closely(day, sources, origin, main, 0)
    sweeping.unset_infectious(state.since, sources.person)
    sweeping.unmark(state.bits, sources.person)
    return Found(*reached_of_all(least, workspace), origin, looked_at)


def sweep_day(day: DayView, origin: int, since: Minutes, bits: Marks, workspace: Workspace) -> int:
    """Add everybody's exposure on one day; how many visits there were at infectious venues."""
    minute = (day.begin - origin) // MINUTE
    if len(day.runs) == 1:
        run = day.runs[0]
        lanes = workspace.lanes
        shares = [len(run.visit) * k // len(lanes) for k in range(len(lanes))]
        # In the column's own type: another would have numpy copy the column.
        cuts = np.searchsorted(run.venue_at, np.array(shares, np.uint32)).tolist()
        cuts.append(len(run.venue_at) - 1)
        return sum(
            workspace.on(
                lanes,
                lambda lane: sweeping.sweep(
                    run,
                    cuts[lane.number],
                    cuts[lane.number + 1],
                    bits,
                    since,
                    minute,
                    lane.sums,
                    lane.crowd,
                ),
            )
        )
    parts = []
    for run, gone in zip(day.runs, day.gone, strict=True):
        out = np.empty(len(run.visit), np.uint64)
        count = sweeping.find_all_presence(run, gone, bits, since, minute, out)
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
