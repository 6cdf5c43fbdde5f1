"""An evening in a real browser: paper by keyboard alone, gaps closed, reports, the outbox."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from lachan.core import grants
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.places.models import Organisation
from lachan.vaccination import backentry, stock_setting
from lachan.vaccination.evening_tasks import enter_paper, freeze_reports, look_for_fields
from lachan.vaccination.models import Dose, PaperBook, PaperKeying, Session
from lachan.vaccination.site_people import SEEN
from tests.factories import cast
from tests.gate import served
from tests.gate.browsers import chromium
from tests.gate.stage import DESK, PHONE, Stage
from tests.gate.typist import ready
from tests.places.units import BAC_NINH, NENH
from tests.vaccination.sites import session_of
from tests.vaccination.stores import filled, lot, store
from tests.vaccination.test_evening import came, crowd, injected
from tests.vaccination.test_national import made

pytestmark = pytest.mark.browser

#: Sheets that two people key by keyboard alone.
SHEETS = 40
NAMES = ("Vàng A Páo", "Giàng Thị Mỷ", "Nông Văn Sâm", "Lò Thị Mai", "Nguyễn Văn Đạo")


@pytest.fixture(scope="module")
def stage(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The real web on this module's database."""
    web = served.Web(database, tmp_path_factory.mktemp("web") / "web.log")
    web.start()
    try:
        with chromium() as browser:
            yield Stage(browser, web)
    finally:
        web.kill()


def pad(first: Principal, last: int) -> tuple[Session, PaperBook]:
    session = session_of(first)
    with scoped(first, "vaccination"):
        return session, backentry.give_paper(
            session=session, prefix="A-", first=1, last=last, by=first
        )


def fields_of(number: int) -> list[str]:
    """What one sheet says, field by field; from the second on table, lot and name stay."""
    name = NAMES[number % len(NAMES)]
    sheet = ["", f"{name} {number}", str(1950 + number), "1", "", "1", "1", "1"]
    return [*sheet, "FX2207", "1", "0001", "1", "1", "Nguyễn Thu"]


def key_by_hand(page: Page, number: int) -> None:
    """Every field is overwritten and left by Enter: no mouse."""
    ready(page)
    for text in fields_of(number):
        page.keyboard.insert_text(text) if text else page.keyboard.press("Delete")
        page.keyboard.press("Enter")


def test_forty_sheets_are_keyed_twice_by_keyboard_alone(stage: Stage) -> None:
    first = cast.of_organisation(Role.VACCINATOR)
    second = cast.of_organisation(Role.VACCINATOR, first.organisation)
    session, book = pad(first, SHEETS)
    for who in (first, second):
        page = stage.enter(who, DESK)
        page.add_init_script(
            "addEventListener('mousedown', () => (window.mouse = (window.mouse ?? 0) + 1), true)"
        )
        stage.open(page, f"/vaccination/paper/{book.id}/1/")
        for number in range(1, SHEETS + 1):
            expect(page.locator(".ev-no")).to_have_text(f"A-{number:04d}")
            expect(page.locator("#k-card")).to_be_focused()
            if number == 2 and who is first:
                stage.judge(page, "vaccinator-paper")
                page.locator("#k-card").focus()
            with page.expect_navigation():
                key_by_hand(page, number)
        expect(page).to_have_url(f"{stage.web.url}/vaccination/sessions/{session.id}/sheets/")
        assert page.evaluate("window.mouse ?? 0") == 0
    enter_paper()
    with system_scope("test"):
        assert PaperKeying.objects.filter(book=book).count() == 2 * SHEETS
        assert Dose.objects.filter(session=session, source="paper").count() == SHEETS


def test_where_two_read_differently_the_paper_is_looked_at(stage: Stage) -> None:
    first = cast.of_organisation(Role.VACCINATOR)
    second = cast.of_organisation(Role.VACCINATOR, first.organisation)
    session, book = pad(first, 12)
    told = {
        **{"name": "Lò Thị Mai", "birth": "1961", "sex": "2", "outcome": "1", "consent": "1"},
        **{"injected": "1", "lot": "FX2207", "hour": "0001", "arm": "1", "table": "1"},
        **{"by": "Nguyễn Thu", "product": "vaxzevria", "dose_number": "1"},
    }
    for number in range(1, 8):
        for who in (first, second):
            more = {"birth": "1967", "lot": "FX2270"} if (number, who) == (3, second) else {}
            with scoped(who, "vaccination") as by:
                backentry.key_sheet(
                    id=uuid7(), book=book, number=number, told={**told, **more}, by=by
                )
    enter_paper()
    page = stage.enter(second, PHONE)
    stage.open(page, f"/vaccination/sessions/{session.id}/sheets/")
    stage.judge(page, "paper-pad-phone")
    page.get_by_role("link", name="A-0003: xem phiếu giấy").click()
    page.locator("input[name=birth][value=second]").check()
    page.locator("input[name=lot][value=first]").check()
    stage.judge(page, "paper-settle-phone")
    page.get_by_role("button", name="Phiếu giấy ghi như vậy").click()
    expect(page.locator("main")).to_contain_text("đã đối chiếu xong")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.context.add_cookies([{"name": "lachan_language", "value": "en", "url": stage.web.url}])
    page.reload()
    stage.judge(page, "paper-pad-desk-en")


