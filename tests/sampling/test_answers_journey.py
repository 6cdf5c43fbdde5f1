"""Two tubes in a real browser: a negative one, and a positive pool of ten.

Sampler, laboratory, its head, station and citizens, from the first scan to the result.  The steps
stand in the order of the day and rest on one another.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from playwright.sync_api import Page, Request, expect

from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.rulebook.models import RuleVersion
from lachan.rulebook.services import add_version
from lachan.rulebook.shape import Source
from lachan.sampling import pool_tasks
from lachan.sampling.table_tasks import take_table_events
from lachan.tracing import tasks as tracing_tasks
from tests.factories import cast
from tests.factories.people import person
from tests.gate import served
from tests.gate.browsers import chromium
from tests.gate.stage import DESK, PHONE, Stage
from tests.gate.typist import ready
from tests.sampling import at_the_bench as bench
from tests.sampling.people_at_the_table import Team, code_of, team
from tests.sampling.table_pages import close, fill, set_up, show

pytestmark = pytest.mark.browser

#: Group A in the shipped rules: where it is found, the law lets people be held for hours.
DISEASE = "demo-a"
POOL, ALONE, PLATE = "LC-910001", "LC-910002", "P-0714-05"
NAMES = (
    *("Trần Thị Mai", "Hoàng Văn Khải", "Hoàng Thị Sâm", "Nguyễn Công Đạt", "Giáp Thị Nhàn"),
    *("Thân Văn Bảy", "Chu Thị Thắm", "Vàng A Páo", "Giàng Thị Mỷ", "Lò Thị Pản"),
)
UNLAWFUL = re.compile(r"\bF[0-4]\b|dương tính|Mây Trắng", re.IGNORECASE)


@dataclass
class Day:
    """Who works, who is sampled, and what one step hands to the next."""

    at: Team
    people: list[UUID]
    station: Principal
    pages: dict[str, Page] = field(default_factory=dict)
    slips: list[tuple[str, str, str]] = field(default_factory=list)


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


@pytest.fixture(scope="module")
def day(stage: Stage) -> Day:
    """A team, ten people of one commune, and the station there."""
    at = team()
    with scoped(cast.of_nation(), "rulebook") as by:
        _the_laboratorys_own_test(by)
    people = [person(name, birth=str(1950 + 4 * n)).id for n, name in enumerate(NAMES)]
    return Day(at, people, cast.of_commune(Role.STATION_OFFICER))


def _the_laboratorys_own_test(by: Principal) -> None:
    """How the disease is tested: the shipped table of another one, entered as its leaflet's."""
    like = RuleVersion.objects.filter(kind="assay", disease="covid-19", regime="vn-2026").get()
    source = Source("Tờ hướng dẫn sử dụng bộ xét nghiệm", article="", reading="secondary")
    add_version(
        kind="assay",
        name="n1-n2-rp",
        disease=DISEASE,
        regime="vn-2026",
        in_force=(like.in_force.lower, None),
        source=source,
        body=like.body,
        sentences=like.sentences,
        by=by,
    )


def sit(stage: Stage, day: Day, name: str, size: tuple[int, int] = DESK) -> Page:
    """Somebody's own screen, opened once."""
    if name not in day.pages:
        who = {
            "sampler": day.at.sampler,
            "technician": day.at.technician,
            "lead": day.at.lead,
            "station": day.station,
        }[name]
        day.pages[name] = stage.enter(who, size)
    return day.pages[name]


def slips_of(stage: Stage, page: Page, tube: str) -> list[tuple[str, str, str]]:
    """From the table to the slips of a tube and back; (name, address, code) of each."""
    page.locator("#slips").click()
    stage.judge(page, "sampling-tubes")
    press(page, f"Phiếu kết quả của ống {tube}")
    expect(page.locator("section.slip").first).to_be_visible()
    stage.judge(page, "sampling-slips")
    found = [
        (
            row.locator("h2").inner_text(),
            str(row.get_attribute("data-link")),
            row.locator(".slip-typed").inner_text(),
        )
        for row in page.locator("section.slip").all()
    ]
    page.get_by_role("link", name="Phiếu của ống khác").click()
    page.get_by_role("link", name="Về bàn lấy mẫu").click()
    expect(page.locator("#dock")).to_be_visible()
    return found


def scan(page: Page, text: str) -> None:
    """The reader at a desk whose answer is a page."""
    ready(page)
    with page.expect_navigation():
        page.keyboard.type(f"{text}\n")


