"""The bench of the gate's hot path: everybody's answers are right; no time is looked at."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.checkin import page
from bench.checkin.rounds import MANY, Round
from tests.database import ROOT

pytestmark = pytest.mark.slow


def bench(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LACHAN_")}
    return subprocess.run(
        [sys.executable, "-m", "bench.gate", "--data", str(folder), *words],
        env={**environment, "PYTHONPATH": f"src{os.pathsep}."},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_everybody_keeps_what_was_acknowledged_and_the_page_says_so(tmp_path: Path) -> None:
    done = bench(tmp_path, "--quick", "--no-slow-disk")

    assert done.returncode == 0, done.stderr[-3000:]
    assert "A quick run" in done.stdout
    for who in ("Lá Chắn", "pgbench, single rows", "plain Django view"):
        assert f"| {who} | {MANY} |" in done.stdout
    assert str(tmp_path) not in done.stdout


def test_a_bar_is_the_ratio_of_rounds_of_the_same_run() -> None:
    def round_of(who: str, a_second: float, *, seen: bool) -> Round:
        return Round(who, MANY, seen, 10, a_second, *[1.0] * 7)

    rounds = [
        round_of("pgbench, single rows", 100, seen=True),
        round_of("Lá Chắn", 50, seen=False),
        round_of("plain Django view", 20, seen=False),
    ]
    run = page.Run(page.Machine("x", 2, 1.0, "6", "3", {}, False), 0, 0, rounds, [], [], None, [])

    found = {bar.what: bar.met for bar in page.bars(run)}

    crowd = f"{MANY} connections, codes never seen"
    assert found[f"check-ins against pgbench, single rows, {crowd}"] is True
    assert found[f"check-ins against plain Django view, {crowd}"] is False
    assert (
        found[f"check-ins against pgbench, single rows, {crowd}, disk 1 ms slower, 32 of pgbench"]
        is None
    )
