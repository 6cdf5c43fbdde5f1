"""A sampler's hands at the table in a browser: set up once, then only the reader."""

from collections.abc import Iterable

from playwright.sync_api import Page, expect

from tests.gate.stage import Stage
from tests.gate.typist import ready
from tests.sampling.people_at_the_table import Team

#: milliseconds a busy machine may take for one step.
PATIENCE = 60_000


def set_up(stage: Stage, page: Page, at: Team, *, pool: str, disease: str = "covid-19") -> None:
    """Choose pool, whom, disease and laboratory, once."""
    stage.open(page, "/sampling/setup/")
    page.get_by_label(pool, exact=True).check()
    page.get_by_label("Sàng lọc", exact=True).check()
    page.select_option("#id_disease", disease)
    page.select_option("#id_laboratory", str(at.laboratory))
    stage.judge(page, "sampling-setup")
    page.get_by_role("button", name="Bắt đầu: quét ống").click()
    # The page is kept on this device: from now on it needs no network.
    expect(page.locator("html[data-kept='1']")).to_be_attached(timeout=PATIENCE)


def show(page: Page, text: str) -> None:
    """A reader types what it read and presses Enter."""
    ready(page)
    page.keyboard.type(f"{text}\n")


def fill(page: Page, barcode: str, codes: Iterable[str]) -> None:
    """A tube, then each person's code; the tube stays open."""
    show(page, barcode)
    expect(page.locator("#barcode")).to_have_text(barcode)
    for number, code in enumerate(codes, start=1):
        show(page, code)
        expect(page.locator("#inside")).to_have_text(str(number))


def close(page: Page, barcode: str) -> None:
    """The same tube again closes it; everything is sent by itself."""
    show(page, barcode)
    expect(page.locator("#band")).to_contain_text(f"Đã đóng ống {barcode}")
    expect(page.locator("#net.is-ok")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#net-count")).to_be_hidden()
