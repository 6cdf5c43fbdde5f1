"""Naming contacts in a real browser: an officer's phone and desk, a citizen's cheap phone."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from django.conf import settings
from playwright.sync_api import Browser, expect

from lachan.core.clock import OFFSET, now
from lachan.core.scope import Principal, scoped
from lachan.tracing import inviting, tasks
from lachan.tracing.models import PublicCall
from tests.browser.pictures import codes_in
from tests.browser.visitor import Visitor
from tests.factories import outbreak
from tests.gate import served
from tests.gate.browsers import chromium
from tests.tracing.asked import DUTY, HERE, Office, invited, listed, named, office

pytestmark = pytest.mark.browser

Screen = Literal["phone", "desk"]


class Desk:
    """The web on this test's database, and visitors of it."""

    def __init__(self, browser: Browser, web: served.Web) -> None:
        self.browser, self.web = browser, web
        self.visitors: list[Visitor] = []

    def visitor(self, screen: Screen, by: Principal | None = None) -> Visitor:
        """A browser of somebody, or of nobody."""
        found = Visitor(self.browser, self.web.url, screen)
        if by is not None:
            cookie = {"name": "lachan", "value": by.secret, "url": self.web.url}
            found.context.add_cookies([cookie])  # type: ignore[list-item]
        self.visitors.append(found)
        return found


@pytest.fixture(scope="module")
def desk(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    web = served.Web(database, tmp_path_factory.mktemp("web") / "web.log")
    with chromium() as browser:
        web.start()
        made = Desk(browser, web)
        try:
            yield made
            for each in made.visitors:
                each.context.close()
        finally:
            web.kill()
        assert [said for each in made.visitors for said in each.complaints] == []


@pytest.fixture(scope="module")
def where(database: str, tmp_path_factory: pytest.TempPathFactory) -> Office:
    made = office("Đỗ Thị Ngân")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(settings.HOME), "engine", tmp_path_factory.mktemp("engine"))
        outbreak.answered(made.case)
    outbreak.somebody("Giáp Thị Thu", HERE, "0900000320")
    return made


def call_of(where: Office) -> PublicCall:
    """A notice of a market night, published."""
    start = datetime(2026, 11, 20, 2, 10, tzinfo=OFFSET)
    points = [
        inviting.Point("Chợ đầu mối Hòa Đình, dãy B", start, start + timedelta(hours=3)),
        inviting.Point("Quán phở đầu cổng chợ", start + timedelta(hours=4), now()),
    ]
    with scoped(where.tracer, "tracing"):
        call = inviting.draft_call(
            case=where.case,
            points=points,
            phone=DUTY,
            ends_at=now() + timedelta(days=7),
            by=where.tracer,
        )
        return inviting.approve_call(call=call, names_disease=False, by=where.tracer)


