"""Loggers' files: times and degrees in any dress, refused row by row."""

from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO

import pytest
from openpyxl import Workbook

from lachan.formats.sheets import SheetRefused
from lachan.formats.temperatures import Outside, outside, read_temperatures

HANOI = timezone(timedelta(hours=7))


@pytest.mark.parametrize(
    "text",
    [
        "Thời gian;Nhiệt độ\n27/11/2026 08:00;4,5\n27/11/2026 08:10;9,25 °C\n",
        "27/11/2026 08:00,4.5\n27/11/2026 08:10,9.25\n",
        "Tủ 1\n\n27-11-2026 08:00:00\t4.5\n27-11-2026 08:10:00\t9.25\n",
        "2026-11-27T01:00:00+00:00;4.5\n2026-11-27T01:10:00+00:00;9.25\n",
    ],
)
def test_it_reads_what_loggers_write(text: str) -> None:
    log = read_temperatures(text.encode(), "tu.csv", offset=HANOI)
    assert [point.degrees for point in log.points] == [4.5, 9.25]
    assert log.points[0].at == datetime(2026, 11, 27, 1, tzinfo=UTC)
    assert log.refused == ()


def test_it_reads_a_workbook() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Giờ", "°C"])
    sheet.append([datetime(2026, 11, 27, 8), -20.5])  # noqa: DTZ001  as Excel keeps it
    sheet.append([datetime(2026, 11, 27, 9), "hỏng"])  # noqa: DTZ001
    data = BytesIO()
    book.save(data)
    log = read_temperatures(data.getvalue(), "tu.xlsx", offset=HANOI)
    assert [point.degrees for point in log.points] == [-20.5]
    assert log.refused == ((3, "log_no_degrees"),)


def test_a_row_that_cannot_be_read_is_named_and_the_others_count() -> None:
    text = "giờ;độ\n2026-11-27 08:00;5\n2026-11-27 08:10;500\nkhông;6\n2026-11-27 08:30;7\n"
    log = read_temperatures(text.encode(), "tu.csv", offset=HANOI)
    assert [point.degrees for point in log.points] == [5, 7]
    assert log.refused == ((3, "log_no_degrees"), (4, "log_no_time"))


@pytest.mark.parametrize("text", ["a;b\nc;d\n", "1;2\n3;4\n"])
def test_a_file_without_readings_is_refused(text: str) -> None:
    with pytest.raises(SheetRefused):
        read_temperatures(text.encode(), "tu.csv", offset=HANOI)


def test_what_lies_outside_is_told_from_first_to_last() -> None:
    rows = "\n".join(f"2026-11-27 08:{at:02};{t}" for at, t in enumerate([5, 9, 11, 8, 2, 1, 0]))
    points = read_temperatures(rows.encode(), "tu.csv", offset=HANOI).points
    at = points[0].at
    minute = timedelta(minutes=1)
    assert outside(points, 2, 8) == [
        Outside(at + minute, at + 2 * minute, 9, 11),
        Outside(at + 5 * minute, at + 6 * minute, 0, 1),
    ]
