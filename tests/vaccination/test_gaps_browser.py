"""Lots known as text only and groups of an area, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lachan.core.roles import Role
from tests.factories import cast
from tests.factories.visits import Come, visits
from tests.vaccination.aefi_cases import a_lot
from tests.vaccination.registered import here, rules, station
from tests.vaccination.test_aefi_gaps import on_paper

pytestmark = pytest.mark.browser


@pytest.fixture
def come(database: str, tmp_path: Path) -> Iterator[Come]:
    rules()
    with visits(database, tmp_path) as arrive:
        yield arrive


def test_the_cdc_says_which_lot_is_meant(come: Come) -> None:
    a_lot("ABX5178")
    a_lot("ABX5171")
    for text in ("abx-5178", "ABX 5178", "ABX517B", "????"):
        on_paper(text)
    cdc = come(cast.of_province(Role.DIRECTOR, here().province), "desk")
    page = cdc.open("/vaccination/lots/texts/")
    expect(page.get_by_text("khác một ký tự").first).to_be_visible()
    cdc.shoot("lot-texts", whole=True)
    row = page.locator(".lot-texts > li", has_text="abx-5178")
    row.get_by_role("button", name="Đây là lô ABX5178").click()
    expect(page.get_by_text("Đã gắn:")).to_be_visible()
    small = come(cast.of_province(Role.DIRECTOR, here().province), "phone")
    small.open("/vaccination/lots/texts/?state=linked")


def test_the_station_says_a_group_of_its_commune(come: Come) -> None:
    desk = come(station(), "desk")
    page = desk.open("/vaccination/areas/")
    page.get_by_label("Nhóm", exact=True).select_option("covid-19:outbreak")
    page.get_by_label("Số văn bản").fill("12/QĐ-UBND")
    page.get_by_role("button", name="Áp dụng cho mọi người ở đó").click()
    expect(page.get_by_text("đang áp dụng")).to_be_visible()
    desk.look()
    desk.shoot("vaccination-areas", whole=True)
    small = come(station(), "phone")
    small.open("/vaccination/areas/")
    reader = come(cast.outsider(), "phone")
    reader.open("/vaccination/order/")
