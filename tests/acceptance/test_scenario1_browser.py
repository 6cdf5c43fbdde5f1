"""Scenario 1 in the hand of the officer on duty: on a phone, at night, in few taps."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page

from lachan.config import frontend
from lachan.config.story import scenes
from lachan.config.story.world import MINUTE
from lachan.core.clock import OFFSET
from lachan.core.scope import scoped, system_scope
from lachan.notices.models import Notice
from lachan.tracing import handover, inbox
from lachan.tracing.models import Case
from tests.acceptance.thumb import Thumb
from tests.acceptance.told import Told, moment, people_of
from tests.browser.visitor import ROOT, Visitor
from tests.factories import outbreak
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
    """The CDC's officer on duty, with a phone; nothing on it may be wrong."""
    with Visitor(browser, url, "phone") as visitor:
        visitor.play(told.world.account_of["tracer"].name)
        yield visitor
        assert visitor.complaints == []


def choice(page: Page, name: str, value: str) -> Locator:
    """The answer with this value, as a thumb meets it."""
    return page.locator("label.choice", has=page.locator(f"input[name={name}][value='{value}']"))


def clock_of(seconds: int) -> str:
    """Hours and minutes of a moment, as a time field takes them."""
    return moment(seconds).astimezone(OFFSET).strftime("%H:%M")


def gap_at(page: Page, seconds: int) -> Locator:
    """The hours nobody knows about in which this moment lies."""
    day, clock = moment(seconds).astimezone(OFFSET).date().isoformat(), clock_of(seconds)
    for link in page.locator(f"a[href*='/timeline/new/?day={day}']").all():
        asked = parse_qs(urlsplit(str(link.get_attribute("href"))).query)
        if asked["from"][0] <= clock < asked["until"][0]:
            return link
    raise AssertionError(f"the timeline shows no gap at {clock} of {day}")


def asks_who_and_since_when(thumb: Thumb) -> None:
    """The first two questions of the form: who speaks, and when it began."""
    page = thumb.page
    thumb.goes(page.locator(".casetabs a[href$='/form/']"))
    thumb.goes(page.locator("main .sec .act a.btn-lc").first)
    thumb.tap(choice(page, "interviewed", "patient"))
    thumb.tap(choice(page, "interview_way", "phone"))
    thumb.goes(page.locator(".dock button"))
    thumb.tap(choice(page, "first_symptoms", "fever"))
    thumb.types(page.locator("[name=onset]"), "2026-11-13")
    thumb.goes(page.locator(".dock button"))
    thumb.listens(90)


def writes_down(thumb: Thumb, told: Told, row: scenes.Told) -> None:
    """A stay he tells, begun from the hole it fills."""
    page = thumb.page
    thumb.goes(gap_at(page, row.start))
    thumb.listens(45)
    if row.place is None:
        thumb.tap(page.locator("main details summary").first)
        thumb.types(page.locator("[name=name]"), row.said)
        thumb.picks(page.locator("[name=kind]"), "other")
    else:
        thumb.types(page.locator("[name=place_text]"), told.world.places[row.place].name)
        thumb.tap(choice(page, "place", str(told.place(row.place))))
    thumb.types(page.locator("[name=begins]"), clock_of(row.start))
    thumb.tap(choice(page, "lasted", str((row.end - row.start) // MINUTE)))
    thumb.goes(page.locator(".dock button"))


def names(thumb: Thumb, told: Told, one: scenes.Companion) -> None:
    """Somebody he was with: one line, and whether it is whom the register knows."""
    page = thumb.page
    thumb.listens(15)
    thumb.types(page.locator("[name=name]"), f"{one.called} {one.phone}".strip())
    thumb.goes(page.locator(".dock button"))
    who = page.locator(f"button[name=who][value='{told.person(one.person)}']")
    if one.phone:
        thumb.goes(who)


def test_the_officer_on_duty_comes_from_the_board_to_the_stations_in_few_taps(
    officer: Visitor, night_case: Case, told: Told
) -> None:
    scene, thumb = told.scenes.night_worker, Thumb(officer)
    page = officer.open("/tracing/")
    mine = page.locator("li", has=page.get_by_role("link", name=night_case.number))
    thumb.goes(mine.locator("form[action$='/take/'] button"))
    asks_who_and_since_when(thumb)
    thumb.goes(page.locator(".casetabs a[href$='/timeline/']"))
    for row in scene.told:
        writes_down(thumb, told, row)
    thumb.goes(page.locator(".casetabs a[href$='/add/']"))
    for row in scene.told:
        for one in row.with_whom:
            names(thumb, told, one)
    outbreak.answered(night_case)
    thumb.goes(page.locator(f".casetabs a[href$='/tracing/{night_case.id}/']"))
    for act in ("confirm", "hand_over"):
        thumb.tap(page.locator("[name=everybody]"))
        thumb.goes(page.locator(f"button[value={act}]"))
    officer.shoot("tracer-night-case")

    print(f"\n{thumb.taps} taps, {thumb.minutes:.1f} minutes")
    assert len(people_of(night_case, state="handed_over")) == len(scene.named()) == 14
    assert thumb.taps <= TAPS
    assert thumb.minutes <= MINUTES


def test_the_list_is_at_the_station_and_its_messages_are_drafted(
    night_case: Case, told: Told
) -> None:
    station = told.cast["station"]
    with scoped(station, "handover"):
        rows = list(inbox.came(inbox.AskedInbox()))
        for row in rows:
            handover.accept(row, by=station)
    with system_scope("test"):
        states = list(Notice.objects.exclude(kind="appointment").values_list("state", flat=True))

    assert len(rows) == 14 - 2
    assert states == [Notice.State.DRAFTED] * len(rows)
