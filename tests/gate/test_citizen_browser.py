"""From a declaration to a result in a real browser: citizen, sampler, laboratory, station."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, system_scope
from lachan.notices.services import draft
from lachan.people.models import Person
from tests.declarations.households import household
from tests.factories import cast
from tests.factories.people import person
from tests.gate import served
from tests.gate.browsers import chromium
from tests.sampling.people_at_the_table import code_of, team

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PHONE, DESK = (390, 844), (1440, 900)
PATIENCE = 15_000  # milliseconds
GRAVE = {"serious", "critical"}


class Stage:
    """The running web and a browser; every page opened on it is judged as it is left."""

    def __init__(self, browser: Browser, web: served.Web) -> None:
        self.browser, self.web = browser, web
        self.complaints: list[str] = []

    def enter(self, who: Principal, size: tuple[int, int] = PHONE) -> Page:
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="vi-VN"
        )
        context.add_cookies([{"name": "lachan", "value": who.secret, "url": self.web.url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda said: self.complaints.append(said.text))
        return page

    def open(self, page: Page, path: str) -> None:
        page.goto(f"{self.web.url}{path}")

    def judge(self, page: Page, name: str) -> None:
        """No grave fault for somebody who does not see, nothing wider than the screen."""
        folder = os.environ.get("LACHAN_SHOTS")
        if folder:
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
        page.wait_for_load_state("networkidle")
        page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text("utf-8"))
        found = page.evaluate("() => axe.run(document)")["violations"]
        assert [fault["id"] for fault in found if fault["impact"] in GRAVE] == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert [said for said in self.complaints if "Content Security Policy" in said] == [], name


@pytest.fixture
def stage(database: str, tmp_path: Path) -> Iterator[Stage]:
    """The real web on this module's database."""
    web = served.Web(database, tmp_path / "web.log")
    web.start()
    try:
        with chromium() as browser:
            yield Stage(browser, web)
    finally:
        web.kill()


def test_a_mother_declares_for_her_child_and_shows_the_code(stage: Stage) -> None:
    home = household()
    page = stage.enter(home.mother)
    stage.open(page, f"/declare/?of={home.an}")
    expect(page.locator("h1")).to_have_text("Khai báo cho Nguyễn Văn An")
    page.get_by_role("button", name="Gửi tờ khai").click()
    expect(page.locator(".errsum")).to_be_focused()
    stage.judge(page, "declare-errors")
    for group in page.locator("fieldset").all():
        group.get_by_label("Không", exact=True).check()
    stage.judge(page, "declare")
    page.get_by_role("button", name="Gửi tờ khai").click()
    expect(page.locator("h1")).to_have_text("Đã lưu tờ khai của Nguyễn Văn An")
    stage.judge(page, "declared")
    stage.open(page, f"/pass/?of={home.an}")
    expect(page.locator(".pass.is-may .why")).to_contain_text("Được vào, vì")
    expect(page.locator(".pass img.qr")).to_be_visible()
    stage.judge(page, "pass")


def test_a_sample_goes_from_the_table_to_the_citizen(stage: Stage) -> None:
    at = team()
    mai = person("Trần Thị Mai", birth="1991")
    khai = person("Hoàng Văn Khải", birth="1960")
    table = stage.enter(at.sampler)
    stage.open(table, "/sampling/")
    table.get_by_label("Gộp 5", exact=True).check()
    table.get_by_label("Sàng lọc", exact=True).check()
    table.select_option("#id_disease", "covid-19")
    table.select_option("#id_laboratory", str(at.laboratory))
    stage.judge(table, "sampling-setup")
    table.get_by_role("button", name="Bắt đầu: quét ống").click()
    stage.judge(table, "sampling-tube-first")
    expect(table.locator("#code")).to_be_focused()
    table.keyboard.type("BN-0714-0417\n")
    # The page of before has a focused box too: what is typed into it while the next loads is lost.
    expect(table.locator("main")).to_contain_text("BN-0714-0417")
    expect(table.locator("#code")).to_be_focused()
    for number, code in enumerate((code_of(mai.id), code_of(khai.id)), start=1):
        table.keyboard.type(f"{code}\n")
        closing = table.get_by_role("button", name=f"Đóng ống với {number} người")
        expect(closing).to_be_visible()
        expect(table.locator(".sense.is-may b")).to_contain_text("Đã thêm")
        expect(table.locator("#code")).to_be_focused()
    stage.judge(table, "sampling-added")
    table.keyboard.type(f"{code_of(khai.id)}\n")
    expect(table.locator(".sense.is-need b")).to_contain_text("đã ở trong ống này")
    stage.judge(table, "sampling-duplicate")
    table.get_by_role("button", name="Đóng ống với 2 người").click()
    expect(table.locator(".sense b")).to_contain_text("Đã đóng ống BN-0714-0417 với 2 người.")

    reader = stage.enter(cast.citizen(mai.id))
    stage.open(reader, "/results/")
    expect(reader.locator(".res-top")).to_contain_text("Nếu trễ, chúng tôi báo lý do.")
    stage.judge(reader, "results-expected")

    bench = stage.enter(at.technician, DESK)
    stage.open(bench, "/laboratory/")
    bench.keyboard.type("BN-0714-0417\n")
    stage.judge(bench, "laboratory-outcome")
    bench.get_by_label("Âm tính", exact=True).check()
    bench.get_by_label("RT-PCR", exact=True).check()
    bench.get_by_role("button", name="Nhập").click()
    lead = stage.enter(at.lead, DESK)
    stage.open(lead, "/laboratory/")
    lead.get_by_label("Duyệt trả ống BN-0714-0417").check()
    stage.judge(lead, "laboratory")
    lead.get_by_role("button", name="Duyệt trả kết quả đã chọn").click()
    expect(lead.locator("main")).to_contain_text("Đã trả 1 kết quả.")
    reader.reload()
    expect(reader.locator(".res-top .big")).to_have_text("Âm tính")
    stage.judge(reader, "results-negative")


def test_an_officer_reads_the_text_before_it_is_sent(stage: Stage) -> None:
    home = household()
    until = (now() + timedelta(days=14)).date().isoformat()
    values = {"reference": "BN-4711", "duty": "self_monitoring", "until": until}
    with system_scope("test") as by:
        about = Person.objects.get(pk=home.mai)
        draft(person=about, kind="contact_duty", values=values, reason=uuid7(), by=by)
    officer = stage.enter(cast.of_commune(Role.STATION_OFFICER), DESK)
    stage.open(officer, "/notices/")
    expect(officer.locator("td[lang=vi]")).to_contain_text("Trạm Y tế đề nghị người có mã BN-4711")
    officer.get_by_label("Duyệt tin gửi Trần Thị Mai").check()
    stage.judge(officer, "notices")
    officer.get_by_role("button", name="Duyệt và gửi tin đã chọn").click()
    expect(officer.locator("main")).to_contain_text("Đã duyệt 1 tin nhắn. Đang gửi.")
