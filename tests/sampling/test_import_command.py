"""`lachan lab import` as the night shift calls it: counts, rows with reasons, exit codes."""

import os
import subprocess
import sys
from pathlib import Path

from lachan.config.home import Home
from lachan.config.postgres import Postgres
from tests.database import ROOT
from tests.sampling.deliveries import WORDS, standing, table, tubes
from tests.sampling.people_at_the_table import Team, team


def called(database: str, at: Team, *words: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    server = Postgres(Home.default())
    roles = ("app", "door", "gate")
    named = {f"LACHAN_DSN_{r.upper()}": server.dsn(f"lachan_{r}", database) for r in roles}
    environment = {**os.environ, **named, "PYTHONPATH": str(ROOT / "src")}
    environment.pop("LACHAN_DSN_OWNER", None)
    command = [sys.executable, "-m", "lachan", "lab", "import", *words]
    return subprocess.run(
        [*command, "--laboratory", str(at.laboratory)],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )


def test_it_says_what_would_change_then_does_it_once(database: str, tmp_path: Path) -> None:
    at = team()
    tubes(at, ["N-1"])
    file, copy = tmp_path / "kq.xlsx", tmp_path / "can-sua.xlsx"
    file.write_bytes(table([("N-1", WORDS["positive"]), ("N-2", WORDS["positive"])]))
    dry = called(database, at, str(file), "--dry-run", "--copy", str(copy))
    assert (dry.returncode, dry.stderr) == (1, "")
    assert "2 rows, 1 taken" in dry.stdout
    assert f"{file}:3: unknown_tube N-2" in dry.stdout
    assert standing(at) == {}
    assert copy.stat().st_size > 1_000
    assert called(database, at, str(file)).returncode == 1
    assert standing(at) == {"N-1": "positive"}
    again = called(database, at, str(file))
    assert (again.returncode, "nothing changed" in again.stdout) == (0, True)


def test_a_file_that_is_cut_off_is_refused(database: str, tmp_path: Path) -> None:
    at = team()
    file = tmp_path / "kq.xlsx"
    file.write_bytes(table([("N-3", WORDS["positive"])])[:2_000])
    cut = called(database, at, str(file))
    assert cut.returncode == 2
    assert "Nothing was entered." in cut.stderr
