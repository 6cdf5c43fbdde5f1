"""A station officer's phone and desk, a director's desk, and a family's cheap phone."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from lachan.core.clock import OFFSET, now
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.formats.papernumbers import PaperNumber
from tests.browser.visitor import Visitor
from tests.declarations.daily import advised, link_of, morning
from tests.declarations.triage import resident, triaged, ward
from tests.factories import cast
from tests.factories.winding import unwound
from tests.gate import served
from tests.gate.browsers import chromium

pytestmark = pytest.mark.browser


class Town:
    """The web on this test's database, and visitors of it."""

    def __init__(self, browser: Browser, web: served.Web) -> None:
        self.browser, self.web = browser, web
        self.visitors: list[Visitor] = []

    def visitor(self, screen: Literal["phone", "desk"], by: Principal | None = None) -> Visitor:
        """A browser of somebody, or of nobody."""
        found = Visitor(self.browser, self.web.url, screen)
        if by is not None:
            cookie = {"name": "lachan", "value": by.secret, "url": self.web.url}
            found.context.add_cookies([cookie])  # type: ignore[list-item]
        self.visitors.append(found)
        return found


@pytest.fixture
def town(database: str, tmp_path: Path) -> Iterator[Town]:
    web = served.Web(database, tmp_path / "web.log")
    with chromium() as browser, unwound():
        web.start()
        made = Town(browser, web)
        try:
            yield made
            for each in made.visitors:
                each.context.close()
        finally:
            web.kill()
        assert [said for each in made.visitors for said in each.complaints] == []


def shoot(visitor: Visitor, name: str) -> None:
    """A picture for whoever looks at what was built."""
    folder = os.environ.get("LACHAN_LOOK")
    if folder:
        visitor.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def english(visitor: Visitor, name: str) -> None:
    """The same page in English, on the other screen, for whoever looks."""
    if not os.environ.get("LACHAN_LOOK"):
        return
    url = visitor.page.url
    other = visitor.context.browser.new_context(viewport={"width": 390, "height": 844}, locale="en")
    other.add_cookies(visitor.context.cookies())
    page = other.new_page()
    page.goto(url)
    page.screenshot(path=Path(os.environ["LACHAN_LOOK"]) / f"{name}-en.png", full_page=True)
    other.close()


def test_the_station_calls_back_and_a_family_reports(town: Town) -> None:
    here = ward()
    shared = "0900000744"
    family = [
        resident(here.unit, name, phone=shared, birth=year)
        for name, year in (("Nguyễn Văn Tám", "1962"), ("Nguyễn Thị Tình", "1964"))
    ]
    for person in family:
        advised(here, person)
    morning()
    triaged(here.mai.id, breathless=True, fever=True)
    late = resident(here.unit, "Hoàng Văn Khải", phone="")
    triaged(late.id, near_patient=True)
    station = cast.of_commune(Role.STATION_OFFICER, here.unit.commune)
    _calls(town.visitor("phone", station))
    _reads(town.visitor("desk", station), town, here.unit.province)
    _reports(town.visitor("phone"), link_of(family[0]))
    _keys(town.visitor("desk", station))


def _calls(officer: Visitor) -> None:
    page = officer.open("/triage/")
    expect(page.locator("tbody tr").first).to_contain_text("Dấu hiệu nguy hiểm")
    shoot(officer, "triage-phone")
    with page.expect_navigation():
        page.get_by_role("button", name="Gọi người kế tiếp").click()
    officer.look()
    expect(page.get_by_role("link", name="Gọi 0900000711")).to_be_visible()
    shoot(officer, "triage-task-phone")
    page.locator("label.choice", has_text="Chuyển cơ sở y tế").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Xong, người kế tiếp").click()
    officer.look()
    expect(page.locator("h1")).to_contain_text("Hoàng Văn Khải")
    shoot(officer, "triage-next-phone")


def _reads(officer: Visitor, town: Town, province: int) -> None:
    page = officer.open("/triage/")
    shoot(officer, "triage-desk")
    page.get_by_role("link", name="Hoàng Văn Khải").click()
    officer.look()
    shoot(officer, "triage-task-desk")
    english(officer, "triage-task")
    page.get_by_role("link", name="Người này đang ở xã, phường khác").click()
    officer.look()
    director = town.visitor("desk", cast.of_province(Role.DIRECTOR, province))
    director.open("/triage/")
    shoot(director, "triage-communes-desk")
    english(director, "triage-communes")


def _reports(family: Visitor, code: str) -> None:
    page = family.open(f"/h/{code}")
    expect(page.locator(".todo li")).to_have_count(2)
    shoot(family, "daily-phone")
    page.locator(".todo a", has_text="1962").click()
    family.look()
    shoot(family, "daily-form-phone")
    english(family, "daily-form")
    page.get_by_role("button", name="Gửi báo cáo").click()
    family.look()
    page.locator("label.choice", has_text="Khó thở cả khi ngồi yên").click()
    page.get_by_label("Nhiệt độ, °C").fill("38,4")
    for field in ("cough", "sore_throat", "chest_pain", "drowsy"):
        page.locator(f"label.choice:has([name={field}][value=no])").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Gửi báo cáo").click()
    family.look()
    expect(page.get_by_role("link", name="Gọi 115")).to_be_visible()
    shoot(family, "daily-danger-phone")


def _keys(officer: Visitor) -> None:
    """Sheets are numbered, one is keyed by keyboard alone, and the one before it is missing."""
    page = officer.open("/paper/")
    page.get_by_label("Số tờ").fill("5")
    page.get_by_label("Ai giữ").fill("Chốt Km 12")
    with page.expect_navigation():
        page.get_by_role("button", name="Đánh số các tờ").click()
    series = str(page.locator(".pile h3 .fig").first.text_content())
    officer.open("/paper/key/")
    page.keyboard.press("Tab")
    page.get_by_label("Số của tờ giấy").fill(str(PaperNumber(series, 2)))
    page.keyboard.press("Tab")
    page.keyboard.type("Hoàng Văn Khải 1990")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    officer.look()
    page.get_by_label("Giờ, ngày ghi trên tờ giấy").fill(
        now().astimezone(OFFSET).strftime("%Y-%m-%dT%H:%M")
    )
    for answer in page.locator("[value=no]").all():
        answer.focus()
        page.keyboard.press("Space")
    page.get_by_label("Tờ giấy có mấy ô Có?").fill("1")
    page.get_by_role("button", name="Lưu, tờ kế tiếp").click()
    expect(page.locator(".errsum")).to_contain_text("Số ô Có không khớp")
    officer.look()
    shoot(officer, "paper-again-desk")
    english(officer, "paper-again")
    for answer in page.locator("[value=no]").all():
        answer.focus()
        page.keyboard.press("Space")
    page.get_by_label("Tờ giấy có mấy ô Có?").fill("0")
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu, tờ kế tiếp").click()
    officer.look()
    officer.open("/paper/")
    expect(page.locator(".pile .say").first).to_contain_text(str(PaperNumber(series, 1)))
    shoot(officer, "paper-desk")
    english(officer, "paper")
