"""Lists and groups before a real browser: both screens, axe, the policy and the console."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, sync_playwright

from lachan.config import frontend
from lachan.core.roles import Role
from lachan.core.scope import Principal, system_scope
from lachan.people.services import Stay, register_person
from lachan.tracing.models import Case, ContactGroup, Roster
from tests.browser.visitor import ROOT, Visitor
from tests.factories import cast, outbreak, rosters
from tests.factories.outbreak import Unit
from tests.gate.browsers import CHROMIUM
from tests.gate.served import Web

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
]


@pytest.fixture(scope="module")
def case(database: str, tmp_path_factory: pytest.TempPathFactory) -> Case:
    from django.conf import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(settings.HOME), "engine", tmp_path_factory.mktemp("engine"))
        here = Unit.of(outbreak.HERE_CODE)
        with system_scope("test") as by:
            person = register_person(
                full_name=rosters.name_of(1),
                birth="02/02/1981",
                sex="female",
                phones=["0900000001"],
                stay=Stay(here.commune, here.province, "Ngõ 1"),
                by=by,
            )
        return outbreak.positive(person)


@pytest.fixture(scope="module")
def tracer(case: Case) -> Principal:
    return cast.of_province(Role.TRACER, case.province)


@pytest.fixture(scope="module")
def url(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    frontend.install(ROOT)
    web = Web(database, tmp_path_factory.mktemp("web") / "web.log")
    web.start()
    yield web.url
    web.kill()


@pytest.fixture(scope="module")
def browser(case: Case) -> Iterator[Browser]:
    """Chromium; playwright's loop runs in this thread, and the tests' queries beside it."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as play:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def come(browser: Browser, url: str, by: Principal, screen: Literal["phone", "desk"]) -> Visitor:
    """The tracer before one of the two screens, signed in."""
    visitor = Visitor(browser, url, screen)
    visitor.context.add_cookies([{"name": "lachan", "value": by.secret, "url": url}])
    return visitor


def the_file(folder: Path) -> Path:
    """The list of scenario 2 with three rows nobody can read, one of them of line 7."""
    rows = rosters.scenario_2()
    rows += [rosters.worker(n, line=f"Chuyền {n % 9 + 10}", shift="ca 3") for n in range(100, 160)]
    bad = [rosters.worker(n, line="Chuyền 7", shift="ca 3") for n in (70, 71, 72)]
    bad[0][6], bad[1][5], bad[2][3] = "mất máy", "02401", "31/02/1990"
    bad[1][8] = bad[2][8] = "Chuyền 9"
    path = folder / "nhan-su-thang-11.xlsx"
    path.write_bytes(rosters.workbook([*rows, *bad], title="CÔNG TY TNHH SAO MAI"))
    return path


def test_from_the_file_to_a_confirmed_group(
    browser: Browser, url: str, case: Case, tracer: Principal, tmp_path: Path
) -> None:
    desk = come(browser, url, tracer, "desk")
    page = desk.open(f"/tracing/{case.id}/groups/")
    page.set_input_files("input[type=file]", the_file(tmp_path))
    page.fill("input[name=name]", "Công ty TNHH Sao Mai")
    page.select_option("select[name=kind]", "company")
    desk.shoot("tracer-list-send")
    page.locator("form[enctype] button").click()
    desk.look()
    desk.shoot("tracer-list-columns")
    page.locator(".bulk button").click()
    desk.look()
    desk.shoot("tracer-list-groups")
    page.locator("form.c-lists button:not(.is-quiet)").click()
    desk.look()
    with system_scope("test"):
        made = Roster.objects.get(case=case)
    assert made.state == Roster.State.IMPORTING
    rosters.work(made)
    page.wait_for_selector("text=68")
    desk.look()
    desk.shoot("tracer-list-result")
    with page.expect_download() as caught:
        page.locator("a[download]").first.click()
    assert caught.value.suggested_filename == "nhan-su-thang-11-can-sua.xlsx"

    with system_scope("test"):
        group = ContactGroup.objects.get(case=case, kind="line")
    page = desk.open(f"/tracing/{case.id}/groups/{group.id}/")
    for row in range(2):
        page.locator("input[name=contacts]").nth(row).uncheck()
    desk.shoot("tracer-group")
    page.locator("button[value=confirm]").click()
    desk.look()
    assert page.locator("input[name=contacts]").count() == 2
    desk.open(f"/tracing/{case.id}/groups/")

    phone = come(browser, url, tracer, "phone")
    with system_scope("test"):
        bus = ContactGroup.objects.get(case=case, kind="vehicle")
    for path in (
        f"/tracing/{case.id}/groups/",
        f"/tracing/{case.id}/groups/{bus.id}/",
        f"/tracing/{case.id}/rosters/{made.id}/",
        f"/tracing/{case.id}/rosters/{made.id}/columns/",
        f"/tracing/{case.id}/rosters/{made.id}/groups/?q=chuyen&close=line:7:3",
    ):
        phone.open(path)
    assert desk.complaints + phone.complaints == []
