"""Lists as offices send them: what is read of a workbook, and what is refused by row."""

import csv
import io
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from lachan.formats.cells import (
    EXCEL_DAY_ZERO,
    CellRefused,
    join_birth,
    read_birth,
    read_identity,
    read_moment,
    read_phones,
    read_sex,
)
from lachan.formats.columns import find_table, guess_roles
from lachan.formats.copies import Marks, marked_copy
from lachan.formats.listed import _NOBODY, Listed, RefusedRow, group_key, read_people
from lachan.formats.sheets import Cell, SheetRefused, read_book, text_of, written_as
from lachan.formats.vietnamese import fold

Row = Sequence[object]


def book(rows: Sequence[Row], *, joined: Sequence[str] = ()) -> bytes:
    made = Workbook()
    for row in rows:
        made.worksheets[0].append(list(row))
    for cells in joined:
        made.worksheets[0].merge_cells(cells)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def text(rows: Sequence[Row], *, separator: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode(encoding)


def roles_of(data: bytes, name: str = "a.xlsx") -> list[str]:
    [sheet] = read_book(data, name)
    table = find_table(sheet)
    return guess_roles(table, sheet.rows[table.first_row :])


def people(data: bytes, name: str = "a.xlsx") -> list[Listed | RefusedRow]:
    [sheet] = read_book(data, name)
    table = find_table(sheet)
    roles = guess_roles(table, sheet.rows[table.first_row :])
    return list(read_people(sheet, table, roles, this_year=2026))


# --- births -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "born"),
    [
        ("01/02/90", "1990-02-01"),
        ("1/2/1990", "1990-02-01"),
        ("1-2-1990", "1990-02-01"),
        ("01.02.1990", "1990-02-01"),
        ("ngày 1 tháng 2 năm 1990", "1990-02-01"),
        ("01/02/1990 00:00:00", "1990-02-01"),
        ("010290", "1990-02-01"),
        ("03/25/1990", "1990-03-25"),
        (1990, "1990"),
        (1990.0, "1990"),
        ("1990", "1990"),
        ("02/1990", "1990-02"),
        (32905, "1990-02-01"),
        ("32905", "1990-02-01"),
        (1021990, "1990-02-01"),
        (date(1990, 2, 1), "1990-02-01"),
        (datetime.fromisoformat("1990-02-01"), "1990-02-01"),
        ("01/02/24", "2024-02-01"),
        ("01/02/27", "1927-02-01"),
        ("", ""),
        ("không nhớ", ""),
        (None, ""),
    ],
)
def test_a_birth_is_read_as_it_was_meant(cell: Cell, born: str) -> None:
    assert read_birth(cell, this_year=2026) == born


@pytest.mark.parametrize("cell", ["31/02/1990", "hôm qua", 12, "1/1", "99/99/1990", 123456789])
def test_what_is_no_birth_is_said(cell: Cell) -> None:
    with pytest.raises(CellRefused) as refused:
        read_birth(cell, this_year=2026)
    assert refused.value.code == "birth_unreadable"


def test_nobody_is_born_next_year() -> None:
    with pytest.raises(CellRefused) as refused:
        read_birth("01/01/2027", this_year=2026)
    assert refused.value.code == "birth_in_future"


@given(st.dates(date(1911, 1, 1), date(2026, 12, 31)))
def test_a_day_is_one_day_however_it_is_kept(day: date) -> None:
    serial = (day - EXCEL_DAY_ZERO).days
    ways: list[Cell] = [day, datetime.combine(day, time()), f"{day:%d/%m/%Y}", serial]
    if serial not in range(1900, 2111):
        assert {read_birth(way, this_year=2026) for way in ways} == {day.isoformat()}


@given(st.dates(date(1927, 1, 1), date(2026, 12, 31)))
def test_a_year_of_two_digits_is_of_the_last_hundred_years(day: date) -> None:
    assert read_birth(f"{day:%d/%m/%y}", this_year=2026) == day.isoformat()


def test_a_birth_in_three_columns_is_as_precise_as_they_are_filled() -> None:
    assert join_birth(1, 2, 1990, this_year=2026) == "1990-02-01"
    assert join_birth(None, None, "1990", this_year=2026) == "1990"
    assert join_birth(None, None, None, this_year=2026) == ""


# --- numbers ------------------------------------------------------------------------------------


@given(st.from_regex(r"09[0-9]{8}", fullmatch=True))
def test_a_phone_is_one_number_however_it_is_kept(number: str) -> None:
    bare = int(number)
    ways: list[Cell] = [number, bare, float(bare), f"+84{number[1:]}", f"84{number[1:]}"]
    ways += [f"{number[:4]} {number[4:7]} {number[7:]}", f"\u00a0{number} ", f"0{bare}"]

    assert {tuple(read_phones(way)) for way in ways} == {(number,)}


