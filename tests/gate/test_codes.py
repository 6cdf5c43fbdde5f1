"""Every answer code of the gate and of the venues is documented, and none that does not exist."""

import re

import pytest

from lachan.gate.wire import ANSWERS
from tests.database import PACKAGE, ROOT

#: Codes that are no refusals: they say what a verdict was.
VERDICTS = {"not_registered", "verdict_need", "verdict_not"}


def documented(room: str) -> set[str]:
    page = (ROOT / "docs" / "platforms" / f"{room}.md").read_text("utf-8")
    return set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))


def refused(room: str) -> set[str]:
    sources = "\n".join(path.read_text("utf-8") for path in (PACKAGE / room).glob("*.py"))
    return set(re.findall(r"Refused\(\s*\"(\w+)\"", sources))


@pytest.mark.parametrize(("room", "more"), [("venues", set()), ("gate", {*ANSWERS, *VERDICTS})])
def test_codes_and_their_page_agree(room: str, more: set[str]) -> None:
    assert documented(room) == refused(room) | more
