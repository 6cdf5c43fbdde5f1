"""The acceptance preset is told once; every module of scenarios works in a copy of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lachan.config.story.generate import generate
from lachan.config.story.options import PRESETS
from lachan.config.story.world import World
from tests.acceptance.told import Told, played, tell
from tests.database import copy, lasting
from tests.once import folder_of_run, once

PRESET = "nghiem-thu"


@pytest.fixture(scope="session")
def world() -> World:
    """The story in memory."""
    return generate(PRESETS[PRESET])


@pytest.fixture(scope="session")
def story_database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The database that the others are copied from, the same for all processes of the run."""
    told = once(folder_of_run(tmp_path_factory) / "acceptance", _tell)
    return told.read_text(encoding="utf-8")


def _tell(told: Path) -> None:
    name = lasting()
    tell(name, "--preset", PRESET)
    told.write_text(name, encoding="utf-8")


@pytest.fixture(scope="module")
def database(story_database: str) -> Iterator[str]:
    """A copy of the told story."""
    with copy(of=story_database) as name:
        yield name


@pytest.fixture(scope="module")
def told(database: str, world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The story, at 02:00 of day 6, with an engine's folder of its own."""
    with played(world, tmp_path_factory.mktemp("engine")) as told:
        yield told
