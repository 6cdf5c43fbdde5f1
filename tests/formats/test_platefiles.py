"""Tables of PCR machines and provinces become results of tubes, row by row."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import pytest
from openpyxl import Workbook

from lachan.formats.assays import DEFAULTS, Assay, Target, control_fits, outcome_by
from lachan.formats.labresults import ROW_REASONS, LabFileRefused, LabMessage
from lachan.formats.platecolumns import roles_of
from lachan.formats.platefiles import read_plate
from tests.factories.labfiles import (
    PROVINCE_HEADER,
    SAMPLES,
    cfx,
    design_and_analysis,
    light_cycler,
    province,
    quantstudio,
    rotor_gene,
    saved,
    seven_five_hundred,
)

KIT = Assay(
    name="Kit A", test="94500-6", needed=2, source="a test",
    targets=(Target(("N", "Green"), 38), Target(("ORF1ab", "Yellow"), 38),
             Target(("IC", "Orange"), 35, internal=True)),
)  # fmt: skip


def read(
    data: str | bytes,
    name: str,
    assay: Assay | None = None,
    roles: Mapping[int, str] | None = None,
) -> LabMessage:
    """A file that is read."""
    given = data.encode() if isinstance(data, str) else data
    return read_plate(given, name, assay=assay, roles=roles)


MACHINES = [
    (quantstudio(), "a.csv"), (quantstudio().encode("utf-16"), "a.txt"),
    (quantstudio(sections=False), "a.csv"), (seven_five_hundred(), "b.csv"), (cfx(), "c.xlsx"),
    (rotor_gene(), "d.csv"), (design_and_analysis(), "e.csv"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "name"), MACHINES)
def test_a_well_of_several_rows_is_one_result(data: str | bytes, name: str) -> None:
    found = {each.tube: each for each in read(data, name).results if not each.control}

    assert set(found) == {tube for tube, *_cycles in SAMPLES}
    for tube, *cycles in SAMPLES:
        told = sorted(each for each in cycles if each is not None)
        assert sorted(found[tube].ct.values()) == pytest.approx(told)
        assert found[tube].outcome == ""  # cycles alone are no outcome
        assert found[tube].value.startswith("Ct ")


@pytest.mark.parametrize(("data", "name"), MACHINES)
def test_the_table_of_the_kit_gives_the_outcome(data: str | bytes, name: str) -> None:
    found = read(data, name, assay=KIT).results

    assert {each.tube: each.outcome for each in found if not each.control} == {
        "BN26-000101": "positive", "BN26-000102": "negative", "BN26-000103": "indeterminate",
        "BN26-000104": "invalid",
    }  # fmt: skip
    assert {each.test for each in found} == {"94500-6"}


def test_a_light_cycler_names_its_target_by_the_filter() -> None:
    found = read(light_cycler(), "lc.txt").results

    assert dict(found[0].ct) == {"N (465-510)": 21.43}
    assert (found[1].ct, found[1].run, found[1].well) == ({}, "CDC-260211-P3", "A2")


def test_controls_are_told_from_samples() -> None:
    found = {each.tube: each for each in read(quantstudio(), "a.csv").results}

    assert (found["NTC"].control, found["PC"].control) == ("negative", "positive")
    assert found["BN26-000101"].control == ""
    assert (found["PC"].well, found["PC"].row) == ("A6", 44)


def test_the_block_about_the_run_tells_machine_run_and_time() -> None:
    message = read(quantstudio(), "a.csv")

    assert (message.id, message.sender) == ("CDC-260211-P3", "272526077")
    assert message.sent_at == datetime.fromisoformat("2026-02-11T14:10:16+07:00")
    assert {each.observed_at for each in message.results} == {message.sent_at}
    newer = read(design_and_analysis(), "e.csv")
    assert (newer.id, newer.sent_at) == ("CDC-260211-P3.eds", message.sent_at)
    ended = read(cfx(), "c.xlsx").sent_at
    assert ended == datetime.fromisoformat("2026-02-11T08:44:02+00:00")  # its month goes first


def test_a_province_s_sheet_is_read_by_the_names_of_its_columns() -> None:
    found = read(province(), "kq.xlsx").results

    assert [(each.row, each.tube, each.outcome) for each in found] == [
        (5, "BN26-000101", "positive"), (6, "BN26-000102", "negative"),
        (7, "BN26-000103", "indeterminate"),
    ]  # fmt: skip
    assert dict(found[0].ct) == {"N": 21.4, "ORF1ab": 22.9}
    assert found[0].observed_at == datetime.fromisoformat("2026-02-11T14:10")


@pytest.mark.parametrize(
    ("header", "roles"),
    [
        (["Barcode", "Result", "Ct", "Time"], ["tube", "result", "ct", "time"]),
        (["Mã vạch", "Họ tên", "KẾT QUẢ XÉT NGHIỆM", "Ngày trả kết quả"],
         ["tube", "", "result", "time"]),
        (["Well", "Sample Name", "Target", "C\u0442", "C\u0442 Mean", "C\u0442 SD"],
         ["well", "tube", "target", "ct", "", ""]),
        (["Pos", "Name", "Cp", "Call"], ["well", "tube", "ct", "result"]),
        (["Mã mẫu", "Ct gen E", "Ct_RdRp", "N gene Ct", "Kết luận"],
         ["tube", "ct", "ct", "ct", "result"]),
        (["specimen_id", "test_time", "observation"], ["tube", "time", "result"]),
    ],
)  # fmt: skip
def test_headers_are_understood(header: list[str], roles: list[str]) -> None:
    found = roles_of(header)

    assert [found.get(at, "") for at in range(len(header))] == roles


def test_whoever_imports_may_say_what_the_columns_are() -> None:
    text = "A;B;C\nBN1;POS;x\nBN2;NEG;x\n"
    found = read(text, "kq.csv", roles={0: "tube", 1: "result"}).results

    assert [(each.tube, each.outcome) for each in found] == [
        ("BN1", "positive"),
        ("BN2", "negative"),
    ]


def sheet(*rows: Sequence[object]) -> LabMessage:
    """A province's sheet with other rows."""
    return read(province([(at, *row) for at, row in enumerate(rows, start=1)]), "kq.xlsx")


