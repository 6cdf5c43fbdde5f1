"""`lachan story --wind` winds the demo's clock from the command line."""

import pytest

from tests.config.story.test_load import SMALL, one, owner, tell

__all__ = ["owner"]
pytestmark = pytest.mark.usefixtures("database")

RELEASED = "select count(*) from sampling_release"


def test_it_refuses_where_there_is_no_demo(owner: str) -> None:
    done = tell(owner, "--wind", "6,02:10")
    assert done.returncode == 1
    assert "not_demo" in done.stderr


def test_it_winds_forward_and_not_back(owner: str) -> None:
    assert tell(owner, *SMALL).returncode == 0
    before = int(str(one(owner, RELEASED)))
    done = tell(owner, "--wind", "6,02:10")
    assert done.returncode == 0, done.stderr
    assert one(owner, RELEASED) == before + 1
    back = tell(owner, "--wind", "6,01:00")
    assert back.returncode == 1
    assert "clock_backwards" in back.stderr
    assert one(owner, RELEASED) == before + 1
