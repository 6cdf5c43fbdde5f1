"""The codes in the code and in the document of the room are the same."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def codes_in(folder: Path) -> set[str]:
    """Every literal code of a refusal."""
    refusal = re.compile(r'(?:Refused|EnvelopeBroken)\(\s*"(\w+)"')
    return {code for path in folder.rglob("*.py") for code in refusal.findall(path.read_text())}


def test_every_code_is_in_its_document_and_no_other_is() -> None:
    for room in ("people", "formats", "credentials"):
        # A room's page, and for formats that of the laboratory's, which is long enough for its own.
        pages = (ROOT / "docs/platforms").glob(f"*{room}*.md")
        text = "".join(page.read_text() for page in pages)
        said = codes_in(ROOT / "src/lachan" / room)
        assert said, room
        missing = {code for code in said if f"`{code}`" not in text}
        assert missing == set(), room


def test_every_code_of_the_document_exists() -> None:
    text = (ROOT / "docs/platforms/people.md").read_text().split("## Answer codes")[1]
    code = "".join(
        path.read_text()
        for room in ("people", "formats")
        for path in (ROOT / "src/lachan" / room).glob("*.py")
    )
    assert {named for named in re.findall(r"`(\w+)`", text) if f'"{named}"' not in code} == set()
