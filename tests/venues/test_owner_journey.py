"""An owner with nothing but a phone: registers, prints, invites a guard, who scans at once."""

import re
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from lachan.config.commands.gateway import server
from tests.browser.visitor import Visitor
from tests.gate import served
from tests.gate.browsers import chromium
from tests.gate.test_pages import code_of, somebody
from tests.venues.pdf_codes import codes_of

pytestmark = pytest.mark.browser

OWNER, GUARD = "0900000761", "0900000762"


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The sandbox gateway, to which the web process sends its codes."""
    peer = server(0)
    Thread(target=peer.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{peer.server_address[1]}"
    monkeypatch.setenv("LACHAN_GATEWAY_URL", url)
    yield url
    peer.shutdown()
    peer.server_close()


@pytest.fixture
def web(database: str, messages: str, tmp_path: Path) -> Iterator[served.Web]:
    web = served.Web(database, tmp_path / "web.log")
    web.start()
    yield web
    web.kill()


def sign_in(visitor: Visitor, messages: str, phone: str) -> Page:
    """By the code that arrives on the phone; the page that was wanted comes back."""
    page = visitor.page
    page.get_by_role("link", name="Bằng số điện thoại").click()
    page.get_by_label("Số điện thoại").fill(phone)
    page.get_by_role("button", name="Gửi mã").click()
    expect(page.locator("input[name=code]")).to_be_visible()
    sent = httpx.get(f"{messages}/messages?to={phone}").json()
    (code,) = re.findall(r"\d{6}", sent[-1]["text"])
    page.locator("input[name=code]").fill(code)
    page.get_by_role("button", name="Đăng nhập").click()
    return page


def register(page: Page) -> None:
    """Three short steps."""
    page.get_by_label("Tên địa điểm").fill("Quán phở Hùng")
    page.get_by_label("Nhà hàng, quán ăn, cà phê").check()
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("searchbox").fill("nenh bac ninh")
    page.locator("#commune-hits input[type=radio]").first.check()
    page.get_by_label("Số nhà, đường").fill("12 Nguyễn Trãi")
    page.get_by_label("Sức chứa cùng lúc").fill("2")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_label("Điện thoại người phụ trách").fill(OWNER)
    page.get_by_role("button", name="Đăng ký").click()
    expect(page.locator("h1")).to_have_text("Quán phở Hùng")


def test_an_owner_opens_a_place_and_a_guard_scans_there(web: served.Web, messages: str) -> None:
    guest = code_of(somebody("Lê Văn Hùng"))
    with chromium() as browser:
        owner, guard = _phone(browser, web), _phone(browser, web)
        owner.page.goto(f"{web.url}/venues/register/")
        page = sign_in(owner, messages, OWNER)
        register(page)
        owner.look()

        page.get_by_role("link", name="Cổng, phòng và áp phích").click()
        page.get_by_label("Loại khu vực").select_option("gate")
        page.get_by_label("Tên, mỗi dòng một tên").fill("Cổng 1-2")
        page.get_by_role("button", name="Thêm, mỗi khu vực một mã").click()
        expect(page.locator(".vn-lines li")).to_have_count(2)
        owner.look()
        assert _printed(page, web) == 3

        page.get_by_role("link", name="Người kiểm soát và thiết bị").click()
        page.get_by_label("Số điện thoại và tên").fill(f"{GUARD} Bùi Văn Tư")
        page.get_by_role("button", name="Mời").click()
        expect(page.get_by_text("Bùi Văn Tư")).to_be_visible()
        owner.look()

        guard.page.goto(f"{web.url}/gate/desk/")
        sign_in(guard, messages, GUARD)
        guard.look()
        guard.page.get_by_role("button", name="Quán phở Hùng").click()
        guard.page.get_by_role("link", name="Cổng 1").click()
        expect(guard.page.locator("#text")).to_be_focused()
        guard.page.keyboard.type(guest)
        guard.page.keyboard.press("Enter")
        expect(guard.page.locator(".verdict h2")).to_have_text("Được vào")

        page.get_by_role("link", name="Lúc này").click()
        expect(page.locator(".vn-big > .fig")).to_have_text("1")
        owner.look()

        page.get_by_role("link", name="Người kiểm soát và thiết bị").click()
        # The page of the guard enrolled itself, and its token ends with him.
        expect(page.get_by_role("button", name="Bị mất: khóa lại")).to_have_count(1)
        page.get_by_role("button", name="Cho thôi ngay").click()
        expect(page.get_by_role("button", name="Bị mất: khóa lại")).to_have_count(0)
        guard.page.goto(f"{web.url}/gate/choose/")
        expect(guard.page).to_have_url(re.compile("/sign-in/"))
        assert owner.complaints + guard.complaints == []


def _phone(browser: Browser, web: served.Web) -> Visitor:
    return Visitor(browser, web.url, "phone")


def _printed(page: Page, web: served.Web) -> int:
    """Codes on the PDF of the place and its gates, each leading to a page of its own."""
    address = page.url.replace("/parts/", "/posters.pdf?which=all&layout=a4")
    codes = codes_of(page.context.request.get(address).body())
    assert len({code.text for code in codes}) == len(codes)
    assert all(code.text.startswith(f"{web.url}/q/") for code in codes)
    assert all(round(code.edge_mm) == 150 for code in codes)
    return len(codes)
