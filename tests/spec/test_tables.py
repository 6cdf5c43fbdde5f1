"""The reader of spec tables, and the documents made from them."""

import pytest

from tests.spec import print_tables, tables

DRAWN = """
  place | minutes | answer
  ------+---------+-------
  line  |   15    | to_verify
  gate  |   –     | linked
"""


def test_it_reads_a_drawn_table() -> None:
    assert tables.read(DRAWN) == [
        {"place": "line", "minutes": "15", "answer": "to_verify"},
        {"place": "gate", "minutes": "–", "answer": "linked"},
    ]


def test_it_refuses_a_row_of_another_width() -> None:
    with pytest.raises(ValueError, match="2 cells under 3 columns"):
        tables.read(DRAWN + "  room | 20\n")


def test_it_refuses_a_table_without_a_rule_under_its_header() -> None:
    with pytest.raises(ValueError, match="must be dashes"):
        tables.read("a | b\nc | d\n")


@pytest.mark.parametrize("name", sorted(print_tables.documents()))
def test_a_document_shows_the_tables_as_they_are(name: str) -> None:
    path = tables.ROOT / name

    assert path.read_text("utf-8") == print_tables.documents()[name], (
        "stale: run python -m tests.spec.print_tables"
    )
