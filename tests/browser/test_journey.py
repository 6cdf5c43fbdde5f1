"""From a scan at a gate to a confirmed contact told by the station, as the people of the story play
it: one phone, one desk after another, against the real server with its worker and its gateway.

The steps stand in the order of the day and rest on one another.
"""

import re
from dataclasses import dataclass, field
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from lachan.config.story.generate import generate
from lachan.config.story.options import Options
from lachan.config.story.world import Person
from tests.browser.conftest import Come
from tests.browser.pictures import codes_in
from tests.browser.visitor import Visitor
from tests.gate.typist import ready
from tests.venues.pdf_codes import codes_of

pytestmark = pytest.mark.browser

#: The cast, by name.
WORKER, GUARD, MANAGER = "Nguyễn Công Đạt", "Thân Văn Bảy", "Giáp Thị Nhàn"
SAMPLER, LABORATORY, LEAD = "Chu Thị Thắm", "Đỗ Quốc Anh", "Mai Bích Diệp"
TRACER, STATION = "Trịnh Minh Châu", "Đặng Thị Hòa"
STATION_2, STATION_3 = "Nghiêm Văn Tước", "Phạm Thu Hạnh"

TUBE = "LC-900001"
#: The day on which the worker fell ill in the story: day 3.
ONSET = "2026-11-12"
#: Words that never stand in a message.
UNLAWFUL = re.compile(r"\bF[0-4]\b|sởi|measles|covid|dương tính", re.IGNORECASE)


@dataclass
class Day:
    """What one step hands to the next."""

    phone: str = ""
    code: str = ""
    poster: str = ""
    case: str = ""
    told: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def day() -> Day:
    return Day()


@pytest.fixture(scope="module")
def worker() -> Person:
    """The worker as the story tells him; only his telephone number is used."""
    world = generate(Options())
    return world.people[world.planted.f0]


def messages_to(visitor: Visitor, phone: str) -> list[str]:
    """What the demo's telephones received, newest first."""
    page = visitor.context.new_page()
    page.goto(f"{visitor.url}/demo/messages/")
    rows = page.locator(".looks li").filter(has_text=phone)
    found = [row.locator("b").inner_text() for row in rows.all()]
    page.close()
    return found


def scan(page: Page, text: str) -> None:
    """A reader types what it read and presses Enter; the field has the focus already."""
    ready(page)
    with page.expect_navigation():
        page.keyboard.type(text)
        page.keyboard.press("Enter")


