"""Folders in memory: killing a process asks nothing of the disk, and syncing it takes time."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")


@pytest.fixture
def in_memory() -> Iterator[Path]:
    """An empty folder; on disk where the machine has no file system in memory."""
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place, prefix="lachan-test-") as folder:
        yield Path(folder)
