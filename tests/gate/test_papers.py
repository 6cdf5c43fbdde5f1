"""Sheets of paper for hours without a network: numbered, keyed in once, the missing one named."""

from datetime import time, timedelta
from typing import Any

import pytest

from lachan.core.clock import OFFSET, today
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.formats.papernumbers import PaperNumber
from lachan.gate import papers
from lachan.gate.models import VisitSeries
from lachan.gate.paper_rows import read_rows, read_time
from lachan.venues.models import Venue
from lachan.venues.selectors import count_of
from tests.declarations.households import browser
from tests.factories import cast
from tests.gate import served
from tests.gate.test_pages import scans_of, somebody
from tests.places.units import NENH

YESTERDAY = today() - timedelta(days=1)


@pytest.fixture
def manager(database: str) -> Principal:
    return served.manager()


@pytest.fixture
def venue(manager: Principal) -> Venue:
    return served.venue_of(manager, name="Bến đò Vạn")


def pad(venue: Venue, by: Principal, sheets: int = 5) -> VisitSeries:
    with scoped(by, "visit_sheets"):
        return papers.hand_out(venue=venue, sheets=sheets, by=by)


def station() -> Principal:
    return cast.of_commune(Role.STATION_OFFICER, NENH)


def number_of(series: VisitSeries, sheet: int) -> str:
    return str(PaperNumber(series.series, sheet))


def key(by: Principal, series: VisitSeries, sheet: int, *rows: dict[str, str], **more: str) -> Any:
    typed = {"day": YESTERDAY.isoformat(), "key": "1"} | more
    for n, row in enumerate(rows, 1):
        typed |= {f"{name}_{n}": text for name, text in row.items()}
    return browser(by).post(f"/gate/paper/{number_of(series, sheet)}/", typed, follow=True)


def test_times_are_read_as_they_are_written_by_hand() -> None:
    assert [read_time(t) for t in ("7h15", "07:15", "0715", "715", "7h", "7", "7g15")] == [
        *([time(7, 15)] * 4),
        *([time(7)] * 2),
        time(7, 15),
    ]
    assert [read_time(t) for t in ("", "25h", "7h75", "sáng")] == [None] * 4


def test_a_night_shift_goes_home_the_next_morning() -> None:
    written = read_rows(YESTERDAY - timedelta(days=1), {"in_3": "22h", "name_3": "A", "out_3": "6"})
    [row] = written.rows
    assert row.went is not None
    assert (row.went - row.came, row.number) == (timedelta(hours=8), 3)


def test_rows_become_visits_of_the_people_they_name(venue: Venue, manager: Principal) -> None:
    mai = somebody("Đỗ Thị Giấy", documents={"cccd": "024191000033"})
    by, series = station(), pad(venue, manager)
    known = {"in": "6h40", "name": "Đỗ Thị Giấy", "card": "024191000033", "out": "16h"}
    by_name = {"in": "7h05", "name": "Do Thi Giay", "year": "1991"}
    new = {"in": "7h10", "name": "Nguyễn Văn Khách", "year": "1980", "phone": "0900000231"}

    page = key(by, series, 1, known, by_name, new)

    assert "3 visitors recorded" in page.text
    came, again, went = scans_of(mai)
    assert {scan.source for scan in (came, again, went)} == {"paper"}
    assert (went.direction, went.at.astimezone(OFFSET).hour) == ("out", 16)
    assert (came.place, came.offline) == (venue.place_id, True)
    with scoped(manager, "places"):
        assert count_of(venue.place_id, YESTERDAY).scans == 4


def test_the_same_sheet_twice_is_one(venue: Venue, manager: Principal) -> None:
    somebody("Trần Hai Lần", phones=["0900000232"])
    by, series = station(), pad(venue, manager)
    row = {"in": "8h", "name": "Trần Hai Lần", "phone": "0900000232"}
    key(by, series, 2, row)

    page = key(manager, series, 2, row)

    assert "came back already" in page.text
    with scoped(manager, "places"):
        assert count_of(venue.place_id, YESTERDAY).scans == 1
    rows = read_rows(YESTERDAY, {"in_1": "9h", "name_1": "Ai Khác"}).rows
    with scoped(by, "visit_sheets"), pytest.raises(Refused) as refused:
        papers.key_in(series=series, sheet=2, day=YESTERDAY, rows=rows, by=by)
    assert refused.value.code == "sheet_keyed"


