"""A campaign in a real browser: planned for a lane, times given, a team sent, done door by door."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lachan.core.clock import today
from lachan.core.scope import system_scope
from lachan.sampling import campaign_tasks
from lachan.sampling.models import Appointment, Campaign, SampleRequest
from tests.browser.visitor import Visitor
from tests.factories import cast
from tests.factories.visits import Come, visits
from tests.sampling.streets import DISEASE, Street, members, sample, street
from tests.sampling.test_campaign_files import BAD_PHONE, GOOD, NO_NAME, book

pytestmark = pytest.mark.browser

TOMORROW = today() + timedelta(days=1)

#: One of each of the two small households, two of the large one.
ASKED = 1 + 1 + 2


@pytest.fixture(scope="module")
def at(database: str) -> Street:
    """A lane with three families."""
    return street(1, 4, 6)


@pytest.fixture(scope="module")
def come(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Come]:
    with visits(database, tmp_path_factory.mktemp("campaign")) as arrive:
        yield arrive


@pytest.fixture(scope="module")
def head(at: Street, come: Come) -> Visitor:
    """Whoever plans at the health station."""
    return come(at.officer, "desk")


def plan(page: Page, at: Street, *, name: str, whom: str) -> None:
    """Fill in the page of a new campaign; nothing is chosen beforehand."""
    page.locator("[name=name]").fill(name)
    chosen = {"whom": whom, "area": "low", "reason": "screening", "method": "pcr", "pool_size": "5"}
    for field, value in chosen.items():
        page.locator(f"[name={field}][value='{value}']").check(force=True)
    page.locator("[name=disease]").select_option(DISEASE)
    page.locator("[name=starts_on]").fill(today().isoformat())
    page.locator("[name=ends_on]").fill((today() + timedelta(days=2)).isoformat())
    page.locator("[name=organisation]").select_option(str(at.station.id))
    page.get_by_role("button", name="Tiếp: chọn người").click()


def running() -> Campaign:
    """The campaign of this story."""
    with system_scope("test"):
        return Campaign.objects.get(name="Ngõ Mới, lần một")


def test_the_head_plans_a_lane_and_everybody_chosen_is_asked(at: Street, head: Visitor) -> None:
    head.open("/campaigns/")
    page = head.open("/campaigns/new/")
    plan(page, at, name="Ngõ Mới, lần một", whom="lanes")
    head.look()
    page.locator(f"[name=lanes][value='{at.lane.id}']").check(force=True)
    page.get_by_role("button", name="Lập danh sách").click()
    expect(page.get_by_text("của 3 hộ")).to_be_visible()
    head.look()
    page.get_by_role("button", name="Bắt đầu").click()
    expect(page.locator("progress")).to_have_attribute("value", "0")
    page.get_by_role("link", name=at.lane.name).click()
    expect(page.locator(".house li").first).to_be_visible()
    head.look()
    with system_scope("test"):
        assert SampleRequest.objects.filter(campaign=running()).count() == ASKED


def test_households_get_a_time_and_a_citizen_has_its_code(
    at: Street, head: Visitor, come: Come
) -> None:
    page = head.open(f"/campaigns/{running().id}/slots/")
    hours = {"site": "Nhà văn hóa", "on": TOMORROW.isoformat(), "begins": "07:00", "ends": "08:00"}
    for field, value in {**hours, "minutes": "30", "capacity": "3"}.items():
        page.locator(f"[name={field}]").fill(value)
    page.get_by_role("button", name="Mở các khung giờ này").click()
    page.get_by_role("button", name="Chia lịch hẹn").click()
    expect(page.get_by_role("link", name="Giấy hẹn")).to_be_visible()
    head.look()
    with system_scope("test"):
        held = Appointment.objects.filter(slot__campaign=running(), ended_at=None)
        person = held.values_list("person", flat=True)[0]
        assert held.count() == ASKED
    phone = come(cast.citizen(person), "phone")
    mine = phone.open("/my-sampling/")
    expect(mine.get_by_text("Nhà văn hóa").first).to_be_visible()
    expect(mine.locator("img[width='220']")).to_be_visible()
    slips = head.context.request.get(f"{head.url}/campaigns/{running().id}/slips.pdf")
    assert slips.body().startswith(b"%PDF")


def test_a_team_goes_with_its_kits_and_the_lane_shows_who_is_left(
    at: Street, head: Visitor, come: Come
) -> None:
    page = head.open(f"/campaigns/{running().id}/team/")
    where = {"team": "Tổ 2: Hà, Minh", "device": "Máy 4", "where": at.lane.name}
    hours = {"on": TOMORROW.isoformat(), "begins": "07:00", "ends": "09:00", "expected": "4"}
    for field, value in {**where, **hours}.items():
        page.locator(f"[name={field}]").fill(value)
    page.get_by_role("button", name="Phân công tổ này").click()
    expect(page.get_by_text("Tổ 2: Hà, Minh")).to_be_visible()
    head.look()
    head.open("/sampling/stock/")
    campaign_tasks.open_to_units()
    team = come(at.sampler, "phone")
    team.open("/campaigns/doors/")
    doors = team.open(f"/campaigns/{running().id}/doors/")
    doors.get_by_role("link", name=at.lane.name).click()
    team.look()
    sample(at, next(one for one in members(running()) if one.request_id is not None))
    done = head.open(f"/campaigns/{running().id}/")
    expect(done.locator("progress")).to_have_attribute("value", "25")
    requests = head.open("/sampling/requests/")
    requests.locator("tbody a").first.click()
    head.look()


def test_a_list_by_excel_says_which_rows_it_could_not_read(
    at: Street, head: Visitor, tmp_path: Path
) -> None:
    file = tmp_path / "danh sách.xlsx"
    file.write_bytes(book(GOOD, NO_NAME, BAD_PHONE))
    page = head.open("/campaigns/new/")
    plan(page, at, name="Theo danh sách", whom="file")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Gửi danh sách").click()
    campaign_tasks.import_campaign_lists()
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(2)
    head.look()


def test_a_phone_reads_every_page_of_a_campaign(at: Street, come: Come) -> None:
    phone = come(at.officer, "phone")
    here = f"/campaigns/{running().id}/"
    for path in ("", "slots/", "team/", "whom/", f"people/?place={at.lane.name}"):
        phone.open(f"{here}{path}")
    for path in ("/campaigns/", "/campaigns/new/", "/sampling/requests/", "/sampling/stock/"):
        phone.open(path)