def show(page: Page, text: str) -> None:
    """The same at the sampling table, whose page stays where it is."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_a_citizen_signs_in_by_a_code_sent_to_the_phone(
    come: Come, day: Day, worker: Person
) -> None:
    citizen = come("phone")
    page = citizen.open("/sign-in/phone/")
    page.locator("[name=phone]").fill(worker.phones[0])
    citizen.shoot("citizen-sign-in")
    with page.expect_navigation():
        page.locator("main form button").click()
    citizen.look()
    sent = messages_to(citizen, worker.phones[0])
    code = re.search(r"\b\d{6}\b", sent[0])
    assert code is not None
    page.locator("[name=code]").fill(code[0])
    citizen.shoot("citizen-code")
    with page.expect_navigation():
        page.locator("main form button").first.click()
    citizen.look()
    expect(page.locator(".pass h1")).to_have_text(WORKER)
    day.phone = worker.phones[0]


def test_the_citizen_declares_and_shows_his_code(come: Come, day: Day) -> None:
    citizen = come("phone").play(WORKER)
    page = citizen.open("/declare/")
    with page.expect_navigation():
        page.locator(".kinds a").first.click()
    while page.locator("#step").count():
        assert page.locator("input[type=radio]:checked").count() == 0, (
            "nothing is chosen beforehand"
        )
        for ask in page.locator(".ask:not([hidden]) fieldset:has(.is-yn)").all():
            first = ask.locator("input[name=stays]").count()
            ask.locator("label.choice").nth(0 if first else 1).click()
        if page.locator("input[name=fever]").count():
            citizen.shoot("citizen-declare")
        with page.expect_navigation():
            page.locator(".ph-dock button").click()
        citizen.look()
    expect(page.locator(".pass-say h1")).to_be_visible()
    citizen.open("/pass/")
    citizen.shoot("citizen-pass")
    [day.code] = codes_in(citizen.context, page.screenshot())
    assert "129999792" not in day.code, "no identity number stands in a code of ours"


def test_a_manager_registers_a_place_with_parts_and_prints_the_poster(come: Come, day: Day) -> None:
    manager = come("desk").play(MANAGER)
    page = manager.open("/places/new/")
    page.locator("[name=name]").fill("Nhà ăn ca đêm")
    page.locator("[name=kind]").select_option("hall")
    page.locator("[name=commune_text]").press_sequentially("nenh")
    page.locator("label.choice", has_text="Phường Nếnh").first.click()
    manager.shoot("manager-register")
    with page.expect_navigation():
        page.locator("main form button").click()
    manager.look()
    page.locator("[name=kind]").select_option("room")
    page.locator("[name=names]").fill("Phòng ăn 1\nPhòng ăn 2")
    with page.expect_navigation():
        page.locator("form[action$='parts/'] button").click()
    manager.look()
    expect(page.get_by_role("link", name="Phòng ăn 2")).to_be_visible()
    manager.shoot("manager-place")
    manager.open("/venues/")
    with page.expect_navigation():
        page.locator(".vn-lines li", has_text="Nhà ăn ca đêm").locator("button").click()
    manager.look()
    page.get_by_role("link", name="Cổng, phòng và áp phích").click()
    with page.expect_navigation():
        page.locator("form[action$='parts/codes/'] button").click()
    manager.look()
    page.get_by_role("link", name="Phòng ăn 1", exact=True).click()
    manager.look()
    manager.shoot("manager-venue")
    answer = manager.context.request.get(
        manager.url + str(page.locator("a[href$='posters.pdf']").get_attribute("href"))
    )
    [poster] = codes_of(answer.body())
    day.poster = poster.text.removeprefix(manager.url)
    assert re.fullmatch(r"/[qp]/[0-9A-Z]{8}", day.poster), poster.text


def test_the_citizen_checks_in_by_the_poster_and_out_again(come: Come, day: Day) -> None:
    citizen = come("phone").play(WORKER)
    for direction in ("in", "out"):
        page = citizen.open(day.poster)
        if direction == "in":
            citizen.shoot("citizen-check-in")
        with page.expect_navigation():
            page.locator(f"button[value={direction}]").click()
        citizen.look()
        expect(page.locator(".verdict h2")).to_be_visible()
    citizen.shoot("citizen-checked-out")


def test_a_guard_scans_the_code_and_enters_somebody_without_a_phone(come: Come, day: Day) -> None:
    guard = come("phone").play(GUARD)
    page = guard.open("/gate/desk/")
    # Several places have a code: it asks which one, once.
    if page.locator("main .todo a").count():
        page.locator("main .todo a", has_not_text="Phòng ăn 1").first.click()
        guard.look()
    ready(page)
    show(page, day.code)
    expect(page.locator(".verdict")).to_be_visible()
    guard.look()
    expect(page.locator(".verdict.is-may .verdict-id b")).to_have_text("Nguyễn Công Đ.")
    guard.open("/gate/no-code/")
    page.locator("[name=full_name]").fill("Lò Thị Pản")
    page.locator("[name=birth]").fill("1958")
    page.locator("[name=where]").fill("phuong nenh")
    with page.expect_navigation():
        page.locator("main form button").last.click()
    guard.look()
    if page.locator("[name=unit]").count():
        page.locator("label", has_text="Phường Nếnh, Tỉnh Bắc Ninh").first.click()
        guard.shoot("guard-no-code")
        with page.expect_navigation():
            page.locator("main form button").last.click()
        guard.look()
    expect(page.locator(".verdict.is-may .verdict-id b")).to_have_text("Lò Thị P.")


def test_the_manager_sees_numbers_and_no_names(come: Come, day: Day) -> None:
    manager = come("desk").play(MANAGER)
    page = manager.open("/venues/")
    row = page.locator(".vn-cards li", has_text="Nhà ăn ca đêm")
    inside, came = row.locator(".vn-card-n .fig").all_inner_texts()
    # The guard let in the worker and the person without a phone; neither has left.
    assert (inside, came) == ("2", "2")
    with page.expect_navigation():
        row.get_by_role("link").click()
    manager.look()
    assert WORKER not in page.content()


def test_a_sampler_records_a_tube(come: Come, day: Day) -> None:
    sampler = come("phone").play(SAMPLER)
    page = sampler.open("/sampling/setup/")
    page.locator("[name=limit][value='1']").check(force=True)
    page.locator("[name=reason][value=symptoms]").check(force=True)
    page.locator("[name=disease]").select_option("measles")
    page.locator("[name=laboratory]").select_option(label="Phòng xét nghiệm TTKSBT tỉnh")
    with page.expect_navigation():
        page.locator("main form button").first.click()
    sampler.look()
    sampler.shoot("sampler-tube")
    expect(page.locator("#dock")).to_be_visible()
    show(page, TUBE)
    expect(page.locator("#barcode")).to_have_text(TUBE)
    sampler.look()
    page.locator("#onset").fill(ONSET)
    page.locator("#code").focus()
    show(page, day.code)
    expect(page.locator("#inside")).to_have_text("1")
    sampler.look()
    sampler.shoot("sampler-added")
    page.locator("#close").click()
    expect(page.locator("#net.is-ok")).to_be_visible()
    expect(page.locator("#net-count")).to_have_text("")
    sampler.look()


def read_off(person: Visitor) -> None:
    """Scan the tube and key what the machine says, without seeing what another keyed."""
    page = person.open("/laboratory/")
    for _try in range(240):
        # The worker makes tubes of what the table sent.
        if page.locator("tr", has_text=TUBE).count():
            break
        page.wait_for_timeout(500)
        page = person.open("/laboratory/")
    scan(page, TUBE)
    person.look()
    page.locator("[name=outcome][value=positive]").check(force=True)
    page.locator("[name=method][value=pcr]").check(force=True)
    person.shoot("laboratory-enter")
    with page.expect_navigation():
        page.locator("main form button").first.click()
    person.look()


def test_the_laboratory_enters_and_another_hand_releases(come: Come) -> None:
    technician, lead = come("desk").play(LABORATORY), come("desk").play(LEAD)
    for person in (technician, lead):
        read_off(person)
    page = technician.open("/laboratory/")
    row = page.locator("tr", has_text=TUBE)
    expect(row.locator(".chip, [class*=chip]").first).to_be_visible()
    row.locator("input[type=checkbox]").check()
    with page.expect_navigation():
        page.locator(".bulk button").first.click()
    technician.look()

    page = lead.open("/laboratory/release/")
    lead.shoot("laboratory-release")
    with page.expect_navigation():
        page.locator("tr", has_text=TUBE).get_by_role("link", name="Xem và duyệt trả").click()
    lead.look()
    with page.expect_navigation():
        page.get_by_role("button", name="Duyệt trả kết quả này").click()
    lead.look()
    expect(page.locator("tr", has_text=TUBE)).to_have_count(0)


def test_a_case_stands_on_the_tracers_board_with_a_number_and_a_list(come: Come, day: Day) -> None:
    tracer = come("desk").play(TRACER)
    page = tracer.page
    for _try in range(240):
        tracer.page.goto(f"{tracer.url}/tracing/")
        rows = page.locator(".caserows li")
        # The longest waiting stands first, and this one came last.
        if rows.count() == 2 and rows.last.locator(".todo b").inner_text() not in {"", "0"}:
            break
        page.wait_for_timeout(500)
    tracer.look()
    tracer.shoot("tracer-board")
    assert rows.count() == 2
    with page.expect_navigation():
        rows.last.locator(".id a").click()
    expect(page.locator("tr input[name=contacts]").first).to_be_visible()
    tracer.look()
    day.case = page.url.removeprefix(tracer.url)
    expect(page.get_by_role("heading", level=1)).to_contain_text(WORKER)
    assert page.locator("tr input[name=contacts]").count() == 50, "a page of the list"
    expect(page.locator(".levels a").first).to_contain_text("68")
    said = page.locator("p.why").inner_text()
    assert said.startswith("68 người chờ xác minh"), said
    counted = re.search(r"(\d+) người chỉ liên quan mốc dịch tễ", said)
    assert counted is not None, said
    assert int(counted[1]) > 100, "the shift is a number"
    tracer.shoot("tracer-case")


def test_the_tracer_confirms_and_hands_over(come: Come, day: Day) -> None:
    tracer = come("desk").play(TRACER)
    page = tracer.open(day.case)
    with page.expect_navigation():
        page.locator("form[action$='take/'] button").click()
    tracer.look()
    for act in ("confirm", "hand_over"):
        page.locator(".bulk input[type=checkbox]").check()
        with page.expect_navigation():
            page.locator(f"button[value={act}]").click()
        tracer.look()
        tracer.shoot(f"tracer-{act.replace('_', '-')}")
    assert page.locator("tr .chip-info, tr [class*=info]").count() >= 50
    expect(page.locator(".levels a", has_text="Chuyển địa phương")).to_contain_text("68")


@pytest.mark.parametrize("officer", [STATION_2, STATION_3])
def test_the_station_where_they_live_takes_one_over_and_returns_one(
    come: Come, day: Day, officer: str
) -> None:
    station = come("desk").play(officer)
    page = station.open("/handovers/?state=sent")
    waiting = page.locator("form[action$='accept/']").count()
    assert waiting >= 2, officer
    assert WORKER not in page.content(), "nobody learns whose contact this is"
    station.shoot("station-inbox" if officer == STATION_2 else "station-elsewhere")
    with page.expect_navigation():
        page.locator("form[action$='accept/'] button").first.click()
    station.look()
    page.goto(f"{station.url}/handovers/?state=sent")
    page.locator("select[name=reason]").first.select_option("moved_away")
    with page.expect_navigation():
        page.locator("form[action$='return/'] button").first.click()
    station.look()
    page.goto(f"{station.url}/handovers/?state=sent")
    assert page.locator("form[action$='accept/']").count() == waiting - 2


def test_the_station_approves_the_message_and_it_arrives_in_legal_words(
    come: Come, day: Day
) -> None:
    station = come("desk").play(STATION_2)
    page = station.open("/notices/")
    before = page.locator("input[name=notice]")
    assert before.count() == 1
    phone = page.locator("tr", has=before).locator("small.fig").inner_text()
    assert messages_to(station, phone) == [], "nobody is told before a human approves"
    before.check()
    station.shoot("station-notice")
    with page.expect_navigation():
        page.locator(".bulk button").click()
    station.look()
    for _try in range(240):
        day.told = messages_to(station, phone)
        if day.told:
            break
        page.wait_for_timeout(500)
    [text] = day.told
    assert not UNLAWFUL.search(text), text
    assert WORKER not in text
    assert "tiếp xúc" in text


def test_the_citizen_sees_the_result_and_who_looked_at_his_data(come: Come) -> None:
    citizen = come("phone").play(WORKER)
    citizen.open("/results/")
    citizen.shoot("citizen-result")
    page = citizen.open("/me/looks/")
    citizen.shoot("citizen-looks")
    expect(page.locator("main")).to_contain_text(TRACER)
    assert not re.search(r"\bF[0-4]\b", page.locator("main").inner_text())


@pytest.mark.parametrize("screen", ["desk", "phone"])
def test_a_station_asks_which_pools_to_take(come: Come, screen: Literal["desk", "phone"]) -> None:
    station = come(screen).play(STATION)
    page = station.open("/sampling/pooling/")
    expect(page.locator(".pl-say")).not_to_contain_text("thay vì")
    page.locator("#id_area").select_option("low")
    page.locator("#id_positivity").fill("0,9")
    page.get_by_role("button", name="Tính").click()
    expect(page.locator(".pl-say")).to_contain_text("Gộp 10:")
    expect(page.locator(".pl-plot")).to_be_visible()
    station.look()
