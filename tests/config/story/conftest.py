"""Two worlds for every test of the story: the acceptance preset, and the industrial park."""

from dataclasses import replace

import pytest

from lachan.config.story.generate import generate
from lachan.config.story.options import PRESETS
from lachan.config.story.world import World


@pytest.fixture(scope="session")
def world() -> World:
    """The preset `nghiem-thu`, whole."""
    return generate(PRESETS["nghiem-thu"])


@pytest.fixture(scope="session")
def park() -> World:
    """Twenty thousand workers on the morning of day 0: people and places, nothing happened yet."""
    return generate(replace(PRESETS["khu-cong-nghiep"], days=0))
