"""A box on its way in a real browser: packed on a phone whose network dies, taken at a desk."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lachan.core.clock import now
from lachan.core.scope import system_scope
from lachan.sampling.custody_tasks import ask_after_reception
from lachan.sampling.models import Box, HandOver, Packing, Reception, Tube
from tests.factories.people import person
from tests.factories.visits import Come, visits
from tests.gate.typist import ready
from tests.sampling.on_the_road import closed_tube
from tests.sampling.people_at_the_table import Team, team

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def at(database: str) -> Team:
    """A team and its laboratory."""
    return team()


@pytest.fixture(scope="module")
def tubes(at: Team) -> list[Tube]:
    """Four closed tubes, the first of which is a pool of two."""
    people = [person(name) for name in ("Vàng A Sử", "Giàng Thị Mỷ")]
    pool = closed_tube(at, *people, barcode="OM-260714-01")
    return [pool, *(closed_tube(at, people[0], barcode=f"OM-260714-0{n}") for n in (2, 3, 4))]


@pytest.fixture
def come(database: str, tmp_path: Path) -> Iterator[Come]:
    with visits(database, tmp_path) as arrive:
        yield arrive


def scan(page: Page, code: str) -> None:
    """A reader that types like a keyboard."""
    ready(page)
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def test_a_box_from_the_table_to_the_bench(at: Team, tubes: list[Tube], come: Come) -> None:
    unit = come(at.sampler, "phone")
    page = unit.open("/sampling/boxes/")
    page.get_by_label("Mã thùng").fill("TM-07")
    page.get_by_label("Phòng xét nghiệm").select_option(str(at.laboratory))
    page.get_by_label("Điện thoại người xếp thùng").fill("0900000610")
    with page.expect_navigation():
        page.get_by_role("button", name="Xếp thùng này").click()
    page.locator("#code").focus()
    scan(page, tubes[0].barcode)
    expect(page.locator("#inside")).to_have_text("1")
    unit.context.set_offline(True)
    scan(page, tubes[1].barcode)
    scan(page, tubes[2].barcode)
    expect(page.locator("#net b")).to_have_text("2")
    unit.context.set_offline(False)
    expect(page.locator("#inside")).to_have_text("3")
    expect(page.locator("#net")).to_be_hidden()
    # The browser says, also late, that the network was gone, which is what is tried.
    unit.complaints[:] = [said for said in unit.complaints if "DISCONNECTED" not in said]
    scan(page, tubes[2].barcode)
    scan(page, "OM-KHÔNG-CÓ")
    expect(page.locator("#said")).to_contain_text("Đơn vị không có ống")
    scan(page, tubes[3].barcode)
    expect(page.locator("#inside")).to_have_text("4")
    page.reload()
    unit.look()
    unit.shoot("custody-pack", whole=True)
    with system_scope("test"):
        assert Packing.objects.count() == len(tubes)

    page.get_by_label("Số ống đếm bằng tay").fill("3")
    page.get_by_label("Nhiệt độ trong thùng").fill("4,5")
    page.get_by_role("button", name="Niêm phong").click()
    expect(page.get_by_text("Đã quét 4 ống")).to_be_visible()
    page.get_by_label("Số ống đếm bằng tay").fill("4")
    page.get_by_role("button", name="Niêm phong").click()
    expect(page.get_by_role("link", name="In biên bản giao nhận")).to_be_visible()
    unit.look()
    _hand(page)
    expect(page.get_by_text("Lò Văn Pánh")).to_be_visible()
    unit.look()
    unit.shoot("custody-handed", whole=True)
    _receive(at, tubes, come)


def _hand(page: Page) -> None:
    """To the courier, who counts too."""
    page.get_by_label("Số ống đếm bằng tay").fill("4")
    page.get_by_label("Nhiệt độ trong thùng").fill("4,5")
    page.get_by_label("Người vận chuyển, ký trên giấy").check()
    page.get_by_label("Họ tên người vận chuyển").fill("Lò Văn Pánh")
    page.get_by_label("Điện thoại người vận chuyển").fill("0900000611")
    page.get_by_label("Số ống người vận chuyển đếm").fill("4")
    page.get_by_label("Nhiệt độ người vận chuyển đọc").fill("4,6")
    page.get_by_role("button", name="Bàn giao thùng").click()


def _receive(at: Team, tubes: list[Tube], come: Come) -> None:
    """The laboratory: two accepted, one rejected, one not in the box."""
    desk = come(at.technician, "desk")
    page = desk.open("/laboratory/reception/")
    page.get_by_label("Mã thùng").fill("TM-07")
    page.get_by_role("button", name="Mở thùng").click()
    page.get_by_label("Số ống đếm bằng tay").fill("4")
    page.get_by_label("Nhiệt độ trong thùng").fill("6,0")
    with page.expect_navigation():
        page.get_by_role("button", name="Tôi đã nhận thùng này").click()
    page.locator("#code").focus()
    scan(page, tubes[0].barcode)
    scan(page, tubes[1].barcode)
    expect(page.locator("#inside")).to_have_text("2")
    page.get_by_text("Từ chối một ống của thùng này").click()
    page.locator("details form").get_by_label("Mã ống").fill(tubes[2].barcode)
    page.get_by_label("Bị chảy").check()
    page.get_by_role("button", name="Từ chối ống này").click()
    expect(page.get_by_text("Đơn vị lấy mẫu được báo lý do")).to_be_visible()
    page.get_by_role("button", name="Thùng đã hết").click()
    expect(page.get_by_text(tubes[3].barcode).first).to_be_visible()
    desk.look()
    desk.shoot("custody-received", whole=True)
    with system_scope("test"):
        assert Reception.objects.filter(accepted=True).count() == 2
        assert HandOver.objects.get(arrives=True).taken_count == len(tubes)
        assert Box.objects.get().closed_at is not None
        early, packed, closed = (now() - timedelta(hours=hours) for hours in (6, 5, 3))
        Tube.objects.update(opened_at=early, closed_at=early)
        Packing.objects.update(at=packed, out_at=closed)
    ask_after_reception()
    _boards(at, come)


def _boards(at: Team, come: Come) -> None:
    """Next morning: the missing tube has a name, a place and somebody to call."""
    unit = come(at.sampler, "desk")
    page = unit.open("/sampling/board/")
    expect(page.get_by_text("OM-260714-04")).to_be_visible()
    unit.shoot("custody-board")
    come(at.sampler, "phone").open("/sampling/board/")
    page.locator("tr", has_text="OM-260714-04").get_by_role("link").first.click()
    expect(page.get_by_text("Vàng A Sử")).to_be_visible()
    unit.look()
    for screen in ("desk", "phone"):
        visitor = come(at.technician, screen)  # type: ignore[arg-type]
        visitor.open("/laboratory/board/")
        visitor.open("/laboratory/missing/")
        visitor.open("/laboratory/reception/reject/")
    come(at.sampler, "phone").open("/sampling/missing/")
