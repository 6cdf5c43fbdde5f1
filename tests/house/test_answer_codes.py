"""The codes a room answers with and the codes its documents explain are the same."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    *("core", "corrections", "declarations", "gate", "isolation", "notices", "proximity"),
    *("sampling", "tracing", "ui", "vaccination", "venues"),
)

REFUSAL = re.compile(r'(?:Refused\(\s*|"code": )"(\w+)"')

#: Codes that a room gives otherwise: the hot path's answers, and what a verdict is called.
VERDICTS = frozenset(
    {
        *("not_registered", "verdict_need", "verdict_not", "does_not_fit"),
        *("place_full", "place_waits", "place_suspended"),
    }
)
#: A sentence by its code, where one function says why a file is refused.
SENTENCE = re.compile(r'"(file_\w+)": _\(')


def _answered(room: str) -> set[str]:
    sources = (ROOT / "src/lachan" / room).rglob("*.py")
    found = {code for path in sources for code in REFUSAL.findall(path.read_text())}
    return found | (_of_the_gate() if room == "gate" else set())


def _of_the_gate() -> set[str]:
    from lachan.gate.wire import ANSWERS, DECLARATION_ANSWERS

    carried = (ROOT / "src/lachan/gate/carried.py").read_text()
    return {*ANSWERS, *DECLARATION_ANSWERS, *VERDICTS, *SENTENCE.findall(carried)}


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
