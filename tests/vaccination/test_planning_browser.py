"""Planning in a real browser: a proposed decision, the week, boxes, a recall, the portal."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from lachan.core.clock import OFFSET, now, today
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.places.selectors import communes_of
from lachan.rulebook.services import load_shipped_rules
from lachan.vaccination import lot_barring, planning, recalling, stock_book, stocking
from lachan.vaccination.allocating import Decision, Line, decide
from lachan.vaccination.models import Population
from lachan.vaccination.planning import Member
from lachan.vaccination.planning_reading import monday_of
from lachan.vaccination.site_sessions import plan_session
from lachan.vaccination.stock_book import Count
from lachan.vaccination.stock_counting import count_stock
from lachan.vaccination.stocking import Amount, Kind, Received
from tests.factories import cast
from tests.gate import served
from tests.gate.browsers import chromium
from tests.gate.stage import DESK, PHONE, Stage
from tests.places.units import BAC_NINH, NENH
from tests.vaccination.stores import filled, give, lot, store

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stage(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The real web on this module's database."""
    with system_scope("test") as by:
        load_shipped_rules(by=by)
    web = served.Web(database, tmp_path_factory.mktemp("web") / "web.log")
    web.start()
    try:
        with chromium() as browser:
            yield Stage(browser, web)
    finally:
        web.kill()


def press(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).first.click()


def both(stage: Stage, page: Page, path: str, name: str) -> None:
    """The page at a desk, on a phone, and in English."""
    for size, end in ((DESK, ""), (PHONE, "-phone")):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        stage.open(page, path)
        stage.judge(page, f"{name}{end}")
    page.context.add_cookies([{"name": "lachan_language", "value": "en", "url": stage.web.url}])
    stage.open(page, path)
    stage.judge(page, f"{name}-en-phone")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    stage.open(page, path)
    stage.judge(page, f"{name}-en")
    page.context.clear_cookies(name="lachan_language")
    stage.open(page, path)


def test_a_split_is_proposed_edited_signed_and_followed_down(stage: Stage) -> None:
    above, cdc = store(
        "Kho CDC Bắc Ninh", kind="province", gives=False, commune=None, province=BAC_NINH
    )
    communes = [NENH, *(hit.id for hit in communes_of(BAC_NINH)[3:5])]
    stations = [
        store(f"Kho Trạm Y tế {name}", kind="station", commune=commune, province=BAC_NINH)
        for name, commune in zip(("Nếnh", "Vân Trung", "Tiền Phong"), communes, strict=True)
    ]
    of = lot("FX2207")
    filled(above, cdc, of, 2000)
    director = cast.of_province(Role.DIRECTOR, BAC_NINH)
    with scoped(director, "test"):
        for commune, people in zip(communes, (21_400, 15_900, 8_700), strict=True):
            Population.objects.create(
                province=BAC_NINH,
                commune=commune,
                disease="covid-19",
                people=people,
                on=today(),
                document="Báo cáo 118/BC-CTK",
                entered_at=now(),
            )
    page = stage.enter(cdc, DESK)
    base = f"/vaccine-stock/{above.id}/"
    stage.open(page, f"{base}allocate/")
    ask = page.locator("form[method=get]")
    ask.locator("[name=product]").select_option("vaxzevria")
    ask.locator("[name=doses]").fill("1000")
    ask.locator("[name=rule]").select_option("population")
    press(page, "Đề xuất")
    doses = [page.locator(f"[name=to_{one.id}]").input_value() for one, _by in stations]
    assert sum(map(int, doses)) == 1000
    form = page.locator("form[method=post]").last
    for name, value in (
        ("document", "45/QĐ-SYT"),
        ("decided_on", str(today())),
        ("unit", "Sở Y tế Bắc Ninh"),
        ("signer", "Phó Giám đốc Trần Văn Hùng"),
        ("groups", "Người từ 65 tuổi"),
    ):
        form.locator(f"[name={name}]").fill(value)
    stage.judge(page, "plan-allocate")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    stage.judge(page, "plan-allocate-phone")
    press(page, "Ghi quyết định")
    expect(page.locator("main")).to_contain_text("45/QĐ-SYT")
    both(stage, page, page.url.removeprefix(stage.web.url), "plan-decision")
    below, station = stations[0]
    _issued(above, cdc, below, station, of.id)
    give(below, of, 120)
    both(stage, page, "/vaccination/allocation/", "plan-tree")
    expect(page.locator("main")).to_contain_text("đã đối chiếu mọi bút toán")
    both(stage, page, f"{base}send/", "plan-send")


def _issued(above, cdc, below, station, lot_id) -> None:  # type: ignore[no-untyped-def]
    from lachan.vaccination import stock_reading

    with scoped(cdc, "stock"):
        share = next(one for one, _sent in stock_reading.shares_of(below))
        for doses in (200, 100):
            move = stocking.send(
                id=uuid7(),
                store=above,
                to=below,
                kind=Kind.ISSUE,
                amounts=[Amount(lot_id, doses)],
                share=share,
                by=cdc,
            )
            if doses == 200:
                first = move
    with scoped(station, "stock"):
        came = [Received(lot_id, 200, 190, "1 lọ vỡ khi vận chuyển")]
        stocking.receive(id=uuid7(), store=below, came=came, answers=first, by=station)


