"""The guides show what stands: every picture they name exists, and every picture is shown."""

import re
from pathlib import Path

GUIDES = Path(__file__).resolve().parents[2] / "docs/guides"
PICTURE = re.compile(r"!\[([^\]]+)\]\(([^)]+)\)")

#: A guide is read on a slow line.
LARGEST = 150_000


def shown() -> set[Path]:
    """The pictures of all guides."""
    guides = GUIDES.glob("*.md")
    return {
        guide.parent / path
        for guide in guides
        for _, path in PICTURE.findall(guide.read_text("utf-8"))
    }


def test_every_picture_of_a_guide_exists_and_is_light() -> None:
    assert len(shown()) >= 15
    assert sorted(path.name for path in shown() if not path.is_file()) == []
    assert sorted(path.name for path in shown() if path.stat().st_size > LARGEST) == []


def test_every_picture_stands_in_a_guide() -> None:
    assert set((GUIDES / "shots").glob("*.png")) - shown() == set()


def test_every_guide_stands_in_the_index() -> None:
    index = (GUIDES / "README.md").read_text("utf-8")
    names = {guide.name for guide in GUIDES.glob("*.md")} - {"README.md"}
    assert {name for name in names if f"]({name})" not in index} == set()
