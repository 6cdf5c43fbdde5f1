"""The pages of a unit's list: the day, the people, Excel in and out, and the health station's."""

import io

import pytest
from django.test import Client
from openpyxl import Workbook, load_workbook

from lachan.core.clock import today
from lachan.core.models import Look
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.venues import roll_reading, roll_tasks
from lachan.venues.models import Attendance, Member, Spot
from tests.factories import cast, rosters, units
from tests.factories.units import Unit, linked, put
from tests.places.units import NENH, VIET_YEN


def browser(by: Principal) -> Client:
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "vi"})
    client.cookies["lachan"] = by.secret
    return client


def page(by: Principal, path: str) -> str:
    answer = browser(by).get(path)
    assert answer.status_code == 200, (path, answer.content.decode()[-600:])
    return answer.content.decode()


@pytest.fixture(scope="module")
def mine(database: str) -> Unit:
    return units.factory()


def workbook(rows: list[list[object]]) -> io.BytesIO:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    out.name = "danh-sach.xlsx"
    return out


def sent(of: Unit, path: str, data: io.BytesIO) -> str:
    """The page that says what came out of a file."""
    answer = browser(of.manager).post(path, {"file": data}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        *("/roll/", "/roll/today/", "/roll/today/?show=open", "/roll/people/", "/roll/people/new/"),
        *("/roll/lists/", "/roll/rooms/", "/roll/night/", "/roll/night/in/", "/roll/tickets/"),
        *("/roll/tickets/check/", "/roll/outings/"),
    ],
)
@pytest.mark.parametrize("filled", [False, True], ids=["empty", "filled"])
def test_every_page_stands_when_empty_and_when_filled(mine: Unit, path: str, filled: bool) -> None:
    of = mine if filled else units.factory()
    if filled and not roll_reading_has(of):
        put(of, "Trần Thị Mai", "Chuyền 1", shift="ca 1", code="SK001")
    page(of.manager, path)


def roll_reading_has(of: Unit) -> bool:
    with scoped(of.manager, "roll"):
        return roll_reading.members_of(of.manager).exists()


def test_a_roll_by_excel_makes_lines_and_people_and_names_what_it_refuses() -> None:
    of = units.factory()
    rows = [rosters.worker(n, line=f"Chuyền {1 + n % 3}", shift="ca 3") for n in range(1, 13)]
    rows[4][6] = "12"  # no phone number
    data = rosters.workbook(rows)

    def file() -> io.BytesIO:
        made = io.BytesIO(data)
        made.name = "ds.xlsx"
        return made

    first = sent(of, "/roll/lists/", file())
    with scoped(of.manager, "roll"):
        assert Member.objects.count() == 11
        assert {s.place.name for s in Spot.objects.select_related("place")} == {
            *("Chuyền 1", "Chuyền 2", "Chuyền 3"),
        }
        assert all(Spot.objects.values_list("night", flat=True)), "shift 3 sleeps by day"
    assert "Chuyền 3" in first
    assert "không phải số điện thoại" in first.lower()

    again = sent(of, "/roll/lists/", file())
    with scoped(of.manager, "roll"):
        assert Member.objects.count() == 11, "the same file again enters nobody"
        assert Spot.objects.filter(until=None).count() == Spot.objects.count()
    assert "11" in again
    found = [
        line for line in again.split('"') if line.startswith("/roll/lists/") and "copy" in line
    ]
    copy = browser(of.manager).get(found[0])
    sheet = load_workbook(io.BytesIO(copy.content)).worksheets[0]
    assert sheet.max_row == 3, "title, header and the one refused row"


