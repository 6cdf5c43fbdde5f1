"""Reference material that lies beside the repository and is never part of it."""

import os
from pathlib import Path

import pytest


def shared(path: str) -> Path:
    """`path` below the folder `shared` beside this repository or any folder above; else skip."""
    for root in candidates():
        if (root / path).exists():
            return root / path
    pytest.skip(f"{path} is read from ../shared, which is not here")


def candidates() -> list[Path]:
    """Folders that may be the shared one, the environment's first."""
    named = os.environ.get("LACHAN_SHARED")
    beside = [folder / "shared" for folder in Path(__file__).resolve().parents]
    return [Path(named), *beside] if named else beside