def shoot(visitor: Visitor, name: str) -> None:
    """A picture for whoever looks at what was built."""
    if os.environ.get("LACHAN_LOOK"):
        path = Path(os.environ["LACHAN_LOOK"]) / f"{name}-{visitor.width}.png"
        visitor.page.screenshot(path=path, full_page=True)


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_several_contacts_in_a_row(desk: Desk, where: Office, screen: Screen) -> None:
    officer = desk.visitor(screen, where.tracer)
    page = officer.open(where.add)
    shoot(officer, "add-empty")
    for number in (1, 2):
        page.get_by_label("Họ tên, tên thường gọi hoặc đặc điểm").fill(
            f"Lò Văn {screen} {number} 1990 0900 000 6{len(screen)}{number}"
        )
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("đã vào danh sách chờ xác minh")
        expect(page.get_by_label("Họ tên, tên thường gọi hoặc đặc điểm")).to_be_focused()
    officer.look()
    officer.shoot(f"tracer-add-contacts-{screen}") if screen == "phone" else None
    shoot(officer, "add")
    assert {f"Lò Văn {screen} 1", f"Lò Văn {screen} 2"} <= set(listed(where.case))


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_who_may_be_meant_is_asked(desk: Desk, where: Office, screen: Screen) -> None:
    officer = desk.visitor(screen, where.tracer)
    page = officer.open(where.add)
    page.get_by_label("Họ tên, tên thường gọi hoặc đặc điểm").fill(
        f"Cháu của bà Thu {screen} 0900 000 320"
    )
    page.keyboard.press("Enter")
    expect(page.get_by_text("có thể cùng hộ, chưa chắc cùng người").first).to_be_visible()
    officer.look()
    officer.shoot("tracer-add-who") if screen == "desk" else None
    shoot(officer, "who")

    page.get_by_role("button", name="Thêm là người khác").click()

    expect(page.get_by_role("status")).to_contain_text("đã vào danh sách chờ xác minh")
    assert f"Cháu của bà Thu {screen}" in listed(where.case)


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_a_commune_is_found_while_typing(desk: Desk, where: Office, screen: Screen) -> None:
    officer = desk.visitor(screen, where.tracer)
    page = officer.open(where.add)
    page.get_by_label("Họ tên, tên thường gọi hoặc đặc điểm").fill(f"Người Ở Nếnh {screen}")
    page.get_by_text("Thêm chi tiết, nếu biết").click()
    page.get_by_label("Xã, phường nơi ở hiện tại").press_sequentially("nenh")
    page.locator("#commune-hits label", has_text="Phường Nếnh").click()
    officer.look()
    shoot(officer, "commune")
    page.get_by_role("button", name="Thêm vào danh sách").click()

    expect(page.get_by_role("status")).to_contain_text("đã vào danh sách chờ xác minh")


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_a_contact_is_decided_with_one_hand(desk: Desk, where: Office, screen: Screen) -> None:
    row = named(where, f"Lương Thị Oanh {screen}", phone="0900000311")
    officer = desk.visitor(screen, where.tracer)
    page = officer.open(f"/tracing/contacts/{row.id}/")
    shoot(officer, "contact-first")
    page.get_by_role("button", name="Chưa liên lạc được").click()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi: chưa liên lạc được.")
    page.get_by_role("button", name="Xác nhận tiếp xúc gần").click()
    expect(page.get_by_text("Đã xác nhận").first).to_be_visible()
    officer.look()
    officer.shoot("tracer-contact") if screen == "phone" else None
    shoot(officer, "contact")

    page.get_by_label("Điện thoại trực ghi trên trang").fill(DUTY)
    page.get_by_role("button", name="Mời người này tự khai").click()
    expect(page.get_by_role("heading", name="tự khai những người đã gặp")).to_be_visible()
    officer.look()
    shoot(officer, "invitation")
    officer.shoot("tracer-invitation") if screen == "desk" else None
    said = codes_in(officer.context, page.screenshot(full_page=True))
    assert said == [page.locator(".anchor").inner_text()]


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_a_contact_declares_on_a_phone_without_an_account(
    desk: Desk, where: Office, screen: Screen
) -> None:
    _row, code = invited(where, named(where, f"Nông Văn Khai {screen}"))
    citizen = desk.visitor(screen)
    page = citizen.open(f"/khai-tiep-xuc/{code}/")
    citizen.shoot("citizen-own-contacts") if screen == "phone" else None
    shoot(citizen, "own")
    page.get_by_label("Họ tên, hoặc tên bạn vẫn gọi").first.fill(f"Hà Thị Bạn {screen}")
    page.locator("summary", has_text="Người thứ 2").click()
    page.locator("#id_p1-phone").fill("12")
    page.get_by_role("button", name="Gửi").click()
    expect(page.get_by_role("alert")).to_contain_text("không phải số điện thoại")
    citizen.look()
    shoot(citizen, "own-error")
    page.locator("#id_p1-phone").fill("")
    page.get_by_role("button", name="Gửi").click()
    expect(page.get_by_role("status")).to_contain_text("Đã nhận 1 người.")
    citizen.look()
    shoot(citizen, "own-kept")

    tasks.work_submissions()
    assert f"Hà Thị Bạn {screen}" in listed(where.case)


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_a_notice_is_answered_by_page_and_by_phone(
    desk: Desk, where: Office, screen: Screen
) -> None:
    call = call_of(where)
    citizen = desk.visitor(screen)
    page = citizen.open(f"/tim-nguoi/{call.code}/")
    citizen.shoot("citizen-public-call") if screen == "phone" else None
    shoot(citizen, "call")
    page.get_by_role("button", name="Tôi đã ở đó: gửi").click()
    expect(page.get_by_role("alert")).to_be_visible()
    citizen.look()
    page.get_by_label("Họ và tên của bạn").fill(f"Mua Thị Dợ {screen}")
    page.locator("#id_phone").fill("0900000501")
    page.get_by_label("Xã, phường nơi bạn đang ở").fill("Nếnh")
    page.locator("label.choice", has_text="dãy B").click()
    page.locator("label.choice", has_text="Trong vòng hai mét").click()
    page.get_by_role("button", name="Tôi đã ở đó: gửi").click()
    expect(page.get_by_role("heading", name="Đã nhận câu trả lời của bạn")).to_be_visible()
    citizen.look()
    shoot(citizen, "call-answered")
    tasks.work_submissions()

    officer = desk.visitor(screen, where.tracer)
    taken = officer.open(f"/tracing/public-calls/{call.id}/answer/")
    shoot(officer, "take")
    taken.get_by_label("Họ và tên", exact=False).first.fill(f"Vàng Thị Mỷ {screen} 1961")
    taken.get_by_label("Không có điện thoại: liên lạc qua ai?").fill("cháu Sử, xóm dưới")
    taken.locator("label.choice", has_text="dãy B").click()
    taken.locator("label.choice", has_text="Trong vòng hai mét").click()
    taken.get_by_role("button", name="Thêm vào danh sách").click()
    expect(taken.get_by_role("status")).to_contain_text("đã vào danh sách chờ xác minh")
    officer.open(f"/tracing/public-calls/{call.id}/")
    shoot(officer, "staff-call")
    officer.shoot("tracer-public-call") if screen == "desk" else None
    officer.open("/tracing/public-calls/")
    shoot(officer, "calls")
    officer.open(f"/tracing/{where.case.id}/calls/")
    shoot(officer, "case-calls")
    assert {f"Mua Thị Dợ {screen}", f"Vàng Thị Mỷ {screen}"} <= set(listed(where.case))


def test_the_list_says_how_each_is_known(desk: Desk, where: Office) -> None:
    call_of(where)
    officer = desk.visitor("desk", where.tracer)
    page = officer.open(f"/tracing/{where.case.id}/")
    expect(page.get_by_text("Phỏng vấn").first).to_be_visible()
    shoot(officer, "case")
