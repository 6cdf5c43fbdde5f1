"""Scenario 15 in two real browsers: anaphylaxis at one point, the lot barred at another."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lachan.core.clock import OFFSET, now
from lachan.core.scope import Principal, system_scope
from lachan.people.services import NewPerson, Stay, register_many
from lachan.vaccination.models import Dose, Lot, Session, SiteEvent
from lachan.vaccination.site_sessions import invite
from lachan.vaccination.site_tasks import take_site_events
from tests.database import copy
from tests.factories.cards import card
from tests.gate import served
from tests.gate.browsers import chromium
from tests.places.units import BAC_NINH, NENH
from tests.vaccination.sites import PRODUCT, facility, session_of
from tests.vaccination.test_site_browser import BOX, LOT, PATIENCE, PHONE, Bench

pytestmark = pytest.mark.browser

NAME, NUMBER = "Nguyễn Văn Sáu", "024088000015"


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """Nothing of the story is needed: an empty copy."""
    with copy() as name:
        yield name


@pytest.fixture
def web(database: str, tmp_path: Path) -> Iterator[served.Web]:
    """The real web."""
    server = served.Web(database, tmp_path / "web.log")
    server.start()
    try:
        yield server
    finally:
        server.kill()


def point() -> tuple[Principal, Session]:
    """An open session of a facility of its own."""
    by = facility()
    return by, session_of(by, PRODUCT)


def listed(session: Session) -> None:
    """Somebody with a card is on the list, and the lot is known."""
    new = NewPerson(NAME, Stay(NENH, BAC_NINH), birth="1988", documents={"cccd": NUMBER})
    with system_scope("test") as by:
        (person,) = register_many([new], by=by)
        invite(session, [person.id], by=by)
        Lot.objects.create(
            product=PRODUCT,
            number=LOT,
            expires_on="2031-12-31",
            doses_per_vial=10,
            open_hours=6,
            organisation=session.organisation,
            made_at=now(),
        )


def test_the_lot_is_barred_on_the_page_of_another_facility(web: served.Web) -> None:
    (by_here, here), (by_there, there) = point(), point()
    listed(here)
    with chromium() as browser:
        contexts = [browser.new_context(viewport=PHONE, locale="vi-VN") for _one in range(2)]
        ill = Bench(contexts[0], web.url, by_here, here)
        other = Bench(contexts[1], web.url, by_there, there)
        for bench in (ill, other):
            bench.at("injection")
            bench.scan(BOX, "lot_in_hand")
        ill.scan(card(NUMBER, name=NAME), "arm")
        ill.scan("LC-LEFT", "injected")
        ill.sent()
        take_site_events()
        with system_scope("test"):
            dose = Dose.objects.get(session=here)

        began = anaphylaxis(contexts[0].new_page(), web.url, dose)
        # Nothing is scanned or pressed there: the page says it by itself.
        barred = other.page.locator("#band[data-word=lot_barred]")
        expect(
            barred,
            "the page at the other facility did not hear of the bar: "
            "it asks bars.json every three seconds while it reaches the server",
        ).to_be_attached(timeout=2 * PATIENCE)
        expect(barred).to_contain_text(LOT)
        took = time.monotonic() - began
        print(f"\na lot barred at one facility stood on another's open page after {took:.1f} s")
        other.shoot("scenario15-barred-elsewhere")

        # Another lot is used on; a vial of the barred one is refused.
        other.scan("FX9999", "lot_in_hand")
        other.scan(BOX, "lot_barred")
        expect(ill.page.locator("#band[data-word=session_stopped]")).to_be_attached(
            timeout=PATIENCE
        )
        assert ill.complaints == other.complaints == []
    with system_scope("test"):
        assert not SiteEvent.objects.filter(session=there.id, kind="injected").exists()
        assert Session.objects.get(pk=here.pk).state == "stopped"
        assert Session.objects.get(pk=there.pk).state == "open"


def anaphylaxis(page: Page, url: str, dose: Dose) -> float:
    """Recorded on the form of the first facility; the moment at which the button was pressed."""
    page.goto(f"{url}/vaccination/doses/{dose.id}/reaction/")
    page.locator("[name=severity][value=severe]").check(force=True)
    page.locator("[name=signs][value=anaphylaxis]").check(force=True)
    onset = (dose.given_at + timedelta(minutes=1)).astimezone(OFFSET)
    page.locator("[name=onset_at]").fill(f"{onset:%Y-%m-%dT%H:%M}")
    page.locator("[name=outcome][value=treated]").check(force=True)
    began = time.monotonic()
    with page.expect_navigation():
        page.locator("main form button").last.click()
    return began
