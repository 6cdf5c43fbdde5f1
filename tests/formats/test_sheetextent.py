"""A workbook whose cells reach too far is refused before a reader lays them out."""

import io
import struct
import zipfile

import pytest
from openpyxl import Workbook

from lachan.formats.sheetextent import reaches_too_far
from lachan.formats.sheets import SheetRefused, read_book
from tests.factories.labfiles import province, saved
from tests.factories.old_workbook import old_workbook

OLD = old_workbook([["Mã ống", "Kết quả"], *[[f"BN{n}", "Âm tính"] for n in range(40)]])


def far() -> bytes:
    """Two cells at the corners of Excel's sheet."""
    book = Workbook()
    book.active["A1"] = "x"
    book.active["XFD1048576"] = "y"
    return saved(book)


def test_two_cells_at_the_corners_of_a_sheet_are_refused() -> None:
    with pytest.raises(SheetRefused) as refused:
        read_book(far(), "a.xlsx")
    assert refused.value.code == "sheet_large"


def test_a_cell_where_the_older_format_has_no_column_is_refused() -> None:
    at = OLD.index(struct.pack("<HH", 0x0204, 9 + 2 * len("BN0")))
    damaged = OLD[: at + 6] + struct.pack("<H", 65_000) + OLD[at + 8 :]

    with pytest.raises(SheetRefused) as refused:
        read_book(damaged, "a.xls")
    assert refused.value.code == "sheet_large"


def test_usual_workbooks_reach_nowhere_far() -> None:
    assert not reaches_too_far(OLD)
    assert not reaches_too_far(province())
    assert len(read_book(OLD, "a.xls")[0].rows) == 41


def test_styled_cells_without_content_do_not_count() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(far())) as read, zipfile.ZipFile(out, "w") as written:
        for name in read.namelist():
            part = read.read(name)
            if name.endswith("sheet1.xml"):
                start = part.index(b'<c r="XFD1048576"')
                end = part.index(b"</c>", start) + 4
                part = part[:start] + b'<c r="XFD1048576" s="1"/>' + part[end:]
            written.writestr(name, part)

    assert not reaches_too_far(out.getvalue())


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x03\x04", b"\xd0\xcf", OLD[:600], OLD[:80]])
def test_a_file_that_cannot_be_followed_is_left_to_its_reader(data: bytes) -> None:
    assert not reaches_too_far(data)


def moved(row: int, column: int) -> bytes:
    """The last label of the old workbook written elsewhere: six flipped bits do it."""
    label = struct.pack("<HH", 0x0204, 9 + 2 * len("Âm tính"))
    at = OLD.rindex(label)
    return OLD[: at + 4] + struct.pack("<HH", row, column) + OLD[at + 8 :]


def test_forty_rows_that_reach_to_the_end_of_the_older_sheet_are_refused() -> None:
    with pytest.raises(SheetRefused) as refused:
        read_book(moved(65_292, 255), "a.xls")
    assert refused.value.code == "sheet_large"


def test_one_stray_cell_is_no_reason_to_refuse() -> None:
    assert len(read_book(moved(3_000, 150), "a.xls")[0].rows) == 3_001


@pytest.mark.parametrize(("rows", "columns"), [(0x40000000, 16), (0xFFFFFFF0, 255)])
def test_an_old_workbook_that_claims_more_rows_than_memory_ends_no_process(
    rows: int, columns: int
) -> None:
    """The library makes room for what the record says, and ends the process it is in."""
    at = OLD.index(struct.pack("<HH", 0x0200, 14)) + 4
    claimed = struct.pack("<IIHH", 0, rows, 0, columns)
    with pytest.raises(SheetRefused) as refused:
        read_book(OLD[:at] + claimed + OLD[at + len(claimed) :], "a.xls")
    assert refused.value.code == "sheet_broken"


def opendocument(columns: int, rows: int) -> bytes:
    """One filled cell, said to stand again and again."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{office}:office:1.0"'
        f' xmlns:table="{office}:table:1.0" xmlns:text="{office}:text:1.0"><office:body>'
        '<office:spreadsheet><table:table table:name="A">'
        f'<table:table-row table:number-rows-repeated="{rows}">'
        f'<table:table-cell table:number-columns-repeated="{columns}" office:value-type="string">'
        "<text:p>x</text:p></table:table-cell></table:table-row></table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as written:
        written.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        written.writestr("content.xml", content)
        written.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
            ' manifest:version="1.2"/>',
        )
    return out.getvalue()


def test_an_opendocument_that_repeats_a_cell_without_end_is_refused() -> None:
    assert read_book(opendocument(3, 2), "a.ods")[0].rows == [["x"] * 3] * 2
    with pytest.raises(SheetRefused) as refused:
        read_book(opendocument(16_000, 1_000_000), "a.ods")
    assert refused.value.code in {"sheet_large", "sheet_broken"}


def test_dates_and_numbers_come_back_from_the_other_process_as_they_were() -> None:
    again = read_book(old_workbook([["Mã ống", "Ct"], ["BN1", 21.43], ["BN2", 40.0]]), "a.xls")
    assert again[0].rows == [["Mã ống", "Ct"], ["BN1", 21.43], ["BN2", 40]]
