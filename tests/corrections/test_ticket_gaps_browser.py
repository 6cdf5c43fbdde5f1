"""A complaint of somebody without a telephone: taken, given a slip, found under a namesake."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lachan.core.roles import Role
from tests.corrections.test_tickets import mai, person, rules, shot
from tests.factories import cast
from tests.factories.visits import Come, visits
from tests.places.units import BAC_NINH, NENH

__all__ = ["mai", "rules"]

pytestmark = pytest.mark.browser


@pytest.fixture
def come(database: str, tmp_path: Path) -> Iterator[Come]:
    with visits(database, tmp_path) as arrive:
        yield arrive


def test_from_the_desk_to_the_slip_and_the_namesake(mai: object, come: Come) -> None:
    shot(person("Nguyễn Thị Mai", birth="1961"))
    station = come(cast.of_commune(Role.STATION_OFFICER, NENH), "desk")
    page = station.open("/complaints/desk/")
    page.get_by_role("link", name="Nhận phản ánh").click()
    page.get_by_label("Tìm").fill("Nguyễn Thị Mai 1980")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Chọn người này").or_(
        page.locator("ul.wrongs a.btn-lc")
    ).first.click()
    page.get_by_label("Ngày tiêm").fill("2021-09-20")
    page.get_by_label("Vắc xin").select_option("vaxzevria")
    station.look()
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu và giao phiếu").click()
    station.look()
    number, code = (each.inner_text() for each in page.locator(".ticket-slip .big").all())
    station.shoot("complaint-slip", whole=True)
    page.get_by_role("link", name="Đến phản ánh").click()
    page.get_by_role("link", name="Ghi nhầm sang người khác?").click()
    page.get_by_label("Vì sao cần tra cứu").fill("Danh sách điểm tiêm có tên người này")
    page.get_by_role("button", name="Xem").or_(page.locator("form button.btn-lc")).first.click()
    expect(page.get_by_text("N. T. M. 1961")).to_be_visible()
    station.look()
    station.shoot("desk-complaint-search", whole=True)
    page.get_by_text("Đúng mũi này: chuyển về đây").first.click()
    page.get_by_label("Căn cứ vào đâu?").first.fill("Phiếu sàng lọc số 214")
    page.get_by_role("button", name="Đề nghị").first.click()
    station.look()

    second = come(cast.of_province(Role.DIRECTOR, BAC_NINH), "desk")
    page = second.open("/complaints/desk/")
    page.get_by_role("link", name="Thiếu mũi tiêm").first.click()
    expect(page.get_by_text("N. T. M. 1961")).to_be_visible()
    page.get_by_label("Đúng, thực hiện").check()
    page.get_by_label("Nội dung trả lời người dân").fill("Mũi tiêm đã có trong sổ của bà.")
    page.get_by_role("button", name="Quyết định").click()
    second.look()

    phone = come(cast.outsider(), "phone")
    page = phone.open("/complaints/status/")
    page.get_by_label("Số phản ánh").fill(number)
    page.get_by_label("Mã in trên phiếu").fill(code)
    page.locator("form button.btn-lc").last.click()
    expect(page.get_by_text("Mũi tiêm đã có trong sổ của bà.")).to_be_visible()
    phone.look()
    phone.shoot("complaint-status", whole=True)
