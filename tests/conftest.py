"""What every test may ask for.  Tests of rooms with tables get a fresh database per module."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import expect
from whitenoise.base import StaticFile
from whitenoise.middleware import WhiteNoiseMiddleware

from tests.database import copy, drop_lasting, set_environment

set_environment()

import django  # noqa: E402  # the settings need the tests' home first

django.setup()

from lachan.config.translations import compile_all  # noqa: E402  # as set-up does before any page
from tests.database import ROOT  # noqa: E402

compile_all(ROOT / "src")

#: milliseconds a page may take to show what is expected of it: a busy machine is no fault of ours.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
if "CI" not in os.environ:  # there the library's own profile has no deadlines either
    settings.register_profile("lachan", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("lachan")

#: Folders of tests whose code needs no database.
WITHOUT_DATABASE = frozenset(
    {
        "engine",
        "bench",
        "credentials",
        "formats",
        "conformance",
        "house",
        "story",
        "config",
        "spec",
        "radio",
        "territory",
        "ui",
        "browser",
    }
)


#: What makes an installation or a story that others then share, and whose tests share them.
MAKERS = frozenset({"acceptance/test_scenario1.py", "browser/test_journey.py"})
SHARERS = frozenset({"acceptance", "browser", "config"})


def _turn(item: pytest.Item) -> int:
    """Long files first, so that no processor waits at the end for the others' last one.  Each
    maker begins beside tests that need neither what it makes nor a database."""
    folder = item.path.parent.name
    if f"{folder}/{item.path.name}" in MAKERS:
        return 0
    if folder == "engine":
        return 1
    if not (item.get_closest_marker("browser") or item.get_closest_marker("slow")):
        return 4
    return 3 if folder in SHARERS else 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    turns: dict[Path, int] = {}
    for item in items:
        turns[item.path] = min(_turn(item), turns.get(item.path, 4))
    items.sort(key=lambda item: turns[item.path])


def pytest_collection_finish() -> None:
    """What 15,000 collected tests hold is no garbage: a sixth of the time went to looking at it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


_find, _found = WhiteNoiseMiddleware.add_files_from_finders, dict[str, StaticFile]()


def _find_once(self: WhiteNoiseMiddleware) -> None:
    """Every client of a test loads the middleware; the static files are looked for by the first."""
    if not _found:
        _find(self)
        _found.update(self.files)
    self.files.update(_found)


WhiteNoiseMiddleware.add_files_from_finders = _find_once


def pytest_sessionfinish(session: pytest.Session) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        drop_lasting()


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """A fresh copy of the migrated template; connections speak as app, door and owner."""
    with copy() as name:
        yield name


@pytest.fixture(autouse=True)
def _database_of_rooms(request: pytest.FixtureRequest) -> None:
    folder = Path(request.node.path).parent.name
    if folder not in WITHOUT_DATABASE:
        request.getfixturevalue("database")
