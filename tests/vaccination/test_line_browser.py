"""The line in the browser: a family, two devices, the table for problems, the screen outside."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from lachan.core.scope import system_scope
from lachan.people.models import Person
from lachan.people.services import NewPerson, Stay, join_household, register_many
from lachan.vaccination.models import LineTicket, Session, SiteVisit
from lachan.vaccination.site_sessions import invite
from lachan.vaccination.site_tasks import take_site_events
from tests.factories.cards import card
from tests.gate import served
from tests.gate.browsers import chromium
from tests.places.units import BAC_NINH, NENH
from tests.sampling.people_at_the_table import code_of
from tests.vaccination.sites import PRODUCT, facility, session_of, wire_to
from tests.vaccination.test_line import lettered
from tests.vaccination.test_site_browser import DESK, PATIENCE, PHONE, Bench

pytestmark = pytest.mark.browser

HALL: ViewportSize = {"width": 1920, "height": 1080}
#: A family of three, and three who came alone.
NAMES = ("Lò Văn Páo", "Lò Thị Mây", "Lò Văn Sơn", "Vũ Thị Hoa", "Đỗ Văn Nam", "Trần Thị Yến")
NUMBERS = [f"024188001{number:03d}" for number in range(len(NAMES))]


@pytest.fixture
def web(database: str, tmp_path: Path) -> Iterator[served.Web]:
    server = served.Web(database, tmp_path / "web.log")
    server.start()
    try:
        yield server
    finally:
        server.kill()


def village(by: Any, numbers: list[str] = NUMBERS) -> tuple[Session, list[UUID], list[str]]:
    session = session_of(by, PRODUCT)
    new = [
        NewPerson(name, Stay(NENH, BAC_NINH), birth="1988", documents={"cccd": number})
        for name, number in zip(NAMES, numbers, strict=True)
    ]
    with system_scope("test") as system:
        people = [one.id for one in register_many(new, by=system)]
        invite(session, people, by=system)
        join_household(
            persons={people[0]: "head", people[1]: "spouse", people[2]: "child"}, by=system
        )
    cards = [card(n, name=name) for n, name in zip(numbers, NAMES, strict=True)]
    return session, people, cards


def context_of(browser: Any, view: ViewportSize) -> BrowserContext:
    context: BrowserContext = browser.new_context(viewport=view, locale="vi-VN")
    language = os.environ.get("LACHAN_SHOTS_LANGUAGE")
    if language:
        cookie = {"name": "lachan_language", "value": language, "domain": "127.0.0.1", "path": "/"}
        context.add_cookies([cookie])  # type: ignore[list-item]
    return context


def shoot(page: Page, name: str) -> None:
    folder = os.environ.get("LACHAN_SHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def numbers(page: Page) -> list[str]:
    found = page.locator("#waiting [data-label]").evaluate_all(
        "rows => rows.map(row => row.dataset.label)"
    )
    return [str(one) for one in found]


def waits(page: Page, *labels: str) -> None:
    """The list holds these numbers in this order, whenever the server's word arrives."""
    for place, label in enumerate(labels):
        one = page.locator("#waiting [data-label]").nth(place)
        expect(one).to_have_attribute("data-label", label, timeout=PATIENCE)
    expect(page.locator("#waiting [data-label]")).to_have_count(len(labels), timeout=PATIENCE)