def press(page: Page, name: str) -> None:
    """A button whose answer is a page."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def key(page: Page, tube: str, cycles: tuple[str, ...], found: str) -> None:
    """What the machine says of a tube, keyed without seeing what another keyed."""
    scan(page, tube)
    ready(page)
    for cycle in cycles:
        page.keyboard.type(cycle)
        page.keyboard.press("Tab")
    page.get_by_label(found, exact=True).check()
    page.get_by_label("RT-PCR", exact=True).check()
    press(page, "Nhập")


def read(stage: Stage, page: Page, address: str, code: str) -> None:
    """Open a slip by its link and type its code: no account, no one-time code."""
    stage.open(page, address)
    page.locator("[name=code]").fill(code)
    press(page, "Xem kết quả")


def test_ten_people_share_a_tube_by_a_reader_alone(stage: Stage, day: Day) -> None:
    page = sit(stage, day, "sampler", PHONE)
    set_up(stage, page, day.at, pool="Gộp 10", disease=DISEASE)
    stage.shoot(page, "sampling-tube-first")
    fill(page, POOL, [code_of(one) for one in day.people[:2]])
    # A telephone's code holds no name: it comes while the scanning goes on.
    expect(page.locator("#people li").first).to_contain_text(NAMES[1])
    expect(page.locator("#band")).to_contain_text(f"Đã thêm {NAMES[1]}")
    stage.judge(page, "sampling-added")
    show(page, code_of(day.people[0]))
    expect(page.locator("#band .is-need, #band.is-need")).to_contain_text("đã có trong ống này")
    stage.shoot(page, "sampling-twice")
    for number, one in enumerate(day.people[2:], start=3):
        show(page, code_of(one))
        expect(page.locator("#inside")).to_have_text(str(number))
    expect(page.locator("#people")).to_contain_text(NAMES[9])
    stage.shoot(page, "sampling-full")
    show(page, code_of(person("Người Thứ Mười Một").id))
    expect(page.locator("#band.is-not")).to_contain_text("không thêm ai")
    stage.shoot(page, "sampling-over")
    close(page, POOL)
    stage.shoot(page, "sampling-closed")
    take_table_events()
    day.slips = slips_of(stage, page, POOL)
    assert sorted(name for name, _link, _code in day.slips) == sorted(NAMES)


def test_a_second_sample_of_one_of_them_is_asked_for_twice(stage: Stage, day: Day) -> None:
    page = sit(stage, day, "sampler", PHONE)
    stage.open(page, "/sampling/setup/")
    stage.shoot(page, "sampling-as-last-time")
    page.get_by_label("Mỗi ống một người", exact=True).check()
    page.get_by_label("Sàng lọc", exact=True).check()
    page.select_option("#id_disease", DISEASE)
    page.select_option("#id_laboratory", str(day.at.laboratory))
    page.get_by_role("button", name="Bắt đầu: quét ống").click()
    expect(page.locator("#dock")).to_be_visible()
    show(page, POOL)
    expect(page.locator("#band.is-not")).to_contain_text("đã đóng")
    stage.shoot(page, "sampling-wrong-tube")
    show(page, ALONE)
    expect(page.locator("#barcode")).to_have_text(ALONE)
    code = code_of(day.people[0])
    show(page, code)
    expect(page.locator("#band.is-need")).to_contain_text(POOL)
    stage.shoot(page, "sampling-sampled-today")
    page.wait_for_timeout(2600)  # a reader's echo ends
    show(page, code)
    expect(page.locator("#inside")).to_have_text("1")
    close(page, ALONE)
    take_table_events()


def test_the_laboratory_fills_a_plate_and_two_people_release(stage: Stage, day: Day) -> None:
    page, lead = sit(stage, day, "technician"), sit(stage, day, "lead")
    stage.open(page, "/laboratory/reception/")
    for tube in (POOL, ALONE):
        page.locator("#code").focus()
        scan(page, tube)
    stage.open(page, "/laboratory/plates/")
    ready(page)
    page.keyboard.type(PLATE)
    page.get_by_label("96", exact=True).check()
    page.get_by_label("RT-PCR SARS-CoV-2 (N1, N2, RP)").last.check()
    press(page, "Xếp đĩa này")
    for tube in (POOL, ALONE):
        scan(page, tube)
    stage.judge(page, "laboratory-plate")
    page.get_by_label("Máy", exact=True).fill("CFX 1")
    page.get_by_label("Lô sinh phẩm").fill("L7")
    page.get_by_label("Hạn dùng của lô").fill("2099-12-31")
    press(page, "Bắt đầu chạy")
    for well, cycles in bench.RIGHT.items():
        for target, cycle in cycles.items():
            text = "-" if cycle is None else f"{cycle:g}".replace(".", ",")
            page.locator(f"[name={well}_{target}]").fill(text)
    press(page, "Kết luận mẻ chạy")
    plate = page.url
    for hand in (page, lead):
        for tube, cycles, found in (
            (POOL, ("24,1", "25,3", "27"), "Dương tính"),
            (ALONE, ("-", "-", "27,5"), "Âm tính"),
        ):
            stage.open(hand, "/laboratory/")
            key(hand, tube, cycles, found)
    page.goto(plate)
    for box in page.locator("[name=result]").all():
        box.check()
    press(page, "Duyệt kỹ thuật các kết quả đã chọn")
    expect(page.locator("main")).to_contain_text("Đã duyệt kỹ thuật 2 kết quả.")
    stage.open(lead, "/laboratory/release/")
    stage.judge(lead, "laboratory-release")
    lead.get_by_label(f"Chọn ống {ALONE}").check()
    press(lead, "Duyệt trả kết quả đã chọn")
    with lead.expect_navigation():
        lead.get_by_role("link", name="Xem và duyệt trả").click()
    stage.judge(lead, "laboratory-release-one")
    press(lead, "Duyệt trả kết quả này")
    pool_tasks.ask_positive_pools_again()
    tracing_tasks.new_positives()
    tracing_tasks.ask_pools_to_stay()


def test_the_station_has_ten_tasks_and_ten_people_held(stage: Stage, day: Day) -> None:
    page = sit(stage, day, "station")
    stage.open(page, "/pools/")
    rows = page.locator("section.sec", has_text=POOL).locator("tbody tr")
    expect(rows).to_have_count(10)
    expect(rows.filter(has_text="Chờ lấy mẫu riêng")).to_have_count(10)
    expect(rows.filter(has_text="Giữ tạm thời đến")).to_have_count(10)
    stage.judge(page, "station-pools")
    stage.open(page, "/notices/")
    drafts = page.locator("tr", has_text="ống mẫu gộp cần kiểm tra lại")
    expect(drafts).to_have_count(10)
    assert not UNLAWFUL.search(drafts.first.locator("td[lang=vi]").inner_text())
    stage.judge(page, "station-asks-to-stay")


def test_nobody_of_the_pool_is_shown_positive_and_no_case_was_made(stage: Stage, day: Day) -> None:
    name, address, code = next(slip for slip in day.slips if slip[0] == NAMES[3])
    phone = stage.visit(PHONE)
    read(stage, phone, address, code)
    expect(phone.locator(".slip-of")).to_contain_text(name)
    expect(phone.locator(".big")).to_contain_text("Lấy mẫu lại")
    expect(phone.locator("main")).to_contain_text("Không ai bị coi là dương tính")
    assert not re.search(r"\bF[0-4]\b", phone.locator("main").inner_text())
    stage.judge(phone, "slip-pool")
    tracer = stage.enter(cast.of_province(Role.TRACER), DESK)
    stage.open(tracer, "/tracing/")
    text = tracer.locator("main").inner_text()
    assert not [name for name in NAMES if name in text]


def test_a_citizen_reads_the_own_result_by_slip_and_code(stage: Stage, day: Day) -> None:
    name, address, code = next(slip for slip in day.slips if slip[0] == NAMES[0])
    phone = stage.visit(PHONE)
    stage.open(phone, address)
    stage.judge(phone, "slip-code")
    assert name not in phone.content()
    phone.locator("[name=code]").fill("0000000000")
    press(phone, "Xem kết quả")
    expect(phone.locator("main")).to_contain_text("Không có phiếu nào mang mã này")
    stage.shoot(phone, "slip-wrong")
    read(stage, phone, address, code)
    expect(phone.locator(".slip-of")).to_contain_text(name)
    expect(phone.locator(".res").first.locator(".big")).to_contain_text("Âm tính")
    stage.judge(phone, "slip-negative")
    paper = phone.locator("a[href$='.pdf']").first.get_attribute("href")
    answer = phone.context.request.get(f"{stage.web.url}{paper}")
    assert answer.body().startswith(b"%PDF")
    # The slip opens its own person and nobody else, and is shut by its reader.
    other = next(slip for slip in day.slips if slip[0] == NAMES[1])
    stage.open(phone, other[1])
    assert other[0] not in phone.content()
    stage.open(phone, address)
    press(phone, "Đóng trang này")
    expect(phone.locator("[name=code]")).to_be_visible()


def test_the_first_visit_is_light(stage: Stage, day: Day) -> None:
    phone = stage.visit(PHONE)
    sizes: list[int] = []

    def weigh(request: Request) -> None:
        sized = request.sizes()
        sizes.append(sized["responseBodySize"] + sized["responseHeadersSize"])

    phone.on("requestfinished", weigh)
    stage.open(phone, day.slips[0][1])
    phone.wait_for_load_state("networkidle")
    assert 0 < sum(sizes) <= 150_000
