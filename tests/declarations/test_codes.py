"""The answer codes in the code and in the documents of these rooms are the same."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REFUSAL = re.compile(r'Refused\(\s*"(\w+)"')


@pytest.mark.parametrize("room", ["sampling", "declarations", "notices"])
def test_the_document_lists_exactly_the_codes_of_the_room(room: str) -> None:
    files = (ROOT / "src/lachan" / room).glob("*.py")
    said = {code for file in files for code in REFUSAL.findall(file.read_text("utf-8"))}
    text = (ROOT / f"docs/platforms/{room}.md").read_text("utf-8").split("## Answer codes")[1]
    assert said == set(re.findall(r"^\| `(\w+)`", text, re.M))