def test_a_family_two_devices_the_problem_table_and_the_screen_outside(web: served.Web) -> None:
    by = facility()
    session, people, cards = village(by)
    with chromium() as browser:
        door = Bench(context_of(browser, PHONE), web.url, by, session)
        door.scan(cards[3], "received")
        door.scan(cards[0], "received_family")
        expect(door.page.locator("#band")).to_contain_text("A2")
        door.scan(cards[4], "received")
        # The family comes one by one: neighbouring numbers were kept for it.
        door.scan(cards[1], "received_family")
        expect(door.page.locator("#band")).to_contain_text("A3")
        shoot(door.page, "line-family-received")
        wrong = card(NUMBERS[5], name="Trần Thị Én")
        door.scan(wrong, "names_differ")
        door.press("to_problem_table", "sent_to_problems")
        shoot(door.page, "line-to-problems")
        door.sent()
        take_site_events()

        doctor = Bench(context_of(browser, PHONE), web.url, by, session)
        doctor.at("screening")
        waits(doctor.page, "A1", "A2", "A5", "A3")
        doctor.page.locator("#call-next").click()
        expect(doctor.page.locator("#call-number")).to_have_text("A1")
        doctor.page.locator("#call-missed").click()
        expect(doctor.page.locator("#call-number")).to_have_text("A2")
        expect(doctor.page.locator("#call-kin")).to_contain_text("A3")
        shoot(doctor.page, "line-call")
        doctor.page.locator("#call-next").click()
        # A5 came before A3, but the family of A2 is called to its table.
        expect(doctor.page.locator("#call-number")).to_have_text("A3")
        # The doctor's device never received him: his card says his number.
        doctor.scan(cards[0], "ask_all")
        expect(doctor.page.locator("#person")).to_contain_text("A2")
        expect(doctor.page.locator("#person")).to_contain_text("A3")
        shoot(doctor.page, "line-family-screening")

        explained(doctor)
        problem_table(door, session)
        outside(browser, web, by, session)
        without_network(door, web)
        assert door.complaints == []
        assert doctor.complaints == []
        web.start()
        desk(browser, web, by, session)
    with system_scope("test"):
        told = SiteVisit.objects.get(session=session, person=people[0]).screening
        assert "Nổi mề đay" in json.dumps(told, ensure_ascii=False)
        labels = {one.person_id: one.label for one in LineTicket.objects.filter(session=session)}
    assert labels[people[0]] == "A2"
    assert labels[people[1]] == "A3"


def explained(doctor: Bench) -> None:
    """A "yes" has a line for the doctor's own words; a "no" has none."""
    page = doctor.page
    first = page.locator("#questions fieldset").first
    more = first.locator("[data-detail]")
    expect(more).to_be_hidden()
    first.locator("input[value=yes]").check(force=True)
    expect(more).to_be_visible()
    more.fill("Nổi mề đay sau mũi 1, khó thở nhẹ")
    shoot(page, "line-detail")
    for box in page.locator("#questions fieldset").all()[1:]:
        box.locator("label").first.click()
    page.fill("#questions input[name=temperature]", "36,6")
    expect(page.locator("#outcome")).not_to_have_attribute("data-outcome", "incomplete")
    page.locator("#save").click()
    expect(page.locator("#checklist")).to_be_hidden()
    doctor.sent()
    take_site_events()


def problem_table(door: Bench, session: Session) -> None:
    page = door.page
    door.at("problem")
    # The doctor's device sent one here too: A2, whom the screening did not let through.
    waits(page, "A6", "A2")
    expect(page.locator("#waiting [data-label=A2]")).to_contain_text("Lò Văn Páo")
    expect(page.locator("#waiting [data-label=A6]")).to_contain_text("Trần Thị Yến")
    page.locator("#waiting [data-label=A6]").click()
    door.says("about_identity")
    page.fill("#solve-note", "Én là tên gọi ở nhà")
    shoot(page, "line-problem")
    door.press("solved_same", "back_to_line")
    waits(page, "A2")
    door.sent()
    take_site_events()
    with system_scope("test"):
        visit = SiteVisit.objects.get(session=session, letter="A", number=6)
        assert (visit.step, visit.problem, visit.identity) == ("screening", "", "mismatch")


def outside(browser: Any, web: served.Web, by: Any, session: Session) -> None:
    """Opened by the facility, and by its link without anybody signed in."""
    desk = context_of(browser, DESK)
    desk.add_cookies([{"name": "lachan", "value": by.secret, "url": web.url}])
    page = desk.new_page()
    page.goto(f"{web.url}/vaccination/sessions/{session.id}/screen/")
    link = page.url
    for name, view in (("hall", HALL), ("phone", PHONE)):
        screen = context_of(browser, view).new_page()
        screen.goto(link)
        expect(screen.locator("[data-step=screening]")).to_contain_text("A3")
        expect(screen.locator("body")).not_to_contain_text("Lò")
        width = screen.evaluate("document.documentElement.scrollWidth")
        assert width <= view["width"]
        shoot(screen, f"line-screen-{name}")
    size = screen.locator("[data-step=screening] .scr-tables b").first.evaluate(
        "one => parseFloat(getComputedStyle(one).fontSize)"
    )
    assert size >= 48
    page.set_viewport_size(HALL)
    # A tenth of the height: read at ten metres on an ordinary television.
    tall = page.locator("[data-step=screening] .scr-tables b").first.bounding_box()
    assert tall
    assert tall["height"] >= 1080 / 10
    before = page.locator("#asof").inner_text()
    expect(page.locator("#asof")).not_to_have_text(before, timeout=PATIENCE)
    desk.set_offline(True)
    expect(page.locator("#gone")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-step=screening]")).to_contain_text("A3")
    shoot(page, "line-screen-offline")
    desk.set_offline(False)
    expect(page.locator("#gone")).to_be_hidden(timeout=PATIENCE)


