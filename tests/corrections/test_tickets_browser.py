"""A complaint in real browsers: said on a phone, proposed and decided at two desks, read again."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import system_scope
from lachan.people.models import Person
from lachan.people.services import Stay
from lachan.rulebook.services import load_shipped_rules
from lachan.vaccination.models import Source
from lachan.vaccination.public_counting import count_doses
from lachan.vaccination.services import Injection, enter
from tests.factories import cast
from tests.factories.people import person
from tests.factories.visits import Come, visits
from tests.places.units import BAC_NINH, NENH

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def mai(database: str) -> Person:
    """Two doses in the book, the second too soon; a village with enough people for figures."""
    at_home = Stay(commune=NENH, province=BAC_NINH, address="Ngõ 3, đường Chợ")
    mai = person("Nguyễn Thị Mai", birth="1980-05-17", stay=at_home)
    others = [person(f"Người {n}", stay=at_home) for n in range(7)]
    with system_scope("test") as by:
        load_shipped_rules(by=by)
        shots = [(mai, 120), (mai, 100), *((each, 90) for each in others)]
        enter(
            [
                Injection(
                    id=uuid7(),
                    person=each.id,
                    disease="covid-19",
                    product="vaxzevria",
                    given_at=now() - timedelta(days=ago),
                    source=Source.PAPER,
                    lot_text="ABW0123",
                    where_text="Trạm Y tế phường Nếnh",
                )
                for each, ago in shots
            ],
            by=by,
        )
        count_doses()
    return mai


@pytest.fixture
def come(database: str, tmp_path: Path) -> Iterator[Come]:
    with visits(database, tmp_path) as arrive:
        yield arrive


def test_a_missing_dose_from_the_phone_to_the_answer(mai: Person, come: Come) -> None:
    phone = come(cast.citizen(mai.id), "phone")
    page = phone.open("/vaccination/book/")
    expect(page.get_by_text("Tiêm quá sớm sau mũi trước")).to_be_visible()
    phone.look()
    phone.shoot("citizen-book", whole=True)
    page.get_by_role("link", name="Có mũi thiếu hoặc sai").click()
    expect(page.get_by_role("heading", name="Sổ tiêm chủng có gì sai?")).to_be_visible()
    phone.look()
    page.get_by_role("link", name="Thiếu mũi tiêm").click()
    page.get_by_role("button", name="Gửi").click()
    expect(page.locator("main")).to_contain_text("Hãy cho biết ngày tiêm và loại vắc xin")
    phone.look()
    page.get_by_label("Ngày tiêm").fill("2021-09-20")
    page.get_by_label("Vắc xin").select_option("comirnaty")
    page.get_by_label("Số lô").fill("FF8765")
    page.get_by_label("Ở đâu").fill("Bệnh viện Bắc Ninh")
    phone.shoot("citizen-missing", whole=True)
    page.get_by_role("button", name="Gửi").click()
    expect(page.get_by_text("Đang xác minh")).to_be_visible()
    phone.look()
    phone.shoot("citizen-complaints", whole=True)

    first = come(cast.of_commune(Role.STATION_OFFICER, NENH), "desk")
    page = first.open("/complaints/desk/")
    first.look()
    first.shoot("desk-complaints", whole=True)
    page.get_by_role("link", name="Thiếu mũi tiêm").click()
    page.get_by_label("Nhập mũi tiêm còn thiếu").check()
    page.get_by_label("Căn cứ vào đâu?").fill("Danh sách buổi tiêm 20/09, phiếu số 214")
    first.look()
    first.shoot("desk-complaint", whole=True)
    page.get_by_role("button", name="Đề nghị").click()
    expect(page.get_by_text("người khác sẽ quyết định").first).to_be_visible()
    first.look()

    second = come(cast.of_province(Role.DIRECTOR, BAC_NINH), "desk")
    page = second.open("/complaints/desk/")
    page.get_by_role("link", name="Thiếu mũi tiêm").click()
    page.get_by_label("Đúng, thực hiện").check()
    page.get_by_label("Nội dung trả lời người dân").fill("Đã bổ sung mũi Comirnaty ngày 20/9/2021.")
    page.get_by_role("button", name="Quyết định").click()
    expect(page.get_by_text("Đã sửa")).to_be_visible()
    second.look()

    page = phone.open("/complaints/")
    expect(page.get_by_text("Đã bổ sung mũi Comirnaty")).to_be_visible()
    page = phone.open("/vaccination/book/")
    expect(page.get_by_text("FF8765")).to_be_visible()
    phone.look()


def test_anybody_reads_the_figures(mai: Person, come: Come) -> None:
    reader = come(cast.outsider(), "desk")
    page = reader.open("/vaccination/figures/")
    expect(page.get_by_role("link", name="Bắc Ninh")).to_be_visible()
    reader.look()
    reader.shoot("figures", whole=True)
    page = reader.open("/complaints/times/")
    reader.look()
    small = come(cast.outsider(), "phone")
    small.open(f"/vaccination/figures/?province={BAC_NINH}")
    small.look()
    small.shoot("figures-phone", whole=True)
