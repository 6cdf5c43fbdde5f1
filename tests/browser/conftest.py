"""The real thing, once for all journeys: `lachan up` on a folder of its own, with the story."""

import os
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, sync_playwright

from lachan.config import frontend
from tests.browser.visitor import ROOT, Visitor
from tests.config.installations import running, told_home
from tests.gate.browsers import CHROMIUM

Come = Callable[[Literal["phone", "desk"]], Visitor]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo that has told its story; LACHAN_BROWSER_URL names another."""
    if os.environ.get("LACHAN_BROWSER_URL"):
        yield os.environ["LACHAN_BROWSER_URL"]
        return
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    frontend.install(ROOT)
    with running(told_home(tmp_path_factory)) as up:
        yield f"http://127.0.0.1:{up.port}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium; each visitor has a window of his own."""
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def come(browser: Browser, url: str) -> Iterator[Come]:
    """Somebody comes with a phone or sits at a desk; nobody may leave with a complaint."""
    visitors: list[Visitor] = []

    def arrive(screen: Literal["phone", "desk"]) -> Visitor:
        visitors.append(Visitor(browser, url, screen))
        return visitors[-1]

    yield arrive
    for each in visitors:
        each.context.close()
    assert [said for each in visitors for said in each.complaints] == []
