"""The report: markdown that can stand among the platform pages as it is."""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from bench.bars import Bar, unmeasured
from bench.checkin.enduring import Endured
from bench.checkin.rounds import MANY, PROOF, Round
from bench.checkin.ticketing import Pretix
from bench.machine import Machine
from bench.report import table

METHOD = """\
A gate's devices send check-ins over HTTP, each a JSON object with a person's signed code; an answer
means that the row is on disk (`synchronous_commit` and `fsync` on, the embedded PostgreSQL). Before
a round is timed, its server answers 200 scans twice and one with other content; after it, every
acknowledged number must be in the table once. All programs of a round, our client too, share this
machine; every round has a new server process and an empty ledger; rounds take turns, medians.

- **Lá Chắn**: the web process of an installation as it is, one process.
- **pgbench, single rows**: the same row into the same table, one after another on each connection,
  prepared, made by the server itself: nothing is checked, nothing but the statement travels.
- **plain Django view**: the same checks, then `Scan.objects.create(...)`, WSGI in 16 threads of
  granian, a pool of connections, no middleware; one process.
- **never seen**: every code's signature is checked for the first time; **seen**: this process
  checked each before, as when people come back the same day."""


#: The heading of the long run's part of the page.
LONG = "## Long, and too much"


class Run(NamedTuple):
    """All of one run; `slow` are rounds on a disk that takes a millisecond longer."""

    machine: Machine
    load_before: float
    load_after: float
    rounds: list[Round]
    slow: list[Round]
    counted: list[Round]
    pretix: Pretix | None
    unmeasured: list[str]
    quick: bool = False


def report(run: Run) -> str:
    """The whole page of a run."""
    blocks = [
        "# The gate's hot path, measured",
        METHOD,
        machine(run.machine, run.load_before, run.load_after),
        *(
            ["**A quick run: it shows that everything runs, its figures mean nothing.**"]
            * run.quick
        ),
        "## Bars",
        bar_table(bars(run)),
        "## Rounds",
        round_table(run.rounds),
        "`web`, `database`, `client`: microseconds of a core for a check-in. The client is one"
        " process of its own.",
        "## A disk that takes a millisecond longer",
        round_table(run.slow) if run.slow else "Not in this run.",
        *pretix(run),
        *run.unmeasured,
    ]
    return "\n\n".join(blocks) + "\n"


def machine(here: Machine, before: float, after: float) -> str:
    """What it ran on, and whether it was alone there."""
    libraries = ", ".join(f"{name} {version}" for name, version in here.libraries.items())
    quiet = "" if before <= here.cores else " Others were using this machine: compare ratios only."
    return (
        f"Machine: {here.processor}, {here.cores} cores, {here.memory_gb:g} GB; Linux"
        f" {here.kernel}, Python {here.python}, {libraries}. Programs that wanted a core before"
        f" and after: {before:.1f}, {after:.1f}.{quiet}"
    )


def bars(run: Run) -> list[Bar]:
    """Every bar of the design that concerns check-ins."""
    single = "pgbench, single rows"
    return [
        _bar(run.rounds, single, 0.45, seen=False),
        _bar(run.rounds, single, 0.45, seen=True),
        _bar(run.rounds, "plain Django view", 5.0, seen=False),
        _bar(run.rounds, "plain Django view", 5.0, seen=True),
        _bar(run.slow, single, 1.5, seen=False, against=PROOF),
        _bar(run.slow, single, 1.5, seen=True, against=PROOF),
    ]


def _bar(
    rounds: Sequence[Round], rival: str, least: float, *, seen: bool, against: int = MANY
) -> Bar:
    crowd = "seen" if seen else "never seen"
    disk = f", disk 1 ms slower, {against} of pgbench" if against != MANY else ""
    what = f"check-ins against {rival}, {MANY} connections, codes {crowd}{disk}"
    mine = alike(rounds, "Lá Chắn", MANY, seen=seen)
    theirs = alike(rounds, rival, against, seen=seen or rival.startswith("pgbench"))
    if not mine or not theirs:
        return unmeasured(what, f"≥ {least:g} times")
    # Rounds stand in the order in which they were run: a ratio is of the same turn.
    ratios = [a.a_second / b.a_second for a, b in zip(mine, theirs, strict=False)]
    ratio = median(ratios)
    said = f"{ratio:.2f} times ({min(ratios):.2f} to {max(ratios):.2f})"
    return Bar(what, f"≥ {least:g} times", said, ratio >= least)