def test_an_absence_takes_a_name_and_one_key(mine: Unit) -> None:
    put(mine, "Nguyễn Thị Sốt", "Chuyền 2", code="SK077")
    found = page(mine.manager, "/roll/today/?q=sk077")
    assert "Nguyễn Thị Sốt" in found
    member = found.split('name="member" value="')[1].split('"')[0]

    browser(mine.manager).post("/roll/today/", {"member": member, "said": "symptoms"})

    after = page(mine.manager, "/roll/today/")
    assert "Nguyễn Thị Sốt" in after
    assert "có triệu chứng" in after
    browser(mine.manager).post("/roll/today/", {"member": member, "said": "none"})
    assert (
        "Nguyễn Thị Sốt"
        not in page(mine.manager, "/roll/today/").split("Theo Excel")[0].split("<h2>")[-2]
    )


def test_the_days_sheet_goes_out_and_comes_back_with_reasons() -> None:
    of = units.factory()
    ill = put(of, "Lê Thị Ho", "Chuyền 1", code="A1")
    put(of, "Lê Văn Khỏe", "Chuyền 1", code="A2")
    out = browser(of.manager).get("/roll/today/sheet.xlsx")
    book = load_workbook(io.BytesIO(out.content))
    sheet = book.worksheets[0]
    rows = {sheet.cell(row, 2).value: row for row in range(2, sheet.max_row + 1)}
    assert set(rows) == {"Lê Thị Ho", "Lê Văn Khỏe"}
    sheet.cell(rows["Lê Thị Ho"], 5).value = "sốt, ho"
    sheet.append(["Z9", "Người Lạ", "", "", "phép"])
    back = io.BytesIO()
    book.save(back)
    back.seek(0)
    back.name = "vang.xlsx"

    answer = sent(of, "/roll/today/file/", back)

    with scoped(of.manager, "roll"):
        [word] = Attendance.objects.all()
        assert (word.member_id, word.reason, word.way) == (ill.id, "symptoms", "file")
    assert "Trong danh sách không có ai mang tên hoặc mã này." in answer


def test_a_manager_of_another_unit_finds_nobody_and_opens_nothing(mine: Unit) -> None:
    member = put(mine, "Bùi Thị Kín", "Chuyền 2")
    other = units.factory().manager

    assert "Bùi Thị Kín" not in page(other, "/roll/people/?q=kín")
    assert browser(other).get(f"/roll/people/{member.id}/").status_code == 404
    said = {"member": str(member.id), "said": "leave"}
    assert browser(other).post("/roll/today/", said).status_code == 404


def test_a_station_sees_the_ill_and_leaves_a_look_and_its_neighbour_sees_nobody() -> None:
    of = units.factory()
    [ill] = linked(put(of, "Đỗ Thị Sốt Cao", "Chuyền 1", phone="0900000322"))
    browser(of.manager).post("/roll/today/", {"member": str(ill.id), "said": "symptoms"})
    station = cast.of_commune(Role.STATION_OFFICER, NENH)

    assert "Đỗ Thị Sốt Cao" in page(station, "/units/absent/")
    neighbour = cast.of_commune(Role.STATION_OFFICER, VIET_YEN)
    assert "Đỗ Thị Sốt Cao" not in page(neighbour, "/units/absent/")
    assert browser(of.manager).get("/units/absent/").status_code == 403
    looks = Look.objects.using("owner").filter(person=ill.person, what="absent_with_symptoms")
    assert looks.count() == 1


def test_a_move_stands_on_the_persons_page_with_both_days(mine: Unit) -> None:
    member = put(mine, "Vũ Thị Chuyển", "Chuyền 1", shift="ca 1")
    form = {"place": str(mine.places["Chuyền 10"].id), "shift": "ca 2"}

    browser(mine.manager).post(f"/roll/people/{member.id}/", form)

    shown = page(mine.manager, f"/roll/people/{member.id}/")
    assert "Chuyền 10" in shown
    assert f"{today():%d/%m/%Y}" in shown
    browser(mine.manager).post(f"/roll/people/{member.id}/leave/", {})
    assert browser(mine.manager).get(f"/roll/people/{member.id}/").status_code == 404
    assert roll_tasks.link_members() >= 0
