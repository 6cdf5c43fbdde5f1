"""The tab of measures in a real browser: the law first, then one press for everybody confirmed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, open_session
from lachan.tracing import tasks
from tests.factories.orders import EXERCISE
from tests.factories.outbreak import ABROAD_CODE, HERE_CODE, NEXT_CODE, Unit
from tests.factories.visits import Come, visits
from tests.tracing.test_measures import case_of, confirmed

pytestmark = pytest.mark.browser


@pytest.fixture
def come(database: str, tmp_path: Path) -> Iterator[Come]:
    with visits(database, tmp_path) as arrive:
        yield arrive


def tracer() -> Principal:
    return open_session(
        account=uuid7(),
        name="Trịnh Minh Châu",
        roles=frozenset({Role.TRACER}),
        province=Unit.of(HERE_CODE).province,
    )


def test_the_law_is_read_then_everybody_is_proposed(database: str, come: Come) -> None:
    case = case_of(EXERCISE, "Nguyễn Thị Nguồn")
    confirmed(case, tracer(), {HERE_CODE: 4, NEXT_CODE: 2, ABROAD_CODE: 1})
    other = case_of("covid-19", "Trần Thị Nguồn")
    confirmed(other, tracer(), {HERE_CODE: 3})
    desk = come(tracer(), "desk")
    page = desk.open(f"/tracing/{case.id}/measures/")
    page.get_by_label("Cả 7 người đã xác nhận").check()
    page.get_by_role("button", name="Đề nghị").first.click()
    expect(page.get_by_text("7 đề nghị được chuyển đến")).to_be_visible()
    tasks.write_measures()
    desk.open(f"/tracing/{case.id}/measures/")
    desk.shoot("tracer-measures")
    phone = come(tracer(), "phone")
    phone.open(f"/tracing/{case.id}/measures/")
    page = phone.open(f"/tracing/{other.id}/measures/")
    expect(page.get_by_role("button", name="Đề nghị", exact=True)).to_have_count(0)
    page.get_by_label("Cả 3 người đã xác nhận").check()
    page.get_by_role("button", name="Hướng dẫn: tự theo dõi sức khỏe").first.click()
    expect(page.get_by_text("Đã hướng dẫn 3 người")).to_be_visible()
