"""`lachan trace` on a file of very many visits of which a known part is broken.

    python -m bench.rows --rows 10000000 --broken 0.01 [--format csv|parquet] [--seed 1]

What was refused and found is compared with what was planted; a difference ends with status 1.
"""

import argparse
import csv
import filecmp
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from bench.planting import Planted, plant

#: Up to so many rows the reader that defines the answer is asked too.
SLOW_ROWS = 200_000

SOURCES = Path(__file__).parents[1] / "src"

#: The command, reading row by row however large the file is.
BY_ROWS = """
import sys
from lachan.config.commands import trace
trace.FEW_BYTES = 1 << 60
sys.exit(trace.run(sys.argv[1:]))
"""


class Run(NamedTuple):
    """One run: seconds by the clock and of processors, most memory in MB, what the command says."""

    seconds: float
    worked: float
    megabytes: float
    summary: dict[str, Any]


def main(argv: Sequence[str] | None = None) -> int:
    """0 when everything was as planted."""
    parser = argparse.ArgumentParser(prog="python -m bench.rows", description=__doc__)
    add = parser.add_argument
    add("--rows", type=int, default=10_000_000)
    add("--broken", type=float, default=0.01, help="part of the rows, 0 to 1 (default 0.01)")
    add("--seed", type=int, default=1)
    add("--hops", type=int, default=2)
    add("--format", choices=["csv", "parquet"], default="csv")
    add("--folder", help="where the files are made; a temporary one by default")
    options = parser.parse_args(argv)
    if options.folder:
        Path(options.folder).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        problems = compare(Path(folder), options)
    for problem in problems:
        print("WRONG   ", problem)
    return 1 if problems else 0


def compare(folder: Path, options: argparse.Namespace) -> list[str]:
    """Make the files, run the command on both, and say what is not as planted."""
    parquet = options.format == "parquet"
    planted = plant(folder, options.rows, options.broken, options.seed, plain=parquet)
    name = as_parquet(folder) if parquet else "visits.csv"
    size = (folder / name).stat().st_size / 1e6
    print(f"planted  {planted.rows:,} rows, {len(planted.refused):,} broken, {size:,.0f} MB {name}")
    traced = run(folder, name, options.hops)
    tell("traced", traced, planted.rows)
    problems = compare_refusals(folder, name, planted, heading=not parquet)
    tell("cleaned", run(folder, "clean.csv", options.hops), planted.rows)
    problems += compare_contacts(folder, name, "clean.csv")
    if options.rows <= SLOW_ROWS:
        tell("by rows", run(folder, name, options.hops, into="slow", by_rows=True), planted.rows)
        problems += compare_contacts(folder, name, "slow")
        problems += [] if same(folder, f"{name}.refused", "slow.refused") else ["slow refusals"]
    return problems


def as_parquet(folder: Path) -> str:
    """The visits as Parquet, every cell a text; the name of the file."""
    with duckdb.connect() as connection:
        rows = connection.read_csv(
            str(folder / "visits.csv"), header=True, all_varchar=True, sep=",", quotechar='"',
            escapechar='"', strict_mode=False,
        )  # fmt: skip
        rows.write_parquet(str(folder / "visits.parquet"))
    return "visits.parquet"


def run(folder: Path, visits: str, hops: int, into: str = "", *, by_rows: bool = False) -> Run:
    """Trace one file in a process of its own; what it writes is named after `into`."""
    program = ["-c", BY_ROWS] if by_rows else ["-m", "lachan", "trace"]
    into = into or visits
    files = ["--visits", visits, "--cases", "cases.csv", "--hops", str(hops), "--json"]
    files += ["--refused", f"{into}.refused", "--out", f"{into}.out"]
    begun = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *program, *files],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"lachan trace {visits} ended with {process.returncode}: {said}")
    worked = used.ru_utime + used.ru_stime
    return Run(time.perf_counter() - begun, worked, used.ru_maxrss / 1e3, json.loads(said))


def tell(what: str, run: Run, rows: int) -> None:
    """One line of figures."""
    print(
        f"{what:<8} {run.seconds:.1f} s ({run.worked:.1f} s of processors), "
        f"{rows / run.seconds / 1e6:.2f} M rows/s, "
        f"at most {run.megabytes:,.0f} MB; {json.dumps(run.summary)}",
        flush=True,
    )


def compare_refusals(folder: Path, name: str, planted: Planted, *, heading: bool) -> list[str]:
    """The first difference between the refused rows and the planted ones."""
    with (folder / f"{name}.refused").open(encoding="utf-8", newline="") as file:
        told = csv.DictReader(file)
        for row, wanted in zip_longest(told, planted.refused):
            if row is None or wanted is None:
                return [f"refused {row}, planted {wanted}"]
            number, code = wanted[0] + heading, wanted[1]
            if (row["file"], int(row["row"]), row["code"]) != (name, number, code):
                return [f"refused {row}, planted row {number} {code}"]
            if not row["reason"]:
                return [f"no reason: {row}"]
    codes = Counter(code for _, code in planted.refused)
    print("refused  as planted:", ", ".join(f"{code} {codes[code]:,}" for code in sorted(codes)))
    return []


def compare_contacts(folder: Path, name: str, other: str) -> list[str]:
    """Whether two runs found the same contacts."""
    if same(folder, f"{name}.out", f"{other}.out"):
        return []
    return [f"the contacts of {name} and of {other} differ"]


def same(folder: Path, one: str, other: str) -> bool:
    """Whether two files are the same to the byte."""
    return filecmp.cmp(folder / one, folder / other, shallow=False)


if __name__ == "__main__":
    sys.exit(main())
