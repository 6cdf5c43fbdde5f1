"""Every refusal of a laboratory's file has a sentence, a line in the documents, and a use."""

import re
from pathlib import Path

from lachan.formats.labresults import FILE_REASONS, ROW_REASONS, LabFileRefused, RowRefused

ROOT = Path(__file__).parents[2]
READERS = ("astm", "astmrecords", "hl7oru", "hl7v2", "labfiles", "mllp", "platecheck",
           "platecolumns", "platefiles", "sheets")  # fmt: skip


def _written() -> set[str]:
    """Every text of the readers that may be a code."""
    sources = [(ROOT / f"src/lachan/formats/{name}.py").read_text() for name in READERS]
    return {code for source in sources for code in re.findall(r'"([a-z0-9_]+)"', source)}


def test_every_code_is_used_and_every_one_has_a_sentence() -> None:
    codes = set(FILE_REASONS) | set(ROW_REASONS)

    assert codes - _written() == {"not_read"}  # the command's own
    for code in FILE_REASONS:
        assert LabFileRefused(code, "here").reason.endswith("(here)")
    for code in ROW_REASONS:
        assert RowRefused(1, code).reason == ROW_REASONS[code]


def test_every_code_is_explained_in_the_documents() -> None:
    page = (ROOT / "docs/platforms/laboratory-formats.md").read_text()
    rows = [line for line in page.partition("## Answer codes")[2].splitlines() if line[:3] == "| `"]
    explained = {code for row in rows for code in re.findall(r"`(\w+)`", row.split("|")[1])}

    assert explained == set(FILE_REASONS) | set(ROW_REASONS)
