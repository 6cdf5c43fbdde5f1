"""The chain in a real browser: walked with the keyboard, opened without a script, printed."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from lachan.core.clock import now
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.places.services import register_organisation, register_place
from lachan.tracing.models import Contact, ContactLink
from tests.browser.pictures import keep_small
from tests.browser.visitor import AXE, GRAVE, RULES, SCREENS, SHOTS
from tests.factories import cast, chains
from tests.gate.browsers import CHROMIUM
from tests.gate.served import Web
from tests.tracing.test_levels_promotion import Scenario

pytestmark = pytest.mark.browser

PATIENCE = 60_000  # milliseconds


class Served:
    """Scenario 8 after the promotion, before a real web process."""

    def __init__(self, web: Web) -> None:
        self.web = web
        told = Scenario()
        told.interview()
        _spread(told)
        chains.computed()
        told.turn_positive()
        chains.computed()
        self.told = told
        self.secret = chains.tracer_of(told.first).secret
        self.path = f"{web.url}/tracing/{told.first.id}/chain/"


def _spread(told: Scenario) -> None:
    """The meetings of the first case at three places and over a day, each of another length."""
    commune = told.first.commune
    with system_scope("test") as by:
        body = register_organisation(kind="company", name="Công ty Sao Mai", commune=commune, by=by)
    manager = cast.of_organisation(Role.PLACE_MANAGER, body.id)
    with scoped(manager, "places"):
        places = [
            register_place(
                kind="campus", name=name, commune=commune, organisation=body.id, by=manager
            )
            for name in ("Chuyền 4", "Nhà ăn số 2", "Xe Nếnh – Quang Châu")
        ]
    with system_scope("test"):
        links = ContactLink.objects.filter(case=told.first, source_person=told.first.person_id)
        for number, link in enumerate(links.order_by("id")):
            start = now() - timedelta(hours=20 + number)
            length = timedelta(minutes=10 + number * 5)
            seen = {"first_at": start, "last_at": start + length, "place": places[number % 3]}
            seen["seconds"] = int(length.total_seconds())
            ContactLink.objects.filter(pk=link.pk).update(**seen)
            Contact.objects.filter(case=told.first, person=link.person_id).update(**seen)


def shoot(page: Page, name: str) -> None:
    """Take a picture for the guides, when LACHAN_SHOTS=1."""
    if os.environ.get("LACHAN_SHOTS") == "1":
        keep_small(page.context, page.screenshot(animations="disabled"), SHOTS / f"{name}.png")


@pytest.fixture(scope="module")
def served(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    web = Web(database, tmp_path_factory.mktemp("web") / "web.log")
    found = Served(web)
    web.start()
    yield found
    web.kill()


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as player:
        found = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


def visit(browser: Browser, served: Served, screen: str = "desk", **more: Any) -> BrowserContext:
    width, height = SCREENS[screen]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        **more,
    )
    context.set_default_timeout(PATIENCE)
    context.add_cookies([{"name": "lachan", "value": served.secret, "url": served.web.url}])
    return context


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.innerText"))


def test_the_rows_are_walked_opened_and_chosen_with_the_keyboard(
    browser: Browser, served: Served
) -> None:
    page = visit(browser, served).new_page()
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text))
    page.goto(served.path)
    first = page.locator("[role=treeitem]").first
    first.focus()
    page.keyboard.press("ArrowDown")
    cluster, below = focused(page).split("\n")[-2:]
    people = int(below.split(" F1")[0])
    rows = page.locator("[role=treeitem]").count()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[role=treeitem]")).to_have_count(rows + people)
    assert cluster in focused(page), "the focus stays at the row that was opened"
    page.keyboard.press("ArrowRight")
    assert focused(page).startswith("F1") or "F1" in focused(page)
    page.keyboard.press("Enter")
    expect(page.locator(".ch-side .why")).to_contain_text("là F1 vì")
    assert "person=" in page.url
    page.keyboard.press("ArrowLeft")
    assert cluster in focused(page)
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[role=treeitem]")).to_have_count(rows)
    assert said == []


def test_every_row_opens_without_a_script(browser: Browser, served: Served) -> None:
    page = visit(browser, served, java_script_enabled=False).new_page()
    page.goto(served.path)
    closed = page.locator("[role=treeitem]").count()
    with page.expect_navigation():
        page.locator("[aria-expanded=false] button.ch-more").first.click()

    assert page.locator("[role=treeitem]").count() > closed
    assert "toggle=" in page.url
    page.locator("button.ch-name").first.click()
    expect(page.locator(".ch-side .why")).to_contain_text("là F0 vì")


@pytest.mark.parametrize("screen", ["desk", "phone"])
@pytest.mark.parametrize("address", ["chain/", "changes/"])
def test_the_pages_are_accessible_and_fit_their_screen(
    browser: Browser, served: Served, screen: str, address: str
) -> None:
    page = visit(browser, served, screen).new_page()
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text))
    page.goto(served.path.replace("chain/", address) + f"?person={served.told.f2[2]}")
    page.wait_for_load_state()
    found = page.evaluate(
        f"(async () => {{ {Path(AXE).read_text('utf-8')};"
        f" return await axe.run(document, {{runOnly: {RULES}}}) }})()"
    )
    grave = [
        (one["id"], one["nodes"][0]["html"])
        for one in found["violations"]
        if one["impact"] in GRAVE
    ]
    assert grave == []
    if (address, screen) != ("changes/", "phone"):
        shoot(page, f"tracer-{address.strip(chr(47))}-{screen}")
    assert page.evaluate("document.querySelector('main').scrollWidth") <= SCREENS[screen][0]
    assert said == []


def test_a_printed_page_is_landscape_and_tears_no_part(browser: Browser, served: Served) -> None:
    page = visit(browser, served).new_page()
    page.goto(f"{served.path}?person={served.told.f2[2]}")
    page.emulate_media(media="print")

    assert page.locator(".casetabs").is_hidden()
    # 277 x 190 mm of an A4 sheet within its margins, in CSS pixels.
    boxes = [box.bounding_box() for box in page.locator(".ch-part").all()]
    assert boxes
    assert all(box is not None and box["height"] <= 718 for box in boxes)
    rows = page.locator(".ch-rows").first.bounding_box()
    picture = page.locator(".ch-pic").first.bounding_box()
    assert rows is not None
    assert picture is not None
    assert rows["width"] + picture["width"] <= 1047
