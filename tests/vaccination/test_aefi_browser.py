"""Reactions in a real browser: a bar comes up at another open site, a citizen is told to go."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from lachan.core.clock import OFFSET
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.places.models import Organisation
from lachan.vaccination import aefi
from lachan.vaccination.models import AefiStep, Dose
from tests.factories import cast
from tests.gate import served
from tests.gate.browsers import chromium
from tests.gate.stage import DESK, PHONE, Stage
from tests.vaccination.aefi_cases import a_lot, a_site, inject, recorded, somebody, told_by

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


def test_a_bar_comes_up_by_itself_at_another_open_site(stage: Stage) -> None:
    here, there = a_site("Nhà văn hóa phường"), a_site("Trường tiểu học")
    lot = a_lot("ABX5178")
    dose = inject(here, lot, somebody(here, "Lò Thị Pản", phones=["0900000661"]))
    other = stage.enter(there.vaccinator)
    stage.open(other, "/vaccination/reactions/new/")
    desk = stage.enter(cast.of_province(Role.DIRECTOR), DESK)
    stage.open(desk, "/vaccination/reactions/?part=severe")
    expect(other.locator("#barred-lots")).not_to_contain_text("ABX5178")

    page = stage.enter(here.vaccinator)
    stage.open(page, f"/vaccination/doses/{dose.id}/reaction/")
    stage.judge(page, "aefi-record")
    page.locator("[name=severity][value=severe]").check(force=True)
    page.locator("[name=signs][value=anaphylaxis]").check(force=True)
    page.locator("[name=onset_at]").fill(_local(dose))
    page.locator("[name=outcome][value=treated]").check(force=True)
    with page.expect_navigation():
        page.locator("main form button").last.click()
    for seen in (other, desk):
        line = seen.locator("#barred-lots .barred-line")
        expect(line).to_contain_text("ABX5178")
    stage.judge(other, "aefi-barred-elsewhere")
    stage.judge(page, "aefi-event-phone")


def _local(dose: Dose) -> str:
    """Three minutes after the injection, as the field of the page takes it."""
    return f"{(dose.given_at + timedelta(minutes=3)).astimezone(OFFSET):%Y-%m-%dT%H:%M}"


def test_a_citizen_is_told_to_go_and_the_station_sees_it(stage: Stage) -> None:
    site = a_site()
    lot = a_lot(uuid7().hex[-8:].upper())
    whom = somebody(site, "Sùng Thị Dợ", phones=["0900000662"])
    dose = inject(site, lot, whom)
    page = stage.enter(cast.citizen(whom.id))
    stage.open(page, f"/after-vaccination/?dose={dose.id}")
    stage.judge(page, "aefi-home")
    page.locator("[name=well][value=yes]").check(force=True)
    page.locator("[name=signs][value=breath]").check(force=True)
    with page.expect_navigation():
        page.locator("main form button").last.click()
    expect(page.locator(".go-now")).to_contain_text("115")
    stage.judge(page, "aefi-home-go")
    station = stage.enter(cast.of_commune(Role.STATION_OFFICER), DESK)
    stage.open(station, "/vaccination/reactions/")
    expect(station.locator("main")).to_contain_text("Sùng Thị Dợ")
    stage.judge(station, "aefi-board")
    station.locator("main tbody a").first.click()
    station.locator("[name=note]").first.fill("Đã đưa đến trung tâm y tế")
    stage.judge(station, "aefi-urgent")


def test_the_pages_of_the_province(stage: Stage) -> None:
    site = a_site()
    with system_scope("test"):
        Organisation.objects.create(
            id=site.vaccinator.organisation, kind="station", name="Trạm Y tế phường Kinh Bắc"
        )
    lot = a_lot("ZX00917")
    for n in range(4):
        whom = somebody(site, f"Nguyễn Văn {n}", phones=[f"090000067{n}"] if n else [])
        dose = inject(site, lot, whom)
    row = recorded(site.vaccinator, dose)
    told_by(whom.id, dose, "fever")
    director = cast.of_province(Role.DIRECTOR)
    with scoped(director, "vaccination") as by:
        step = AefiStep.objects.get(reaction=row, kind="notify_cdc")
        aefi.complete(step, document="15/BC-TYT", by=by)
    page = stage.enter(director, DESK)
    for path, name in (
        ("/vaccination/reactions/?part=severe", "aefi-severe"),
        (f"/vaccination/reactions/{row.id}/", "aefi-event"),
        ("/vaccination/lots/", "lots"),
        (f"/vaccination/lots/{lot.id}/", "lot"),
    ):
        stage.open(page, path)
        page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        stage.judge(page, name)
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        stage.judge(page, f"{name}-phone")
    whom = somebody(site, "Vàng A Páo")
    inject(site, lot, whom)
    other = stage.enter(cast.citizen(whom.id))
    stage.open(other, "/after-vaccination/")
    expect(other.locator(".told-lot")).to_contain_text("ZX00917")
    stage.judge(other, "aefi-home-lot")
