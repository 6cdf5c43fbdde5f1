"""The review queue and the checks of identity in a real browser: by keyboard, on desk and phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.selectors import pairs, standing_links
from lachan.people.services import Stay, ask_police
from lachan.people.tasks import match_entered
from tests.factories import cast
from tests.factories.outbreak import HERE_CODE, Unit
from tests.factories.people import person
from tests.gate import served
from tests.gate.browsers import chromium
from tests.gate.stage import DESK, PHONE, Stage

pytestmark = pytest.mark.browser


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


@pytest.fixture(scope="module")
def home(database: str) -> Stay:
    """A commune with records that may be one person."""
    here = Unit.of(HERE_CODE)
    stay = Stay(commune=here.commune, province=here.province, address="Số 12, tổ dân phố 3")
    phone = {"phones": ["0900 600 111"], "stay": stay, "sex": "female"}
    person("Nguyễn Thị Thu Hương", birth="05/03/1990", documents={"cccd": "024190600111"}, **phone)
    person("NGUYEN THI HUONG", birth="03/05/1990", **phone)
    person("Giáp Văn Bình", birth="1958", sex="male", stay=stay, phones=["0900 600 112"])
    person("Giáp Bình", birth="11/12/1958", stay=stay, phones=["0900 600 112"])
    person("Trịnh Thị Oanh", birth="07/08/1985", sex="female", stay=stay)
    person("Trịnh Thị Oanh", birth="07/08/1984", sex="female", stay=stay)
    match_entered()
    return stay


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_the_queue_is_worked_through_by_keyboard(stage: Stage, home: Stay) -> None:
    station = cast.of_commune(Role.STATION_OFFICER, home.commune)
    page = stage.enter(station, DESK)
    stage.open(page, "/people/same/")
    waiting = _count(station)
    assert waiting >= 2
    expect(page.locator("[data-pair]")).to_have_count(waiting)
    press(page, "j")
    expect(page.locator("[data-pair]").first).to_be_focused()
    press(page, "j", "k")
    expect(page.locator("[data-pair]").first).to_be_focused()
    stage.judge(page, "people-same")
    with page.expect_navigation():
        press(page, "1")
    with scoped(station, "test"):
        assert standing_links().count() == 1
    expect(page.locator("[data-pair]")).to_have_count(waiting - 1)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    stage.judge(page, "people-same-phone")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    stage.open(page, "/people/same/decided/")
    stage.judge(page, "people-same-decided")
    page.locator(".undo input[name=why]").first.fill("Hai chị em")
    with page.expect_navigation():
        page.locator(".undo button").first.click()
    assert _count(station) == waiting


def _count(by: Principal) -> int:
    with scoped(by, "test"):
        return pairs().count()


def test_the_police_answer_and_the_station_settles(stage: Stage, home: Stay) -> None:
    station = cast.of_commune(Role.STATION_OFFICER, home.commune)
    with scoped(station, "test"):
        ask_police(by=station)
    police = stage.enter(cast.of_commune(Role.COMMUNE_POLICE, home.commune), DESK)
    stage.open(police, "/people/identity/answers/")
    stage.judge(police, "people-identity-answers")
    first = police.locator("form.answers").first
    names = {each.get_attribute("name") for each in first.locator("input[type=radio]").all()}
    for at, name in enumerate(sorted(filter(None, names))):
        first.locator(f"[name='{name}'][value={'no' if at == 0 else 'yes'}]").check(force=True)
    with police.expect_navigation():
        first.locator("button").click()
    page = stage.enter(station, DESK)
    stage.open(page, "/people/identity/")
    expect(page.locator(".ids li")).to_have_count(1)
    stage.judge(page, "people-identity")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    stage.judge(page, "people-identity-phone")
    with system_scope("test"):
        assert pairs().exists()
