"""A commune sees how its places are used, registers for owners, takes lists, suspends and lifts."""

import base64
import re
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.venues import selectors, services
from lachan.venues.models import Venue
from tests.factories import cast
from tests.factories.places_run import at_work, citizen_by_phone, officer, owner_of, pass_by, told
from tests.places.units import BAC_NINH, NENH
from tests.venues.test_pages import browser, somebody

pytestmark = pytest.mark.usefixtures("database")


def page(by: Principal, path: str, **asked: str) -> str:
    return browser(by).get(path, asked).content.decode()


def place_of(name: str, by: Principal) -> Venue:
    with scoped(by, "places"):
        return Venue.objects.select_related("place").get(place__name=name)


def test_an_owner_registers_in_three_steps_without_a_script() -> None:
    citizen = citizen_by_phone("0900000771")
    phone = browser(citizen)
    what = {"name": "Quán Ngói", "trade": "restaurant", "step": "2"}
    assert "Nơi này ở đâu?" in phone.get("/venues/register/", what).content.decode()
    where = what | {"step": "3", "commune": str(NENH), "commune_text": "Nếnh", "address": "Ngõ 1"}
    assert "Gọi cho ai" in phone.get("/venues/register/", where).content.decode()

    answer = phone.post("/venues/register/", where | {"phone": "0900000771", "keeper": "Hùng"})

    assert answer.status_code == 302
    own = phone.get(answer["Location"]).content.decode()  # the cookie is the manager's now
    assert "Quán Ngói" in own
    assert 'name="code"' not in own


def test_a_step_that_is_not_filled_in_comes_back_with_what_is_missing() -> None:
    phone = browser(citizen_by_phone("0900000772"))
    answer = phone.get("/venues/register/", {"name": "Xe 203", "trade": "vehicle", "step": "2"})
    assert answer.status_code == 422
    assert "Hãy ghi biển số" in answer.content.decode()


def test_who_registers_the_same_place_is_shown_the_one_there_is() -> None:
    _owner, venue = owner_of(told("Quán Vôi", address="Ngõ 2", phone="0900000773"))
    citizen = citizen_by_phone("0900000774")
    phone = browser(citizen)
    again = {"name": "QUÁN VÔI", "trade": "restaurant", "commune": str(NENH), "address": "ngõ 2"}

    answer = phone.post("/venues/register/", again | {"phone": "0900000774"})

    assert answer.status_code == 422
    assert venue.code in answer.content.decode()
    assert phone.get("/venues/register/").status_code == 200  # still signed in as himself


def test_nobody_registers_without_signing_in() -> None:
    answer = Client(SERVER_NAME="localhost").get("/venues/register/?step=1")
    assert answer.status_code == 302
    assert "next=%2Fvenues%2Fregister%2F%3Fstep%3D1" in answer["Location"]


def test_an_officer_takes_a_list_and_gives_back_what_was_refused() -> None:
    station = officer()
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["UBND phường Nếnh"])
    sheet.append(["TT", "Tên cơ sở", "Loại hình", "Địa chỉ", "Điện thoại", "Chủ cơ sở", "Sức chứa"])
    sheet.append([1, "Nhà nghỉ Mây", "Nhà nghỉ", "Ngõ 9", 900000781, "Trần Thị Lan", 20])
    sheet.append([2, "Quán Gió", "Quán cà phê", "Ngõ 9", "không có", "Lê Văn Tám", ""])
    sheet.append([3, "Nhà nghỉ  mây", "Nhà nghỉ", "ngõ 9", "0900000782", "", ""])
    out = BytesIO()
    book.save(out)
    file = SimpleUploadedFile("co so.xlsx", out.getvalue())

    answer = browser(station).post("/venues/commune/list/", {"file": file}).content.decode()

    assert "Đã đăng ký 1 địa điểm" in answer
    assert "2 dòng chưa nhận" in answer
    (copy,) = re.findall(r'base64,([^"]+)"', answer)
    rows = list(load_workbook(BytesIO(base64.b64decode(copy))).worksheets[0].values)
    assert rows[2][-1] is None
    assert "không phải số điện thoại" in str(rows[3][-1])
    assert "đã đăng ký rồi" in str(rows[4][-1])
    with scoped(at_work("0900000781"), "places") as manager:
        (venue,) = selectors.venues_of(manager)
        assert (venue.place.name, venue.trade, venue.capacity) == ("Nhà nghỉ Mây", "hotel", 20)


def test_a_list_without_headings_is_refused() -> None:
    file = SimpleUploadedFile("a.csv", "Quán A;0900000783\n".encode())
    answer = browser(officer()).post("/venues/commune/list/", {"file": file})
    assert answer.status_code == 422
    assert "tiêu đề" in answer.content.decode()


