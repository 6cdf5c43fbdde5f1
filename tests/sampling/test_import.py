"""Results by file: what is entered, what is refused and kept, and what the same again changes."""

import random
from dataclasses import replace
from io import BytesIO

import pytest
from django.utils.translation import override
from openpyxl import load_workbook

from lachan.core.refusals import Refused
from lachan.core.scope import scoped, system_scope
from lachan.formats.labresults import LabResult
from lachan.sampling import import_files, import_taking, services
from lachan.sampling.import_files import Report
from lachan.sampling.models import LabDelivery, Result
from lachan.sampling.selectors import standing_result, tube_of_barcode
from tests.sampling import at_the_bench as bench
from tests.sampling.deliveries import (
    MEASLES_IGM,
    MEASLES_RNA,
    WORDS,
    Sent,
    message,
    results_of,
    standing,
    table,
    tubes,
)
from tests.sampling.people_at_the_table import Team, team


def imported(at: Team, data: bytes, name: str = "kq.xlsx", **more: object) -> Report:
    """The technician takes a file in."""
    with scoped(at.technician, "laboratory") as by:
        return import_files.import_results(data, name=name, by=by, **more)  # type: ignore[arg-type]


def codes(report: Report) -> list[tuple[int, str]]:
    """The refused rows."""
    return [(each.row, each.code) for each in report.refusals]


def enter(at: Team, barcode: str, outcome: str) -> Result:
    """A result that stands already."""
    with scoped(at.technician, "laboratory") as by:
        found = services.Found(outcome)
        return services.enter_result(barcode=barcode, found=found, by=by)


def released(at: Team, result: Result) -> None:
    """It leaves the laboratory."""
    bench.approved(at, [result])
    with scoped(at.lead, "laboratory") as by:
        services.release_result(result=result, by=by)


def test_each_row_is_entered_ignored_or_refused_with_its_number() -> None:
    at = team()
    tubes(at, ["A-1", "A-2", "A-3"])
    enter(at, "A-2", "negative")
    rows = [
        ("A-1", WORDS["positive"]),
        ("A-2", WORDS["positive"]),
        ("A-3", WORDS["negative"]),
        ("A-3", WORDS["negative"]),
        ("A-9", WORDS["negative"]),
        ("A-1", ""),
    ]
    report = imported(at, table(rows))
    row = report.delivery
    assert codes(report)[:2] == [(3, "result_differs"), (6, "unknown_tube")]
    assert (row.rows, row.taken, row.repeated, row.refused) == (6, 2, 1, 3)
    assert standing(at) == {"A-1": "positive", "A-2": "negative", "A-3": "negative"}


def test_a_dry_run_says_the_same_and_changes_nothing() -> None:
    at = team()
    tubes(at, ["D-1"])
    data = table([("D-1", WORDS["positive"]), ("D-2", WORDS["positive"])])
    dry = imported(at, data, dry_run=True)
    assert (dry.delivery.taken, codes(dry)) == (1, [(3, "unknown_tube")])
    assert standing(at) == {}
    with system_scope("test"):
        assert not LabDelivery.objects.filter(laboratory=at.laboratory).exists()
    wet = imported(at, data)
    assert (wet.delivery.taken, codes(wet)) == (1, codes(dry))


def test_the_same_file_again_changes_nothing_and_says_so() -> None:
    at = team()
    tubes(at, ["E-1"])
    data = table([("E-1", WORDS["positive"])])
    assert not imported(at, data).again
    again = imported(at, data, name="another name.xlsx")
    assert (again.again, again.delivery.taken, results_of(at)) == (True, 1, 1)


def test_a_correction_replaces_what_was_not_released_and_nothing_else() -> None:
    at = team()
    tubes(at, ["C-1", "C-2"])
    enter(at, "C-1", "negative")
    released(at, enter(at, "C-2", "negative"))
    rows = [("C-1", "positive"), ("C-2", "positive")]
    report = imported(at, message("M-C", *rows, status="C"), "kq.hl7")
    assert (report.delivery.corrected, [code for _row, code in codes(report)]) == (
        1,
        ["result_released"],
    )
    assert standing(at) == {"C-1": "positive", "C-2": "negative"}


