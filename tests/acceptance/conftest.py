"""The acceptance preset is told once; every module of scenarios works in a copy of its own."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache

from lachan.config.story.generate import generate
from lachan.config.story.options import PRESETS
from lachan.config.story.world import World
from lachan.core import clock
from lachan.core.installation import look_again
from lachan.people.signing_in import cast_of_demo, enter
from tests.acceptance.told import Told, tell
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
    patch = pytest.MonkeyPatch()
    patch.setattr(type(settings.HOME), "engine", tmp_path_factory.mktemp("engine"))
    before = clock._wound
    look_again()
    yield Told(world, {account.handle: enter(account) for account, _role in cast_of_demo()})
    clock.wind(before)
    cache.clear()
    patch.undo()