def test_a_missing_sheet_is_named_with_place_and_day(venue: Venue, manager: Principal) -> None:
    series = pad(venue, manager)
    somebody("Lý Một Tờ", phones=["0900000233"])
    key(station(), series, 1, {"in": "8h", "name": "Lý Một Tờ", "phone": "0900000233"})
    key(manager, series, 4, void="1", reason="Ướt mưa")

    for by in (manager, station()):
        page = browser(by).get("/gate/paper/").text
        assert number_of(series, 2) in page
        assert number_of(series, 3) in page
        assert number_of(series, 5) not in page
        assert "Bến đò Vạn" in page
    assert "Ướt mưa" in browser(manager).get(f"/gate/paper/{number_of(series, 4)}/").text


def test_a_row_that_cannot_be_read_records_nothing(venue: Venue, manager: Principal) -> None:
    series = pad(venue, manager)
    page = key(
        station(), series, 1, {"in": "8h", "name": "Được"}, {"in": "sáng", "name": "Không Được"}
    )
    assert page.status_code == 422
    assert "Nothing is recorded yet" in page.text
    assert "7h15" in page.text
    assert 'value="Không Được"' in page.text
    page = key(station(), series, 1, {"in": "8h", "name": "Ngày"}, day="")
    assert "Write the day" in page.text
    assert "key in at least one row" in key(station(), series, 1).text.lower()
    assert "Write why" in key(station(), series, 1, void="1").text
    with scoped(manager, "places"):
        assert count_of(venue.place_id, YESTERDAY).scans == 0


def test_a_namesake_is_asked_for_more_and_the_sheet_stays_out(
    venue: Venue, manager: Principal
) -> None:
    somebody("Phạm Văn Trùng")
    somebody("Phạm Văn Trùng")
    series = pad(venue, manager)
    page = key(station(), series, 1, {"in": "8h", "name": "Phạm Văn Trùng", "year": "1991"})
    assert "Row 1: Several people" in page.text
    with scoped(manager, "visit_sheets"):
        assert papers.returned(series, 1) is None


def test_a_number_of_elsewhere_or_misread_is_refused(venue: Venue, manager: Principal) -> None:
    series = pad(venue, manager, sheets=2)
    right = number_of(series, 1)
    wrong = right[:-1] + ("A" if right[-1] != "A" else "C")
    for number in (wrong, number_of(series, 3), "nonsense"):
        page = browser(manager).get("/gate/paper/", {"number": number})
        assert "No sheet of your places" in page.text
    stranger = served.manager()
    assert (
        "No sheet of your places" in browser(stranger).get("/gate/paper/", {"number": right}).text
    )
    assert browser(stranger).get(f"/gate/paper/{series.series}.pdf").status_code == 404


def test_a_pad_is_numbered_and_printed(venue: Venue, manager: Principal) -> None:
    page = browser(manager).post(
        "/gate/paper/new/", {"place": venue.code, "sheets": "2"}, follow=True
    )
    assert "numbered. Print them" in page.text
    with scoped(manager, "visit_sheets"):
        series = VisitSeries.objects.get(venue=venue)
    pdf = browser(manager).get(f"/gate/paper/{series.series}.pdf").content
    assert pdf.startswith(b"%PDF")
    for sheets in ("0", "51", "x"):
        answer = browser(manager).post("/gate/paper/new/", {"place": venue.code, "sheets": sheets})
        assert "between 1 and 50" in answer.text
    unknown = browser(manager).post("/gate/paper/new/", {"place": "22222222", "sheets": "2"})
    assert "no such place" in unknown.text


def test_it_is_for_managers_and_stations(venue: Venue) -> None:
    for nobody in (cast.citizen(), cast.outsider(), cast.of_province(Role.TRACER)):
        assert browser(nobody).get("/gate/paper/").status_code == 403
