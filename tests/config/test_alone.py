"""What failed in a browser beside other work is named, to be played alone; nothing else is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.installations import ROOT

BROWSER = "@pytest.mark.browser\ndef test_of_a_page():\n    assert {page}\n"
OTHER = "def test_of_a_rule():\n    assert {rule}\n"
SKIPPED = "def test_of_a_peer():\n    pytest.skip('no peer here')\n"


@pytest.mark.parametrize(
    ("page", "rule", "more", "named"),
    [
        (False, True, "", "test_one.py\n"),
        (False, False, "", ""),
        (True, False, "", ""),
        (True, True, "", ""),
        (False, True, SKIPPED, ""),
    ],
)
def test_only_pages_are_played_again(
    tmp_path: Path, page: bool, rule: bool, more: str, named: str
) -> None:
    text = "import pytest\n\n" + BROWSER.format(page=page) + OTHER.format(rule=rule) + more
    (tmp_path / "test_one.py").write_text(text)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    browser: plays in a browser\n")
    told = tmp_path / "alone.txt"
    subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "tests.alone"),
            *("--rootdir", str(tmp_path), str(tmp_path)),
        ],
        cwd=ROOT,
        env=_of_no_worker() | {"LACHAN_ALONE": str(told)},
        capture_output=True,
        check=False,
    )
    assert (told.read_text() if told.exists() else "") == named


def _of_no_worker() -> dict[str, str]:
    """This may itself be a worker of pytest-xdist, and the run it starts is not."""
    return {name: said for name, said in os.environ.items() if name != "PYTEST_XDIST_WORKER"}
