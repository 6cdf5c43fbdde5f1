"""A page's modules name only what another module gives: a wrong name stops the whole page."""

import re
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[2] / "src/lachan"
MODULES = [path for path in SRC.glob("*/static/**/*.js") if "vendor" not in path.parts]

IMPORTS = re.compile(r"import \{([^}]*)\} from \"(\.[^\"]+)\"")
GIVEN = re.compile(r"export (?:async )?(?:function|class|const|let) (\w+)")
GIVEN_AGAIN = re.compile(r"export \{([^}]*)\}")


def names(listed: str) -> set[str]:
    return {name.split(" as ")[0].strip() for name in listed.split(",") if name.strip()}


def given(path: Path) -> set[str]:
    """What a module exports."""
    text = path.read_text("utf-8")
    again = (re.sub(r"\w+ as ", "", listed) for listed in GIVEN_AGAIN.findall(text))
    return {*GIVEN.findall(text), *(name for listed in again for name in names(listed))}


def named(path: Path, other: str) -> Path:
    """The file of an address that a module names; another room's lie under one root with it."""
    near = (path.parent / other).resolve()
    root = path.relative_to(SRC).parts[0]
    if near.is_file():
        return near
    address = near.relative_to(SRC / root / "static")
    return next((found for found in SRC.glob(f"*/static/{address}")), near)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_it_imports_what_another_exports(path: Path) -> None:
    missing = []
    for listed, other in IMPORTS.findall(path.read_text("utf-8")):
        target = named(path, other)
        if "vendor" in target.parts:
            continue
        assert target.is_file(), other
        missing += [f"{other}: {name}" for name in names(listed) - given(target)]
    assert missing == []
