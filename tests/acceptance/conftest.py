"""The acceptance preset is told once; every module of scenarios works in a copy of its own."""

from collections.abc import Iterator

import pytest

from lachan.config.story.generate import generate
from lachan.config.story.options import PRESETS
from lachan.config.story.world import World
from tests.acceptance.told import Told, played, tell
from tests.database import copy

PRESET = "nghiem-thu"


@pytest.fixture(scope="session")
def world() -> World:
    """The story in memory."""
    return generate(PRESETS[PRESET])


@pytest.fixture(scope="session")
def story_database() -> Iterator[str]:
    """The database that the others are copied from."""
    with copy() as name:
        tell(name, "--preset", PRESET)
        yield name


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
