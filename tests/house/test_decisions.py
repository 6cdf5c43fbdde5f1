"""Decisions are numbered without a gap, and file, heading and index say the same."""

import re
from pathlib import Path

import pytest

from tests.house.floors import ROOT

DECISIONS = ROOT / "docs" / "decisions"
PAGES = sorted(DECISIONS.glob("[0-9]*.md"))


def _heading(page: Path) -> str:
    return page.read_text("utf-8").splitlines()[0].removeprefix("# ")


def test_the_index_names_every_decision_in_order() -> None:
    index = (DECISIONS / "README.md").read_text("utf-8")

    listed = re.findall(r"^- \[(.+)\]\((.+)\)$", index, re.MULTILINE)

    assert listed == [(_heading(page), page.name) for page in PAGES]


def test_numbers_have_no_gap() -> None:
    assert [int(page.name[:4]) for page in PAGES] == list(range(1, len(PAGES) + 1))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_decision_has_its_number_and_its_three_parts(page: Path) -> None:
    text = page.read_text("utf-8")

    assert _heading(page).startswith(f"{int(page.name[:4])}. ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert all(len(part.split()) >= 20 for part in text.split("\n## ")[1:])
