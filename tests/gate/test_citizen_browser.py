"""From a declaration to a result in a real browser: citizen, sampler, laboratory, station."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import system_scope
from lachan.notices.services import draft
from lachan.people.models import Person
from lachan.sampling.table_tasks import take_table_events
from tests.declarations.households import household
from tests.factories import cast
from tests.factories.people import person
from tests.gate import served
from tests.gate.browsers import chromium
from tests.gate.stage import DESK, Stage
from tests.gate.typist import ready
from tests.sampling import table_pages
from tests.sampling.people_at_the_table import code_of, team

pytestmark = pytest.mark.browser


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
    stage.open(page, f"/declare/population/?of={home.an}")
    expect(page.locator("h1")).to_have_text("Khai báo cho Nguyễn Văn An")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.locator(".errsum")).to_be_focused()
    stage.judge(page, "declare-errors")
    for answer in ("Có", "Tôi là cha mẹ hoặc người giám hộ", "Cha hoặc mẹ"):
        page.get_by_label(answer, exact=True).check()
    for _step in range(3):
        page.locator(".ph-dock button").click()
        page.wait_for_load_state()
        for group in page.locator("fieldset:has(.is-yn)").all():
            group.get_by_label("Không", exact=True).check()
    stage.judge(page, "declare")
    page.get_by_role("button", name="Gửi tờ khai").click()
    expect(page.locator("h1")).to_contain_text("Không cần làm gì thêm đến")
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
    table_pages.set_up(stage, table, at, pool="Gộp 5")
    table_pages.fill(table, "BN-0714-0417", [code_of(mai.id), code_of(khai.id)])
    expect(table.locator("#band.is-may")).to_contain_text("Đã thêm")
    table_pages.close(table, "BN-0714-0417")
    take_table_events()

    reader = stage.enter(cast.citizen(mai.id))
    stage.open(reader, "/results/")
    expect(reader.locator(".res-top")).to_contain_text("Kết quả dự kiến có")
    stage.judge(reader, "results-expected")

    technician, lead = stage.enter(at.technician, DESK), stage.enter(at.lead, DESK)
    for bench in (technician, lead):
        stage.open(bench, "/laboratory/")
        ready(bench)
        with bench.expect_navigation():
            bench.keyboard.type("BN-0714-0417\n")
        stage.judge(bench, "laboratory-outcome")
        bench.get_by_label("Âm tính", exact=True).check()
        bench.get_by_label("RT-PCR", exact=True).check()
        with bench.expect_navigation():
            bench.get_by_role("button", name="Nhập").click()
    stage.open(technician, "/laboratory/")
    technician.get_by_label("Chọn ống BN-0714-0417").check()
    technician.get_by_role("button", name="Duyệt kỹ thuật các kết quả đã chọn").click()
    expect(technician.locator("main")).to_contain_text("Đã duyệt kỹ thuật 1 kết quả.")
    stage.open(lead, "/laboratory/release/")
    lead.get_by_label("Chọn ống BN-0714-0417").check()
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
