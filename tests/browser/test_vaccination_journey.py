"""Vaccination as the cast of the story plays it: a citizen, a station, a vaccinator who keeps the
store, two people who answer a complaint, and an outsider.

The steps stand in the order of the night and rest on one another.
"""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from lachan.config.story.generate import generate
from lachan.config.story.load_vaccination import (
    CLEARED,
    FIRST_LOT,
    NOT_YET,
    OBSERVED,
    SECOND_LOT,
    WAITING,
    WENT_HOME,
)
from lachan.config.story.options import Options
from lachan.config.story.vaccination_line import line_and_night
from lachan.config.story.world import Person
from tests.browser.conftest import Come
from tests.browser.visitor import PATIENCE
from tests.factories.cards import card
from tests.gate.typist import Typist

pytestmark = pytest.mark.browser

MAI, WORKER = "Nguyễn Thị Mai", "Nguyễn Công Đạt"
STATION, DIRECTOR = "Đặng Thị Hòa", "Lương Đình Thọ"
VACCINATOR, OUTSIDER = "Tạ Thị Ngần", "Đinh Công Lý"
TOMORROW, NIGHT = "Buổi tiêm tại Nhà văn hóa Sen Hồ", "Buổi tiêm lưu động tại nhà máy, ca đêm"
BOX = f"]d20108935012345678173112311{'0'}{SECOND_LOT}"


@pytest.fixture(scope="module")
def late() -> Person:
    """Somebody of the night's list with a card, who has not come yet."""
    world = generate(Options())
    came = WAITING + CLEARED + OBSERVED + WENT_HOME + 1
    _line, night = line_and_night(world)
    people = [world.people[each] for each in night[came : came + NOT_YET]]
    return next(one for one in people if any(kind == "cccd" for kind, _number in one.documents))


def press(page: Page, words: str) -> None:
    """A button that sends a form."""
    with page.expect_navigation():
        page.get_by_role("button", name=words).first.click()


def by_the_worker(page: Page, shown: Locator) -> None:
    """Look again until the worker has written what a device sent: within a moment, or a minute."""
    for _look in range(60):
        if shown.count():
            break
        page.wait_for_timeout(1_000)
        page.reload()
    expect(shown.first).to_be_visible()


def test_a_mother_reads_her_invitation_and_says_yes(come: Come) -> None:
    mai = come("phone").play(MAI)
    page = mai.open("/my-vaccination/")
    asked = page.locator(".is-asked")
    expect(asked).to_contain_text(TOMORROW)
    press(page, "Tôi sẽ đến")
    expect(page.locator("main")).to_contain_text(TOMORROW)
    mai.look()
    page = mai.open("/vaccination/book/")
    expect(page.get_by_text("ABV8139").first).to_be_visible()


def test_a_worker_registers_himself(come: Come) -> None:
    worker = come("phone").play(WORKER)
    page = worker.open("/my-vaccination/")
    page.get_by_role("button", name="Đăng ký: COVID-19").click()
    expect(page.get_by_role("link", name="Câu hỏi sức khỏe")).to_be_visible()
    worker.look()
    page.get_by_role("link", name="Câu hỏi sức khỏe").click()
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)
    for answer in page.locator("label:has(input[type=radio][value=no])").all():
        answer.click()
    press(page, "Lưu và tiếp tục")
    worker.look()
    page = worker.open("/my-vaccination/")
    expect(page.locator(".one-reg", has_text="COVID-19")).to_contain_text("Đã đăng ký")


def test_the_station_sees_who_says_yes_and_invites_on(come: Come) -> None:
    station = come("desk").play(STATION)
    page = station.open("/vaccination/invitations/")
    row = page.locator("tbody tr", has_text=TOMORROW)
    expect(row.locator("td").nth(4)).to_have_text("1")
    row.get_by_role("link").click()
    station.look()
    page.locator("[name=most]").fill("6")
    page.locator("[name=pace]").fill("24")
    press(page, "Mời theo thứ tự")
    expect(page.get_by_text(re.compile(r"Đã mời [3-9] người"))).to_be_visible()
    station.look()


