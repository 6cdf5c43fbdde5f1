"""A night of orders in a real browser: the station at a desk, the chairman with a phone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import expect

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, open_session, system_scope
from lachan.isolation.models import Holding, Order
from lachan.isolation.tasks import end_holdings
from tests.factories import cast
from tests.factories.orders import again, proposed, resident
from tests.factories.outbreak import HERE_CODE, Unit
from tests.factories.visits import Come, visits

pytestmark = pytest.mark.browser

NAMES = (
    *("Lương Thị Oanh", "Vũ Văn Hùng", "Giáp Thị Thu", "Nguyễn Bá Quyết", "Thân Thị Hòe"),
    *("Ngô Thị Lụa", "Dương Văn Thắng", "Trịnh Thị Bưởi", "Kim Min-ji"),
)


@pytest.fixture(scope="module")
def orders(database: str) -> list[Order]:
    """Nine people found 50 minutes ago, one of them a foreigner."""
    found = now() - timedelta(minutes=50)
    return [
        proposed(
            resident(name, number=n, nationality="KR" if name.startswith("Kim") else "VN"),
            found + timedelta(minutes=n),
        )
        for n, name in enumerate(NAMES, 1)
    ]


@pytest.fixture
def come(database: str, tmp_path: Path) -> Iterator[Come]:
    with visits(database, tmp_path) as arrive:
        yield arrive


def officer(role: Role) -> Principal:
    """With a name: it stands on papers and pages."""
    names = {Role.STATION_OFFICER: "Đặng Thị Hòa", Role.COMMUNE_CHAIRMAN: "Dương Quang Khải"}
    return open_session(
        account=uuid7(),
        name=names[role],
        roles=frozenset({role}),
        commune=Unit.of(HERE_CODE).commune,
    )


def test_a_night_of_orders(orders: list[Order], come: Come) -> None:
    station = come(officer(Role.STATION_OFFICER), "desk")
    page = station.open("/isolation/")
    station.shoot("station-orders")
    phone = come(officer(Role.STATION_OFFICER), "phone")
    phone.open("/isolation/")
    phone.shoot("station-orders-phone")
    page.locator("input[name=everybody]").check()
    page.get_by_role("button", name="Đưa vào danh sách trình ký").click()
    expect(page.get_by_text("Đã ghi cho 9 người")).to_be_visible()

    chairman = come(officer(Role.COMMUNE_CHAIRMAN), "phone")
    page = chairman.open("/isolation/sign/")
    expect(page.locator(".iso-list")).to_have_count(1)
    chairman.shoot("chairman-to-sign")
    page.locator(".iso-list").click()
    expect(page.locator(".iso-people li")).to_have_count(9)
    chairman.look()
    chairman.shoot("chairman-list")
    with page.expect_download() as paper:
        page.get_by_role("link", name="Quyết định PDF").click()
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF-")

    page.get_by_label("Lương Thị Oanh").uncheck()
    page.get_by_label("Số quyết định").fill("118/QĐ-UBND")
    page.get_by_label("Ngày quyết định").fill(now().astimezone().date().isoformat())
    page.get_by_label("Chủ tịch, hoặc người đứng đầu cơ sở").check()
    chairman.shoot("chairman-record", whole=True)
    page.get_by_role("button", name="Ghi quyết định đã ký").click()
    expect(page.get_by_text("Đã ghi quyết định cho 8 người")).to_be_visible()
    chairman.look()
    assert again(orders[0]).state == "listed"
    assert again(orders[1]).state == "decided"

    page = station.open("/isolation/?level=tell")
    page.locator("input[name=everybody]").check()
    for whom in page.locator("input[name=whom]").all():
        whom.check()
    page.get_by_label("Cách báo").select_option("phone")
    station.shoot("station-tell")
    page.get_by_role("button", name="Ghi đã báo").click()
    expect(page.get_by_text("Đã ghi cho 8 người")).to_be_visible()
    assert again(orders[8]).state == "noticed"
    station.open(f"/isolation/{orders[8].id}/")
    station.shoot("station-order")

    with system_scope("test"):
        Holding.objects.filter(order=orders[0]).update(lapses_at=now() - timedelta(minutes=1))
    end_holdings()
    screens: tuple[Literal["desk", "phone"], ...] = ("desk", "phone")
    for screen in screens:
        reader = come(officer(Role.COMMUNE_CHAIRMAN), screen)
        page = reader.open("/isolation/morning/")
        expect(page.get_by_text("Chủ tịch Ủy ban nhân dân cấp xã").first).to_be_visible()
        reader.shoot(f"chairman-morning-{screen}")
    come(officer(Role.STATION_OFFICER), "phone").open("/isolation/?level=lapsed")
    come(cast.citizen(orders[8].person_id), "phone").open("/isolation/mine/")