def hall() -> tuple[Session, Principal]:
    """A session with a store, two people who were not injected, and one without a sheet."""
    where, keeper = store("Kho trạm Nếnh", commune=NENH, province=BAC_NINH)
    of = lot("AZ2711")
    filled(where, keeper, of, 200)
    session = session_of(keeper)
    people = crowd(38)
    with system_scope("test"):
        Organisation.objects.filter(pk=keeper.organisation).update(name="Trạm Y tế phường Nếnh")
        ids = [one.id for one in people]
        grants.give("person", ids, to_organisation=keeper.organisation, until=now() + SEEN)
    with scoped(keeper, "stock") as by:
        stock_setting.open_vials(id=uuid7(), store=where, lot=of, vials=4, opened_at=now(), by=by)
    came(session, people[:30], "eligible")
    came(session, people[30:33], "caution")
    came(session, people[33:36], "postpone", consent=False)
    injected(session, of, [*people[:29], people[30], people[36]])
    return session, keeper


def test_differences_are_closed_and_the_session_is_balanced(stage: Stage) -> None:
    session, keeper = hall()
    page = stage.enter(keeper, DESK)
    base = f"/vaccination/sessions/{session.id}/"
    stage.open(page, base)
    page.get_by_role("link", name="Đối soát cuối buổi").click()
    expect(page.locator(".ev-verdict")).to_contain_text("chưa cân, vì còn")
    stage.judge(page, "vaccinator-evening")
    for name, value in (("vials", "2"), ("wasted", "4")):
        for box in page.locator(f"input[name^={name}_]").all():
            box.fill(value)
    page.get_by_role("button", name="Ghi số đếm").click()
    group = page.locator(".ev-group", has_text="được tiêm mà chưa tiêm")
    group.get_by_role("button", name="Chọn tất cả").click()
    group.locator("select").select_option("referred")
    group.locator("[name=why]").fill("Huyết áp cao, chuyển khám")
    with page.expect_navigation():
        group.get_by_role("button", name="Khép lại với lý do này").click()
    expect(page.locator("main")).to_contain_text("3 chênh lệch đã có lý do")
    waiting = page.locator(".ev-group:has(input[name=difference])")
    while waiting.count():
        one = waiting.first
        one.locator("input[name=difference]").first.check()
        one.locator("[name=why]").fill("Đã xem sổ bàn, ghi nhầm bàn")
        with page.expect_navigation():
            one.get_by_role("button", name="Khép lại với lý do này").click()
    page.get_by_role("button", name="Kết luận buổi tiêm đã cân").click()
    expect(page.locator(".ev-verdict")).to_contain_text("Buổi tiêm đã cân, vì")
    page.set_viewport_size({"width": 390, "height": 844})
    stage.judge(page, "evening-phone")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.context.add_cookies([{"name": "lachan_language", "value": "en", "url": stage.web.url}])
    page.reload()
    stage.judge(page, "evening-desk-en")


def test_the_report_and_the_outbox(stage: Stage) -> None:
    site = made(6)
    doses = [site.inject() for _number in range(4)]
    site.inject(whole=False)
    site.take_back(doses[3])
    look_for_fields()
    page = stage.enter(site.by, DESK)
    stage.open(page, "/vaccination/day-reports/")
    stage.judge(page, "station-day-report")
    freeze_reports()
    stage.open(page, "/vaccination/national/")
    page.get_by_role("button", name="Ghi tệp kế tiếp").click()
    expect(page.locator("main")).to_contain_text("Đã ghi tệp số 1, 3 dòng")
    lines = (
        f"file,entry,answer,reason\n1,{doses[0]},accepted,\n1,{doses[1]},refused,Sai số định danh"
    )
    page.locator("input[type=file]").set_input_files(
        {"name": "tra-loi.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    )
    page.get_by_role("button", name="Ghi nhận trả lời").click()
    expect(page.locator("main")).to_contain_text("1 được nhận, 1 bị trả lại")
    stage.judge(page, "national-desk")
    page.set_viewport_size({"width": 390, "height": 844})
    stage.judge(page, "national-phone")
    stage.open(page, "/vaccination/day-reports/")
    stage.judge(page, "day-reports-phone")
    above = stage.enter(cast.of_province(Role.DIRECTOR, BAC_NINH), DESK)
    stage.open(above, "/vaccination/day-reports/")
    stage.judge(above, "day-reports-province")
    stage.open(above, "/vaccination/national/")
    stage.judge(above, "national-province")
