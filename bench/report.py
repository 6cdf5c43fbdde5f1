"""The report: markdown that can stand among the platform pages as it is."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bench.appending import Appended
from bench.bars import bars, dense_floor_ms, fastest_of, floor_ms, ours
from bench.limits import Limits
from bench.machine import Machine
from bench.measuring import Measured
from bench.timing import Timed

METHOD = """\
Visits are made up: a nation in which everybody scans 0.77 codes a day, in venues as unequal as
markets, workplaces and bus lines are; 30 % of the ends were not recorded. Every engine gets the
same united visits, cut at midnight, for 14 days. The question is F1: who was at a venue together
with one of 100 random cases, in 7 days of each, for 15 minutes or more in all; the answer is
person, first minute, total minutes. Answers are compared on every repetition, before any time
counts. All engines are asked in turn in one process; the first round does not count; medians. The
peers have two threads. Visits of different days cannot overlap; a query that says so is the
fastest for PostgreSQL, and stands beside the one that does not. Rows are delivered as columns
(DuckDB, Polars) or tuples (PostgreSQL, binary protocol); ours are arrays in the
process."""


IDLE = (
    " This system drops pages that nobody touched for a while (DAMON, pageout), also of a warm"
    " index: `pages read` counts what a question had to wait for the disk for."
)


class Run(NamedTuple):
    """All of one run of the bench."""

    machine: Machine
    load_before: float
    load_after: float
    limits: Limits
    worlds: list[Measured]
    appended: Appended | None


def report(run: Run) -> str:
    """The whole page."""
    blocks = [
        "# Tracing, measured",
        METHOD,
        machine(run),
        limits(run.limits),
        "## Bars",
        bar_table(run),
        "## The worlds",
        world_table(run.worlds),
        *(block for world in run.worlds for block in against_peers(world)),
        "## The kernel alone",
        alone_table(run.worlds),
        growth_table(run.worlds),
        *distances(run),
        *appending(run.appended),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A markdown table; figures stand on the right."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "--:|" * (len(head) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def machine(run: Run) -> str:
    """What it ran on, and whether it was alone there."""
    here = run.machine
    libraries = ", ".join(f"{name} {version}" for name, version in here.libraries.items())
    busy = max(run.load_before, run.load_after)
    quiet = "" if busy <= here.cores else " Others were using this machine: times are too long."
    idle = IDLE if here.drops_idle_pages else ""
    return (
        f"Machine: {here.processor}, {here.cores} cores, {here.memory_gb:g} GB; Linux"
        f" {here.kernel}, Python {here.python}, {libraries}. Programs that wanted a core before"
        f" and after: {run.load_before:.1f}, {run.load_after:.1f}.{quiet}{idle}"
    )


def limits(found: Limits) -> str:
    """Memory, measured in the same run."""
    return (
        f"Memory in the same run: read {found.read_gbs:.1f} GB/s (two threads"
        f" {found.read_two_threads_gbs:.1f}), copy {found.copy_gbs:.1f} GB/s (read and written);"
        f" in 1 GiB an independent random read {found.random_read_ns:.1f} ns, a read and write"
        f" back {found.random_update_ns:.1f} ns, a read that waits for the one before"
        f" {found.dependent_miss_ns:.0f} ns."
    )


def bar_table(run: Run) -> str:
    """Every bar: met, not met, or not in this run."""
    words = {True: "met", False: "**not met**", None: "–"}
    rows = [
        (bar.what, bar.wanted, bar.measured, words[bar.met])
        for bar in bars(run.worlds, run.appended)
    ]
    return table(("what", "wanted", "measured", ""), rows)


def world_table(worlds: Sequence[Measured]) -> str:
    """Whether the made-up nations look like one."""
    head = (
        "visits",
        "people",
        "venues",
        "a person and day",
        "median stay, Mon / Sat (min)",
        "visits of the venue-day of an average visit, Mon / Sat",
        "sealed in (s)",
        "written in (s)",
    )
    rows = [
        (
            f"{world.visits:,}",
            f"{world.people:,}",
            f"{world.venues:,}",
            f"{world.weekday.a_person:.2f}",
            f"{world.weekday.median_minutes:.0f} / {world.weekend.median_minutes:.0f}",
            f"{world.weekday.size_biased_venue:.0f} / {world.weekend.size_biased_venue:.0f}",
            f"{world.seal_seconds:.2f}",
            f"{world.write_seconds:.1f}",
        )
        for world in worlds
    ]
    return table(head, rows)


def against_peers(world: Measured) -> list[str]:
    """Times and ratios of one world, when peers were asked."""
    if len(world.loads) < 2:
        return []
    blocks = [
        f"## Against peers: {world.visits:,} visits",
        table(
            ("loaded and indexed", "seconds", "bytes a visit"),
            [
                (each.name, f"{each.seconds:.1f}", f"{each.bytes_a_visit:.1f}")
                for each in world.loads
            ],
        ),
        "F1 of 100 cases, and of one, rows delivered:",
        ratio_table(world.rows, world.one_case),
    ]
    if world.sums:
        blocks += [
            "Only the number of rows and a checksum, nothing delivered (no bar stands on this; the"
            " kernel still makes its rows):",
            ratio_table([ours(world.rows), *world.sums]),
        ]
    if world.chain:
        blocks += [
            f"F1, F2 and F3 of {world.chain_cases} cases, each infectious two days after the first"
            " meeting:",
            ratio_table(world.chain),
        ]
    return blocks


def ratio_table(times: Sequence[Timed], others: Sequence[Timed] = ()) -> str:
    """Milliseconds, and how many times ours; `others` of a second question beside."""
    head = ["engine", "ms", "times ours"]
    least = ours(times).median_ms
    rows = [[t.name, f"{t.median_ms:.2f}", f"{t.median_ms / least:.1f}"] for t in times]
    if others:
        head += ["one case, ms", "times ours"]
        least = ours(others).median_ms
        for row, time in zip(rows, others, strict=True):
            row += [f"{time.median_ms:.2f}", f"{time.median_ms / least:.1f}"]
    return table(head, rows)


def alone_table(worlds: Sequence[Measured]) -> str:
    """Each question of each world by number of threads."""
    head = (
        "visits",
        "cases",
        "hops",
        "threads",
        "ms",
        "contacts",
        "visits looked at",
        "pages read",
    )
    rows = [
        (
            f"{world.million:g} M",
            f"{each.cases:,}",
            f"F1-F{each.hops}" if each.hops > 1 else "F1",
            each.way.rsplit(", ", 1)[1].split()[0],
            f"{each.median_ms:.2f}",
            f"{each.contacts:,}",
            f"{each.looked_at:,}",
            f"{each.pages_read:,.0f}",
        )
        for world in worlds
        for each in world.alone
    ]
    return table(head, rows)


def growth_table(worlds: Sequence[Measured]) -> str:
    """What must not grow with the country, and the first question after a start."""
    head = (
        "visits",
        "touched a contact, single cases",
        "the same, 100 cases at once",
        "ns a visit touched",
        "from disk, median / worst (ms)",
    )
    rows = [
        (
            f"{world.million:g} M",
            f"{world.growth.touched_a_contact:.2f}",
            f"{world.growth.touched_a_contact_of_100:.2f}",
            f"{world.growth.ns_a_touched:.1f}",
            f"{world.cold.median_ms:.1f} / {world.cold.worst_ms:.1f}",
        )
        for world in worlds
    ]
    note = (
        "Growth, and F1 of 100 cases after the files were dropped from memory. In a small country"
        " a hundred cases share contacts, so that more visits are touched for each: single cases"
        " tell what the index does."
    )
    stayed = max(world.cold.stayed for world in worlds)
    return f"{note}\n\n{table(head, rows)}\n\nOf the files {stayed:.1%} at most stayed in memory."


def distances(run: Run) -> list[str]:
    """How far the largest world is from what memory allows."""
    if not run.worlds:
        return []
    largest = run.worlds[-1]
    floors = (
        ("F1", floor_ms(largest, run.limits), fastest_of(largest.alone, 100, 1).median_ms),
        ("F1-F3", dense_floor_ms(largest, run.limits), fastest_of(largest.alone, 100, 3).median_ms),
    )
    rows = [
        (f"{name} of 100 cases", f"{floor:.2f}", f"{took:.2f}", f"{took / floor:.1f}")
        for name, floor, took in floors
    ]
    return [
        f"## Distance to the limit of memory, {largest.million:g} M visits",
        "The limit counts what no way around is known for, with all waits overlapping: for F1 three"
        " random reads a stay of a case, and for each visit looked at eight bytes in a row and one"
        " random update; for F1-F3 the latter alone, shared by two threads.",
        table(("", "limit, ms", "measured, ms", "times the limit"), rows),
    ]


def appending(appended: Appended | None) -> list[str]:
    """One day fed minute by minute."""
    if appended is None:
        return []
    return [
        "## A day fed minute by minute",
        f"{appended.people:,} people, {appended.visits:,} visits, fed as {appended.rows:,} rows:"
        " who comes in anywhere is fed again with all visits of the day so far. A commit is safe on"
        " the disk before it counts. Afterwards the day answers as the same day sealed at once.",
        table(
            ("commits", "median ms", "p99 ms", "worst ms", "over 50 ms", "runs left", "all, s"),
            [
                (
                    f"{appended.commits:,}",
                    f"{appended.median_ms:.1f}",
                    f"{appended.p99_ms:.1f}",
                    f"{appended.worst_ms:.1f}",
                    str(appended.over_50_ms),
                    str(appended.runs),
                    f"{appended.seconds:.1f}",
                )
            ],
        ),
        "Making one small file safe took this disk"
        f" {appended.disk_p99_ms:.1f} ms (p99) just before; a commit makes several.",
    ]
