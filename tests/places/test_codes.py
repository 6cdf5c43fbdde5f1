"""The page about this room lists every code with which it refuses."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_lists_every_refusal() -> None:
    page = (ROOT / "docs" / "platforms" / "places.md").read_text("utf-8")
    listed = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", page))
    for file in (ROOT / "src" / "lachan" / "places").rglob("*.py"):
        codes = re.findall(r'Refused\(\s*"([a-z_]+)"', file.read_text("utf-8"))
        assert set(codes) <= listed, file.name
