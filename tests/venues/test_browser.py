"""A citizen's check-in by poster and a manager's desk, in a real browser."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import Principal, scoped
from lachan.venues.services import record_scan
from tests.factories import cast
from tests.gate import served
from tests.gate.browsers import chromium
from tests.venues.test_pages import scans_of, somebody

pytestmark = pytest.mark.browser


class Desk:
    """A browser, and the web behind it."""

    def __init__(self, browser: Browser, web: served.Web) -> None:
        self.browser, self.web = browser, web
        self.complaints: list[str] = []

    def page_of(self, by: Principal, *, width: int, height: int) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, locale="vi-VN"
        )
        context.add_cookies([{"name": "lachan", "value": by.secret, "url": self.web.url}])
        page = context.new_page()
        page.on("console", lambda said: self.complaints.append(said.text))
        return page

    def shoot(self, page: Page, name: str) -> None:
        if os.environ.get("LACHAN_SHOTS"):
            path = Path(os.environ["LACHAN_SHOTS"]) / f"{name}.png"
            page.screenshot(path=path, full_page=True)


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    web = served.Web(database, tmp_path / "web.log")
    with chromium() as browser:
        web.start()
        try:
            yield Desk(browser, web)
        finally:
            web.kill()


def test_a_citizen_checks_in_on_a_phone(desk: Desk) -> None:
    venue = served.venue_of(served.manager())
    mai = somebody("Trần Thị Mai")
    page = desk.page_of(cast.citizen(mai.id), width=390, height=844)

    page.goto(f"{desk.web.url}/q/{venue.code}")
    desk.shoot(page, "check-in")
    page.get_by_role("button", name="Tôi vào").click()

    expect(page.locator(".verdict h2")).to_have_text("Đã ghi lượt vào")
    desk.shoot(page, "checked-in")
    assert len(scans_of(mai)) == 1
    page.goto(f"{desk.web.url}/q/")
    desk.shoot(page, "type-code")
    assert not [said for said in desk.complaints if "Content Security Policy" in said]


def test_a_manager_works_at_a_desk(desk: Desk) -> None:
    boss = served.manager()
    venue = served.venue_of(boss)
    served.place_of(boss, name="Dãy hàng B", kind="market")
    for direction in ("in", "out", "in"):
        with scoped(boss, "gate"):
            record_scan(
                id=uuid7(),
                venue=venue,
                trace_id=uuid7(),
                direction=direction,
                at=now(),
                device_at=now(),
                source="gate",
                by=boss,
            )
    page = desk.page_of(boss, width=1440, height=900)

    page.goto(f"{desk.web.url}/venues/")
    desk.shoot(page, "venues")
    page.get_by_role("link", name="Chợ Sen Hồ").click()
    page.get_by_role("link", name="Người kiểm soát và thiết bị").click()
    page.get_by_label("Tên thiết bị mới").fill("Cửa xoay")
    page.get_by_role("button", name="Đăng ký thiết bị").click()

    expect(page.get_by_role("alert")).to_contain_text("LD1_")
    desk.shoot(page, "venue")
    assert not [said for said in desk.complaints if "Content Security Policy" in said]