def test_every_bad_row_is_refused_alone_with_its_number() -> None:
    good = ("BN26-000101", "", "Âm tính", "", "", datetime.fromisoformat("2026-02-11"))
    message = sheet(
        good,
        ("", "", "Âm tính", "", "", ""),
        ("BN26-000103", "", "", "", "", ""),
        ("BN26-000104", "", "Dương tính", "abc", "", ""),
        ("BN26-000105", "", "Âm tính", "", "", "hôm qua"),
        (1.23456e17, "", "Âm tính", "", "", ""),
        ("1,23E+11", "", "Âm tính", "", "", ""),
        ("x" * 81, "", "Âm tính", "", "", ""),
        good,
    )

    assert [(each.row, each.code) for each in message.refused] == [
        (6, "tube_missing"), (7, "result_missing"), (8, "ct_unreadable"), (9, "time_unreadable"),
        (10, "tube_unreadable"), (11, "tube_unreadable"), (12, "tube_long"),
    ]  # fmt: skip
    assert [each.row for each in message.results] == [5, 13]
    assert all(each.code in ROW_REASONS for each in message.refused)


def test_a_comma_inside_a_number_does_not_move_the_row() -> None:
    text = "Well,Sample Name,Target,Ct,Result\nA1,BN1,N,31,24,POS\nA2,BN2,N,31.24,POS\n"
    message = read(text, "kq.csv")

    assert [(each.row, each.code) for each in message.refused] == [(2, "row_wide")]
    assert [(each.tube, dict(each.ct)) for each in message.results] == [("BN2", {"N": 31.24})]


def test_a_well_left_out_or_twice_or_nowhere_is_refused() -> None:
    text = (
        "Well,Omit,Sample Name,Target,Ct\nA1,FALSE,BN1,N,21.1\nA1,FALSE,BN1,N,22.1\n"
        "A2,TRUE,BN2,N,21.1\nQ9,FALSE,BN3,N,21.1\nA3,FALSE,,N,Undetermined\n"
    )
    message = read(text, "kq.csv")

    assert [(each.row, each.code) for each in message.refused] == [
        (3, "well_twice"), (4, "well_omitted"), (5, "well_unreadable"),
    ]  # fmt: skip
    assert [each.tube for each in message.results] == ["BN1"]


