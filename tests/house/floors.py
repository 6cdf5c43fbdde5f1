"""The floors as the import contract says them: written once, in pyproject.toml."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "lachan"


def floors() -> dict[str, int]:
    """room -> floor; a higher number is a higher floor."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers = next(contract for contract in contracts if contract["id"] == "floors")["layers"]
    found = {}
    for height, layer in enumerate(reversed(layers)):
        for room in re.findall(r"\w+", layer):
            found[room] = height
    return found


def python_files() -> list[Path]:
    """Every Python file of the package, the tests and the benches."""
    return sorted(
        path for folder in ("src", "tests", "bench") for path in (ROOT / folder).rglob("*.py")
    )
