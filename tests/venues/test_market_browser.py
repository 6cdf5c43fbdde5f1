"""A night at the market on a guard's phone, the manager's morning, a factory's day by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.venues import outing_writing, roll_tasks
from lachan.venues.models import Attendance, Delivery
from tests.browser.visitor import AXE, GRAVE, RULES
from tests.factories import cast, units
from tests.factories.units import put
from tests.gate import served
from tests.gate.browsers import chromium
from tests.gate.typist import ready
from tests.venues.test_browser import Desk
from tests.venues.test_rooms_outings import LINES, bus, feast, sits

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    web = served.Web(database, tmp_path / "web.log")
    with chromium() as browser:
        web.start()
        try:
            yield Desk(browser, web)
        finally:
            web.kill()


def looked_at(page: Page, desk: Desk, name: str) -> None:
    """Keep the picture where it is asked for; nothing wider than the screen, nothing grave."""
    desk.shoot(page, name)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{name}: {wide} px wider than the screen"
    page.evaluate(AXE.read_text())
    found = page.evaluate("(rules) => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
    assert [v["id"] for v in found["violations"] if v["impact"] in GRAVE] == [], name


def test_a_night_and_a_morning_at_the_market(desk: Desk) -> None:
    market = units.market()
    names = ("Ngô Thị Lan", "Ngô Văn Bưởi", "Trịnh Thị Rau", "Lê Thị Cá", "Đào Văn Gà")
    for at, name in enumerate(names, start=1):
        put(market, name, "Dãy B", detail=str(at))
    guard = cast.of_organisation(Role.GATE_CONTROLLER, market.organisation)
    page = desk.page_of(guard, **PHONE)

    page.goto(f"{desk.web.url}/roll/night/")
    page.get_by_role("link", name="Ghi xe vào").click()
    page.get_by_label("Biển số").fill("12c 345.67")
    page.get_by_label("Dãy B", exact=True).check()
    page.get_by_label("Tên lái xe").fill("Hoàng Văn Lái")
    page.get_by_label("Điện thoại lái xe").fill("0900 000 401")
    page.get_by_label("Từ đâu đến").fill("Lạng Sơn")
    page.get_by_label("Hàng hóa").fill("rau")
    looked_at(page, desk, "vehicle-in")
    page.get_by_role("button", name="Vào", exact=True).click()
    expect(page.locator(".rl-cars")).to_contain_text("12C-345.67")
    looked_at(page, desk, "night")
    page.get_by_role("button", name="Xe 12C-345.67 ra").or_(
        page.get_by_role("button", name="12C-345.67")
    ).first.click()
    page.get_by_role("link", name="Ghi xe vào").click()
    page.get_by_label("Biển số").fill("12C34567")
    page.get_by_label("Hàng hóa").focus()
    expect(page.get_by_label("Tên lái xe")).to_have_value("Hoàng Văn Lái")

    page = desk.page_of(market.manager, **PHONE)
    page.goto(f"{desk.web.url}/roll/rows/{market.places['Dãy B'].id}/")
    for name in names[:3]:
        page.get_by_role("button", name=name).click()
        expect(page.locator(".is-here", has_text=name)).to_be_visible()
    looked_at(page, desk, "row")
    page.goto(f"{desk.web.url}/roll/")
    looked_at(page, desk, "market-phone")
    with scoped(market.manager, "roll"):
        assert Attendance.objects.filter(state="present").count() == 3
        assert Delivery.objects.count() == 1
    assert not [said for said in desk.complaints if "Content Security Policy" in said]


def test_a_factorys_day_by_keyboard(desk: Desk) -> None:
    factory = units.factory()
    for number, name in enumerate(("Trần Thị Mai", "Trần Thị Mây", "Lê Văn Sơn", "Hà Thị Tư")):
        put(factory, name, f"Chuyền {(1, 1, 2, 10)[number]}", shift="ca 1", code=f"SK{number:03d}")
    page = desk.page_of(factory.manager, **DESK)

    page.goto(f"{desk.web.url}/roll/today/")
    ready(page)
    page.keyboard.type("may")
    page.keyboard.press("Enter")
    expect(page.locator(".rl-row")).to_have_count(1)
    page.keyboard.press("1")
    expect(page.locator("main")).to_contain_text("Trần Thị Mây: có triệu chứng.")
    ready(page)
    page.keyboard.type("tran")
    page.keyboard.press("Enter")
    expect(page.locator(".rl-row")).to_have_count(2)
    looked_at(page, desk, "absences-found")
    page.keyboard.press("2")
    expect(page.locator("main")).to_contain_text("nghỉ phép.")
    looked_at(page, desk, "absences")
    page.goto(f"{desk.web.url}/roll/")
    looked_at(page, desk, "unit")
    with scoped(factory.manager, "roll"):
        reasons = sorted(Attendance.objects.values_list("reason", flat=True))
        assert reasons == ["leave", "symptoms"]
    assert not [said for said in desk.complaints if "Content Security Policy" in said]


def test_the_other_hard_places_are_looked_at(desk: Desk) -> None:
    """Rooms, a trip, a feast, tickets and the station's list: each once, on its screen."""
    house = units.hostel()
    put(house, "Tạ Thị Lan", "Phòng 101", detail="1")
    put(house, "Tạ Thị Mai", "Phòng 101", detail="2", night=True)
    of, trip = bus()
    sits(of, trip, "7C", "Ngụy Thị Giữa")
    host, wedding = feast()
    with scoped(host.manager, "outing"):
        outing_writing.seat_lines(outing=wedding, text=LINES, by=host.manager)
    roll_tasks.link_members()
    market = units.market()
    for by, path, screen, name in (
        (house.manager, "/roll/rooms/", DESK, "rooms"),
        (of.manager, f"/roll/outings/{trip.id}/?seat=3B", PHONE, "trip"),
        (host.manager, f"/roll/outings/{wedding.id}/", DESK, "feast"),
        (market.manager, "/roll/tickets/", DESK, "tickets"),
        (market.manager, "/roll/tickets/check/", PHONE, "check-ticket"),
        (house.manager, "/roll/lists/", DESK, "import"),
        (house.manager, "/roll/people/new/", DESK, "add"),
    ):
        page = desk.page_of(by, **screen)
        page.goto(f"{desk.web.url}{path}")
        looked_at(page, desk, name)
    assert not [said for said in desk.complaints if "Content Security Policy" in said]