def test_the_vaccinator_works_the_nights_session(come: Come, late: Person) -> None:
    nurse = come("phone").play(VACCINATOR)
    page = nurse.open("/vaccination/sessions/")
    page.locator("tr", has_text=NIGHT).get_by_role("link", name="Làm việc tại đây").click()
    expect(page.locator("html[data-kept='1']")).to_be_attached(timeout=PATIENCE)
    number = next(number for kind, number in late.documents if kind == "cccd")
    shown, typist = card(number, name=late.name), Typist(page)

    def at(station: str) -> None:
        page.locator(f"[data-station-of={station}]").click()
        says(f"at_{station}")

    def says(word: str) -> None:
        expect(page.locator(f"#band[data-word={word}]")).to_be_attached(timeout=PATIENCE)

    def scan(text: str, word: str) -> None:
        typist.show(text)
        says(word)
        typist.wait()

    at("reception")
    scan(shown, "received")
    at("screening")
    scan(shown, "ask_all")
    for box in page.locator("#questions fieldset").all():
        box.locator("label").first.click()
    page.fill("#questions input[name=temperature]", "36,7")
    page.locator("label.site-consent").click()
    page.locator("#save").click()
    says("said_eligible")
    at("injection")
    # The lot of the evening's severe event is refused, the other one is used.
    scan(FIRST_LOT, "lot_barred")
    scan(BOX, "lot_in_hand")
    scan(shown, "arm")
    scan("LC-LEFT", "injected")
    nurse.look()
    expect(page.locator("#net-count")).to_have_text("")
    expect(page.locator("#net.is-ok")).to_be_visible(timeout=PATIENCE)


def test_the_desk_counts_whoever_is_at_which_step(come: Come) -> None:
    desk = come("desk").play(VACCINATOR)
    page = desk.open("/vaccination/sessions/")
    page.get_by_role("link", name=NIGHT).click()
    came = WAITING + CLEARED + OBSERVED + WENT_HOME + 2
    by_the_worker(page, page.locator("main", has_text=str(came)))
    desk.look()


def test_the_same_person_closes_the_book_of_the_night(come: Come) -> None:
    keeper = come("desk").play(VACCINATOR)
    page = keeper.open("/vaccine-stock/")
    expect(page.locator("main")).to_contain_text(SECOND_LOT)
    keeper.look()
    page.goto(f"{page.url}book/")
    keeper.look()
    given = CLEARED + OBSERVED + WENT_HOME - 2
    assert given == 12, "one more than the story told, in two vials of ten"
    left = "Hủy 8 liều còn trong lọ đã mở"
    by_the_worker(page, page.get_by_role("button", name=left))
    press(page, left)
    counts = {FIRST_LOT: "70", SECOND_LOT: "180"}
    for lot, doses in counts.items():
        page.locator("tr", has_text=lot).locator("[name^=counted_]").fill(doses)
    press(page, "Chốt sổ")
    expect(page.locator("main")).to_contain_text("Mọi dòng đều cân")
    keeper.look()


def test_a_complaint_is_answered_by_two(come: Come) -> None:
    station = come("desk").play(STATION)
    page = station.open("/complaints/desk/")
    page.get_by_role("link", name="Thiếu mũi tiêm").first.click()
    page.get_by_label("Nhập mũi tiêm còn thiếu").check()
    page.get_by_label("Căn cứ vào đâu?").fill("Danh sách buổi tiêm, phiếu số 214")
    station.look()
    press(page, "Đề nghị")
    expect(page.get_by_text("người khác sẽ quyết định").first).to_be_visible()
    director = come("desk").play(DIRECTOR)
    page = director.open("/complaints/desk/")
    page.get_by_role("link", name="Thiếu mũi tiêm").first.click()
    page.get_by_label("Đúng, thực hiện").check()
    page.get_by_label("Nội dung trả lời người dân").fill("Đã bổ sung mũi tiêm theo danh sách.")
    press(page, "Quyết định")
    expect(page.get_by_text("Đã sửa")).to_be_visible()
    director.look()
    worker = come("phone").play(WORKER)
    page = worker.open("/complaints/")
    expect(page.get_by_text("Đã bổ sung mũi tiêm theo danh sách")).to_be_visible()


def test_the_directors_clock_runs(come: Come) -> None:
    director = come("desk").play(DIRECTOR)
    page = director.open("/vaccination/reactions/?part=severe")
    expect(page.locator("#barred-lots")).to_contain_text(FIRST_LOT)
    expect(page.locator("main")).to_contain_text("Phản vệ")


def test_an_outsider_sees_figures_and_nobody(come: Come) -> None:
    outsider = come("phone").play(OUTSIDER)
    # His own start page says 403: there is nothing for him, and the browser notes it.
    assert [said for said in outsider.complaints if " 403 " not in said] == []
    outsider.complaints.clear()
    page = outsider.open("/vaccination/figures/")
    expect(page.locator("main")).to_be_visible()
    for path in (
        "/vaccination/sessions/",
        "/vaccination/registrations/",
        "/vaccine-stock/",
        "/complaints/desk/",
        "/vaccination/reactions/",
    ):
        answer = page.request.get(f"{outsider.url}{path}", max_redirects=0)
        assert answer.status in {403, 404}, path
