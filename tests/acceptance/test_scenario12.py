"""Scenario 12: a laboratory's file of 1,920 rows; what is refused comes back in a copy of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pytest
from openpyxl import load_workbook

from lachan.core.refusals import Refused
from lachan.core.scope import scoped
from lachan.sampling import import_files, services
from lachan.sampling.import_files import Report
from tests.database import copy
from tests.sampling.deliveries import WORDS, results_of, standing, table, tubes
from tests.sampling.people_at_the_table import Team, team

GOOD, UNKNOWN, REPEATS, CONTRADICTING, MALFORMED = 1_904, 7, 4, 2, 3


@dataclass
class Night:
    """The file, its laboratory, and what the first import said."""

    at: Team
    data: bytes
    report: Report


def rows() -> list[tuple[object, ...]]:
    """Good rows with the others strewn between them."""
    made: list[tuple[object, ...]] = []
    for number in range(GOOD):
        outcome = "positive" if number % 97 == 0 else "negative"
        made.append((f"S12-{number:05d}", WORDS[outcome], 24.5 if number % 97 == 0 else None))
    strewn: list[tuple[object, ...]] = [
        *((f"S12-LA-{number}", WORDS["negative"], None) for number in range(UNKNOWN)),
        *((f"S12-CU-{number}", WORDS["negative"], None) for number in range(REPEATS)),
        *((f"S12-KHAC-{number}", WORDS["positive"], 21.0) for number in range(CONTRADICTING)),
        ("", WORDS["negative"], None),
        ("S12-00001", "", None),
        ("1.23E+11", WORDS["negative"], None),
    ]
    for place, row in enumerate(strewn):
        made.insert(100 * (place + 1), row)
    return made


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """No story is needed: the laboratory's own tubes."""
    with copy() as name:
        yield name


@pytest.fixture(scope="module")
def night(database: str) -> Night:
    """Tubes, six of which have a result already, and the file taken in."""
    at = team()
    known = [f"S12-CU-{number}" for number in range(REPEATS)]
    other = [f"S12-KHAC-{number}" for number in range(CONTRADICTING)]
    tubes(at, [f"S12-{number:05d}" for number in range(GOOD)] + known + other)
    with scoped(at.technician, "laboratory") as by:
        for code in (*known, *other):
            found = services.Found("negative")
            services.enter_result(barcode=code, found=found, by=by)
    data = table(rows(), ct=True)
    return Night(at, data, imported(at, data))


def imported(at: Team, data: bytes) -> Report:
    """The technician takes the file in."""
    with scoped(at.technician, "laboratory") as by:
        return import_files.import_results(data, name="ca đêm.xlsx", by=by)


def test_good_rows_are_imported_repeats_ignored_and_the_others_refused(night: Night) -> None:
    row = night.report.delivery
    assert len(rows()) == row.rows == 1_920
    assert (row.taken, row.repeated, row.refused) == (1_904, 4, 12)
    assert (row.corrected, row.controls) == (0, 0)


def test_nothing_was_overwritten(night: Night) -> None:
    stands = standing(night.at)
    assert [stands[f"S12-KHAC-{number}"] for number in range(CONTRADICTING)] == ["negative"] * 2
    assert results_of(night.at) == GOOD + REPEATS + CONTRADICTING


def test_the_copy_holds_the_refused_rows_with_their_reasons(night: Night) -> None:
    with scoped(night.at.technician, "laboratory"):
        data, _name = import_files.copy_of(night.report.delivery)
    copied = list(load_workbook(BytesIO(data)).worksheets[0].iter_rows(values_only=True))
    assert len(copied) == 1 + 12
    assert all(row[-1] for row in copied)
    whole = [("Mã ống", "Kết quả", "Ct N"), *rows()]
    refused = [whole[each.row - 1][0] or None for each in night.report.refusals]
    assert sorted(map(str, refused)) == sorted(str(row[0]) for row in copied[1:])


def test_the_same_file_again_changes_nothing(night: Night) -> None:
    before = results_of(night.at)
    again = imported(night.at, night.data)
    assert (again.again, again.delivery.taken) == (True, 1_904)
    assert results_of(night.at) == before


def test_a_truncated_file_is_refused_whole(night: Night) -> None:
    before = results_of(night.at)
    with pytest.raises(Refused):
        imported(night.at, night.data[: len(night.data) * 2 // 3])
    assert results_of(night.at) == before
