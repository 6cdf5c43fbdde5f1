"""The bench in a real browser: a plate filled by a scanner, two who key, one who releases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lachan.core.scope import Principal
from lachan.sampling.models import Tube
from tests.gate import served
from tests.gate.browsers import chromium
from tests.gate.stage import DESK, PHONE, Stage
from tests.gate.typist import ready
from tests.sampling import at_the_bench as bench
from tests.sampling.people_at_the_table import team

pytestmark = pytest.mark.browser

#: milliseconds a busy machine may take for one step.
PATIENCE = 60_000


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


def sit(stage: Stage, who: Principal, size: tuple[int, int]) -> Page:
    """Somebody before a screen, with patience for a busy machine."""
    page = stage.enter(who, size)
    page.set_default_timeout(PATIENCE)
    return page


def scan(page: Page, text: str) -> None:
    """A reader types and presses Enter; the box has the focus already."""
    expect(page.locator("#code")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.type(f"{text}\n")


def key(page: Page, *cycles: str, found: str) -> None:
    """Key a tube without a mouse: cycles by Enter-less tabs, then the two answers."""
    ready(page)
    for cycle in cycles:
        page.keyboard.type(cycle)
        page.keyboard.press("Tab")
    page.get_by_label(found, exact=True).check()
    page.get_by_label("RT-PCR", exact=True).check()
    with page.expect_navigation():
        page.get_by_role("button", name="Nhập").click()


def filled(stage: Stage, page: Page, tubes: list[Tube]) -> None:
    """Number a tube, begin a plate, scan the tubes into it; one scanned again is refused."""
    stage.open(page, "/laboratory/accession/")
    scan(page, tubes[0].barcode)
    expect(page.locator(".bench-number")).to_contain_text("-0001")
    stage.judge(page, "bench-accession")
    stage.open(page, "/laboratory/plates/")
    ready(page)
    page.keyboard.type("P-0714-04")
    page.get_by_label("96", exact=True).check()
    page.get_by_label("RT-PCR SARS-CoV-2 (N1, N2, RP)").check()
    stage.judge(page, "bench-plates")
    page.get_by_role("button", name="Xếp đĩa này").click()
    expect(page.locator(".bench-next .n")).to_have_text("A1")
    for number, one in enumerate(tubes):
        scan(page, one.barcode)
        following = "ABCDEFGHABCDE"[number + 1] + ("1" if number < 7 else "2")
        expect(page.locator(".bench-next .n")).to_have_text(following)
    scan(page, tubes[3].barcode)
    expect(page.locator(".bench-band.is-need")).to_contain_text("đã nằm ở giếng D1")
    stage.judge(page, "bench-plate-filling")


def run(stage: Stage, page: Page) -> None:
    """Start the machine, then key what it says of the controls."""
    page.get_by_label("Máy", exact=True).fill("CFX 1")
    page.get_by_label("Lô sinh phẩm").fill("L7")
    page.get_by_label("Hạn dùng của lô").fill("2099-12-31")
    page.get_by_role("button", name="Bắt đầu chạy").click()
    for well, read in bench.RIGHT.items():
        for target, cycle in read.items():
            text = "-" if cycle is None else f"{cycle:g}".replace(".", ",")
            page.locator(f"[name={well}_{target}]").fill(text)
    stage.judge(page, "bench-controls")
    page.get_by_role("button", name="Kết luận mẻ chạy").click()
    expect(page.locator("main")).to_contain_text("Chứng đạt: hãy nhập kết quả.")


def keyed_twice(stage: Stage, hands: list[Page], tubes: list[Tube]) -> None:
    """Two people key the same tubes, the first of which is positive."""
    for hand in hands:
        for number, one in enumerate(tubes):
            stage.open(hand, "/laboratory/")
            ready(hand)
            hand.keyboard.type(f"{one.barcode}\n")
            expect(hand.locator("h1")).to_contain_text(one.barcode)
            if number == 0:
                key(hand, "24,1", "25,3", "27", found="Dương tính")
            else:
                key(hand, "-", "-", "27,5", found="Âm tính")


def checked(stage: Stage, page: Page) -> None:
    """The technical release on the plate, beside the controls."""
    with page.expect_navigation():
        page.locator("a", has_text="P-0714-04").first.click()
    for box in page.locator("[name=result]").all():
        box.check()
    stage.judge(page, "bench-plate-checked")
    page.get_by_role("button", name="Duyệt kỹ thuật").click()
    expect(page.locator("main")).to_contain_text("Đã duyệt kỹ thuật 3 kết quả.")


def released(stage: Stage, lead: Page) -> None:
    """The medical release: negatives together, the positive on a page of its own."""
    stage.open(lead, "/laboratory/release/")
    stage.judge(lead, "bench-release")
    for box in lead.locator("[name=result]").all():
        box.check()
    lead.get_by_role("button", name="Duyệt trả kết quả đã chọn").click()
    expect(lead.locator("main")).to_contain_text("Đã trả 2 kết quả.")
    lead.get_by_role("link", name="Xem và duyệt trả").click()
    expect(lead.locator("main")).to_contain_text("24,1")
    stage.judge(lead, "bench-release-one")
    lead.get_by_role("button", name="Duyệt trả kết quả này").click()
    expect(lead.locator("main")).to_contain_text("Không có kết quả dương tính nào chờ duyệt.")


def test_a_plate_goes_from_the_scanner_to_the_release(stage: Stage) -> None:
    at = team()
    tubes = [bench.tube(at, f"BN-77{number}", reason="symptoms") for number in range(10)]
    page = sit(stage, at.technician, DESK)
    filled(stage, page, tubes)
    run(stage, page)
    lead = sit(stage, at.lead, DESK)
    keyed_twice(stage, [page, lead], tubes[:3])
    stage.judge(page, "bench-desk")
    checked(stage, page)
    released(stage, lead)

    phone = sit(stage, at.technician, PHONE)
    for name in ("", "plates/", "accession/", "repeats/"):
        stage.open(phone, f"/laboratory/{name}")
        stage.judge(phone, f"bench-phone-{name.strip('/') or 'desk'}")
    phone.goto(page.url)
    stage.judge(phone, "bench-phone-plate")
