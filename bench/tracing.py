"""Lá Chắn's tracing against its peers and against the limits of the machine.

    make bench-tracing
    python -m bench.tracing --sizes 1,10,100 --peers duckdb,postgresql,polars --national

Prints a report in markdown; progress goes to standard error.
"""

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import limits
from bench.appending import Appended, append_a_day
from bench.bars import NATION, bars
from bench.machine import load_average, this_machine
from bench.measuring import PEERS, Measured, measure, say
from bench.report import Run, report
from bench.timing import Unequal


def options(argv: Sequence[str] | None) -> argparse.Namespace:
    """What is wanted."""
    parser = argparse.ArgumentParser(prog="python -m bench.tracing", description=__doc__)
    add = parser.add_argument
    add("--sizes", default="1,10", help="million visits, e.g. 1,10,100 (default 1,10)")
    add("--national", action="store_true", help="a billion visits as well: 14 GB on disk")
    add("--peers", default=",".join(PEERS), help="who is asked beside; empty for nobody")
    add("--rounds", type=int, default=7, help="rounds that count (default 7)")
    add("--append-people", type=int, default=10_000_000, help="0 feeds no day (default 10 M)")
    add("--data", type=Path, default=Path("var/bench"), help="folder for indexes and databases")
    add("--json", type=Path, help="a file for all figures")
    add("--out", type=Path, help="a file for the report instead of standard output")
    chosen = parser.parse_args(argv)
    chosen.sizes = sorted(float(size) for size in chosen.sizes.split(",") if size)
    chosen.peers = [peer for peer in chosen.peers.split(",") if peer]
    unknown = set(chosen.peers) - set(PEERS)
    if unknown:
        parser.error(f"no such peer: {', '.join(sorted(unknown))}; there are {', '.join(PEERS)}")
    return chosen


def worlds_of(chosen: argparse.Namespace) -> list[Measured]:
    """Measure every world, the smallest first; a nation without peers."""
    found = []
    for million in chosen.sizes:
        say(f"{million:g} M visits")
        found.append(measure(million, chosen.peers, chosen.rounds, chosen.data))
    if chosen.national:
        say("a nation: a billion visits")
        found.append(measure(NATION, (), chosen.rounds, chosen.data))
    return found


def run(chosen: argparse.Namespace) -> Run:
    """Everything that was asked for."""
    chosen.data.mkdir(parents=True, exist_ok=True)
    before = load_average()
    say("limits of this machine")
    found = limits.measured()
    worlds = worlds_of(chosen)
    appended: Appended | None = None
    if chosen.append_people:
        say("a day minute by minute")
        appended = append_a_day(chosen.append_people, chosen.data)
    return Run(this_machine(), before, load_average(), found, worlds, appended)


def plain(value: Any) -> Any:
    """Named tuples as objects, for JSON."""
    if hasattr(value, "_asdict"):
        return {name: plain(part) for name, part in value._asdict().items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    return value


def main(argv: Sequence[str] | None = None) -> int:
    """0 when all engines agreed, whatever the times; 1 when not."""
    chosen = options(argv)
    try:
        done = run(chosen)
    except Unequal as unequal:
        print(f"bench: {unequal}", file=sys.stderr)
        return 1
    text = report(done)
    if chosen.json:
        figures = plain(done) | {"bars": plain(bars(done.worlds, done.appended))}
        chosen.json.write_text(json.dumps(figures, indent=2, ensure_ascii=False), "utf-8")
    if chosen.out:
        chosen.out.write_text(text, "utf-8")
    else:
        print(text, end="")
    return 0


if __name__ == "__main__":
    # Ended from outside, too, the databases started here are stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
