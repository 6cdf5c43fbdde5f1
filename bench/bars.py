"""The bars that concern tracing, each met or not."""

from collections.abc import Sequence
from typing import NamedTuple

from bench.appending import Appended
from bench.limits import Limits
from bench.measuring import Asked, Measured
from bench.timing import Timed

#: Million visits of a nation in 14 days.
NATION = 1000.0

#: Peers that the ratio is against.
RIVALS = ("DuckDB", "PostgreSQL")

#: Times slower than the kernel the fastest rival must be, by million visits.
RATIOS = {10.0: 25.0, 100.0: 50.0}

OURS = "Lá Chắn, 1 thread"


class Bar(NamedTuple):
    """What is wanted, what was measured; `met` None when it was not measured."""

    what: str
    wanted: str
    measured: str
    met: bool | None


def bars(worlds: Sequence[Measured], appended: Appended | None) -> list[Bar]:
    """All bars, in the order of the design."""
    by_size = {world.million: world for world in worlds}
    found = [ratio_bar(by_size.get(million), million) for million in RATIOS]
    found += nation_bars(by_size.get(NATION))
    found += growth_bars(worlds)
    found += index_bars(worlds)
    found.append(append_bar(appended))
    return found


def ratio_bar(world: Measured | None, million: float) -> Bar:
    """F1 of 100 cases against the fastest rival."""
    least = RATIOS[million]
    what = f"F1 of 100 cases, {million:g} M visits, against the fastest of DuckDB and PostgreSQL"
    rivals = [] if world is None else [time for time in world.rows if is_rival(time)]
    if world is None or not rivals:
        return unmeasured(what, f"≥ {least:g} times")
    mine = ours(world.rows).median_ms
    fastest, plain = fastest_rival(rivals), fastest_rival([t for t in rivals if is_plain(t)])
    ratio = fastest.median_ms / mine
    again = fastest.again_ms / ours(world.rows).again_ms
    said = (
        f"{ratio:.0f} times ({fastest.name}; again {again:.0f};"
        f" {plain.name} {plain.median_ms / mine:.0f})"
    )
    return Bar(what, f"≥ {least:g} times", said, ratio >= least)


def is_rival(time: Timed) -> bool:
    """Whether a bar is against this peer."""
    return time.name.startswith(RIVALS)


def is_plain(time: Timed) -> bool:
    """Whether the query says nothing of days, as one would write it first."""
    return time.name.endswith(("by venue", "without days", "GiST"))


def fastest_rival(rivals: Sequence[Timed]) -> Timed:
    """The one to beat."""
    return min(rivals, key=lambda time: time.median_ms)


def ours(times: Sequence[Timed]) -> Timed:
    """The kernel with one thread: the peers have two."""
    return next(time for time in times if time.name == OURS)


def nation_bars(world: Measured | None) -> list[Bar]:
    """Milliseconds over a nation."""
    wanted = (
        ("F1 of 100 cases, a nation, warm", 2.0, 100, 1),
        ("F1 of 10,000 cases, a nation", 200.0, 10_000, 1),
        ("F1 to F3 of 100 cases, a nation", 3000.0, 100, 3),
    )
    found = [nation_bar(world, *each) for each in wanted]
    what, limit = "F1 of 100 cases, a nation, from disk", 50.0
    if world is None:
        return [*found, unmeasured(what, f"≤ {limit:g} ms")]
    took = world.cold.median_ms
    return [*found, Bar(what, f"≤ {limit:g} ms", f"{took:.1f} ms", took <= limit)]


def nation_bar(world: Measured | None, what: str, limit: float, cases: int, hops: int) -> Bar:
    """One question, with the number of threads that is faster."""
    if world is None:
        return unmeasured(what, f"≤ {limit:g} ms")
    took = fastest_of(world.alone, cases, hops).warm_ms
    return Bar(what, f"≤ {limit:g} ms", f"{took:.2f} ms", took <= limit)


def fastest_of(alone: Sequence[Asked], cases: int, hops: int) -> Asked:
    """The faster number of threads for one question."""
    same = [each for each in alone if (each.cases, each.hops) == (cases, hops)]
    return min(same, key=lambda each: each.warm_ms)


def growth_bars(worlds: Sequence[Measured]) -> list[Bar]:
    """From the smallest world to the largest."""
    touched, time = "visits touched a contact, smallest to largest", "time a visit touched"
    if len(worlds) < 2:
        return [unmeasured(touched, "within 10 %"), unmeasured(time, "≤ 4 times")]
    small, large = worlds[0].growth, worlds[-1].growth
    change = large.touched_a_contact / small.touched_a_contact - 1
    growth = large.ns_a_touched / small.ns_a_touched
    span = f"{worlds[0].million:g} M to {worlds[-1].million:g} M"
    return [
        Bar(touched, "within 10 %", f"{change:+.1%} ({span})", abs(change) <= 0.10),
        Bar(time, "≤ 4 times", f"{growth:.1f} times ({span})", growth <= 4),
    ]


def index_bars(worlds: Sequence[Measured]) -> list[Bar]:
    """Size of the largest index; sealing at 100 M."""
    size, seal = "bytes a visit, both orders", "sealing 100 M visits (14 days)"
    if not worlds:
        return [unmeasured(size, "≤ 13.7"), unmeasured(seal, "≤ 1.5 s")]
    largest = worlds[-1].loads[0].bytes_a_visit
    found = [Bar(size, "≤ 13.7", f"{largest:.2f}", largest <= 13.7)]
    hundred = next((world for world in worlds if world.million == 100), None)
    if hundred is None:
        return [*found, unmeasured(seal, "≤ 1.5 s")]
    took = hundred.seal_seconds
    return [*found, Bar(seal, "≤ 1.5 s", f"{took:.2f} s", took <= 1.5)]


def append_bar(appended: Appended | None) -> Bar:
    """The longest commit of a day fed minute by minute."""
    what, wanted = "a day of 10 M people fed minute by minute", "no commit over 50 ms"
    if appended is None:
        return unmeasured(what, wanted)
    said = f"worst {appended.worst_ms:.0f} ms, {appended.over_50_ms} of {appended.commits} over"
    if appended.people != 10_000_000:
        return Bar(what, wanted, f"{said} ({appended.people:,} people)", None)
    return Bar(what, wanted, said, appended.over_50_ms == 0)


def unmeasured(what: str, wanted: str) -> Bar:
    """Not in this run."""
    return Bar(what, wanted, "not in this run", None)


def floor_ms(world: Measured, limits: Limits) -> float:
    """What F1 of 100 cases cannot take less than, on this machine's memory.

    One random read for each stay of a case in each of the three arrays that lead to it (a
    person's bucket, the record, the venue), one random update for each visit looked at, and the
    records themselves in a row.  Reads wait for one another nowhere: that is the best case.
    """
    looked_at = fastest_of(world.alone, 100, 1).looked_at
    nanoseconds = (
        3 * world.stays * limits.random_read_ns
        + looked_at * limits.random_update_ns
        + looked_at * 8 / limits.read_gbs
    )
    return nanoseconds / 1e6


def dense_floor_ms(world: Measured, limits: Limits) -> float:
    """What three hops of 100 cases cannot take less than: every visit looked at once, in a row,
    by two threads, with one random update each that is shared between them."""
    looked_at = fastest_of(world.alone, 100, 3).looked_at
    reading = looked_at * 8 / limits.read_two_threads_gbs
    return (reading + looked_at * limits.random_update_ns / 2) / 1e6
