"""A mother declares for herself and her child on a phone, and says one thing better."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from lachan.core.clock import today
from lachan.people.services import Stay
from tests.browser.visitor import Visitor
from tests.declarations.households import Household, household
from tests.gate import served
from tests.gate.browsers import chromium
from tests.places.units import BAC_NINH, NENH

pytestmark = pytest.mark.browser


@pytest.fixture
def home() -> Household:
    return household(birth="1985", stay=Stay(NENH, BAC_NINH, "Ngõ 3, đường Chợ"))


@pytest.fixture(scope="module")
def web(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[served.Web]:
    """The real web on this module's database."""
    found = served.Web(database, tmp_path_factory.mktemp("web") / "web.log")
    found.start()
    yield found
    found.kill()


@pytest.fixture
def mother(web: served.Web, home: Household) -> Iterator[Visitor]:
    """Her phone."""
    with chromium() as browser, Visitor(browser, web.url, "phone") as visitor:
        visitor.context.add_cookies(
            [{"name": "lachan", "value": home.mother.secret, "url": web.url}]
        )
        yield visitor


def press(page: Page, question: str, answer: str) -> None:
    """A thumb on an answer."""
    page.locator(f"label.choice:has(input[name='{question}'][value='{answer}'])").click()


def on(visitor: Visitor) -> None:
    """The button at the lower edge, and a look at what comes."""
    with visitor.page.expect_navigation():
        visitor.page.locator(".ph-dock button").click()
    visitor.look()


def well(page: Page) -> None:
    """No, on every question of this screen that is to be seen."""
    for ask in page.locator(".ask:not([hidden]) fieldset:has(.is-yn)").all():
        ask.locator("label.choice").nth(1).click()


def test_a_mother_declares_for_herself_and_her_child_and_amends(
    mother: Visitor, home: Household
) -> None:
    page = mother.open("/declare/")
    with page.expect_navigation():
        page.locator(".kinds a").first.click()
    mother.look()
    expect(page.locator(".ask:has([name=moved_to_text])")).to_be_hidden()
    press(page, "stays", "yes")
    page.fill("[name=birth]", "1985-03-05")
    on(mother)
    on(mother)
    expect(page.locator(".errsum")).to_be_focused()
    expect(page.locator("[name=onset]")).to_be_hidden()
    well(page)
    on(mother)
    well(page)
    on(mother)
    press(page, "left_province", "yes")
    page.locator("[name=visited-0-place_text]").press_sequentially("nenh")
    press(page, "visited-0-place", str(NENH))
    page.fill("[name=visited-0-until]", today().isoformat())
    press(page, "abroad", "no")
    on(mother)
    expect(page.locator(".pass.is-may h1")).to_contain_text("Không cần làm gì thêm đến")
    expect(page.locator(".told")).to_have_count(3)

    with page.expect_navigation():
        page.get_by_role("link", name="Khai tiếp cho Nguyễn Văn An").click()
    mother.look()
    assert page.locator("input[type=radio]:checked").count() == 0
    press(page, "stays", "yes")
    press(page, "consent", "guardian")
    press(page, "relation", "parent")
    on(mother)
    for _screen in range(3):
        well(page)
        on(mother)
    expect(page.locator(".pass.is-may h1")).to_be_visible()

    with page.expect_navigation():
        page.get_by_role("link", name="Sửa tờ khai, đến 24:00 hôm nay").click()
    press(page, "fever", "yes")
    page.get_by_role("button", name="Hôm nay").click()
    expect(page.locator("[name=onset]")).to_have_value(today().isoformat())
    for _screen in range(3):
        on(mother)
    expect(page.locator(".pass.is-need h1")).to_contain_text("gọi trạm y tế trước khi đi đâu, vì")
    expect(page.locator(".hist")).to_contain_text("Sốt")
    mother.open(f"/declare/mine/?of={home.an}")
    assert mother.complaints == []


def test_without_a_script_everything_that_may_be_asked_is_open(
    mother: Visitor, home: Household
) -> None:
    assert mother.context.browser
    context = mother.context.browser.new_context(java_script_enabled=False, locale="vi-VN")
    context.add_cookies([{"name": "lachan", "value": home.mother.secret, "url": mother.url}])
    page = context.new_page()
    page.goto(f"{mother.url}/declare/population/")
    press(page, "stays", "yes")
    page.locator(".ph-dock button").click()
    expect(page.locator("[name=onset]")).to_be_visible()
    well(page)
    page.locator(".ph-dock button").click()
    well(page)
    page.locator(".ph-dock button").click()
    press(page, "left_province", "yes")
    page.fill("[name=visited-0-place_text]", "nenh")
    page.fill("[name=visited-0-until]", today().isoformat())
    press(page, "abroad", "no")
    page.locator(".ph-dock button").click()
    press(page, "visited-0-place", str(NENH))
    page.locator(".ph-dock button").click()
    expect(page.locator(".pass h1")).to_contain_text("Không cần làm gì thêm đến")
