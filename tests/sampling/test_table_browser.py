"""A campaign day at the table: 200 people by a reader, two devices, the network pulled out."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect, sync_playwright

from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.services import NewPerson, Stay, register_many
from lachan.sampling.models import Sample, TableReview, Tube
from lachan.sampling.table_reading import devices_of
from lachan.sampling.table_tasks import take_table_events
from tests.factories.cards import card
from tests.gate import served
from tests.gate.browsers import CHROMIUM, chromium
from tests.gate.typist import Typist
from tests.places.units import BAC_NINH, NENH
from tests.sampling.people_at_the_table import Team, code_of, team

pytestmark = pytest.mark.browser

PATIENCE = 60_000  # milliseconds
PEOPLE, POOL = 200, 10
#: seconds a person, as the issue allows: three a minute.
SECONDS = 20
PHONE: ViewportSize = {"width": 390, "height": 844}

#: Counts what a hand does beside the reader: the reader is what the test itself types.
COUNT = "addEventListener('click', () => (window.clicks = (window.clicks ?? 0) + 1), true)"


class Bench:
    """A device at a table."""

    def __init__(self, context: BrowserContext, url: str, at: Team) -> None:
        self.context, self.url = context, url
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": "lachan", "value": at.sampler.secret, "url": url}])
        context.add_init_script(COUNT)
        self.complaints: list[str] = []
        self.page = context.pages[0] if context.pages else context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.typist = Typist(self.page)

    def choose(self, at: Team) -> None:
        """What is chosen once for a session, before the first scan."""
        self.page.goto(f"{self.url}/sampling/setup/")
        for name, value in (("limit", str(POOL)), ("reason", "zone")):
            self.page.check(f"input[name={name}][value='{value}']")
        self.page.select_option("select[name=disease]", "covid-19")
        self.page.select_option("select[name=laboratory]", str(at.laboratory))
        self.page.locator("form button.is-glove").click()
        self.ready()

    def ready(self) -> None:
        """The page is kept for the days without a network."""
        expect(self.page.locator("html[data-kept='1']")).to_be_attached(timeout=PATIENCE)

    def fill(self, barcode: str, texts: list[str]) -> None:
        """A tube under the reader, then everybody's code, then the tube again."""
        self.typist.show(barcode)
        for number, text in enumerate(texts, start=1):
            self.typist.show(text)
            self.inside(number)
        self.typist.show(barcode)
        self.inside(0)
        self.typist.answers += len(texts) + 2

    def inside(self, number: int) -> None:
        expect(self.page.locator("#inside")).to_have_text(str(number))

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


def crowd(count: int) -> tuple[list[UUID], list[str]]:
    """People and what they hold under the reader: telephones, cards, and numbers for most."""
    numbers = [f"024188{number:06d}" for number in range(count)]
    new = [
        NewPerson(f"Người Thứ {n}", Stay(NENH, BAC_NINH), birth="1988", documents={"cccd": one})
        for n, one in enumerate(numbers)
    ]
    with system_scope("test") as by:
        people = [person.id for person in register_many(new, by=by)]
    texts = list(numbers)
    for number in range(0, count, POOL):
        texts[number] = card(numbers[number]) if number % 20 else code_of(people[number])
    return people, texts


