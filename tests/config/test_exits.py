"""Exit statuses are a public contract: each refusal has one, and each is explained."""

import ast

from lachan.config.supervisor.exits import EXITS
from tests.config.installations import ROOT

SOURCES = [
    *(ROOT / "src/lachan/config").glob("*.py"),
    *(ROOT / "src/lachan/config/supervisor").glob("*.py"),
    ROOT / "src/lachan/config/commands/up.py",
    ROOT / "src/lachan/config/commands/down.py",
]


def _codes_in_use() -> set[str]:
    """First words of every `HomeRefused(...)`, and the codes handed to `_as_owner`."""
    found = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            if name in {"HomeRefused", "_as_owner"} and isinstance(first, ast.Constant):
                found.add(str(first.value))
    return found


def test_it_has_a_status_for_every_refusal_and_no_other() -> None:
    assert _codes_in_use() == set(EXITS)


def test_it_explains_every_refusal_with_its_status() -> None:
    page = (ROOT / "docs/how-to/run.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and "`" in line]
    for code, status in EXITS.items():
        assert any(row.startswith(f"| {status} |") and f"`{code}`" in row for row in rows), code