def test_several_phones_in_a_cell_are_several() -> None:
    assert read_phones("0912 345 678 - 0987654321") == ["0912345678", "0987654321"]
    assert read_phones("không có") == []
    with pytest.raises(CellRefused):
        read_phones("mất máy")


def test_an_identity_number_gets_its_zeros_back_only_from_a_number() -> None:
    assert read_identity(1090123456) == ("cccd", "001090123456")
    assert read_identity("1090123456") == ("cccd", "001090123456")
    assert read_identity("012345678") == ("cmnd", "012345678")
    assert read_identity(12345678) == ("cmnd", "012345678")
    assert read_identity("M12345678") == ("passport", "M12345678")
    assert read_identity("") is None
    with pytest.raises(CellRefused) as refused:
        read_identity("02409012345")
    assert refused.value.code == "number_length", "a digit is missing at its end, not a zero"


def test_sex_is_read_in_both_languages() -> None:
    assert [read_sex(cell) for cell in ("Nam", "NỮ", "nu", "F", "male", "?", None)] == [
        *("male", "female", "female", "female", "male", "", ""),
    ]


def test_a_moment_is_in_one_cell_or_in_two() -> None:
    at = datetime.fromisoformat("2026-11-03 14:05")
    assert read_moment("03/11/2026", "14:05") == at
    assert read_moment(date(2026, 11, 3), "14h05") == at
    assert read_moment(None, "14:05 03/11/2026") == at
    assert read_moment(None, at) == at
    assert read_moment(None, "14:05") is None


# --- headers ------------------------------------------------------------------------------------


def test_headers_are_known_with_and_without_marks_and_in_english() -> None:
    marked = ["STT", "Họ và tên", "Năm sinh", "SĐT", "Số CCCD", "Chuyền", "Ca", "Phòng trọ"]
    plain = ["stt", "ho va ten", "nam sinh", "sdt", "so cccd", "chuyen", "ca", "phong tro"]
    english = ["No", "Full name", "Year of birth", "Phone", "National ID", "Line", "Shift", "Room"]
    wanted = ["ordinal", "name", "birth_year", "phone", "document", "line", "shift", "room"]
    row = [1, "An Bình", 1990, "0912345678", "", "1", "1", "1"]

    assert [roles_of(book([each, row])) for each in (marked, plain, english)] == [wanted] * 3


def test_titles_above_the_header_are_passed_over() -> None:
    data = book(
        [["CÔNG TY SAO MAI"], ["DANH SÁCH CHUYỀN"], [], ["Họ tên", "SĐT"], ["An", 912345678]]
    )

    [person] = people(data)
    assert (person.number, roles_of(data)) == (5, ["name", "phone"])


def test_a_header_of_two_rows_with_joined_cells() -> None:
    data = book(
        [
            ["TT", "Họ và tên", None, "Nơi ở", None, "Năm sinh", None],
            [None, None, None, "Xã", "Tỉnh", "Nam", "Nữ"],
            [1, "Nguyễn Văn", "An", "Nếnh", "Bắc Ninh", 1990, None],
            [2, "Lê Thị", "Bé", "Nếnh", "Bắc Ninh", None, "1991"],
        ],
        joined=["A1:A2", "B1:C2", "D1:E1", "F1:G1"],
    )
    an, be = people(data)

    assert roles_of(data) == [
        *("ordinal", "family", "given", "commune", "province", "male", "female"),
    ]
    assert isinstance(an, Listed)
    assert (an.name, an.birth, an.sex) == ("Nguyễn Văn An", "1990", "male")
    assert isinstance(be, Listed)
    assert (be.name, be.birth, be.sex) == ("Lê Thị Bé", "1991", "female")


def test_without_a_header_the_cells_say_what_they_are() -> None:
    data = book([["Nguyễn Văn An", "0912345678", 1990], ["Lê Thị Bé", "0987654321", 1991]])

    assert roles_of(data) == ["name", "phone", "birth"]
    assert len(people(data)) == 2


def test_one_header_has_one_signature_whatever_its_marks() -> None:
    tables = [
        find_table(read_book(book([header, ["An", 1990]]), "a.xlsx")[0])
        for header in (["Họ và tên", "Năm sinh"], ["HO VA TEN", "nam sinh"])
    ]
    assert tables[0].signature == tables[1].signature


# --- rows ---------------------------------------------------------------------------------------