def without_network(door: Bench, web: served.Web) -> None:
    """Numbers go on, the own people are called, and the list is printed by the browser."""
    page = door.page
    web.kill()
    door.context.set_offline(True)
    expect(page.locator("#net.is-off")).to_be_visible()
    door.at("reception")
    page.locator("#nocode").click()
    page.fill("#new-name", "Giàng Thị Mỷ")
    page.fill("#new-year", "1961")
    page.locator("#new label.choice").first.click()
    page.locator("[data-unvouched]").click()
    door.says("sent_to_problems")
    expect(page.locator("#band")).to_contain_text("A7")
    door.at("problem")
    page.locator("#waiting [data-label=A7]").click()
    door.says("about_no_document")
    door.press("solved_vouched", "voucher_missing")
    page.fill("#solve-voucher", "Trưởng bản Sùng A Páo")
    door.press("solved_vouched", "back_to_line")
    door.at("screening")
    expect(page.locator("#call-note")).not_to_have_text("")
    page.locator("#call-next").click()
    expect(page.locator("#call-number")).not_to_have_text("–")
    shoot(page, "line-offline-call")
    page.evaluate("window.print = () => (window.printed = true)")
    page.locator("#paper-print").click()
    assert page.evaluate("window.printed") is True
    assert page.locator("#sheet-rows tr:not(.is-blank)").count() == 6
    page.emulate_media(media="print")
    shoot(page, "line-paper-device")
    expect(page.locator("#sheet")).to_be_visible()
    expect(page.locator("#net")).to_be_hidden()
    page.emulate_media(media="screen")
    door.context.set_offline(False)


def desk(browser: Any, web: served.Web, by: Any, session: Session) -> None:
    context = context_of(browser, DESK)
    context.add_cookies([{"name": "lachan", "value": by.secret, "url": web.url}])
    page = context.new_page()
    page.goto(f"{web.url}/vaccination/sessions/{session.id}/")
    shoot(page, "line-desk")
    expect(page.locator(".site-desk")).to_be_visible()


def test_gaps_are_typed_one_a_line_without_a_mouse(web: served.Web) -> None:
    by = facility()
    session, people, _cards = village(by, [f"024188002{number:03d}" for number in range(6)])
    device, letter = lettered(by, session)
    for number, one in enumerate(people[:2], start=1):
        device.received(code_of(one), letter=letter, number=number)
        device.injected(code_of(one), number=1)
    with wire_to(web.database) as wire:
        assert set(wire.post(device, *device.events)) == {"recorded"}
    take_site_events()
    with chromium() as browser:
        context = context_of(browser, DESK)
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": "lachan", "value": by.secret, "url": web.url}])
        page = context.new_page()
        page.goto(f"{web.url}/vaccination/sessions/{session.id}/gaps/")
        shoot(page, "line-gaps")
        left = page.locator(".gap").count()
        for label, text in (("birth_date", "5/3/1988"), ("ethnicity", "tay"), ("phone", "12")):
            field = page.locator(f".gap[data-field={label}] .field").first
            field.focus()
            page.keyboard.type(text)
            page.keyboard.press("Enter")
        expect(page.locator("#gaps-left")).to_have_text(str(left - 2))
        # What is not readable stays, with its sentence; the keys went on meanwhile.
        expect(page.locator(".gap[data-field=phone] .err").first).to_be_visible()
        assert page.evaluate("document.activeElement.classList.contains('field')")
        shoot(page, "line-gaps-typed")
        page.set_viewport_size(PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        shoot(page, "line-gaps-phone")
    with system_scope("test"):
        assert Person.objects.get(pk=people[0]).ethnicity == 2
