"""A laboratory's file of 100,000 rows, by the command's own service, beginning with the bytes.

    python -m bench.lab_import [--rows 100000]

One of a hundred rows is refused.  Prints seconds of the dry run, the import and the same file
again, each a transaction that ends committed or undone.
"""

import argparse
import io
import sys
from time import perf_counter, process_time

from tests.database import copy, set_environment

set_environment()

import django  # noqa: E402

django.setup()

from lachan.core.scope import scoped  # noqa: E402
from lachan.sampling import import_files  # noqa: E402
from tests.sampling.deliveries import tubes  # noqa: E402
from tests.sampling.people_at_the_table import Team, team  # noqa: E402

#: What was asked for.  Source: practice.md, scenario 12.
SECONDS = 60.0


def main() -> int:
    """Measure; 1 when it takes longer than asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    with copy():
        at = team()
        tubes(at, (f"BENCH-{number:06d}" for number in range(rows)))
        data = _file(rows)
        taken = _timed(at, data, "dry run", dry_run=True)
        taken = max(taken, _timed(at, data, "import", dry_run=False))
        _timed(at, data, "the same again", dry_run=False)
    return int(taken > SECONDS)


def _file(rows: int) -> bytes:
    out = io.StringIO()
    out.write("Mã ống,Kết quả,Ct N,Ngày xét nghiệm\n")
    for number in range(rows):
        tube = f"BENCH-{number:06d}" if number % 100 else f"UNKNOWN-{number:06d}"
        found, cycle = ("Dương tính", "24.5") if number % 97 == 0 else ("Âm tính", "")
        out.write(f"{tube},{found},{cycle},11/02/2026 14:05\n")
    return out.getvalue().encode()


def _timed(at: Team, data: bytes, what: str, *, dry_run: bool) -> float:
    begun, worked = perf_counter(), process_time()
    with scoped(at.technician, "laboratory") as by:
        report = import_files.import_results(data, name="kq.csv", dry_run=dry_run, by=by)
    took, worked = perf_counter() - begun, process_time() - worked
    row = report.delivery
    counts = f"{row.rows:,} rows, {row.taken:,} taken, {row.refused:,} refused"
    sys.stdout.write(f"{what}: {took:.1f} s ({worked:.1f} s of this process); {counts}\n")
    sys.stdout.flush()
    return took


if __name__ == "__main__":
    sys.exit(main())
