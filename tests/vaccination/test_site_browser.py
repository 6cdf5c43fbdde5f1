"""A session at a site: four stations on a phone, 60 injections an hour by a reader, no network."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from lachan.core.clock import now
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.services import NewPerson, Stay, register_many
from lachan.vaccination.models import Dose, Lot, Session, SiteVisit
from lachan.vaccination.site_sessions import invite
from lachan.vaccination.site_tasks import take_site_events
from tests.factories.cards import card
from tests.gate import served
from tests.gate.browsers import chromium
from tests.gate.typist import Typist
from tests.places.units import BAC_NINH, NENH
from tests.vaccination.sites import PRODUCT, facility, session_of

pytestmark = pytest.mark.browser

PATIENCE = 60_000  # milliseconds
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
PEOPLE = 20
#: seconds a person, as the issue allows: 60 injections an hour at a table.
SECONDS = 60
LOT = "FX2207"
BOX = f"]d20108935012345678173112311{'0'}{LOT}"
LATER = 31 * 60 * 1000  # milliseconds
COUNT = "addEventListener('click', () => (window.clicks = (window.clicks ?? 0) + 1), true)"


class Bench:
    """A device of the site."""

    def __init__(self, context: BrowserContext, url: str, by: Principal, session: Session) -> None:
        self.context, self.url = context, f"{url}/vaccination/site/{session.id}/"
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": "lachan", "value": by.secret, "url": url}])
        context.add_init_script(COUNT)
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda told: self._heard(told.type, told.text))
        self.typist = Typist(self.page)
        self.page.goto(self.url)
        expect(self.page.locator("html[data-kept='1']")).to_be_attached(timeout=PATIENCE)

    def _heard(self, kind: str, text: str) -> None:
        if kind == "error" and "ERR_" not in text:
            self.complaints.append(text)

    def at(self, station: str) -> None:
        self.page.locator(f"[data-station-of={station}]").click()
        self.says(f"at_{station}")

    def says(self, word: str) -> None:
        expect(self.page.locator(f"#band[data-word={word}]")).to_be_attached()

    def scan(self, text: str, word: str) -> None:
        """A code under the reader, and what the band says of it."""
        self.typist.show(text)
        self.says(word)
        self.typist.wait()

    def press(self, choice: str, word: str) -> None:
        self.page.locator(f"[data-choice={choice}]").click()
        self.says(word)

    def sent(self) -> None:
        """Nothing waits any more."""
        expect(self.page.locator("#net.is-ok")).to_be_visible(timeout=PATIENCE)
        expect(self.page.locator("#net-count")).to_have_text("")

    def clicks(self) -> int:
        return int(self.page.evaluate("window.clicks ?? 0"))

    def shoot(self, name: str) -> None:
        folder = os.environ.get("LACHAN_SHOTS")
        if folder:
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture
def web(database: str, tmp_path: Path) -> Iterator[served.Web]:
    server = served.Web(database, tmp_path / "web.log")
    server.start()
    try:
        yield server
    finally:
        server.kill()


def crowd() -> tuple[list[UUID], list[str]]:
    """People of the list, and the card each holds."""
    numbers = [f"024188{number:06d}" for number in range(PEOPLE)]
    new = [
        NewPerson(
            f"Nguyễn Văn {chr(65 + n)}", Stay(NENH, BAC_NINH), birth="1988", documents={"cccd": one}
        )
        for n, one in enumerate(numbers)
    ]
    with system_scope("test") as by:
        people = [person.id for person in register_many(new, by=by)]
    return people, [card(one, name=f"Nguyễn Văn {chr(65 + n)}") for n, one in enumerate(numbers)]


def ready(by: Principal) -> tuple[Session, list[UUID], list[str]]:
    session = session_of(by, PRODUCT)
    people, cards = crowd()
    with system_scope("test") as system:
        invite(session, people, by=system)
        assert session.organisation == by.organisation
        Lot.objects.create(
            product=PRODUCT,
            number=LOT,
            expires_on="2031-12-31",
            doses_per_vial=10,
            open_hours=6,
            organisation=session.organisation,
            made_at=now(),
        )
    return session, people, cards


def screen_first(bench: Bench, temperature: str) -> None:
    """Every question is answered by hand; nothing was chosen before."""
    page = bench.page
    assert page.locator("#questions input:checked").count() == 0
    expect(page.locator("#save")).to_be_disabled()
    for box in page.locator("#questions fieldset").all():
        box.locator("label").first.click()
    page.fill("#questions input[name=temperature]", temperature)


def test_four_stations_a_reader_and_no_network(web: served.Web) -> None:
    by = facility()
    session, people, cards = ready(by)
    with chromium() as browser:
        context = browser.new_context(viewport=PHONE, locale="vi-VN")
        bench = Bench(context, web.url, by, session)
        one_person(bench, cards[0])
        walk_in(bench)

        bench.at("injection")
        clicks, scans = bench.clicks(), bench.typist.cards
        bench.scan(BOX, "lot_in_hand")
        for text in cards[1:10]:
            bench.scan(text, "arm")
            bench.scan("LC-LEFT", "injected")
        bench.sent()
        web.kill()
        context.set_offline(True)
        expect(bench.page.locator("#net.is-off")).to_be_visible()
        for text in cards[10:]:
            bench.scan(text, "ask_elsewhere")
            bench.scan("LC-NO", "arm")
            bench.scan("LC-RIGHT", "injected")
        bench.shoot("site-injected-offline")
        bench.scan(cards[12], "injected_already")
        # Neither keyboard nor mouse: a reader alone.
        assert bench.typist.keys == 0
        assert bench.clicks() == clicks
        pace = bench.typist.seconds / (PEOPLE - 1)
        print(
            f"\n{3600 / pace:.0f} injections an hour at one table, {pace:.1f} s each, "
            f"{bench.typist.cards - scans} scans for {PEOPLE - 1} people"
        )
        assert pace <= SECONDS

        home(bench, cards[0])
        web.start()
        context.set_offline(False)
        bench.sent()
        seen_stopped(bench, session)
        assert bench.complaints == []
    take_site_events()
    told(session, people)
    look_at_desk(web, by, session)


def one_person(bench: Bench, text: str) -> None:
    """From the door to the observation."""
    bench.shoot("site-reception")
    bench.scan(text, "received")
    bench.shoot("site-received")
    bench.at("screening")
    bench.scan(text, "ask_all")
    screen_first(bench, "37,6")
    expect(bench.page.locator("#outcome[data-outcome=caution]")).to_be_visible()
    bench.shoot("site-screening")
    bench.page.locator("label.site-consent").click()
    bench.page.locator("#save").click()
    bench.says("said_caution")
    bench.at("injection")
    bench.scan(text, "lot_first")
    bench.scan(BOX, "lot_in_hand")
    bench.scan(text, "arm")
    bench.shoot("site-arm")
    bench.press("arm_left", "injected")
    bench.at("observation")
    bench.scan(text, "stay")
    bench.shoot("site-observation")


def walk_in(bench: Bench) -> None:
    """Somebody who is not on the list, and somebody without a document."""
    bench.at("reception")
    bench.scan(card("024188999999", name="Lò Văn Páo"), "not_listed")
    bench.shoot("site-walk-in")
    bench.press("walk_leftover", "received")
    bench.page.locator("#nocode").click()
    bench.shoot("site-no-document")
    bench.page.fill("#new-name", "Giàng Thị Mỷ")
    bench.page.fill("#new-year", "1961")
    bench.page.locator("#new label.choice").first.click()
    bench.page.fill("#new-vouched", "Trưởng bản Sùng A Páo")
    bench.page.locator("#new .is-glove").click()
    bench.says("received")


def home(bench: Bench, text: str) -> None:
    """Half an hour later, still without a network, the page opened again."""
    bench.page.evaluate(f"localStorage.setItem('site.offset', '{LATER}')")
    bench.page.reload()
    bench.at("observation")
    bench.scan(text, "may_go")
    bench.shoot("site-may-go")
    bench.scan("LC-WELL", "home_next")
    bench.shoot("site-home")


def seen_stopped(bench: Bench, session: Session) -> None:
    """The session is stopped elsewhere while the vial is in hand here."""
    bench.at("injection")
    with system_scope("test"):
        Session.objects.filter(pk=session.id).update(state="stopped", why_stopped="Phản ứng nặng")
    # Nothing is scanned or pressed: the page says it by itself.
    stopped = bench.page.locator("#band[data-word=session_stopped]")
    expect(stopped).to_be_attached(timeout=PATIENCE)
    expect(bench.page.locator("#band")).to_contain_text("Phản ứng nặng")
    bench.shoot("site-stopped")


def told(session: Session, people: list[UUID]) -> None:
    with system_scope("test"):
        doses = Dose.objects.filter(session=session, reverses=None)
        assert sorted(doses.values_list("person_id", flat=True)) == sorted(people)
        assert {one.lot.number for one in doses.select_related("lot") if one.lot} == {LOT}
        first = SiteVisit.objects.get(session=session, person=people[0])
        assert (first.step, first.screening["outcome"], first.flags) == ("home", "caution", [])
        assert first.next_on is not None
        made = SiteVisit.objects.get(session=session, vouched=True)
        assert (made.listed, made.identity) == (False, "none")


def look_at_desk(web: served.Web, by: Principal, session: Session) -> None:
    """The desk's pages, looked at by a person."""
    folder = os.environ.get("LACHAN_SHOTS")
    if not folder:
        return
    with chromium() as browser:
        context = browser.new_context(viewport=DESK, locale="vi-VN")
        context.add_cookies([{"name": "lachan", "value": by.secret, "url": web.url}])
        page = context.new_page()
        for name, path in (
            ("sessions", ""),
            ("session-new", "new/"),
            ("session", f"{session.id}/"),
        ):
            page.goto(f"{web.url}/vaccination/sessions/{path}")
            page.screenshot(path=Path(folder) / f"site-desk-{name}.png", full_page=True)
    with scoped(by, "vaccination"):
        assert SiteVisit.objects.filter(session=session).count() > PEOPLE
