"""The board of rapid tests in a real browser: minutes, a tone, two readers; phone and desk."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lachan.core import clock
from lachan.core.clock import now
from lachan.core.roles import Role
from tests.factories import cast
from tests.factories.people import person
from tests.factories.photos import jpeg
from tests.gate import served
from tests.gate.browsers import chromium
from tests.gate.stage import DESK, PHONE, Stage
from tests.sampling.people_at_the_table import code_of
from tests.sampling.reading_tables import GTIN, begun, read, site, somebody

pytestmark = pytest.mark.browser

BOARD = "/sampling/rapid/board/"


@pytest.fixture(scope="module")
def stage(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The real web on this module's database."""
    web = served.Web(database, tmp_path_factory.mktemp("web") / "web.log")
    web.start()
    try:
        with chromium() as browser:
            yield Stage(browser, web)
    finally:
        web.kill()


def scan(page: Page, code: str) -> None:
    """A wedge scanner types and presses Enter."""
    field = page.locator("#code")
    expect(field).to_be_focused()
    page.keyboard.type(code)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_table_begins_with_three_scans(stage: Stage) -> None:
    at = site()
    whom = somebody(at, "Lò Thị Pản")
    page = stage.enter(at.reader)
    stage.open(page, "/sampling/rapid/setup/")
    page.locator("[name=table]").fill("2")
    page.locator("[name=reason][value=screening]").check(force=True)
    page.locator("[name=disease]").select_option("covid-19")
    stage.judge(page, "rapid-setup")
    with page.expect_navigation():
        page.locator("main form button").first.click()
    stage.judge(page, "rapid-table")
    scan(page, f"(01){GTIN}(17){at.lot.expires.strftime('%y%m%d')}(10){at.lot.lot}")
    scan(page, code_of(whom))
    stage.judge(page, "rapid-person")
    scan(page, "RT-000123")
    expect(page.locator(".sense")).to_contain_text("Lò Thị Pản")
    expect(page.locator(".sense")).to_contain_text("RT-000123")
    stage.judge(page, "rapid-begun")
    page.goto(f"{stage.web.url}/sampling/rapid/kits/")
    stage.judge(page, "rapid-kits")


def test_a_card_comes_up_by_itself_when_its_minutes_are_over(stage: Stage) -> None:
    at = site()
    page = stage.enter(at.reader, DESK)
    soon = begun(at, somebody(at, "Giàng Thị Mỷ"), ago=timedelta(minutes=14, seconds=20))
    begun(at, somebody(at, "Vàng A Páo"), ago=timedelta(minutes=4), table="2")
    begun(at, somebody(at, "Sùng Thị Dợ"), ago=timedelta(minutes=40), table="3")
    stage.open(page, BOARD)
    first = page.locator(".card").first
    expect(first).to_contain_text("Sùng Thị Dợ")
    running = page.locator(f"[data-cassette='{soon.pk}']")
    expect(running).to_contain_text("1 phút")
    stage.judge(page, "rapid-board")
    # Forty seconds after the drops: a busy machine has drawn the page long before.
    expect(running).to_contain_text("Đọc ngay")
    expect(page.locator("#board")).to_have_attribute("data-rang", "1")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    stage.judge(page, "rapid-board-phone")


def test_two_read_and_the_second_knows_nothing_of_the_first(stage: Stage) -> None:
    at = site()
    test = begun(at, somebody(at, "Hoàng Thị Sâm"), ago=timedelta(minutes=16))
    for number, by in enumerate((at.reader, at.second)):
        page = stage.enter(by)
        stage.open(page, BOARD)
        card = page.locator(f"[data-cassette='{test.pk}']")
        expect(card).to_contain_text("Người đọc thứ hai" if number else "Đọc ngay")
        with page.expect_navigation():
            card.locator("a").click()
        assert page.locator("input:checked").count() == 0
        stage.judge(page, f"rapid-read-{number}")
        page.locator("[name=outcome][value=negative]").check(force=True)
        with page.expect_navigation():
            page.locator("main form button").first.click()
        expect(page.locator("main")).to_contain_text(test.tube.barcode)
    expect(page.locator(".card")).to_have_count(0)
    stage.open(page, "/sampling/rapid/counts/")
    stage.judge(page, "rapid-counts")


def test_an_invalid_one_goes_to_the_table_at_once(stage: Stage) -> None:
    at = site()
    test = begun(at, somebody(at, "Tráng A Dè"), ago=timedelta(minutes=16))
    read(at.reader, test, "invalid")
    page = stage.enter(at.second)
    stage.open(page, "/sampling/rapid/setup/")
    page.locator("[name=table]").fill("4")
    page.locator("[name=reason][value=screening]").check(force=True)
    page.locator("[name=disease]").select_option("covid-19")
    with page.expect_navigation():
        page.locator("main form button").first.click()
    scan(page, f"(01){GTIN}(17){at.lot.expires.strftime('%y%m%d')}(10){at.lot.lot}")
    stage.open(page, BOARD)
    with page.expect_navigation():
        page.locator(f"[data-cassette='{test.pk}'] form button").click()
    expect(page.locator("main")).to_contain_text("Tráng A Dè")
    scan(page, "RT-000124")
    expect(page.locator(".sense")).to_contain_text("RT-000124")


def test_a_self_test_is_reported_and_looked_at(stage: Stage, tmp_path: Path) -> None:
    site()
    whom = person("Trần Thị Mai").id
    page = stage.enter(cast.citizen(whom))
    stage.open(page, "/self-test/")
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(jpeg(width=640, height=480))
    page.locator("[name=photo]").set_input_files(photo)
    page.locator("[name=claimed][value=positive]").check(force=True)
    page.locator("[name=done_at]").fill(now().astimezone(clock.OFFSET).strftime("%Y-%m-%dT%H:%M"))
    stage.judge(page, "self-test")
    with page.expect_navigation():
        page.locator("main form button").first.click()
    expect(page.locator("main")).to_contain_text("Trạm Y tế chưa xem")
    stage.judge(page, "self-test-sent")
    station = stage.enter(cast.of_commune(Role.STATION_OFFICER), DESK)
    stage.open(station, "/sampling/self-tests/")
    stage.judge(station, "self-tests")
    with station.expect_navigation():
        station.locator("td a").first.click()
    drawn = "document.querySelector('.rapid-photo').naturalWidth"
    station.wait_for_function(f"{drawn} > 0")
    assert station.evaluate(drawn) == 640
    stage.judge(station, "self-test-answer")