def test_a_message_with_a_known_number_and_other_content_is_refused() -> None:
    at = team()
    tubes(at, ["F-1"])
    imported(at, message("M-F", ("F-1", "negative")), "one.hl7")
    report = imported(at, message("M-F", ("F-1", "positive")), "two.hl7")
    assert [code for _row, code in codes(report)] == ["different_content"]
    assert standing(at) == {"F-1": "negative"}


def test_the_same_message_in_another_file_is_a_repeat() -> None:
    at = team()
    tubes(at, ["G-1", "G-2"])
    imported(at, message("M-G1", ("G-1", "negative")), "one.hl7")
    both = message("M-G1", ("G-1", "negative")) + message("M-G2", ("G-2", "negative"))
    report = imported(at, both, "both.hl7")
    assert (report.delivery.taken, report.delivery.repeated, report.refusals) == (1, 1, [])


@pytest.mark.parametrize(
    ("test", "code"), [(MEASLES_IGM, "test_unknown"), (MEASLES_RNA, "other_disease")]
)
def test_a_result_of_another_disease_is_never_the_tubes(test: str, code: str) -> None:
    at = team()
    barcode = f"V-{code}"
    tubes(at, [barcode])
    report = imported(at, message("M-V", (barcode, "positive"), test=test), "kq.hl7")
    [refusal] = report.refusals
    assert (refusal.code, refusal.tube, refusal.row > 0) == (code, barcode, True)
    assert test.split("^")[0] in refusal.detail
    assert standing(at) == {}


def test_a_table_read_by_a_test_of_another_disease_enters_nothing() -> None:
    at = team()
    tubes(at, ["V-2"])
    [name] = [key for key in import_files_assays() if key.startswith("measles/")][:1]
    data = "Mã ống,Ct N,Ct RP\nV-2,24.1,27.0\n".encode()
    assert codes(imported(at, data, "kq.csv", assay=name)) == [(2, "other_disease")]
    words = "Mã ống,Xét nghiệm,Kết quả\nV-2,Sởi IgM,Dương tính\n".encode()
    assert codes(imported(at, words, "kq.csv")) == [(2, "other_disease")]
    assert standing(at) == {}


def test_a_run_with_a_wrong_control_gives_no_result() -> None:
    at = team()
    tubes(at, ["H-1"])
    rows = [("H-1", WORDS["negative"]), ("NTC", WORDS["positive"])]
    report = imported(at, table(rows))
    assert (codes(report), report.delivery.controls) == ([(2, "controls_failed")], 1)
    assert standing(at) == {}


def test_a_plate_that_was_not_judged_gives_no_result() -> None:
    at = team()
    one = bench.tube(at, "I-1")
    bench.started(at, bench.plate(at, one))
    report = imported(at, table([("I-1", WORDS["negative"])]))
    assert codes(report) == [(2, "run_not_judged")]


def test_the_table_of_a_test_reads_the_cycles() -> None:
    at = team()
    tubes(at, ["J-1"])
    head = "Mã ống,Ct N1,Ct N2,Ct RP\n"
    data = (head + "J-1,24.1,25.3,27.0\n").encode()
    alone = imported(at, data, "kq.csv", dry_run=True)
    assert codes(alone) == [(2, "outcome_unknown")]
    [name] = [key for key in import_files_assays() if key.startswith("covid-19/")][:1]
    assert imported(at, data, "kq.csv", assay=name).delivery.taken == 1
    assert standing(at) == {"J-1": "positive"}


def import_files_assays() -> list[str]:
    """Tests in force."""
    from lachan.sampling.import_assay import known_assays

    with system_scope("test"):
        return list(known_assays())


