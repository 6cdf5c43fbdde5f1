"""The document lists every code the room answers with, and no other."""

import re

from lachan.rulebook.shipped import DATA
from tests.spec.tables import ROOT

#: A code as the source writes it, in a `Refused` or a `BadRule`.
CODE = re.compile(r'(?:Refused|BadRule)\(\s*"([a-z_]+)"')


def test_the_document_lists_every_answer_code() -> None:
    sources = "".join(path.read_text("utf-8") for path in DATA.parent.glob("*.py"))
    document = (ROOT / "docs/platforms/rulebook.md").read_text("utf-8")
    listed = document.split("## Answer codes")[1].split("## Rule tables")[0]

    assert set(re.findall(r"^\| `([a-z_]+)`", listed, re.MULTILINE)) == set(CODE.findall(sources))
