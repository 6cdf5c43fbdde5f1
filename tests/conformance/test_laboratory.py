"""What we make of other people's laboratory messages, counted, so that a change is seen."""

import pytest

from tests.conformance.laboratory import section
from tests.conformance.report import Section
from tests.shared_files import shared

#: set -> how many files were there when it was counted, and what became of their messages.
COUNTED: dict[str, tuple[int, dict[str, int]]] = {
    "cdc-data-exchange (HL7 v2)": (
        14,
        {
            "refused: hl7_not_results": 3,
            "refused whole: unknown_kind": 3,
            "messages taken out of a JSON envelope": 3,
            "read": 11,
            "results": 14,
        },
    ),
    "hapi-hl7v2 (HL7 v2)": (
        4,
        {
            "refused: hl7_not_results": 10,
            "read": 5,
            "results": 21,
            "refused whole: hl7_header": 1,
        },
    ),
    "hl7-v2-to-fhir (HL7 v2)": (
        1,
        {
            "refused: hl7_not_results": 1,
        },
    ),
    "hl7v2-fhir-converter (HL7 v2)": (
        4,
        {
            "refused: hl7_no_results": 2,
            "refused: hl7_not_results": 2,
        },
    ),
    "ms-fhir-converter (HL7 v2)": (
        2,
        {
            "read": 1,
            "results": 8,
            "refused: hl7_not_results": 1,
        },
    ),
    "phdi (HL7 v2)": (
        3,
        {
            "refused: hl7_not_results": 3,
        },
    ),
    "reportstream (HL7 v2)": (
        79,
        {
            "read": 43,
            "results": 294,
            "refused: hl7_not_results": 8,
            "refused: hl7_no_results": 26,
            "refused: hl7_truncated": 7,
        },
    ),
    "python-hl7 (samples.json)": (
        21,
        {
            "batches": 9,
            "read": 1,
            "results": 2,
            "refused: hl7_no_results": 1,
            "refused: hl7_not_results": 18,
            "envelope refused: hl7_batch_shape": 6,
        },
    ),
    "reportstream (tables of results)": (
        8,
        {
            "read": 6,
            "results": 1106,
            "refused whole: plate_no_rows": 1,
            "refused whole: sheet_large": 1,
        },
    ),
    "pairs with an expected answer": (
        56,
        {
            "observations compared": 94,
            "same value": 98,
            "status that the bundle calls unknown, not compared": 18,
            "same units": 14,
            "same flag": 36,
            "same status": 80,
            "same date": 23,
            "same specimen": 5,
            "same laboratory": 24,
            "specimen's number that the writer of the message left out": 27,
            "observations of the bundle that are not in the message": 22,
            "laboratory's name that the writer of the message cut or added to": 9,
            "same codes": 4,
            "same flags": 4,
            "same tubes": 4,
        },
    ),
}


@pytest.fixture(scope="module")
def made() -> Section:
    return section(shared("conformance"))


def test_every_message_is_read_or_refused_with_a_reason(made: Section) -> None:
    assert made.unmet == []
    assert made.sets


def test_what_we_read_is_what_is_expected_beside_it(made: Section) -> None:
    [pairs] = [each for each in made.sets if each.name.startswith("pairs")]
    if pairs.files != COUNTED[pairs.name][0]:
        pytest.skip(f"{pairs.files} pairs in ../shared, compared with {COUNTED[pairs.name][0]}")

    assert pairs.differences == []
    assert pairs.counts["observations compared"] > 50


@pytest.mark.parametrize("name", COUNTED)
def test_the_counts_are_those_that_were_counted(made: Section, name: str) -> None:
    files, counts = COUNTED[name]
    [found] = [each for each in made.sets if each.name == name] or pytest.skip(
        f"{name} is not here"
    )
    if found.files != files:
        pytest.skip(f"{name}: {found.files} files in ../shared, counted with {files}")

    assert dict(found.counts) == counts


def test_the_command_prints_the_counts(capsys: pytest.CaptureFixture[str]) -> None:
    from tests.conformance.__main__ import main

    shared("conformance")
    assert main(["--short"]) == 0
    printed = capsys.readouterr().out
    assert "Laboratory" in printed
    assert "results" in printed