def test_a_bad_row_is_refused_with_everything_that_is_wrong_and_keeps_no_other_out() -> None:
    data = book(
        [
            ["Họ tên", "Ngày sinh", "SĐT", "CCCD", "Chuyền"],
            ["An", "01/02/1990", "0912345678", "", "7"],
            ["", "31/02/1990", "123", "999", "7"],
            ["Bình", "1991", "", "", "7"],
        ]
    )
    an, bad, binh = people(data)

    assert isinstance(an, Listed)
    assert isinstance(binh, Listed)
    assert isinstance(bad, RefusedRow)
    assert (bad.number, bad.group("line")) == (3, "7")
    assert bad.problems == (
        *((0, "name_missing"), (1, "birth_unreadable"), (2, "phone_shape"), (3, "number_length")),
    )


def test_the_same_person_twice_is_refused_the_second_time_but_namesakes_are_two() -> None:
    data = book(
        [
            ["Họ tên", "Năm sinh", "CCCD", "SĐT"],
            ["Nguyễn An", 1990, "024090000001", ""],
            ["Nguyễn An", 1990, "024090000002", ""],
            ["NGUYỄN AN", 1990, "024090000001", ""],
            ["Lê Bé", 1991, "", "0912345678"],
            ["Lê Bé", 1991, "", "0912345679"],
            ["lê bé", 1991, "", "0912345678"],
        ]
    )
    refused = [row.number for row in people(data) if isinstance(row, RefusedRow)]

    assert refused == [4, 7]


def test_rows_that_are_nobody_are_passed_over_and_headings_name_the_group_below() -> None:
    data = book(
        [
            ["Họ tên", "SĐT"],
            ["CHUYỀN 7", None],
            ["An", "0912345678"],
            ["Họ tên", "SĐT"],
            [None, None],
            ["CHUYỀN 8", None],
            ["Bình", "0912345679"],
            ["Tổng cộng: 2", None],
            ["Người lập biểu", None],
        ]
    )
    assert [(row.number, row.group("line")) for row in people(data)] == [(3, "7"), (7, "8")]


@pytest.mark.parametrize(
    ("role", "texts", "key"),
    [
        ("line", ["Chuyền 7", "chuyen7", "CHUYỀN 07", "7", "Line 7", "tổ 7"], "7"),
        ("room", ["Phòng 12, Nhà trọ Hoa", "P.12 nhà trọ hoa"], "12nhatrohoa"),
        ("class", ["Lớp 6A", "6A", "6a"], "6a"),
        ("vehicle", ["Xe đưa đón 7", "xe 7", "7"], "7"),
        ("shift", ["Ca 3", "ca3", "3"], "3"),
    ],
)
def test_one_group_has_one_key(role: str, texts: list[str], key: str) -> None:
    assert {group_key(role, each) for each in texts} == {key}


def test_different_groups_keep_different_keys() -> None:
    texts = ["Chuyền 7", "Chuyền 70", "Chuyền 17", "Chuyền A", "Tổ may", "Chuyền 7A"]

    assert len({group_key("line", each) for each in texts}) == len(texts)


NAMES = st.text(st.characters(categories=("Lu", "Ll", "Mn")), min_size=1, max_size=12)


@given(st.lists(NAMES, min_size=1, max_size=8))
def test_every_row_is_a_person_or_a_refusal_with_its_number(names: list[str]) -> None:
    # A sum below a list is nobody: its first word is no name.
    assume(not any(_NOBODY.fullmatch(fold(each)) for each in names))
    found = people(text([["Họ và tên", "Mã NV"], *([each, at] for at, each in enumerate(names))],
                        separator=";"), "a.csv")  # fmt: skip

    assert [row.number for row in found] == list(range(2, len(names) + 2))


@given(st.text(max_size=40))
def test_a_text_is_cleaned_once_and_for_all(written: str) -> None:
    clean = text_of(written)

    assert text_of(clean) == clean
    assert clean == unicodedata.normalize("NFC", clean)


def test_decomposed_letters_and_hard_blanks_are_composed_and_single() -> None:
    assert text_of(unicodedata.normalize("NFD", " Nguyễn\u00a0 Thị\u200b Hà ")) == "Nguyễn Thị Hà"


# --- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_text_file_is_read_whatever_its_encoding_and_separator(
    separator: str, encoding: str
) -> None:
    rows = [["Họ và tên", "Năm sinh"], ["Nguyễn Thị Hường", "1990"], ["Đỗ Văn Ỷ", "1991"]]
    data = text(rows, separator=separator, encoding=encoding)

    assert [row.name for row in people(data, "a.csv") if isinstance(row, Listed)] == [
        *("Nguyễn Thị Hường", "Đỗ Văn Ỷ"),
    ]
    assert written_as(data).separator == separator