@pytest.mark.parametrize("cut", [0.5, 0.9])
def test_a_truncated_file_is_refused_whole(cut: float) -> None:
    at = team()
    tubes(at, [f"K{cut}-{number}" for number in range(40)])
    data = table([(f"K{cut}-{number}", WORDS["negative"]) for number in range(40)])
    with pytest.raises(Refused) as refused:
        imported(at, data[: int(len(data) * cut)])
    assert refused.value.code in {"sheet_truncated", "sheet_broken"}
    assert standing(at) == {}


def test_the_copy_has_the_refused_rows_with_their_reasons() -> None:
    at = team()
    tubes(at, ["L-1"])
    report = imported(at, table([("L-1", WORDS["negative"]), ("L-2", WORDS["negative"])]))
    with override("en"), scoped(at.technician, "laboratory"):
        data, name = import_files.copy_of(report.delivery)
    rows = list(load_workbook(BytesIO(data)).worksheets[0].iter_rows(values_only=True))
    assert (name, len(rows), rows[1][0]) == ("kq-can-sua.xlsx", 2, "L-2")
    assert "sent to this laboratory" in str(rows[1][-1])


def slowly(at: Team, results: list[LabResult]) -> list[str]:
    """Each row by itself, as a technician would: the definition."""
    return [_one(at, each) for each in results]


def _one(at: Team, row: LabResult) -> str:
    if row.control:
        return "control"
    if row.status in {"preliminary", "cancelled"}:
        return f"result_{row.status}"
    with scoped(at.technician, "laboratory") as by:
        tube = tube_of_barcode(by.organisation, row.tube)
        if tube is not None and not row.outcome:
            return "outcome_unknown"
        before = standing_result(tube) if tube else None
        try:
            found = services.Found(row.outcome)
            after = services.enter_result(barcode=row.tube, found=found, by=by)
        except Refused as refused:
            if refused.code != "result_differs" or row.status != "corrected" or before is None:
                return refused.code
            if hasattr(before, "release"):
                return "result_released"
            services.correct_result(result=before, found=found, by=by)
            return "correct"
    return "repeat" if before == after else "enter"


def quickly(at: Team, results: list[LabResult]) -> list[str]:
    """All at once, told row by row."""
    with scoped(at.technician, "laboratory") as by:
        tally = import_taking.take(results, source="hl7", by=by)
    codes = {each.row: each.code for each in tally.refusals}
    counts = [tally.taken, tally.repeated, tally.corrected, tally.controls]
    return [*(codes.get(each.row, "-") for each in results), *map(str, counts)]


def as_told(acts: list[str]) -> list[str]:
    """The slow answers in the words of the quick ones."""
    kinds = ("enter", "repeat", "correct", "control")
    counts = [str(acts.count(kind)) for kind in kinds]
    return [*("-" if act in kinds else act for act in acts), *counts]


@pytest.mark.parametrize("seed", range(6))
def test_all_at_once_is_as_row_by_row(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two laboratories with the same tubes and the same rows, in parts of seven and one by one."""
    chance = random.Random(seed)
    monkeypatch.setattr(import_taking, "PART", 7)
    names = [f"{number}" for number in range(9)]
    sent = [
        Sent(
            chance.choice([*names, "unknown"]),
            chance.choice(["positive", "negative", "negative", "invalid", ""]),
            chance.choice(["final", "final", "corrected", "preliminary"]),
            chance.choice(["", "", "", "", "other"]),
        )
        for _row in range(40)
    ]
    told = []
    for prefix, way in (("Q", quickly), ("S", slowly)):
        at = team()
        tubes(at, [f"{prefix}{seed}-{name}" for name in names])
        released(at, enter(at, f"{prefix}{seed}-0", "negative"))
        enter(at, f"{prefix}{seed}-1", "positive")
        rows = [
            replace(each.read(number), tube=f"{prefix}{seed}-{each.tube}")
            for number, each in enumerate(sent, start=1)
        ]
        acts = way(at, rows)
        stands = {code.split("-")[1]: outcome for code, outcome in standing(at).items()}
        told.append((acts if prefix == "Q" else as_told(acts), stands, results_of(at)))
    assert told[0] == told[1]
