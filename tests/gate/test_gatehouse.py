"""A shift at a gate in a real browser: reader, camera, burst, pictures, kiosk, first visits."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import Principal, scoped, system_scope
from lachan.declarations.services import declare
from lachan.gate.passes import SLIP_LASTS, token_for
from lachan.people.selectors import trace_ids_of
from lachan.people.services import NewPerson, Stay, register_many
from lachan.venues.models import Venue
from lachan.venues.selectors import count_of
from tests.browser.visitor import Visitor
from tests.declarations.households import NO
from tests.gate import served
from tests.gate.browsers import WHOLE, chromium
from tests.gate.film import film, photograph
from tests.gate.test_pages import code_of, guard_of, scans_of, somebody
from tests.gate.typist import Typist, ready
from tests.places.units import BAC_NINH, NENH

pytestmark = pytest.mark.browser

PATIENCE = 60_000  # milliseconds

#: The people before the fake camera: two may come in, one declared a fever.
CAMERA = ("Trần Thị Mai", "Lê Văn Hùng", "Vũ Thị Sốt")


@dataclass
class Gatehouse:
    """One web, one browser, two gates of one organisation, and their guard."""

    browser: Browser
    web: served.Web
    south: Venue
    north: Venue
    guard: Principal

    @contextmanager
    def come(self, screen: Literal["phone", "desk"] = "desk") -> Iterator[Visitor]:
        """A guard with a device of its own; nobody may leave with a complaint."""
        with Visitor(self.browser, self.web.url, screen) as visitor:
            cookie = {"name": "lachan", "value": self.guard.secret, "url": self.web.url}
            visitor.context.add_cookies([cookie])
            yield visitor
            assert visitor.complaints == []

    def scans(self, venue: Venue) -> int:
        with scoped(self.guard, "gate"):
            return count_of(venue.place_id).scans

    def arrived(self, page: Page, venue: Venue, number: int) -> bool:
        """Whether so many scans are there once the device has sent what it kept."""
        page.evaluate("dispatchEvent(new Event('online'))")
        for _look in range(PATIENCE // 500):
            if self.scans(venue) >= number:
                break
            page.wait_for_timeout(500)
        return self.scans(venue) == number


@pytest.fixture(scope="module")
def house(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gatehouse]:
    folder = tmp_path_factory.mktemp("gatehouse")
    manager = served.manager()
    south = served.venue_of(manager, name="Cổng Nam")
    north = served.venue_of(manager, name="Cổng Bắc")
    people = [somebody(name) for name in CAMERA]
    with system_scope("test") as system:
        declare(key=uuid7(), person=people[2].id, answers=NO | {"fever": True}, by=system)
    played = film(folder / "codes.y4m", *(code_of(person) for person in people))
    web = served.Web(database, folder / "web.log")
    camera = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={played}",
    ]
    # The slip opens as PDF, which the shell cannot show.
    with chromium(*camera, program=WHOLE) as browser:
        web.start()
        try:
            yield Gatehouse(browser, web, south, north, guard_of(south))
        finally:
            web.kill()


CARD = "024188000029||Lê Thị Hoa|05031988|Nữ|Ngõ 3, Phường Nếnh, Bắc Ninh|01012022"


def cccd(number: str, name: str, more: str = "") -> str:
    """A card of seven fields; newer ones have up to four more."""
    return f"{number}||{name}|05031991|Nữ|Ngõ 3, Phường Nếnh, Bắc Ninh|01012022{more}"


def bhyt(number: str, name: str) -> str:
    """An insurance card: name and address as hexadecimal."""
    told = name.encode().hex(), "Ngõ 3".encode().hex()
    return f"{number}|{told[0]}|05/03/1991|2|{told[1]}|27 - 001|01/01/2026|-|01/01/2026|274"


def kept(page: Page, number: int) -> None:
    """Wait until so many answers stand in the strip."""
    expect(page.locator("#trail li")).to_have_count(min(5, number))


def newest(page: Page) -> str:
    return " · ".join(page.locator("#trail li").first.locator("span, b").all_inner_texts())


def test_the_reader_reads_every_format(house: Gatehouse) -> None:
    mai = somebody(documents={"cccd": "024191000017"}, sex="female")
    somebody("Ngô Thị Hoa", documents={"bhyt": "DN4272412345678"})
    with system_scope("test"):
        trace_id = trace_ids_of([mai.id])[mai.id]
        slip = token_for(trace_id, "slip", now() + SLIP_LASTS)
    mais, hoas = "Được vào · Trần Thị M.", "Được vào · Ngô Thị H."
    table = [
        (code_of(mai), mais),
        (slip, mais),
        ("024191000017|Trần Thị Mai|05/03/1991|0|162979388586171100|<2", mais),
        (cccd("024191000017", "Trần Thị Mai"), mais),
        (cccd("024191000017", "Trần Thị Mai", "|"), mais),
        (cccd("024191000017", "Trần Thị Mai", "||"), mais),
        (cccd("024191000017", "Trần Thị Mai", "||Trần Văn Ba|Lê Thị Tư"), mais),
        (cccd("024191000017", "Trần Thị Mai", "||Trần Văn Ba|Lê Thị Tư|"), mais),
        (bhyt("DN4272412345678", "Ngô Thị Hoa"), hoas),
        ("HC1:6BFOXN%TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5G2+$N IOP-IA", "Chưa ghi · Không rõ tên"),
        (code_of(mai).replace("A", "Â", 1), "Chưa ghi · Không rõ tên"),
        (house.south.code, "Chưa ghi · Không rõ tên"),
        ("nonsense", "Chưa ghi · Không rõ tên"),
    ]
    with house.come("desk") as guard:
        page = guard.open(f"/gate/desk/?gate={house.south.code}")
        ready(page)
        guard.shoot("guard-desk-ready")
        said = []
        for number, (text, _answer) in enumerate(table, 1):
            # The same answer twice in a row is a new line: its row is another.
            page.evaluate("document.querySelector('#trail li')?.classList.add('seen')")
            # Letter by letter as a reader types, and the long ones at once.
            write = page.keyboard.type if number < 3 else page.keyboard.insert_text
            write(text)
            page.keyboard.press("Tab" if number == 2 else "Enter")
            expect(page.locator("#trail li").first).not_to_have_class(re.compile("seen"))
            said.append((text, newest(page)))
            if text.startswith("HC1:"):
                expect(page.locator(".verdict .why")).to_contain_text("giấy chứng nhận")
            if "Â" in text:
                expect(page.locator(".verdict .why")).to_contain_text("Tắt bộ gõ")
        assert said == table
        page.keyboard.type(f"https://lachan.example/q/{house.north.code}")
        page.keyboard.press("Enter")
        expect(page.locator(".gate-top h1")).to_have_text("Cổng Bắc")
        guard.open("/gate/desk/")
        expect(page.locator(".gate-top h1")).to_have_text("Cổng Bắc")  # the device remembers


def test_two_hundred_people_pass_without_a_mouse(house: Gatehouse) -> None:
    with system_scope("test") as system:
        stay = Stay(NENH, BAC_NINH)
        new = [
            NewPerson(full_name=f"Nguyễn Văn Số {n}", birth="1990", stay=stay) for n in range(200)
        ]
        people = register_many(new, by=system)
        trace_ids = trace_ids_of([person.id for person in people])
    lines = [served.code_of(trace_ids[person.id]) for person in people]
    before = house.scans(house.south)
    with house.come("desk") as guard:
        page = guard.open(f"/gate/desk/?gate={house.south.code}")
        ready(page)
        page.evaluate("addEventListener('pointerdown', () => (window.touched = true))")
        # A page that is busy for half a second loses no letter of what is typed meanwhile.
        page.evaluate(
            "setTimeout(() => { const end = performance.now() + 500;"
            " while (performance.now() < end); })"
        )
        for line in lines[:3]:
            page.keyboard.type(line)
            page.keyboard.press("Enter")
        page.keyboard.press("F3")
        for line in lines[:3]:
            page.keyboard.type(line)
            page.keyboard.press("Enter")
        page.keyboard.press("F2")
        # The others at the pace of a script: nobody waits for the answer before.
        for line in lines[3:]:
            page.keyboard.insert_text(line)
            page.keyboard.press("Enter")
        expect(page.locator("#waiting")).to_have_text("", timeout=4 * PATIENCE)
        expect(page.locator("#text")).to_be_focused()
        expect(page.locator("#text")).to_have_value("")
        kept(page, 5)
        assert newest(page) == "Được vào · Nguyễn Văn Số 1."
        assert page.evaluate("window.touched ?? false") is False
        # Where the server took too long to answer, the scan was kept and is sent by itself.
        assert house.arrived(page, house.south, before + 203)


def test_a_stranger_is_in_within_twenty_seconds_and_within_three_the_next_time(
    house: Gatehouse,
) -> None:
    with house.come("desk") as guard:
        page = guard.open(f"/gate/desk/?gate={house.south.code}")
        ready(page)

        first = Typist(page)
        first.show(CARD)
        first.wait()
        expect(page.locator(".verdict .why")).to_contain_text("chưa có trong sổ")
        first.think()
        first.press("Enter")
        first.wait()
        expect(page.locator("[name=where]")).to_be_focused()
        expect(page.locator(".gate-home")).to_contain_text("Phường Nếnh")
        first.think()
        first.type("nenh bac ninh")
        first.wait()
        expect(page.locator("[data-hits] label")).to_contain_text(["Phường Nếnh, Tỉnh Bắc Ninh"])
        guard.look()
        guard.shoot("guard-first-visit")
        first.think()
        first.press("Enter")
        expect(page.locator(".gate-guest button")).to_be_focused()
        first.press("Enter")
        first.wait()
        expect(page.locator(".verdict.is-may .verdict-ask b")).to_have_text("Lê Thị H.")
        expect(page.locator("#text")).to_be_focused()
        assert (first.keys, first.cards, first.thoughts) == (16, 1, 3)
        assert first.seconds < 20
        with page.expect_popup() as slip:
            page.keyboard.press("Enter")
        assert "slip.pdf" in slip.value.url
        slip.value.close()

        again = Typist(page)
        again.show(CARD)
        again.wait()
        expect(page.locator(".verdict.is-may .verdict-ask b")).to_have_text("Lê Thị H.")
        expect(page.locator(".verdict-no button")).to_be_visible()
        assert (again.keys, again.cards) == (0, 1)
        assert again.seconds < 3


def test_a_stranger_without_a_card_is_in_within_twenty_seconds(house: Gatehouse) -> None:
    with house.come("desk") as guard:
        page = guard.open(f"/gate/desk/?gate={house.south.code}")
        expect(page.locator("#text")).to_be_focused()

        without = Typist(page)
        without.press("F4")
        without.wait()
        expect(page.locator("[name=full_name]")).to_be_focused()
        without.think()
        without.type("Giàng Thị Mỷ", keys=len("Giangf Thij Myr"))  # Telex
        without.press("Enter")
        without.type("1958")
        without.press("Enter")
        without.think()
        without.type("nenh")
        without.wait()
        expect(page.locator("[data-hits] label")).to_contain_text(["Phường Nếnh, Tỉnh Bắc Ninh"])
        without.think()
        without.press("Enter")
        without.press("Enter")
        without.wait()
        expect(page.locator(".verdict.is-may .verdict-ask b")).to_have_text("Giàng Thị M.")
        assert without.keys == 28
        assert without.seconds < 20


def test_a_card_that_does_not_fit_keeps_its_bearer_out(house: Gatehouse) -> None:
    mai = somebody("Đỗ Thị Mượn", sex="female")
    with house.come("desk") as guard:
        page = guard.open(f"/gate/desk/?gate={house.south.code}")
        ready(page)
        page.keyboard.type(code_of(mai))
        page.keyboard.press("Enter")
        expect(page.locator(".verdict-fit")).to_contain_text("Đ. T. M.")
        expect(page.locator(".verdict-fit")).to_contain_text("Nữ")
        guard.look()
        guard.shoot("guard-fit")
        page.locator(".verdict-no button").click()
        expect(page.locator(".verdict.is-not h2")).to_have_text("Chưa được vào")
        expect(page.locator("#text")).to_be_focused()
        assert newest(page) == "Chưa được vào · Không rõ tên"
    assert [scan.direction for scan in scans_of(mai)] == ["in", "out"]


def test_the_camera_takes_three_codes_of_one_frame(house: Gatehouse) -> None:
    with house.come("phone") as guard:
        page = guard.open(f"/gate/?gate={house.south.code}")
        expect(page.locator(".verdict-head h2")).to_be_visible()
        guard.shoot("guard-verdict")
        page.goto(f"{house.web.url}/gate/?gate={house.south.code}&burst=1")
        # The two who may come in flow by; the one who declared a fever stops the flow.
        expect(page.locator("#rate")).to_have_text("2 lượt/phút")
        expect(page.locator(".verdict.is-need .verdict-ask b")).to_have_text("Vũ Thị S.")
        guard.look()
        guard.shoot("guard-burst")
        page.locator(".verdict > .btn-lc").click()
        expect(page.locator(".verdict")).to_have_count(0)
        expect(page.locator("#light")).to_be_hidden()  # this camera has no lamp
        page.locator("#burst").click()
        assert "burst" not in page.url
        page.locator("#sound").click()
        expect(page.locator("#sound")).to_have_attribute("aria-pressed", "false")
        guard.look()


def test_pictures_are_read_on_the_device(house: Gatehouse, tmp_path: Path) -> None:
    one, two = somebody("Phạm Thị Ảnh"), somebody("Bùi Văn Chụp")
    both = photograph(tmp_path / "hai-nguoi.png", code_of(one), code_of(two))
    none = photograph(tmp_path / "trong.png")
    old = photograph(tmp_path / "cu.png", code_of(one))
    os.utime(old, (0, now().timestamp() - 3 * 86_400))
    text = tmp_path / "ghi-chu.png"
    text.write_text("no picture")
    an_hour_ago = now() - timedelta(hours=1)
    os.utime(both, (0, an_hour_ago.timestamp()))
    with house.come("phone") as guard:
        sent: list[str] = []
        guard.page.on("request", lambda request: sent.append(request.post_data or ""))
        page = guard.open(f"/gate/pictures/?gate={house.south.code}")
        page.locator("#files").set_input_files([both])
        expect(page.locator("#when-error")).to_have_text("Trước hết cho biết họ qua cổng lúc nào.")
        page.locator("label", has_text="Lúc chụp ảnh").click()
        page.locator("#files").set_input_files([both, none, old, text])
        rows = page.locator("#pictures > li")
        expect(rows).to_have_count(4)
        picture = rows.filter(has_text="hai-nguoi.png")
        expect(picture.locator("li")).to_have_count(2)
        expect(picture).to_contain_text("Phạm Thị Ả. · 1991")
        expect(rows.filter(has_text="trong.png")).to_contain_text("Không thấy mã nào")
        expect(rows.filter(has_text="cu.png")).to_contain_text("cũ hơn hai ngày")
        expect(rows.filter(has_text="ghi-chu.png")).to_contain_text("không phải ảnh")
        guard.look()
        guard.shoot("guard-pictures", whole=True)
        assert max(map(len, sent)) < 2000  # codes, never a picture
    (scan,) = scans_of(two)
    assert abs(scan.at - an_hour_ago) < timedelta(minutes=1)


def test_a_kiosk_tells_a_visitor_whether_and_nothing_else(house: Gatehouse) -> None:
    before = house.scans(house.north)
    with house.come("desk") as guard:
        page = guard.open(f"/gate/kiosk/?gate={house.north.code}")
        page.locator("label", has_text="Ở lối vào").click()
        page.locator("#new-code").fill("2468")
        page.evaluate(
            "window.said = []; new MutationObserver(() => said.push(document.querySelector("
            "'.kiosk-word p')?.textContent)).observe(document.querySelector('#answer'),"
            " { childList: true })"
        )
        page.locator("#begin button").click()
        expect(page.locator(".kiosk-word").first).to_be_visible()
        guard.shoot("guard-kiosk")
        told_so_far(page, 3)
        assert sorted(page.evaluate("said.filter(Boolean)")) == [
            "Mời gặp nhân viên",
            "Mời vào",
            "Mời vào",
        ]
        expect(page.locator(".kiosk-word")).to_have_count(0)  # by itself
        guard.look()
        guard.shoot("guard-kiosk-ready")
        for name in ("Trần", "Lê Văn", "Vũ Thị", "1991", "bàn y tế"):
            assert name not in page.inner_text("body")
        page.go_back()
        expect(page.locator("#kiosk-h")).to_be_visible()
        guard.context.set_offline(True)
        page.keyboard.type(code_of(somebody("Hoàng Thị Lan")))
        page.keyboard.press("Enter")
        told_so_far(page, 4)
        assert page.evaluate("said.filter(Boolean).at(-1)") == "Mời vào"
        expect(page.locator("#net-say")).to_contain_text("Mất mạng")
        guard.context.set_offline(False)
        guard.complaints.clear()  # the browser says itself that there was no network
        expect(page.locator(".kiosk-word")).to_have_count(0)
        leave(page, "0000")
        expect(page.locator("#leave-error")).to_have_text("Mã không đúng.")
        leave(page, "2468", held=True)
        expect(page.locator("#begin")).to_be_visible()
        # Two were let in before the camera; what was kept without a network sends itself.
        assert house.arrived(page, house.north, before + 3)


def told_so_far(page: Page, number: int) -> None:
    """Wait until the kiosk has answered so many visitors."""
    for _look in range(PATIENCE // 200):
        if page.evaluate("said.filter(Boolean).length") >= number:
            return
        page.wait_for_timeout(200)
    raise AssertionError(page.evaluate("said"))


def leave(page: Page, code: str, *, held: bool = False) -> None:
    """Press the corner until the code is asked for, and type it."""
    if not held:
        page.locator("#corner").hover()
        page.mouse.down()
        expect(page.locator("#leave")).to_be_visible()
        page.mouse.up()
    page.locator("#leave-code").fill(code)
    page.locator("#leave button").first.click()
