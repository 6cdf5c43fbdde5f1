"""Headless commands start fast: heavy libraries are imported only when they are needed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "src"

HEADLESS = (
    *("trace", "exposures", "zone", "clusters", "rt", "spread", "warning", "reach", "qr"),
    *("pool", "people"),
)

HEAVY = ("django", "numba", "duckdb", "numpy", "psycopg", "ibis", "pyspark", "splink")

PROBE = """
import sys
from lachan.config.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert end.code == 0, end.code
sys.stderr.write(",".join(sorted(sys.modules)))
"""


@pytest.mark.parametrize("command", HEADLESS)
def test_it_prints_help_without_heavy_libraries(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, command, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
    )

    assert f"usage: lachan {command}" in done.stdout
    assert not set(HEAVY) & set(done.stderr.split(","))
