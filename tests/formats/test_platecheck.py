"""A table that is not whole is refused before one row is read."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from lachan.formats.labresults import LabFileRefused
from lachan.formats.platecheck import check_rows
from lachan.formats.platefiles import read_plate
from tests.factories.labfiles import (
    cfx,
    province,
    quantstudio,
    rotor_gene,
    saved,
    seven_five_hundred,
)
from tests.factories.old_workbook import old_workbook

ROWS = [["Mã ống", "Kết quả", "Ct"], *[[f"BN26-{n:06d}", "Âm tính", 21.5] for n in range(300)]]


def refusal(data: bytes | str, name: str) -> str:
    """Why a file is refused; fails when it is read."""
    with pytest.raises(LabFileRefused) as refused:
        read_plate(data.encode() if isinstance(data, str) else data, name)
    assert refused.value.reason
    return refused.value.code


def changed(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """A workbook with a part changed, and its checksums right."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as read, zipfile.ZipFile(out, "w") as written:
        assert name in read.namelist()
        for each in read.namelist():
            part = read.read(each)
            if each == name:
                assert old in part
                part = part.replace(old, new)
            written.writestr(each, part)
    return out.getvalue()


def test_a_workbook_cut_anywhere_is_refused() -> None:
    whole = province()
    for at in range(1, len(whole) - 1, 131):
        assert refusal(whole[:at], "kq.xlsx") in ("sheet_truncated", "sheet_renamed")


def test_an_older_workbook_is_read_and_cut_anywhere_refused() -> None:
    whole = old_workbook(ROWS)
    assert len(read_plate(whole, "kq.xls").results) == 300
    for at in range(9, len(whole) - 1, 997):
        assert refusal(whole[:at], "kq.xls") == "sheet_truncated"


def test_a_part_whose_checksum_does_not_fit_is_refused() -> None:
    whole = bytearray(province())
    at = whole.find(b"PK\x01\x02") // 2
    whole[at] ^= 0xFF

    assert refusal(bytes(whole), "kq.xlsx") in ("sheet_truncated", "sheet_broken")


