"""The night shift in a real browser: drop a file, read one sentence, press one button, take the
refused rows, mend them and send them again."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.gate import served
from tests.gate.browsers import chromium
from tests.gate.stage import DESK, PHONE, Stage
from tests.sampling.deliveries import WORDS, standing, table, tubes
from tests.sampling.people_at_the_table import Team, team

pytestmark = pytest.mark.browser

#: milliseconds a busy machine may take for one step.
PATIENCE = 60_000
PAGE = "/laboratory/import/"


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


def night(at: Team, lot: str) -> bytes:
    """Forty tubes of a plate, two more that nobody knows, and one without a result."""
    tubes(at, [f"{lot}-{number:04d}" for number in range(40)])
    rows = [
        (f"{lot}-{number:04d}", WORDS["positive" if number == 7 else "negative"], None)
        for number in range(40)
    ]
    rows[3:3] = [(f"{lot}-9901", WORDS["negative"], None), (f"{lot}-9902", WORDS["negative"], None)]
    rows[9] = (rows[9][0], "", None)
    return table(rows, ct=True)


def drop(page: Page, name: str, data: bytes) -> None:
    """Choose a file, say what makes a result, and look at it."""
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )
    page.get_by_label("Chữ ghi trong tệp", exact=False).check()
    with page.expect_navigation():
        page.get_by_role("button", name="Xem trước").click()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_technician_enters_a_night_and_mends_what_was_refused(
    stage: Stage, size: tuple[int, int]
) -> None:
    at, shot = team(), "phone" if size == PHONE else "desk"
    data = night(at, f"BN{size[0]}")
    page = stage.enter(at.technician, size)
    page.set_default_timeout(PATIENCE)
    stage.open(page, PAGE)
    stage.judge(page, f"import-empty-{shot}")
    drop(page, "ca-dem.xlsx", data[: len(data) // 2])
    expect(page.get_by_text("Tệp bị cắt cụt", exact=False).first).to_be_visible()
    stage.judge(page, f"import-cut-{shot}")

    drop(page, "ca-dem.xlsx", data)
    expect(page.get_by_text("Sẽ nhập 39 kết quả. 3 dòng sẽ bị từ chối")).to_be_visible()
    stage.judge(page, f"import-looked-{shot}")
    assert standing(at) == {}
    with page.expect_navigation():
        page.get_by_role("button", name="Nhập 39 kết quả").click()
    expect(page.get_by_text("Đã nhập 39 kết quả. 3 dòng bị từ chối")).to_be_visible()
    stage.judge(page, f"import-taken-{shot}")
    assert len(standing(at)) == 39

    with page.expect_download() as waited:
        page.get_by_role("link", name="chỉ có dòng bị từ chối", exact=False).click()
    mended = waited.value.path().read_bytes()
    book = load_workbook(BytesIO(mended))
    sheet = book.worksheets[0]
    assert sheet.max_row == 4
    for row in sheet.iter_rows(min_row=2):
        if not row[1].value:
            row[1].value = WORDS["positive"]
    out = BytesIO()
    book.save(out)
    stage.open(page, PAGE)
    drop(page, "ca-dem-sua.xlsx", out.getvalue())
    expect(page.get_by_text("Sẽ nhập 1 kết quả. 2 dòng sẽ bị từ chối")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Nhập 1 kết quả").click()
    assert len(standing(at)) == 40

    stage.open(page, PAGE)
    drop(page, "ca-dem.xlsx", data)
    expect(page.get_by_text("đã được nhập trước đây", exact=False)).to_be_visible()
    stage.judge(page, f"import-again-{shot}")
    stage.open(page, PAGE)
    stage.judge(page, f"import-list-{shot}")
