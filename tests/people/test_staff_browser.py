"""An officer's first evening at the door, in a real browser against the real web process."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from lachan.core.roles import Role
from lachan.people import signing_in
from tests.factories import cast
from tests.gate.browsers import CHROMIUM
from tests.gate.served import Web
from tests.people.test_staff_sign_in import PASSWORD, code_now

pytestmark = pytest.mark.browser

PATIENCE = 60_000  # milliseconds


@pytest.fixture
def web(database: str, tmp_path: Path) -> Iterator[Web]:
    """The web process, and an officer who has a password and no phone yet."""
    signing_in.open_account(
        handle="hanh",
        name="Đinh Thị Hạnh",
        password=PASSWORD,
        roles={Role.STATION_OFFICER: signing_in.At(commune=cast.HERE)},
    )
    served = Web(database, tmp_path / "web.log")
    served.start()
    yield served
    served.kill()


@pytest.fixture
def page() -> Iterator[Page]:
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(
            locale="vi-VN", viewport={"width": 390, "height": 844}, reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE)
        yield context.new_page()
        browser.close()


def shoot(page: Page, name: str) -> None:
    folder = os.environ.get("LACHAN_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_an_officer_ties_a_phone_prints_the_sheet_and_comes_back_by_a_code_of_it(
    web: Web, page: Page
) -> None:
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    page.goto(f"{web.url}/sign-in/staff/")
    shoot(page, "staff-door")
    _type_password(page)
    page.wait_for_url("**/protection/app/")
    shoot(page, "staff-tie")
    assert page.evaluate("document.querySelector('.door-code img').naturalWidth") > 0
    page.fill("[name=code]", code_now(page.inner_text(".door-key")))
    page.click("form:has([name=code]) button")
    page.wait_for_url("**/protection/codes/")
    codes = page.locator(".door-codes li").all_inner_texts()
    shoot(page, "staff-sheet")
    page.emulate_media(media="print")
    shoot(page, "staff-sheet-print")
    page.emulate_media(media="screen")
    page.goto(f"{web.url}/sign-in/staff/protection/")
    shoot(page, "staff-protection")

    page.goto(f"{web.url}/people/")
    page.click("form.out button")
    page.wait_for_url("**/sign-in/")
    page.goto(f"{web.url}/sign-in/staff/")
    _type_password(page)
    page.wait_for_url("**/sign-in/staff/code/")
    shoot(page, "staff-code")
    page.fill("[name=code]", codes[0])
    page.click("form:has([name=code]) button")
    page.goto(f"{web.url}/people/")
    expect(page.locator(".dk-who")).to_contain_text("Đinh Thị Hạnh")
    assert complaints == []


def _type_password(page: Page) -> None:
    page.fill("[name=login]", "hanh")
    page.fill("[name=password]", PASSWORD)
    page.click("form:has([name=login]) button")
