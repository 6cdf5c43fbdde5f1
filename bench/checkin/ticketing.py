"""pretix in an environment of its own: installed once, never in our lock."""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

#: What runs inside.
INSIDE = Path(__file__).with_name("pretix_inside.py")


class Pretix(NamedTuple):
    """Check-ins one after another, in process."""

    version: str
    count: int
    a_second: float
    p50: float
    p99: float
    memory_mb: float


class Missing(RuntimeError):
    """It is not measured, with the reason in one sentence."""


def check_in(folder: Path, count: int) -> Pretix:
    """So many check-ins.  Raises Missing where it cannot be installed or gives other answers."""
    python = _installed(folder / "pretix-env")
    done = subprocess.run(
        [str(python), str(INSIDE), str((folder / "pretix-data").absolute()), str(count)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
    )
    if done.returncode:
        raise Missing(f"pretix does not run here: {_last(done.stderr)}")
    found = json.loads(done.stdout.splitlines()[-1])
    if (
        found["answers"] != {"ok": count}
        or found["stored"] != count
        or set(found["again"]) != {"ok"}
    ):
        raise Missing(f"pretix gave other answers: {found['answers']}, {found['stored']} stored")
    return Pretix(
        *(found["version"], count, count / found["seconds"], found["p50"], found["p99"]),
        found["memory_mb"],
    )


def _installed(environment: Path) -> Path:
    python = environment / "bin" / "python"
    whole = environment / "installed"
    if whole.exists():
        return python
    for command in (
        [sys.executable, "-m", "venv", str(environment)],
        [str(python), "-m", "pip", "install", "--quiet", "pretix"],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Missing(f"pretix cannot be installed here: {_last(done.stderr)}")
    whole.touch()
    return python


def _last(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip() and "WARNING" not in line]
    return lines[-1][:200] if lines else "no reason given"
