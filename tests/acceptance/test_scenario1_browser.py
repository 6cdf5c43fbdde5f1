"""Scenario 1 in the hand of the officer on duty: on a phone, at night, in few taps."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from lachan.config import frontend
from lachan.tracing.models import Case
from tests.acceptance.thumb import Thumb
from tests.acceptance.told import Told, people_of
from tests.browser.visitor import ROOT, Visitor
from tests.gate.browsers import chromium
from tests.gate.served import Web

pytestmark = [pytest.mark.slow, pytest.mark.browser]

#: The bars of practice.md section 7.
TAPS, MINUTES = 60, 15


@pytest.fixture(scope="module")
def night_case(told: Told) -> Case:
    """Released at 02:10; the worker has asked and answered."""
    return told.released(told.scenes.night_worker.f0)


@pytest.fixture(scope="module")
def url(told: Told, database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real web process on the told story."""
    frontend.install(ROOT)
    log: Path = tmp_path_factory.mktemp("web") / "web.log"
    web = Web(database, log)
    web.start()
    yield web.url
    web.kill()


@pytest.fixture(scope="module")
def browser(told: Told) -> Iterator[Browser]:
    """One Chromium, started when the story stands: from then on this thread has a loop."""
    with chromium() as started:
        yield started


@pytest.fixture
def officer(browser: Browser, url: str, told: Told) -> Iterator[Visitor]:
    """The station officer on duty, with a phone; nothing on it may be wrong."""
    with Visitor(browser, url, "phone") as visitor:
        visitor.play(told.world.account_of["station"].name)
        yield visitor
        assert visitor.complaints == []


def test_the_officer_on_duty_takes_the_case_and_confirms_its_people(
    officer: Visitor, night_case: Case, told: Told
) -> None:
    thumb = Thumb(officer)
    officer.open("/tracing/")

    thumb.goes(thumb.page.get_by_role("link", name=night_case.number))
    thumb.goes(thumb.page.locator("form[action$='/take/'] button"))
    expect(thumb.page.locator("table.tab tbody tr").first).to_be_visible()
    thumb.tap(thumb.page.locator("[name=everybody]"))
    thumb.goes(thumb.page.locator("button[value=confirm]"))
    officer.shoot("station-night-case")

    scene = told.scenes.night_worker
    confirmed = people_of(night_case, state="confirmed")
    assert confirmed == told.persons({*scene.met, *scene.household})
    assert thumb.taps <= TAPS
    assert thumb.minutes <= MINUTES