def test_two_hundred_people_two_devices_and_no_network_in_between(web: served.Web) -> None:
    at = team()
    people, texts = crowd(PEOPLE)
    tubes = [(f"BN{n:06d}", texts[n * POOL : (n + 1) * POOL]) for n in range(PEOPLE // POOL)]
    with chromium() as browser:
        benches = [
            Bench(browser.new_context(viewport=PHONE, locale="vi-VN"), web.url, at)
            for _ in range(2)
        ]
        for bench in benches:
            bench.choose(at)
        clicks = [bench.clicks() for bench in benches]
        first, second = benches
        for barcode, inside in tubes[:6]:
            first.fill(barcode, inside)
        first.sent()
        first.shoot("table-closed")

        web.kill()
        for bench in benches:
            bench.context.set_offline(True)
        for barcode, inside in tubes[6:14]:
            first.fill(barcode, inside)
        for barcode, inside in tubes[14:]:
            second.fill(barcode, inside)
        expect(first.page.locator("#net.is-off")).to_be_visible()
        first.shoot("table-offline")
        # The page itself opens again, with everything that waits.
        first.page.reload()
        expect(first.page.locator("#net.is-off")).to_be_visible()
        expect(first.page.locator("#net-count")).to_have_text("88 chờ gửi", use_inner_text=True)

        web.start()
        for bench in benches:
            bench.context.set_offline(False)
        for bench in benches:
            bench.sent()
            assert bench.complaints == []
        # The first page was loaded anew and counts from nothing.
        assert (first.clicks(), second.clicks()) == (0, clicks[1])
    for bench in benches:
        assert bench.typist.keys == 0
    seconds = sum(bench.typist.seconds for bench in benches)
    assert seconds / PEOPLE <= SECONDS
    take_table_events()
    told(at.sampler, people)


def told(sampler: Principal, people: list[UUID]) -> None:
    """Everybody is in one tube, every tube is closed, no number of a device is missing."""
    with system_scope("test"):
        samples = Sample.objects.filter(tube__barcode__startswith="BN0")
        assert sorted(samples.values_list("person_id", flat=True)) == sorted(people)
        found = Tube.objects.filter(barcode__startswith="BN0")
        assert (found.count(), found.filter(closed_at=None).count()) == (PEOPLE // POOL, 0)
        assert TableReview.objects.count() == 0
    with scoped(sampler, "sampling") as by:
        assert by.organisation is not None
        lines = devices_of(by.organisation)
    assert [line.missing for line in lines] == [0, 0]
    assert sum(line.events for line in lines) == PEOPLE + PEOPLE // POOL


def test_a_killed_browser_goes_on_where_it_was(web: served.Web, tmp_path: Path) -> None:
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    at = team()
    folder = tmp_path / "profile"
    with sync_playwright() as play:
        bench = Bench(_profile(play, folder), web.url, at)
        bench.choose(at)
        web.kill()
        bench.context.set_offline(True)
        bench.typist.show("KILL-1")
        for number in (1, 2, 3):
            bench.typist.show(f"02418850000{number}")
            bench.inside(number)
        _kill(folder)

        again = Bench(_profile(play, folder), web.url, at)
        again.context.set_offline(True)
        again.page.goto(f"{web.url}/sampling/")
        again.inside(3)
        expect(again.page.locator("#barcode")).to_have_text("KILL-1")
        again.typist.show("024188500004")
        again.inside(4)
        expect(again.page.locator("#net-count")).to_contain_text("4")
        again.context.close()


def _profile(play: object, folder: Path) -> BrowserContext:
    return play.chromium.launch_persistent_context(  # type: ignore[attr-defined,no-any-return]
        str(folder), executable_path=CHROMIUM, args=["--no-sandbox"], viewport=PHONE
    )


def _kill(folder: Path) -> None:
    """SIGKILL to the browser of this profile: no page hears of it."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if f"--user-data-dir={folder}" in command and "--type=" not in command:
            os.kill(int(path.parent.name), signal.SIGKILL)


def test_somebody_without_a_code_is_made_without_a_network(web: served.Web) -> None:
    at = team()
    with chromium() as browser:
        bench = Bench(browser.new_context(viewport=PHONE, locale="vi-VN"), web.url, at)
        bench.choose(at)
        bench.context.set_offline(True)
        bench.typist.show("NEW-1")
        page: Page = bench.page
        page.keyboard.press("F4")
        page.fill("#new-name", "Giàng A Lử")
        page.fill("#new-year", "1948")
        page.check("#new input[value=male]")
        bench.shoot("table-new")
        page.locator("#new button.is-glove").click()
        bench.inside(1)
        expect(page.locator("#people")).to_contain_text("Giàng A Lử")
        expect(page.locator("#code")).to_be_focused()


#: A sample is kept, sent and refused; then all that this device would write into a file.
REFUSED = """async ([code, answer]) => {
  const { store } = await import("/static/sampling/store.js");
  const ledger = await import("/static/ui/scan/device-ledger.js");
  await ledger.keepEvents(store, [{ id: "1", kind: "sample", code }], () => {});
  const waiting = await store.oldest(10);
  await ledger.settle(store, [], waiting.map(([key, event]) => [key, event, answer]));
  return [await store.count("waiting"), await ledger.toCarry(store)];
}"""


def test_a_refused_sample_is_carried_with_its_persons_code(web: served.Web) -> None:
    at = team()
    with chromium() as browser:
        bench = Bench(browser.new_context(viewport=PHONE, locale="vi-VN"), web.url, at)
        bench.choose(at)
        waiting, [event] = bench.page.evaluate(REFUSED, ["LC1-X", "clock_wrong"])
    assert waiting == 0
    assert event["code"] == "LC1-X"
