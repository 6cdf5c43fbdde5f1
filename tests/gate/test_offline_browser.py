"""A rush hour without a network: 200 people, the network pulled at the sixtieth, then restored."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.core.signing import signing_key
from lachan.credentials.tokens import Declared, issue
from lachan.people.selectors import trace_ids_of
from lachan.people.services import NewPerson, Stay, register_many
from lachan.venues.models import Scan, Venue
from lachan.venues.selectors import devices_of
from tests.factories import cast, orders
from tests.gate import served
from tests.gate.browsers import chromium
from tests.gate.test_carried import give_in
from tests.gate.test_pages import guard_of
from tests.places.units import BAC_NINH, NENH

pytestmark = pytest.mark.browser

PATIENCE = 60_000  # milliseconds
PEOPLE, ONLINE = 200, 60

#: The page's own gatekeeper module, as camera, desk and kiosk call it; the codes come one by one.
TAKE = """async (codes) => {
  const { Gatekeeper } = await import(new URL("gatekeeper.js", document.querySelector(
    "script[src*='gate/page']").src));
  globalThis.keeper ??= new Gatekeeper(document.getElementById("data").dataset);
  if (!globalThis.keeper.ready) globalThis.keeper.begin();
  const told = [];
  for (const code of codes) {
    const { kind, why, asof, offline } = await keeper.take(code, { direction: "in", way: "desk" });
    told.push({ kind, why, asof, offline });
  }
  return told;
}"""


#: The same device a day and then eight days later: what it says of somebody with a card.
LATER = """async () => {
  const module = new URL("judging.js", document.querySelector("script[src*='gate/page']").src);
  const { judged } = await import(module);
  const day = 86400000;
  const said = async (days) => {
    const later = Object.create(keeper, { offset: { value: keeper.offset + days * day } });
    return judged(later, null, later.time() / 1000);
  };
  return [await said(0), await said(1.1), await said(8)];
}"""


class Rush:
    """A guard's device at a gate, and the web behind it."""

    def __init__(self, context: BrowserContext, web: served.Web, venue: Venue):
        self.context, self.web, self.venue = context, web, venue
        self.complaints: list[str] = []

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{self.web.url}{path}?gate={self.venue.code}")
        return page

    def pull(self) -> None:
        """The cable is out, and the telephone knows it."""
        self.web.kill()
        self.context.set_offline(True)

    def restore(self) -> None:
        self.web.start()
        self.context.set_offline(False)

    @staticmethod
    def shoot(page: Page, name: str) -> None:
        folder = os.environ.get("LACHAN_SHOTS")
        if folder:
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture
def rush(database: str, tmp_path: Path) -> Iterator[Rush]:
    venue = served.venue_of(served.manager(), name="Cổng Nam")
    web = served.Web(database, tmp_path / "web.log")
    with chromium() as browser:
        web.start()
        try:
            context = browser.new_context(
                viewport={"width": 390, "height": 844}, locale="vi-VN", accept_downloads=True
            )
            context.set_default_timeout(PATIENCE)
            secret = guard_of(venue).secret
            context.add_cookies([{"name": "lachan", "value": secret, "url": web.url}])
            yield Rush(context, web, venue)
        finally:
            web.kill()


def workers(count: int) -> list[UUID]:
    new = [NewPerson(full_name=f"Công Nhân {n}", stay=Stay(NENH, BAC_NINH)) for n in range(count)]
    with system_scope("test") as by:
        people = register_many(new, by=by)
        traces = trace_ids_of([person.id for person in people])
    return [traces[person.id] for person in people]


def held() -> UUID:
    """Somebody of the gate's province whom the station holds for the chairman's decision."""
    person = orders.resident()
    orders.proposed(person, now())
    with system_scope("test"):
        return trace_ids_of([person.id])[person.id]


def slip_of_somebody_ill() -> str:
    """A printed declaration with symptoms: it speaks for itself, without a network."""
    moment = int(now().timestamp())
    return issue(
        signing_key(),
        kind="declaration",
        pseudonym=uuid7().bytes,
        expires_at=moment + 86_400,
        declared=Declared(moment - 3_600, symptoms=True, contact=False),
    )