def test_the_list_is_filtered_by_its_address_and_comes_as_a_file() -> None:
    owner, busy = owner_of(told("Chợ Trà", trade="market", phone="0900000784"))
    owner_of(told("Chợ Lá", trade="market", phone="0900000785", keeper="=1+1"))
    pass_by(busy, owner)
    station = officer()

    silent = page(station, "/venues/commune/", silent="week", trade="market")
    csv = page(station, "/venues/commune/places.csv", silent="week", trade="market")

    assert "Chợ Lá" in silent
    assert "Chợ Trà" not in silent
    assert "Chợ Lá" in csv
    assert "\t0900000785" in csv
    assert "'=1+1" in csv
    whole = browser(station).get("/venues/commune/places.xlsx").content
    names = [row[0] for row in load_workbook(BytesIO(whole)).worksheets[0].values]
    assert {"Chợ Trà", "Chợ Lá"} <= set(names)


def test_a_director_sees_communes_first() -> None:
    director = cast.of_province(Role.DIRECTOR, BAC_NINH)
    owner_of(told("Chợ Đò", trade="market", phone="0900000786"))
    assert "Phường Nếnh" in page(director, "/venues/commune/")
    assert "Chợ Đò" in page(director, "/venues/commune/", commune=str(NENH))
    # A commune of another province is not his: he is back at his own.
    assert "Chợ Đò" not in page(director, "/venues/commune/", commune="1")


def test_a_suspension_stands_on_the_posters_page_with_its_office() -> None:
    _owner, venue = owner_of(told("Rạp Sao", trade="hall", phone="0900000787"))
    station = browser(officer())
    path = f"/venues/commune/{venue.id}"
    assert station.post(f"{path}/suspend/", {"reason": ""}).status_code == 422
    until = {"reason": "Quá số người", "until": "31/12/2099"}
    station.post(f"{path}/suspend/", until)
    mai = somebody("Trần Thị Mai")
    phone = browser(cast.citizen(mai.id))

    poster = phone.get(f"/q/{venue.code}").content.decode()

    assert "tạm ngừng theo yêu cầu của Trạm Y tế" in poster or "Phường Nếnh" in poster
    assert "Quá số người" in poster
    assert "31/12/2099" in poster
    form = {"person": str(mai.id), "direction": "in"}
    assert phone.post(f"/q/{venue.code}", form).status_code == 422
    out = phone.post(f"/q/{venue.code}", form | {"direction": "out"}).content.decode()
    assert "Đã ghi lượt ra" in out
    station.post(f"{path}/lift/", {"reason": "Đã sửa"})
    assert "tạm ngừng" not in phone.get(f"/q/{venue.code}").content.decode()


def test_a_citizen_waits_before_a_full_place() -> None:
    owner, venue = owner_of(told("Quán Nhỏ", phone="0900000788", capacity=1))
    pass_by(venue, owner)
    mai = somebody("Trần Thị Mai")
    answer = browser(cast.citizen(mai.id)).post(
        f"/q/{venue.code}", {"person": str(mai.id), "direction": "in"}
    )
    assert answer.status_code == 422
    assert "đủ 1 người" in answer.content.decode()


def test_the_place_reads_what_was_asked_and_neither_case_nor_officer() -> None:
    owner, venue = owner_of(told("Quán Hỏi", phone="0900000789"))
    tracer = cast.of_province(Role.TRACER, BAC_NINH)
    from tests.factories.places_run import ago

    with scoped(tracer, "tracing"):
        services.note_request(
            venue=Venue.objects.get(id=venue.id),
            from_at=ago(hours=5),
            till_at=ago(hours=4),
            reason="Có người mắc bệnh đã đến đây",
            case_number="CA-0042",
            unit="CDC Bắc Ninh",
            people_count=7,
            by=tracer,
        )
    own = page(owner, f"/venues/{venue.id}/")
    assert "CDC Bắc Ninh" in own
    assert "7 người" in own
    assert "CA-0042" not in own
    with scoped(owner, "places"):
        from lachan.venues.models import VisitorRequest

        assert not VisitorRequest.objects.exists()  # the table itself is not the place's to read
    with scoped(cast.of_organisation(Role.GATE_CONTROLLER, owner.organisation), "gate"):
        assert selectors.asked_of([venue.id]) == []


@pytest.mark.parametrize("act", ["approve", "suspend", "lift", "remind"])
def test_a_neighbouring_commune_does_nothing_here(act: str) -> None:
    venue = _once("Quán Biên", "0900000790")
    neighbour = browser(officer(NENH + 1))
    answer = neighbour.post(f"/venues/commune/{venue}/{act}/", {"reason": "x"})
    assert answer.status_code == 404


def _once(name: str, phone: str) -> UUID:
    with scoped(officer(), "places"):
        found = Venue.objects.filter(place__name=name).first()
    return found.id if found else owner_of(told(name, phone=phone))[1].id


def test_a_guard_of_another_place_sees_no_page_of_it() -> None:
    owner, venue = owner_of(told("Chợ Ngà", trade="market", phone="0900000791"))
    rival, _other = owner_of(told("Chợ Núi", trade="market", phone="0900000792"))
    for path in ("", "parts/", "staff/", "settings/", "posters.pdf"):
        assert browser(rival).get(f"/venues/{venue.id}/{path}").status_code == 404, path
    made: dict[str, Any] = {"where": str(venue.id), "phones": "0900000793"}
    assert browser(rival).post(f"/venues/{venue.id}/staff/", made).status_code == 404
    assert browser(owner).post(f"/venues/{venue.id}/staff/", made).status_code == 302
