"""The glossary names things that exist, once each."""

import re
from collections import Counter

from lachan.core.roles import Role
from lachan.rulebook.shipped import shipped_terms
from tests.house.floors import ROOT

TEXT = (ROOT / "GLOSSARY.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("| ") and not line.startswith("| Vietnamese")
]


def test_a_row_has_both_languages_a_name_and_its_use() -> None:
    assert len(ROWS) > 100
    assert [row for row in ROWS if len(row) != 4 or not all(row[:3])] == []


def test_a_word_stands_once() -> None:
    words = Counter(row[0] for row in ROWS)

    assert [word for word, times in words.items() if times > 1] == []


def test_every_role_it_names_exists() -> None:
    named = set(re.findall(r"Role\.([A-Z_]+)", TEXT))

    assert named
    assert named <= set(Role.__members__)


def test_it_has_every_measure_of_the_rulebook() -> None:
    names = " ".join(row[2] for row in ROWS)
    measures = {code for code in shipped_terms()["measure"] if code.startswith(("isolate", "zone"))}

    assert [code for code in measures if code not in names] == []
