"""The case file in a real browser: a phone held in one hand, and a desk."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import expect

from lachan.config import frontend
from lachan.core.clock import OFFSET, now, today
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, open_session, scoped
from lachan.people.services import leave_note, plan_duty
from lachan.tracing import clusters, investigation, points
from lachan.tracing.models import Case, TimePlace
from tests.browser.visitor import ROOT, Visitor
from tests.factories import outbreak
from tests.factories.outbreak import HERE_CODE, NEXT_CODE, Factory, Unit
from tests.gate.browsers import CHROMIUM, chromium
from tests.gate.served import Web

pytestmark = pytest.mark.browser

HERE, NEXT = Unit.of(HERE_CODE), Unit.of(NEXT_CODE)
STATION, TRACER = uuid7(), uuid7()


@pytest.fixture(scope="module")
def factory(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Factory]:
    """A factory, three cases of two communes, and who is on duty."""
    from django.conf import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(settings.HOME), "engine", tmp_path_factory.mktemp("engine"))
        place = outbreak.factory(HERE)
        for number, (name, unit) in enumerate(
            (("Nguyễn Công Đạt", HERE), ("Giáp Thị Thu", HERE), ("Vũ Văn Hùng", NEXT))
        ):
            place.people[name] = outbreak.somebody(name, unit, f"090000022{number}")
            for back in (1, 2, 4):
                at = datetime.combine(today() - timedelta(days=back), time(8), OFFSET)
                outbreak.stay(place.line, place.people[name], at, 240 + number, place.manager)
        yield place


@pytest.fixture(scope="module")
def case(factory: Factory) -> Case:
    made = outbreak.positive(factory.people["Nguyễn Công Đạt"])
    outbreak.positive(factory.people["Vũ Văn Hùng"])
    second = outbreak.positive(factory.people["Giáp Thị Thu"])
    released = {made: timedelta(minutes=48), second: timedelta(minutes=6)}
    for each, ago in released.items():
        Case.objects.using("owner").filter(pk=each.pk).update(released_at=now() - ago)
    _duty(station(), "Đặng Thị Hòa", "0900000601")
    _duty(tracer(), "Trịnh Minh Châu", "0900000602")
    _known(second)
    for each in (made, second):
        outbreak.answered(each)
    return made


def station() -> Principal:
    return open_session(
        account=STATION,
        name="Đặng Thị Hòa",
        roles=frozenset({Role.STATION_OFFICER}),
        commune=HERE.commune,
    )


def tracer() -> Principal:
    return open_session(
        account=TRACER,
        name="Trịnh Minh Châu",
        roles=frozenset({Role.TRACER}),
        province=HERE.province,
    )


def _duty(by: Principal, name: str, phone: str) -> None:
    since = now() - timedelta(hours=2)
    with scoped(by, "duty"):
        for kind, who in (("officer", name), ("signer", "Ngô Văn Chính")):
            plan_duty(
                kind=kind,
                name=who,
                phone=phone,
                since=since,
                until=since + timedelta(hours=8),
                by=by,
            )
        leave_note(text="Ca 24-2026-0002: hẹn gọi lại chị chủ trọ lúc 6 giờ.", by=by)


def _known(case: Case) -> None:
    """A case of which the form and the days are half full."""
    by = tracer()
    evening = datetime.combine(today() - timedelta(days=1), time(18), OFFSET)
    answers: dict[str, dict[str, object]] = {
        "interview": {"interviewed": "patient", "interview_way": "phone"},
        "onset": {"onset": today() - timedelta(days=2), "first_symptoms": ["fever", "cough"]},
        "found": {"found_where": "community", "reason": "symptoms", "sample_round": 1},
        "doses": {"doses_at_onset": 2},
    }
    with scoped(by, "case_form"):
        for section, given in answers.items():
            investigation.save_section(case=case, section=section, answers=given, by=by)
        for told in (
            points.Told(evening, evening + timedelta(hours=1), name="Quán phở Hà", kind="shop"),
            points.Told(
                evening - timedelta(days=1),
                evening - timedelta(hours=22),
                name="Xe khách Nếnh – Quang Châu",
                kind="vehicle",
                uncertain=30,
                plate="99B-012.34",
                seat="14",
                company="hai đồng nghiệp cùng chuyền",
            ),
        ):
            points.add_point(case=case, told=told, by=by)
        clusters.open_outbreak(case=case, name="Dãy trọ 4, tổ dân phố Ninh Khánh", by=by)


@pytest.fixture(scope="module")
def web(case: Case, database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    frontend.install(ROOT)
    log: Path = tmp_path_factory.mktemp("web") / "log"
    served = Web(database, log)
    try:
        served.start()
        yield served
    finally:
        served.kill()


Screen = Literal["phone", "desk"]
Come = Callable[[Screen, Principal], Visitor]


@pytest.fixture
def come(web: Web) -> Iterator[Come]:
    """Somebody signed in comes with a phone or sits at a desk; nobody leaves with a complaint."""
    came: list[Visitor] = []
    with chromium() as browser:

        def arrive(screen: Screen, by: Principal) -> Visitor:
            visitor = Visitor(browser, web.url, screen)
            visitor.context.add_cookies([{"name": "lachan", "value": by.secret, "url": web.url}])
            came.append(visitor)
            return visitor

        yield arrive
        for each in came:
            each.context.close()
    assert [said for each in came for said in each.complaints] == []


#: Pages of a case; the contact list has its own tests.
PAGES = (
    *(f"form/{part}" for part in ("", "onset/", "work/", "stay/")),
    *("facts/", "quick-report/"),
    *("timeline/", "timeline/new/", "timeline/print/"),
)


@pytest.fixture(scope="module")
def half(case: Case) -> Case:
    """The case of which something is known."""
    return Case.objects.using("owner").get(outbreak__isnull=False)


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_every_page_is_sound(come: Come, case: Case, half: Case, screen: Screen) -> None:
    visitor = come(screen, tracer())
    for path in ("/tracing/", "/outbreaks/", f"/outbreaks/{half.outbreak_id}/", "/duty/"):
        visitor.open(path)
    visitor.open("/duty/new/")
    for path in PAGES:
        visitor.open(f"/tracing/{half.id}/{path}")
    for path in ("form/", "timeline/", "quick-report/"):
        visitor.open(f"/tracing/{case.id}/{path}")


def test_an_officer_takes_a_case_and_asks_with_one_hand(come: Come, case: Case) -> None:
    officer = come("phone", station())
    page = officer.open("/tracing/")
    expect(page.locator(".caserows > li").first).to_contain_text(case.number)
    officer.shoot("station-board")
    row = page.locator(".caserows > li", has_text=case.number)
    with page.expect_navigation():
        row.get_by_role("button", name="Nhận ca").click()
    officer.open(f"/tracing/{case.id}/form/")
    page.get_by_role("link", name="Hỏi tiếp phần chưa hỏi").click()
    page.get_by_label("Người bệnh", exact=True).check()
    page.get_by_label("Qua điện thoại", exact=True).check()
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu và hỏi tiếp").click()
    expect(page.get_by_role("heading", name="Khởi phát, triệu chứng đầu tiên")).to_be_visible()
    page.get_by_label("Sốt", exact=True).check()
    page.get_by_label("Ngày có triệu chứng đầu tiên").fill(str(today() - timedelta(days=2)))
    page.evaluate("document.getElementById('ask').scrollIntoView()")
    officer.shoot("station-form-section")
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu và hỏi tiếp").click()
    officer.open(f"/tracing/{case.id}/form/")
    expect(page.locator(".sections .chip.is-may")).to_have_count(2)
    officer.shoot("station-form")


def test_a_told_point_takes_six_presses(come: Come, case: Case, factory: Factory) -> None:
    officer = come("phone", station())
    page = officer.open(f"/tracing/{case.id}/timeline/")
    # Whichever: it depends on the hour.  After midnight the newest day is ahead and has no way in.
    hole = page.locator(".day .hole", has=page.get_by_role("link")).first
    hole.get_by_role("link", name="Ghi mốc").click()  # 1: its day and hours stand already
    page.locator("#place_text").press_sequentially("chuyen 7")  # 2
    page.locator("#place-hits .choice", has_text="Chuyền 7").first.click()  # 3
    officer.shoot("tracer-point")
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu mốc").click()  # 4
    officer.look()
    expect(page.locator(".day .stay", has_text="phỏng vấn").first).to_contain_text("Chuyền 7")
    with scoped(station(), "case_timeline"):
        [row] = TimePlace.objects.filter(case=case)
    assert row.place_id == factory.line.place_id


def test_the_report_is_copied(come: Come, half: Case) -> None:
    officer = come("phone", tracer())
    officer.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = officer.open(f"/tracing/{half.id}/quick-report/")
    page.get_by_role("button", name="Sao chép").click()
    expect(page.get_by_text("Đã sao chép.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("BÁO CÁO NHANH CA MỚI")
    assert "0900000221" not in copied
    officer.shoot("tracer-quick-report")


def test_the_desk_shows_days_outbreak_and_duty(come: Come, half: Case) -> None:
    desk = come("desk", tracer())
    desk.open(f"/tracing/{half.id}/timeline/")
    desk.shoot("tracer-timeline")
    desk.open(f"/outbreaks/{half.outbreak_id}/")
    desk.shoot("tracer-outbreak")
    phone = come("phone", station())
    page = phone.open("/duty/")
    phone.shoot("station-duty")
    page.get_by_role("link", name="Nhận ca trực").first.click()
    expect(page.get_by_text("hẹn gọi lại chị chủ trọ")).to_be_visible()
    phone.look()
    with page.expect_navigation():
        page.get_by_role("button", name="Tôi đã đọc và nhận ca trực").click()
    expect(page.get_by_text("đã nhận ca").first).to_be_visible()
