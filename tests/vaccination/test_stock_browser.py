"""A storekeeper's day in a real browser: a box by scan, vials, injections, the evening book."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lachan.core.clock import now, today
from tests.gate import served
from tests.gate.browsers import chromium
from tests.gate.stage import DESK, PHONE, Stage
from tests.vaccination.stores import filled, give, lot, store

pytestmark = pytest.mark.browser

GTIN = "08935217500004"


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


def press(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=words).click()


def test_from_the_box_to_the_evening_book(stage: Stage) -> None:
    """120 vials of 10 by one scan; 115 opened, 1,145 given, 5 discarded, 50 counted."""
    where, keeper = store("Kho Nhà thi đấu")
    expires = today() + timedelta(days=20)
    page = stage.enter(keeper, DESK)
    base = f"/vaccine-stock/{where.id}/"
    stage.open(page, "/vaccine-stock/")
    expect(page).to_have_url(f"{stage.web.url}{base}")
    stage.judge(page, "stock-empty")
    stage.open(page, f"{base}receive/")
    expect(page.locator("#code")).to_be_focused()
    page.keyboard.type(f"(01){GTIN}(17){expires:%y%m%d}(10)AZ2711")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator("[name=product]").select_option("vaxzevria")
    page.locator("[name=told]").fill("1200")
    page.locator("[name=counted]").fill("1200")
    stage.judge(page, "stock-receive")
    press(page, "Nhận")
    expect(page.locator("main")).to_contain_text("Nhập kho 1/")
    stage.open(page, base)
    page.get_by_role("link", name="AZ2711").click()
    page.locator("[name=what][value=open]").check(force=True)
    page.locator("[name=count]").fill("115")
    stage.judge(page, "stock-lot")
    press(page, "Ghi lại")
    from lachan.vaccination.models import Lot

    of = Lot.objects.using("owner").get(number="AZ2711")
    give(where, of, 1145)
    stage.open(page, base)
    expect(page.locator("main")).to_contain_text("sắp hết hạn")
    stage.judge(page, "stock")
    _evening(stage, page, base)


def _evening(stage: Stage, page: Page, base: str) -> None:
    stage.open(page, f"{base}book/")
    press(page, "Hủy 5 liều còn trong lọ đã mở")
    count = page.locator("[name^=counted_]")
    assert count.input_value() == ""
    count.fill("49")
    press(page, "Chốt sổ")
    expect(page.locator("main")).to_contain_text("theo sổ còn 50 liều, đếm được 49")
    stage.judge(page, "stock-book")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    stage.judge(page, "stock-book-phone")
    page.locator("[name^=counted_]").fill("50")
    press(page, "Chốt sổ")
    expect(page.locator("main")).to_contain_text("Mọi dòng đều cân")
    row = page.locator("tbody tr").first
    for figure in ("1.200", "1.145", "50", "115"):
        expect(row).to_contain_text(figure)
    stage.judge(page, "stock-closed-phone")
    stage.open(page, base)
    stage.judge(page, "stock-phone")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    stage.open(page, f"{base}book/")
    stage.judge(page, "stock-book-after")


def test_a_refrigerator_was_too_warm(stage: Stage, tmp_path: Path) -> None:
    where, keeper = store("Kho Trạm Y tế")
    of = lot("LANH01")
    filled(where, keeper, of, 200)
    start = now() + timedelta(seconds=1)
    page = stage.enter(keeper, DESK)
    base = f"/vaccine-stock/{where.id}/"
    file = tmp_path / "tu-1.csv"
    page.wait_for_timeout(4000)
    readings = ((0, "4.5"), (1, "11.0"), (2, "?"), (3, "5.0"))
    rows = [f"{start + timedelta(seconds=n):%Y-%m-%dT%H:%M:%S+00:00};{t}" for n, t in readings]
    file.write_text("\n".join(["Giờ;Nhiệt độ", *rows]), "utf-8")
    stage.open(page, f"{base}cold/")
    page.locator("[name=device]").fill("Tủ 1")
    page.locator("[name=file]").set_input_files(file)
    press(page, "Đọc tệp")
    expect(page.locator("main")).to_contain_text("đã đo 11 °C")
    expect(page.locator("main")).to_contain_text("Dòng 4")
    stage.judge(page, "stock-cold")
    page.get_by_role("link", name="Quyết định xử lý").click()
    page.locator("[name=verdict][value=ask]").check(force=True)
    page.locator("[name=why]").fill("Đã gửi thư cho hãng")
    stage.judge(page, "stock-excursion")
    press(page, "Ghi quyết định")
    expect(page.locator("main")).to_contain_text("Hỏi nhà sản xuất")
    stage.open(page, f"{base}send/")
    stage.judge(page, "stock-send")
    stage.open(page, f"{base}allocate/")
    stage.judge(page, "stock-allocate")