def test_the_week_says_what_is_missing_and_boxes_go_out(stage: Stage) -> None:
    where, by = store("Kho Trạm Y tế Nếnh", kind="station", commune=NENH, province=BAC_NINH)
    of = lot("AB1188")
    filled(where, by, of, 400)
    names = (
        *(("Lò Thị Mai", "reception", None), ("Bác sĩ Sùng A Páo", "screening", None)),
        *(("Vàng Thị Dợ", "injection", 1), ("Giàng A Chứ", "injection", 2)),
        ("Lý Thị Pản", "observation", None),
    )
    with scoped(by, "test"):
        whole = planning.make_team(
            name="Đội 1", members=[Member(name, work, table) for name, work, table in names], by=by
        )
        short = planning.make_team(
            name="Đội 2", members=[Member("Hà Văn Sơn", "injection", 1)], by=by
        )
        monday = monday_of(today() + timedelta(days=7))
        plans = (
            *(
                (0, 8, "Trạm Y tế Nếnh", False, whole, 150),
                (1, 8, "Nhà văn hóa Sen Hồ", True, whole, 120),
            ),
            *(
                (1, 9, "Trường THCS Nếnh", True, whole, 90),
                (3, 13, "Chợ My Điền", True, short, 200),
            ),
            (5, 8, "Khu công nghiệp", True, None, 0),
        )
        for day, hour, name, mobile, team, people in plans:
            start = datetime.combine(monday + timedelta(days=day), datetime.min.time(), OFFSET)
            made = plan_session(
                name=name,
                products=["vaxzevria"],
                starts_at=start + timedelta(hours=hour),
                ends_at=start + timedelta(hours=hour + 3),
                tables=2,
                mobile=mobile,
                commune=NENH,
                by=by,
            )
            if people:
                planning.set_plan(session=made, team=team, people=people, by=by)
            if name == "Nhà văn hóa Sen Hồ":
                session = made
    page = stage.enter(by, DESK)
    both(stage, page, f"/vaccination/plan/?from={monday}", "plan-week")
    expect(page.locator("main")).to_contain_text("đội có buổi khác cùng giờ")
    both(stage, page, "/vaccination/plan/new/", "plan-new")
    both(stage, page, "/vaccination/plan/teams/", "plan-teams")
    boxes = f"/vaccination/plan/{session.id}/boxes/"
    stage.open(page, boxes)
    page.locator(f"[name=n_{of.id}]").fill("12")
    press(page, "Mang đi")
    both(stage, page, boxes, "plan-boxes")
    page.locator(f"[name=b-n_{of.id}]").fill("12")
    press(page, "Nhận lại vào kho")
    expect(page.locator("main")).not_to_contain_text("Buổi chiều: đếm số mang về")


def test_a_recall_shows_who_still_holds_the_lot(stage: Stage) -> None:
    below, station = store(
        "Kho Trạm Y tế Ninh Sơn", kind="station", commune=NENH, province=BAC_NINH
    )
    other, keeper = store(
        "Kho Trạm Y tế Bích Động", kind="station", commune=NENH, province=BAC_NINH
    )
    of = lot("TH0099")
    filled(below, station, of, 300)
    filled(other, keeper, of, 120)
    give(below, of, 40)
    director = cast.of_province(Role.DIRECTOR, BAC_NINH)
    with scoped(director, "vaccination") as by:
        lot_barring.bar_lot(
            lot=of, reason="Sốc phản vệ sau tiêm", document="88/SYT", province=BAC_NINH, by=by
        )
    with scoped(keeper, "stock"):
        recalling.set_aside(id=uuid7(), store=other, lot=of, why="88/SYT", by=keeper)
    page = stage.enter(director, DESK)
    both(stage, page, f"/vaccination/lots/{of.id}/", "plan-recall")
    expect(page.locator("main")).to_contain_text("1 kho chưa để riêng")
    page = stage.enter(station, DESK)
    both(stage, page, f"/vaccine-stock/{below.id}/lots/{of.id}/", "plan-aside")
    form = page.locator("form[action$='/aside/']")
    form.locator("[name=why]").fill("88/SYT")
    press(page, "Để riêng")
    expect(page.locator("main")).to_contain_text("TH0099")


def test_everybody_reads_the_stock_and_the_province_enters_populations(stage: Stage) -> None:
    above, cdc = store("Kho CDC", kind="province", gives=False, commune=None, province=BAC_NINH)
    below, station = store("Kho Trạm", kind="station", commune=NENH, province=BAC_NINH)
    of = lot("PB0001")
    filled(above, cdc, of, 800)
    with scoped(cdc, "stock"):
        made = decide(
            id=uuid7(),
            store=above,
            decision=Decision("50/QĐ-SYT", "vaxzevria", today(), "Giám đốc", "Sở Y tế Bắc Ninh"),
            lines=[Line(below.id, 300)],
            by=cdc,
        )
        move = stocking.send(
            id=uuid7(),
            store=above,
            to=below,
            kind=Kind.ISSUE,
            amounts=[Amount(of.id, 300)],
            share=made.shares.get(),
            by=cdc,
        )
    page = stage.enter(station, DESK)
    both(stage, page, f"/vaccine-stock/{below.id}/deliveries/{move.id}/", "plan-delivery")
    with scoped(station, "stock"):
        came = [Received(of.id, 300, 300)]
        stocking.receive(id=uuid7(), store=below, came=came, answers=move, by=station)
    give(below, of, 80)
    with scoped(station, "stock"):
        counts = {of.id: Count(220)}
        stock_book.close_book(id=uuid7(), store=below, day=today(), counts=counts, by=station)
    with system_scope("test"):
        count_stock()
    visitor = stage.visit(DESK)
    both(stage, visitor, f"/vaccination/figures/?province={BAC_NINH}", "plan-figures")
    both(stage, visitor, "/vaccination/figures/", "plan-figures-all")
    page = stage.enter(cast.of_province(Role.DIRECTOR, BAC_NINH), DESK)
    both(stage, page, "/vaccination/populations/", "plan-populations")
