"""A guard's phone in a real browser: the camera, the verdict, no network, and the network again."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lachan.core.scope import Principal, scoped
from lachan.venues.models import Venue
from lachan.venues.selectors import count_of
from tests.gate import served
from tests.gate.browsers import chromium
from tests.gate.film import film
from tests.gate.test_pages import code_of, guard_of, somebody
from tests.gate.typist import ready

pytestmark = pytest.mark.browser

PATIENCE = 60_000  # milliseconds


class Phone:
    """A guard's phone before a gate, and the web behind it."""

    def __init__(self, context: BrowserContext, web: served.Web, venue: Venue, by: Principal):
        self.context, self.web, self.venue, self.by = context, web, venue, by
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.web.url}{path}")
        return self.page

    def shoot(self, name: str) -> None:
        folder = os.environ.get("LACHAN_SHOTS")
        if folder:
            self.page.screenshot(path=Path(folder) / f"{name}.png")

    def count(self) -> int:
        with scoped(self.by, "gate"):
            return count_of(self.venue.place_id).scans

    def policy_complaints(self) -> list[str]:
        return [said for said in self.complaints if "Content Security Policy" in said]


@pytest.fixture
def phone(database: str, tmp_path: Path) -> Iterator[Phone]:
    venue = served.venue_of(served.manager(), name="Cổng Nam")
    guard = guard_of(venue)
    played = film(tmp_path / "code.y4m", code_of(somebody()))
    web = served.Web(database, tmp_path / "web.log")
    camera = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={played}",
    ]
    with chromium(*camera) as browser:
        web.start()
        try:
            context = browser.new_context(
                viewport={"width": 390, "height": 844}, locale="vi-VN", permissions=["camera"]
            )
            context.set_default_timeout(PATIENCE)
            context.add_cookies([{"name": "lachan", "value": guard.secret, "url": web.url}])
            yield Phone(context, web, venue, guard)
        finally:
            web.kill()


def test_a_guard_scans_with_the_camera(phone: Phone) -> None:
    page = phone.open("/gate/")

    expect(page.locator(".verdict.is-may h2")).to_have_text("Được vào", timeout=PATIENCE)
    expect(page.locator(".verdict-id b")).to_have_text("Trần Thị M.")
    phone.shoot("gate-may")
    assert phone.count() == 1
    expect(page.locator("#net-say")).to_contain_text("Có mạng")
    assert phone.policy_complaints() == []


def test_it_scans_without_a_network_and_sends_later(phone: Phone) -> None:
    page = phone.open("/gate/desk/")
    page = phone.open("/gate/")
    expect(page.locator("html[data-kept]")).to_have_count(1, timeout=PATIENCE)
    expect(page.locator(".verdict.is-may")).to_be_visible(timeout=PATIENCE)
    before = phone.count()

    phone.web.kill()
    page.reload()
    expect(page.locator(".verdict h2")).to_have_text("Được vào", timeout=PATIENCE)
    expect(page.locator(".verdict .why")).to_contain_text("chưa xem được tờ khai")
    expect(page.locator(".verdict-asof")).to_contain_text("Quy tắc nhận lúc")
    expect(page.locator("#net-say")).to_contain_text("Mất mạng", timeout=PATIENCE)
    expect(page.locator("#net-count")).to_contain_text("chờ gửi")
    phone.shoot("gate-offline-kept")

    phone.web.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#net-count")).to_have_text("", timeout=PATIENCE)
    expect(page.locator("#net-say")).to_contain_text("đã gửi đủ")
    assert phone.count() > before
    assert phone.policy_complaints() == []


def test_a_reader_types_into_the_desk(phone: Phone) -> None:
    page = phone.open("/gate/desk/")
    phone.shoot("gate-desk")
    code = code_of(somebody("Lê Văn Hùng"))

    ready(page)
    page.keyboard.type(code)
    page.keyboard.press("Enter")

    expect(page.locator(".verdict h2")).to_have_text("Được vào")
    expect(page.locator(".verdict-id b")).to_have_text("Lê Văn H.")
    phone.shoot("gate-desk-may")
    page.keyboard.type("nonsense")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict").last).to_contain_text("Không nhận ra mã này")
    phone.shoot("gate-desk-refused")
    assert phone.policy_complaints() == []


def test_every_page_of_the_gate_is_shown_to_eyes(phone: Phone) -> None:
    for path, name in (("/gate/no-code/", "enter"), ("/gate/choose/", "choose")):
        page = phone.open(path)
        expect(page.locator("h1")).to_be_visible()
        phone.shoot(f"gate-{name}")
    assert phone.policy_complaints() == []