@pytest.mark.parametrize(
    ("times", "read_as"),
    [
        (["03/04/2026", "25/04/2026"], ["2026-04-03", "2026-04-25"]),
        (["03/04/2026", "04/25/2026"], ["2026-03-04", "2026-04-25"]),
        (["03/04/2026 14:05", "14:05 04/05/2026"], ["2026-04-03", "2026-05-04"]),
        (["13/04/2026", "04/13/2026", "03/04/2026"], ["2026-04-13", "2026-04-13"]),
    ],
)
def test_the_column_says_which_number_is_the_day(times: list[str], read_as: list[str]) -> None:
    lines = [f"BN{at},NEG,{time}" for at, time in enumerate(times)]
    message = read("\n".join(["Barcode,Result,Test date", *lines, ""]), "kq.csv")

    days = [each.observed_at.date().isoformat() for each in message.results if each.observed_at]
    assert days == read_as
    assert [each.code for each in message.refused] == ["time_ambiguous"] * (len(times) - len(days))


def test_blank_rows_end_no_list_and_every_sheet_of_a_list_is_read() -> None:
    book = Workbook()
    for sheet in (book.active, book.create_sheet("Huyện B")):
        sheet.append(["Barcode", "Result"])
        for row in (["BN1", "NEG"], [], [], [], ["BN2", "POS"], ["Người lập", ""]):
            sheet.append(row)

    assert [each.tube for each in read(saved(book), "kq.xlsx").results] == ["BN1", "BN2"] * 2


def test_tables_with_different_columns_are_refused_rather_than_one_left_out() -> None:
    book = Workbook()
    book.active.append(["Barcode", "Result"])
    book.active.append(["BN1", "NEG"])
    other = book.create_sheet("B")
    other.append(["Barcode", "Ct"])
    other.append(["BN2", 21])
    two = "Barcode,Result\nBN1,NEG\n\nBarcode,Result,Ct\nBN2,POS,21\n"

    for data, name in ((saved(book), "kq.xlsx"), (two, "kq.csv")):
        with pytest.raises(LabFileRefused, match="plate_several"):
            read(data, name)


def test_a_tube_that_is_a_number_keeps_its_digits() -> None:
    book = Workbook()
    book.active.append(["Barcode", "Result"])
    for tube in (26_000_101, "0026000102", 893_456_000_000_123):
        book.active.append([tube, "NEG"])

    assert [each.tube for each in read(saved(book), "kq.xlsx").results] == [
        "26000101", "0026000102", "893456000000123",
    ]  # fmt: skip


def test_the_word_of_the_file_against_the_table_of_the_kit_is_no_outcome() -> None:
    text = "Sample Name,Well,Target,Ct,Call\n" + "".join(
        f"BN1,A1,{target},{ct},Negative\n" for target, ct in (("N", 20), ("ORF1ab", 21), ("IC", 22))
    )

    assert read(text, "kq.csv").results[0].outcome == "negative"
    assert read(text, "kq.csv", assay=KIT).results[0].outcome == ""


def test_a_table_of_another_kit_gives_no_outcome() -> None:
    assert outcome_by(KIT, {"N": 20.0, "IC": 25.0}) == ""
    assert outcome_by(KIT, {"N": 20.0, "ORF1ab": 37.9, "IC": None}) == "positive"
    assert outcome_by(KIT, {"N": 38.0, "ORF1ab": None, "IC": 34.9}) == "negative"


def test_controls_must_show_what_they_are_for() -> None:
    assert control_fits(KIT, "positive", {"N": 24.0, "ORF1ab": 25.0, "IC": None})
    assert not control_fits(KIT, "positive", {"N": 24.0, "ORF1ab": None, "IC": 25.0})
    assert control_fits(KIT, "negative", {"N": None, "ORF1ab": None, "IC": None})
    assert not control_fits(KIT, "negative", {"N": 37.0, "ORF1ab": None, "IC": None})
    assert control_fits(KIT, "extraction", {"N": None, "ORF1ab": None, "IC": 27.0})


def test_a_kit_that_could_call_everything_positive_is_refused() -> None:
    for needed in (0, 3):
        with pytest.raises(ValueError, match="needed"):
            Assay("x", "", KIT.targets, needed, "")
    assert all(each.source for each in DEFAULTS.values())


def test_a_long_list_is_read_row_by_row() -> None:
    lines = [f"{n},BN26-{n:07d},,Âm tính,,,11/02/2026 14:10" for n in range(5_000)]
    message = read("\n".join([",".join(PROVINCE_HEADER), *lines, ""]), "kq.csv")

    assert len(message.results) == 5_000
    assert message.results[-1].row == 5_001
    assert message.refused == ()