def test_a_sheet_that_does_not_close_or_has_fewer_rows_than_it_says_is_refused() -> None:
    sheet = "xl/worksheets/sheet1.xml"
    cut = changed(province(), sheet, b"</worksheet>", b"")
    fewer = changed(province(), sheet, b'<dimension ref="A1:G9"', b'<dimension ref="A1:G97"')

    assert refusal(cut, "kq.xlsx") == "sheet_truncated"
    assert refusal(fewer, "kq.xlsx") == "sheet_truncated"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (quantstudio(), "kq.xlsx"),
        ("<html><table><tr><td>Well</td></tr></table></html>", "kq.xlsx"),
        ("<html><table></table></html>", "kq.xls"),
        ("<?xml version='1.0'?><Workbook/>", "kq.xls"),
        ("<!DOCTYPE html><table></table>", "kq.csv"),
        (quantstudio(), "kq.xls"),
        (province(), "kq.xls"),
        (province(), "kq.csv"),
        (province(), "kq.ods"),
        (old_workbook(ROWS), "kq.xlsx"),
        (old_workbook(ROWS), "kq.csv"),
        (b"PK\x05\x06" + bytes(18), "kq.xlsx"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(data: bytes | str, name: str) -> None:
    assert refusal(data, name) == "sheet_renamed"


def test_another_zip_under_the_name_of_a_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("results.txt", "Well,Ct")

    assert refusal(out.getvalue(), "kq.xlsx") == "sheet_renamed"


def test_a_protected_workbook_is_refused_as_such() -> None:
    locked = old_workbook(ROWS).replace(
        "Workbook".encode("utf-16-le").ljust(32, b"\0"), "EncryptedPackage".encode("utf-16-le")
    )

    assert refusal(locked, "kq.xlsx") == "sheet_locked"


def test_a_sheet_that_ends_exactly_where_excel_ends_is_refused() -> None:
    full = [["Ct", "Mã ống"], *[[21.0] for _row in range(65_535)]]

    assert refusal(old_workbook(full), "kq.xls") == "sheet_full"
    text = "Mã ống,Kết quả\n" + "BN1,POS\n" * 65_535
    assert refusal(text, "kq.csv") == "sheet_full"
    check_rows(65_535)


def test_a_text_cut_in_its_last_line_is_refused() -> None:
    whole = quantstudio().rstrip("\n")
    line = whole.splitlines()[-1]
    for cut in range(1, len(line) - 2):
        shorter = whole[:-cut]
        assert refusal(shorter, "qs.csv") == "sheet_truncated", shorter[-30:]
    assert read_plate(whole.encode(), "qs.csv").results  # only the last line end is missing


def test_a_last_cell_that_looks_like_none_of_its_column_is_refused() -> None:
    rows = "\n".join(f"BN26-{n:06d},{20 + n}.512" for n in range(9))

    assert read_plate(f"Mã ống,Ct\n{rows}".encode(), "kq.csv").results
    for cut in (1, 2, 3, 4, 5):
        assert refusal(f"Mã ống,Ct\n{rows}"[:-cut], "kq.csv") == "sheet_truncated"


@pytest.mark.parametrize(
    "data",
    [
        'Mã ống,Kết quả\nBN1,"Âm tính',
        quantstudio().encode() + b"\x00" * 512,
        quantstudio().encode("utf-16")[:-1],
        "Mã ống,Kết quả\nBN1,Âm tính\nBN2,Dương tí".encode() + "ế".encode()[:2],
    ],
)
def test_a_text_whose_end_is_damaged_is_refused(data: bytes | str) -> None:
    assert refusal(data, "kq.csv") == "sheet_truncated"


TABLE = "Mã ống,Kết quả\nBN26-1,Dương tính\nBN26-2,Âm tính\n"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_form_of_unicode_is_read(codec: str) -> None:
    found = read_plate(TABLE.encode(codec), "kq.csv").results

    assert [each.outcome for each in found] == ["positive", "negative"]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_every_line_end_is_read(end: str) -> None:
    assert len(read_plate(TABLE.replace("\n", end).encode(), "kq.csv").results) == 2


def test_letters_destroyed_on_the_way_are_found() -> None:
    twice = TABLE.encode().decode("cp1252", "replace")
    asked = TABLE.replace("ươ", "??").replace("Â", "?").replace("í", "?")
    tcvn3 = "M· èng,KÕt qu¶\nBN26-1,D­¬ng tÝnh\nBN26-2,¢m tÝnh\n"

    assert refusal(twice, "kq.csv") == "sheet_reencoded"
    assert refusal(TABLE.encode().decode("latin-1"), "kq.csv") == "sheet_reencoded"
    assert refusal(asked, "kq.csv") == "sheet_reencoded"
    assert refusal(TABLE.replace("ươ", "\ufffd"), "kq.csv") == "sheet_reencoded"
    assert refusal(tcvn3, "kq.csv") == "sheet_reencoded"
    assert refusal(tcvn3.encode("latin-1"), "kq.csv") == "sheet_reencoded"
    book = Workbook()
    for row in (["Barcode", "Result", "Ghi chú"], ["BN1", "NEG", "KÕt qu¶"]):
        book.active.append(row)
    assert refusal(saved(book), "kq.xlsx") == "sheet_reencoded"


def test_signs_of_units_and_trade_marks_are_no_destroyed_letters() -> None:
    text = "Sample,Result,Note\nBN1,POS,Xpert® 5 µL at 25 °C, ±2\nBN2,NEG,MÃ\u00a0SỐ LÃNH ĐẠO\n"

    assert len(read_plate(text.replace(", ±2", " ±2").encode(), "kq.csv").results) == 2


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "kq.csv", "empty"),
        (b"\xef\xbb\xbf\r\n", "kq.csv", "empty"),
        (b"x", "kq.pdf", "sheet_kind"),
        (b"Well,Target\nA1,N\n", "kq.csv", "plate_no_table"),
        ("Mã ống,Kết quả\n".encode(), "kq.csv", "plate_no_rows"),
        ("Mã ống,Mã ống,Kết quả\nA,B,POS\n".encode(), "kq.csv", "plate_columns"),
        ((",".join(f"c{n}" for n in range(300)) + "\n1,2\n").encode(), "kq.csv", "sheet_large"),
    ],
)
def test_what_is_no_table_of_results_is_refused(data: bytes, name: str, code: str) -> None:
    assert refusal(data, name) == code


def test_what_machines_write_is_whole() -> None:
    for data, name in (
        (quantstudio(), "a.csv"), (seven_five_hundred(), "b.csv"), (rotor_gene(), "c.csv"),
    ):  # fmt: skip
        assert read_plate(data.encode(), name).results
    assert read_plate(cfx(), "d.xlsx").results
