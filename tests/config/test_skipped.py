"""What was not tested is said, and fails where everything must be tested."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.installations import ROOT

TEST = """
import pytest

@pytest.mark.parametrize("times", [1, 2])
def test_it_needs_something(times):
    pytest.skip("Chromium is not installed")
"""


@pytest.mark.parametrize(("ci", "status"), [("", 0), ("true", 1)])
def test_it_names_what_was_skipped(tmp_path: Path, ci: str, status: int) -> None:
    (tmp_path / "test_one.py").write_text(TEST)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "tests.skipped"),
            *("--rootdir", str(tmp_path), "-c", os.devnull, str(tmp_path)),
        ],
        cwd=ROOT,
        env=dict(os.environ) | {"CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "NOT TESTED (2): Chromium is not installed\n" in done.stdout
    assert done.returncode == status