def visits(venue: Venue) -> list[Scan]:
    with system_scope("test"):
        return list(Scan.objects.filter(place=venue.place_id))


def test_two_hundred_people_and_no_network(rush: Rush, tmp_path: Path) -> None:
    people, kept_out = workers(PEOPLE), held()
    codes = [served.code_of(person) for person in people]
    page = rush.open("/gate/")
    expect(page.locator("html[data-kept]")).to_have_count(1, timeout=PATIENCE)
    expect(page.locator("#net-pack")).to_contain_text("Quy tắc nhận lúc")
    expect(page.locator("#net-pack")).to_contain_text("hôm nay, dùng được đến")

    online = page.evaluate(TAKE, codes[:ONLINE])
    assert {told["kind"] for told in online} == {"may"}
    rush.pull()
    alone = page.evaluate(TAKE, codes[ONLINE:130])
    [no, ill] = page.evaluate(TAKE, [served.code_of(kept_out), slip_of_somebody_ill()])
    fresh, old, over = page.evaluate(LATER)
    assert "Quy tắc nhận lúc" in fresh["asof"]
    assert "Quy tắc cũ" in old["asof"]
    assert over is None
    rush.shoot(page, "offline-rush")

    # The browser is closed and opened again; and a second tab scans too.
    page.close()
    page, other = rush.open("/gate/"), rush.open("/gate/")
    alone += page.evaluate(TAKE, codes[130:170])
    alone += other.evaluate(TAKE, codes[170:])
    expect(page.locator("#net-count")).to_contain_text("140 chờ gửi")
    expect(page.locator("#net-say")).to_contain_text("Mất mạng")

    assert {(told["kind"], told["offline"]) for told in alone} == {("may", True)}
    assert "chưa xem được tờ khai" in alone[0]["why"]
    assert "Quy tắc nhận lúc" in alone[0]["asof"]
    assert (no["kind"], no["offline"]) == ("not", True)
    assert "gọi Trạm Y tế" in no["why"]
    assert (ill["kind"], ill["offline"]) == ("need", True)
    assert "bàn y tế" in ill["why"]
    assert len(visits(rush.venue)) == ONLINE

    file = written(rush, tmp_path)
    station = cast.of_commune(Role.STATION_OFFICER, NENH)
    assert "140 recorded, 0 there already, 0 refused" in give_in(station, file)
    assert "0 recorded, 140 there already, 0 refused" in give_in(station, file)

    rush.restore()
    expect(page.locator("#net-say")).to_contain_text("đã gửi đủ", timeout=PATIENCE)
    expect(page.locator("#net-count")).to_have_text("")

    everybody_came_once(rush.venue, people)
    assert rush.complaints == []
    rush.shoot(page, "offline-restored")


def written(rush: Rush, folder: Path) -> str:
    """The file of what waits, as the guard writes it to a stick."""
    page = rush.open("/gate/carry/")
    expect(page.locator("#carry-waiting")).to_contain_text("140")
    rush.shoot(page, "offline-carry")
    with page.expect_download() as download:
        page.click("#carry-write")
    assert re.fullmatch(
        rf"lachan-{rush.venue.code}-\d{{12}}\.lachan", download.value.suggested_filename
    )
    path = folder / "carried.lachan"
    download.value.save_as(path)
    expect(page.locator("#carry-said")).to_contain_text("Đã ghi 140 lượt")
    page.close()
    return path.read_text()


def everybody_came_once(venue: Venue, people: list[UUID]) -> None:
    """200 visits, none twice; the device's own count without a gap, in the order of time."""
    rows = visits(venue)
    assert Counter(row.trace_id for row in rows) == Counter(people)
    waited = sorted((row for row in rows if row.counter), key=lambda row: row.at)
    assert [row.counter for row in waited] == list(range(1, PEOPLE - ONLINE + 1))
    assert all(row.offline and row.offset_ms is not None for row in waited)
    [authority] = {row.authority for row in waited}
    manager = cast.of_organisation(Role.PLACE_MANAGER, venue.organisation)
    with scoped(manager, "places"):
        [device] = devices_of(venue)
    assert authority == f"device:{device.id}"
