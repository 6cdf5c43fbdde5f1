"""In a real browser: a daughter registers herself and her mother; a factory sends its list."""

import os
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import FilePayload, Page, expect

from lachan.core.clock import today
from lachan.core.ids import uuid7
from lachan.core.scope import system_scope
from lachan.people.models import Person
from lachan.people.services import Stay, open_citizen, represent
from lachan.people.signing_in import enter
from lachan.people.tasks import open_represented
from lachan.vaccination import registration_tasks
from lachan.vaccination.models import Consent, Registration
from tests.browser.visitor import Visitor
from tests.factories.people import person
from tests.factories.visits import Come, visits
from tests.vaccination.registered import (
    DISEASE,
    crowd,
    here,
    lined_up,
    publish_now,
    rules,
    session,
    station,
)
from tests.vaccination.test_unit_lists import book, broken, factory, worker

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def come(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Come]:
    rules()
    with visits(database, tmp_path_factory.mktemp("registration")) as arrive:
        yield arrive


def seen(visitor: Visitor, name: str) -> None:
    """Read the page with axe; keep a picture where somebody wants to look at it himself."""
    visitor.look()
    folder = os.environ.get("LACHAN_LOOK")
    if folder:
        width = visitor.width
        visitor.page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


def family() -> tuple[Person, Person]:
    """A daughter and her mother, whom she represents."""
    at = here()
    stay = Stay(commune=at.commune, province=at.province)
    mai = person("Nguyễn Thị Mai", birth="05/03/1990", sex="female", stay=stay)
    old = f"01/01/{today().year - 71}"
    mother = person("Trần Thị Lành", birth=old, sex="female", stay=stay)
    with system_scope("test") as by:
        represent(person=mother, speaker=mai, ground="consent", said_to="Con gái", by=by)
    return mai, mother


def through(visitor: Visitor) -> None:
    """Every step, one page each; nothing is chosen beforehand."""
    page = visitor.page
    page.get_by_role("link", name="Câu hỏi sức khỏe").click()
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)
    seen(visitor, "questions")
    for answer in page.locator("label:has(input[type=radio][value=no])").all():
        answer.click()
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    expect(page.get_by_role("heading", name="Buổi đến được và nhóm")).to_be_visible()
    page.locator("input[name=wishes]").first.check(force=True)
    seen(visitor, "wishes")
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    expect(page.locator(".reg-words")).to_be_visible()
    seen(visitor, "consent")
    page.locator("input[name=agreed][value=yes]").check(force=True)
    page.get_by_role("button", name="Lưu câu trả lời").click()
    expect(page.get_by_text("Đã lưu. Có thể đổi ý")).to_be_visible()


def test_a_daughter_registers_herself_and_her_mother_on_her_phone(come: Come) -> None:
    mai, mother = family()
    with system_scope("test"):
        account = open_citizen(phone=f"09{uuid7().int % 10**8:08}", name="Mai", person=mai.id)
    open_represented()
    visitor = come(enter(account), "phone")
    for someone in (mai, mother):
        page: Page = visitor.open(f"/my-vaccination/?of={someone.id}")
        seen(visitor, "own")
        page.get_by_role("button", name="Đăng ký: COVID-19").click()
        through(visitor)
        seen(visitor, "registered")
    with system_scope("test"):
        said = set(Consent.objects.filter(person__in=[mai, mother]).values_list("how", "agreed"))
    assert said == {("self", True), ("guardian", True)}
    registration_tasks.order_lines()
    page = visitor.open(f"/my-vaccination/?of={mother.id}")
    expect(page.locator(".one-reg .why").first).to_contain_text("nhóm")
    seen(visitor, "position")


def test_a_factory_sends_two_thousand_rows_and_takes_the_sixty_in_a_copy(come: Come) -> None:
    visitor = come(factory(), "desk")
    good = [worker(number) for number in range(1940)]
    rows = good + [broken(number % 6, 1940 + number, good[number]) for number in range(60)]
    page = visitor.open("/vaccination/lists/")
    seen(visitor, "lists")
    page.locator(f"[name=disease][value='{DISEASE}']").check(force=True)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file = FilePayload(name="cong-nhan.xlsx", mimeType=kind, buffer=book(*rows))
    page.locator("[name=file]").set_input_files(file)
    page.get_by_role("button", name="Gửi danh sách").click()
    expect(page.get_by_text("Đang đọc danh sách")).to_be_visible()
    while registration_tasks.import_unit_lists():
        pass
    page.reload()
    expect(page.get_by_text("1940 người đã đăng ký; 60 dòng bị từ chối.")).to_be_visible()
    seen(visitor, "list")
    with page.expect_download() as waited:
        page.locator("a[href$='/copy/']").click()
    copy = Path(waited.value.path()).read_bytes()
    sheet = load_workbook(BytesIO(copy)).worksheets[0]
    assert sheet.max_row == 61
    reasons = [row[-1].value for row in sheet.iter_rows(min_row=2)]
    assert all(reasons)
    assert len(set(reasons)) == 6


def test_the_station_invites_by_slots_and_everybody_reads_the_order(come: Come) -> None:
    with system_scope("test"):
        Registration.objects.exclude(state="withdrawn").update(state="withdrawn", why="xong")
    lined_up(crowd(9), day=today() - timedelta(days=1))
    lined_up(crowd(6), proven=["health"], day=today() - timedelta(days=1))
    registration_tasks.order_lines()
    publish_now()
    at, head = session(), come(station(), "desk")
    head.open("/vaccination/registrations/")
    seen(head, "desk")
    page = head.open(f"/vaccination/sessions/{at.id}/invitations/")
    page.locator("[name=most]").fill("10")
    page.locator("[name=pace]").fill("12")
    page.get_by_role("button", name="Mời theo thứ tự").click()
    expect(page.get_by_text("Đã mời 10 người. Cứ 20 phút mời 4 người.")).to_be_visible()
    seen(head, "invitations")
    page = head.open(f"/vaccination/sessions/{at.id}/evening/")
    expect(page.locator(".reg-calls li")).to_have_count(5)
    seen(head, "evening")
    page.get_by_role("button", name="Sẽ đến").first.click()
    expect(page.locator(".reg-calls li")).to_have_count(4)
    reader = come(station(), "phone")
    unit = here()
    asked = f"?disease={DISEASE}&province={unit.province}&commune={unit.commune}"
    page = reader.open(f"/vaccination/order/{asked}")
    expect(page.get_by_text("Người làm việc trong các cơ sở y tế")).to_be_visible()
    expect(page.get_by_role("heading", name="Các số đã bốc thăm")).to_be_visible()
    seen(reader, "order")