def alike(rounds: Sequence[Round], who: str, connections: int, *, seen: bool) -> list[Round]:
    """The rounds of one kind, in the order in which they were run."""
    return [r for r in rounds if (r.who, r.connections, r.seen) == (who, connections, seen)]


def bar_table(found: Sequence[Bar]) -> str:
    """Every bar: met, not met, or not in this run."""
    words = {True: "met", False: "**not met**", None: "–"}
    rows = [(bar.what, bar.wanted, bar.measured, words[bar.met]) for bar in found]
    return table(("what", "wanted", "measured", ""), rows)


def round_table(rounds: Sequence[Round]) -> str:
    """One line for rounds alike, the fastest rival first."""
    keys = list(dict.fromkeys((r.who, r.connections, r.seen) for r in rounds))
    head = (
        *("who", "connections", "codes", "check-ins a second", "p50, ms", "p99, ms"),
        *("web", "database", "client", "web, MB", "database, MB", "busy"),
    )
    lines = []
    for who, connections, seen in keys:
        some = alike(rounds, who, connections, seen=seen)
        own = who.startswith("pgbench")
        figures = [f"{median(r[i] for r in some):,.0f}" for i in (4, 5, 6, 7, 8, 9, 10, 11)]
        figures[1:3] = [f"{median(r[i] for r in some):,.1f}" for i in (5, 6)]
        if own:
            figures[3] = figures[5] = figures[6] = "–"
        crowd = "–" if own else ("seen" if seen else "never seen")
        busy = f"{sum(r.busy for r in some):,}"
        lines.append((who, str(connections), crowd, *figures, busy))
    return table(head, lines)


def pretix(run: Run) -> list[str]:
    """Beside pretix, with the same count of check-ins."""
    if run.pretix is None or not run.counted:
        return []
    theirs = run.pretix
    head = ("who", "check-ins", "a second", "times pretix", "p50, ms", "p99, ms", "memory, MB")
    rows = [
        (
            *(f"{each.who}, {each.connections} connections", f"{each.count:,}"),
            *(f"{each.a_second:,.0f}", f"{each.a_second / theirs.a_second:,.0f}"),
            *(f"{each.p50:.1f}", f"{each.p99:.1f}", f"{each.web_mb:,.0f}"),
        )
        for each in run.counted
    ]
    rows.append(
        (
            *(f"pretix {theirs.version}", f"{theirs.count:,}", f"{theirs.a_second:,.1f}", "1"),
            *(f"{theirs.p50:.1f}", f"{theirs.p99:.1f}", f"{theirs.memory_mb:,.0f}"),
        )
    )
    return [
        "## Against pretix",
        "pretix's check-in API (`checkinrpc/redeem`) with SQLite, asked in process through Django's"
        " test client, one after another: no network and no second process. It does more with a"
        " ticket (rules, quotas, log, webhooks); it is what an open system for entrances is today."
        " Ours are over HTTP, as above, codes never seen.",
        table(head, rows),
    ]


def endurance(found: Endured, here: Machine, before: float, after: float) -> str:
    """The page's part about a long run."""
    head = ("stretch", "wanted a second", "minute", "recorded", "p50, ms", "p99, ms", "memory, MB")
    rows = []
    for stretch in found.stretches:
        for minute, recorded, p50, p99 in stretch.tally.minutes:
            rows.append(
                (
                    *(stretch.name, f"{stretch.rate:,.0f}", str(minute + 1), f"{recorded:,}"),
                    *(f"{p50:.1f}", f"{p99:.1f}", f"{stretch.memory_mb:,.0f}"),
                )
            )
    ends = table(
        ("stretch", "recorded", "`busy` said", "acknowledged and missing", "twice", "hung up"),
        [
            (
                *(each.name, f"{each.tally.answers.get('recorded', 0):,}"),
                *(f"{each.tally.answers.get('busy', 0):,}", str(each.missing), str(each.twice)),
                str(each.tally.lost_connections),
            )
            for each in found.stretches
        ],
    )
    return (
        "\n\n".join(
            [
                LONG,
                f"The limit in this run: {found.limit:,.0f} check-ins a second on 256"
                " connections. Then scans on a schedule that waits for no answer, from 256 devices;"
                " three times the limit from 3,000 devices, which come again after `Retry-After`;"
                " the rush again. Latency counts from when a scan was due. "
                + machine(here, before, after),
                ends,
                table(head, rows),
            ]
        )
        + "\n"
    )
