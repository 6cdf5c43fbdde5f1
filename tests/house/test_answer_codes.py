"""The codes a room answers with and the codes its document explains are the same."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("core", "isolation", "notices", "proximity", "tracing")

REFUSAL = re.compile(r'(?:Refused\(\s*|"code": )"(\w+)"')


def _answered(room: str) -> set[str]:
    sources = (ROOT / "src/lachan" / room).rglob("*.py")
    return {code for path in sources for code in REFUSAL.findall(path.read_text())}


def _explained(room: str) -> set[str]:
    """From the room's page and the pages of its parts, `<room>-<part>.md`."""
    pages = (ROOT / "docs/platforms").glob(f"{room}*.md")
    return {code for page in pages for code in _codes_of(page)}


def _codes_of(page: Path) -> set[str]:
    _before, _heading, text = page.read_text().partition("## Answer codes")
    rows = [line for line in text.split("\n## ")[0].splitlines() if line.startswith("| `")]
    return {code for row in rows for code in re.findall(r"`(\w+)`", row.split("|")[1])}


@pytest.mark.parametrize("room", ROOMS)
def test_every_code_is_explained_and_every_explained_code_exists(room: str) -> None:
    assert _answered(room) == _explained(room)
    assert _answered(room)