def test_windows_vietnamese_is_read() -> None:
    decomposed = "Họ và tên,Năm sinh\nNguyễn Thị Hà,1990\n"
    data = "".join(
        letter if letter in "ăâđêôơưĂÂĐÊÔƠƯ" else _tones_apart(letter) for letter in decomposed
    ).encode("cp1258")

    [person] = people(data, "a.csv")
    assert isinstance(person, Listed)
    assert person.name == "Nguyễn Thị Hà"


def _tones_apart(letter: str) -> str:
    """The page 1258 has â, ă, ê ... as letters and the five tones as marks after them."""
    parts = unicodedata.normalize("NFD", letter)
    tones = [mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323"]
    bare = "".join(mark for mark in parts if mark not in tones)
    return unicodedata.normalize("NFC", bare) + "".join(tones)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.pdf", b"%PDF-1.7", "sheet_kind"),
        ("a.xlsx", b"PK\x03\x04 cut off", "sheet_broken"),
        ("a.xlsx", b"not a workbook", "sheet_broken"),
        ("a.xls", b"\xd0\xcf\x11\xe0 cut off", "sheet_broken"),
        ("a.csv", b"\r\n\r\n", "sheet_empty"),
        ("a.xlsx", b"", "sheet_empty"),
    ],
)
def test_what_is_no_list_is_refused(name: str, data: bytes, code: str) -> None:
    with pytest.raises(SheetRefused) as refused:
        read_book(data, name)
    assert refused.value.code == code


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for name in ("a.xlsx", "a.xls", "a.ods", "a.csv"):
        try:
            read_book(data, name)
        except SheetRefused:
            continue


# --- copies -------------------------------------------------------------------------------------

MARKS = Marks("Sheet", "Lý do", 2, {3: "Thiếu họ tên."}, {3: [0]}, frozenset({1}))
LIST = [["Họ tên", "SĐT"], ["An", 912345678], ["", 987654321], ["Bình", 912345679]]


def test_a_copy_of_the_refused_rows_has_the_header_and_the_reasons() -> None:
    data, ending = marked_copy(book(LIST), "a.xlsx", MARKS)
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]

    assert ending == ".xlsx"
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Họ tên", "SĐT", "Lý do"],
        [None, "987654321", "Thiếu họ tên."],
    ]
    assert sheet["B2"].number_format == "@", "a zero typed in front of it stays"
    assert sheet["A2"].fill.fgColor.rgb != sheet["B2"].fill.fgColor.rgb


def test_a_copy_of_all_rows_is_the_senders_book() -> None:
    made = load_workbook(io.BytesIO(book(LIST)))
    made.create_sheet("Ghi chú")["A1"] = "của phòng nhân sự"
    made.worksheets[0].column_dimensions["A"].width = 33
    out = io.BytesIO()
    made.save(out)
    whole = Marks(
        **{name: getattr(MARKS, name) for name in MARKS.__slots__} | {"only_refused": False}
    )
    copied = load_workbook(io.BytesIO(marked_copy(out.getvalue(), "a.xlsx", whole)[0]))

    assert copied.sheetnames == ["Sheet", "Ghi chú"]
    assert copied["Ghi chú"]["A1"].value == "của phòng nhân sự"
    assert copied.worksheets[0].column_dimensions["A"].width == 33
    assert [cell.value for cell in copied.worksheets[0]["C"]] == [
        *("Lý do", None, "Thiếu họ tên.", None),
    ]


def test_a_text_file_stays_one_with_its_separator() -> None:
    data, ending = marked_copy(text(LIST, separator=";"), "a.csv", MARKS)

    assert ending == ".csv"
    assert data.decode("utf-8-sig").splitlines() == ["Họ tên;SĐT;Lý do", ";987654321;Thiếu họ tên."]


def test_a_copy_carries_no_formula() -> None:
    rows = [["Họ tên", "SĐT"], ["An", "1"], ["=1+1", "@x"]]
    data, _ending = marked_copy(text(rows), "a.csv", MARKS)

    assert data.decode("utf-8-sig").splitlines()[1] == "'=1+1,'@x,Thiếu họ tên."


def test_a_corrected_copy_is_read_again() -> None:
    data, _ending = marked_copy(book(LIST), "a.xlsx", MARKS)
    made = load_workbook(io.BytesIO(data))
    made.worksheets[0]["A2"] = "Chi"
    out = io.BytesIO()
    made.save(out)
    [chi] = people(out.getvalue())

    assert isinstance(chi, Listed)
    assert (chi.name, chi.phones) == ("Chi", ("0987654321",))


def test_serial_dates_begin_where_excels_do() -> None:
    assert timedelta(days=61) + EXCEL_DAY_ZERO == date(1900, 3, 1)
