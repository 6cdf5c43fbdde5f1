"""A zone in a real browser: the workshop, the chairman who signs, the station inside."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Page, expect

from lachan.core.clock import OFFSET, now
from lachan.core.roles import Role
from lachan.core.scope import Principal
from tests.factories import zone_town
from tests.factories.zone_town import Town
from tests.gate import served
from tests.gate.browsers import chromium
from tests.gate.stage import DESK, PHONE, Stage

pytestmark = pytest.mark.browser
PATIENCE = 60_000  # milliseconds

PAPER = {"name": "qd.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 signed"}


@pytest.fixture(scope="module")
def town(database: str) -> Town:
    return zone_town.scenario_7()


@pytest.fixture
def stage(town: Town, database: str, tmp_path: Path) -> Iterator[Stage]:
    """The real web on this module's database."""
    web = served.Web(database, tmp_path / "web.log")
    web.start()
    try:
        with chromium() as browser:
            yield Stage(browser, web)
    finally:
        web.kill()


def enter(stage: Stage, who: Principal, size: tuple[int, int]) -> Page:
    """A browser that waits as long as a busy machine needs."""
    page = stage.enter(who, size)
    page.set_default_timeout(PATIENCE)
    return page


def both(stage: Stage, page: Page, name: str) -> None:
    """Judge a page on a desk and on a phone."""
    for size, where in ((PHONE, "phone"), (DESK, "desk")):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        stage.judge(page, f"{name}-{where}")


def hours_passed() -> None:
    """The report went out seven hours ago."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "update tracing_zonedecision set reported_at = reported_at - interval '7 hours'"
        )


def test_from_the_workshop_to_the_people_inside(stage: Stage, town: Town) -> None:
    tracer = enter(stage, town.tracer, DESK)
    stage.open(tracer, "/zones/")
    both(stage, tracer, "zones-empty")
    tracer.get_by_role("link", name="Ngõ 12 và ngõ 14").click()
    expect(tracer.locator("h1")).to_have_text("Khoanh ngõ 12 và ngõ 14, không phải cả xã, phường")
    expect(tracer.locator(".versus .n").first).to_have_text("214 người")
    expect(tracer.locator(".versus .n").last).to_have_text("18.450")
    both(stage, tracer, "zone-plan")
    tracer.reload()  # what judges a page leaves styles on it, which a swap would set again
    tracer.locator("#share").fill("60")
    expect(tracer.locator("output")).to_have_text("60%")
    assert "share=60" in tracer.url
    tracer.get_by_role("link", name="Từng nhà").click()
    both(stage, tracer, "zone-houses")
    tracer.go_back()
    tracer.reload()
    tracer.locator("#share").fill("90")
    expect(tracer.locator("output")).to_have_text("90%")
    tracer.get_by_role("button", name="Soạn quyết định").click()
    expect(tracer.locator("h1")).to_have_text("Ngõ 12 và ngõ 14")
    both(stage, tracer, "zone-planned")
    _decide(stage, town, tracer.url)
    _inside(stage, town, tracer.url)


def _decide(stage: Stage, town: Town, url: str) -> None:
    chairman = enter(stage, town.officer(Role.COMMUNE_CHAIRMAN), DESK)
    chairman.goto(url)
    chairman.get_by_role("button", name="Đã gửi báo cáo lúc này").click()
    expect(chairman.locator(".zone-steps li.done")).to_have_count(1)
    both(stage, chairman, "zone-reported")
    hours_passed()
    chairman.reload()
    chairman.get_by_role("link", name="Nhập quyết định đã ký").click()
    both(stage, chairman, "zone-decide")
    chairman.get_by_role("button", name="Nhập quyết định đã ký").click()
    expect(chairman.locator(".errsum")).to_be_visible()
    stage.judge(chairman, "zone-decide-errors")
    chairman.get_by_label("Số văn bản").fill("12/QĐ-UBND")
    chairman.get_by_label("Ngày ký").fill(f"{now().astimezone(OFFSET):%Y-%m-%d}")
    chairman.get_by_label("Ai ký").fill("Nguyễn Văn Bình")
    start = (now() - timedelta(minutes=5)).astimezone(OFFSET)
    chairman.get_by_label("Có hiệu lực từ").fill(f"{start:%Y-%m-%dT%H:%M}")
    chairman.get_by_label("Bản quét văn bản đã ký").set_input_files(PAPER)  # type: ignore[arg-type]
    chairman.get_by_role("button", name="Nhập quyết định đã ký").click()
    expect(chairman.locator(".zone-steps li.done")).to_have_count(3)
    both(stage, chairman, "zone-in-force")
    chairman.get_by_role("link", name="Điều chỉnh").click()
    both(stage, chairman, "zone-adjust")


def _inside(stage: Stage, town: Town, url: str) -> None:
    station = enter(stage, town.officer(Role.STATION_OFFICER), PHONE)
    station.goto(url)
    station.get_by_role("link", name="Người trong vùng").click()
    first = station.locator(".zone-house li").first
    first.get_by_role("button", name="Có mặt").click()
    first = station.locator(".zone-house li").first
    expect(first.get_by_role("button", name="Có mặt")).to_have_attribute("aria-pressed", "true")
    first.get_by_role("button", name="Thuốc").click()
    expect(station.locator(".zone-sum")).to_contain_text("214 người = 1 có mặt + 0 vắng mặt")
    expect(station.locator(".zone-sum")).to_contain_text("Thuốc: 1")
    station.get_by_role("link", name="Có nhu cầu").click()
    expect(station.locator(".zone-house li")).to_have_count(1)
    both(stage, station, "zone-inside")
    station.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    station.get_by_role("link", name="Giấy ra vào vùng").click()
    station.get_by_label("Cấp cho ai").select_option(index=1)
    station.get_by_label("Khám chữa bệnh").check()
    later = (now() + timedelta(hours=3)).astimezone(OFFSET)
    station.get_by_label("Đến lúc").fill(f"{later:%Y-%m-%dT%H:%M}")
    station.get_by_label("Ai ký").fill("Nguyễn Văn Bình")
    station.get_by_role("button", name="Cấp giấy ra vào").click()
    expect(station.locator("table.tab tbody tr")).to_have_count(1)
    both(stage, station, "zone-passes")
    station.get_by_role("link", name="Đợt lấy mẫu").click()
    station.get_by_label("Ngày lấy mẫu").fill(f"{now().astimezone(OFFSET):%Y-%m-%d}")
    station.get_by_role("button", name="Lập đợt lấy mẫu").click()
    expect(station.locator("table.tab tbody tr")).to_have_count(1)
    both(stage, station, "zone-rounds")
