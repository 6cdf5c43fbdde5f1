"""A morning's questions at the station, in a real browser: a desk and a phone, no mouse needed."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from lachan.core.clock import now
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.venues.tasks import find_flags
from tests.browser.visitor import Visitor
from tests.factories import cast
from tests.factories.settled import watermark
from tests.factories.visits import Come, visits
from tests.gate.served import manager, venue_of
from tests.places.units import BAC_NINH, NENH
from tests.venues.test_flags import MINUTE, SECOND, asked_about, scan
from tests.venues.test_pages import somebody

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def morning(database: str) -> Principal:
    """Three things happened at one market and one factory; gives their manager."""
    boss = manager()
    market = venue_of(boss)
    factory = venue_of(boss, name="Nhà máy Sao Mai", kind="campus")
    asked_about(somebody("Trần Thị Mai"), market, boss)
    lent = uuid4()
    for place, ago in ((market, 90 * SECOND), (factory, 75 * SECOND)):
        scan(place, boss, lent, ago=ago)
    for minute in range(4):
        late = timedelta(hours=1, minutes=50)
        scan(factory, boss, uuid4(), ago=minute * MINUTE, device_at=now() - late)
    watermark()
    find_flags()
    return boss


@pytest.fixture
def come(database: str, tmp_path: Path) -> Iterator[Come]:
    with visits(database, tmp_path) as arrive:
        yield arrive


def test_a_station_answers_by_keyboard_and_a_tracer_on_a_phone(
    morning: Principal, come: Come
) -> None:
    desk = come(cast.of_commune(Role.STATION_OFFICER, NENH), "desk")
    desk.open("/venues/flags/")
    page = desk.page
    expect(page.get_by_text("Trần Thị Mai")).to_be_visible()
    shoot(desk, "flags-desk")

    row = page.get_by_role("row").filter(has_text="Trần Thị Mai")
    row.get_by_role("button", name="Cho mượn mã").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã trả lời. Câu hỏi nằm trong")).to_be_visible()
    expect(page.get_by_text("Trần Thị Mai")).to_have_count(0)

    phone = come(cast.of_province(Role.TRACER, BAC_NINH), "phone")
    phone.open("/venues/flags/?kind=clock_skew")
    expect(phone.page.get_by_text("Đồng hồ của thiết bị lệch")).to_be_visible()
    shoot(phone, "flags-phone")

    own = come(morning, "desk")
    own.open("/venues/")
    expect(own.page.get_by_text("Lượt quét bất thường trong 30 ngày")).to_be_visible()
    shoot(own, "flags-manager")


def shoot(who: Visitor, name: str) -> None:
    """A picture for whoever wants to look, where LACHAN_SHOTS names a folder."""
    if folder := os.environ.get("LACHAN_SHOTS"):
        who.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
