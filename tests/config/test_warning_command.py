"""`lachan warning` on files."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lachan.config.commands.warning import COLUMNS, run

Write = Callable[[str, str], str]

#: Cases of one commune on the 10th of November of five years.  Only that of 2025 lies in the ISO
#: week of 15 November 2026, so the same weeks have 0, 0, 0, 0 and 7.
HISTORY = "".join(f"a,{2021 + n}-11-10,{count}\n" for n, count in enumerate((3, 3, 5, 7, 7)))

#: The records of every commune begin with the year 2021.
SINCE = ["--since", "2021-01-01"]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write_file


@pytest.fixture
def out(tmp_path: Path) -> str:
    return str(tmp_path / "out.csv")


def table(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_it_compares_a_month_with_five_years(write: Write, out: str) -> None:
    counts = write("c.csv", f"place,date,count\n{HISTORY}a,2026-11-02,6\na,2026-11-15,4\n")

    assert run(["--counts", counts, "--situation", "endemic", *SINCE, "--out", out]) == 0

    assert table(out) == [
        {
            "place": "a",
            "state": "epidemic",
            "article": "16.1.b",
            "doubt": "",
            "month_cases": "10",
            "month_limit": "9",
            "week_cases": "4",
            "week_limit": "4.53",
            "years": "2021 2022 2023 2024 2025",
        }
    ]
    assert tuple(table(out)[0]) == COLUMNS


def test_it_knows_nothing_of_tomorrow(write: Write, out: str) -> None:
    counts = write("c.csv", f"place,date,count\n{HISTORY}a,2026-11-02,6\na,2026-11-15,4\n")

    files = ["--counts", counts, "--situation", "endemic", *SINCE, "--out", out]
    assert run([*files, "--on", "2026-11-14"]) == 0

    assert (table(out)[0]["state"], table(out)[0]["month_cases"]) == ("none", "6")


def test_it_leaves_epidemic_years_out(write: Write, out: str) -> None:
    counts = write("c.csv", f"place,date,count\n{HISTORY}a,2026-11-15,8\n")
    years = write("e.csv", "place,year\na,2024\na,2025\n")

    files = ["--counts", counts, "--situation", "endemic", *SINCE, "--out", out]
    run([*files, "--epidemic-years", years])

    answer = table(out)[0]
    assert (answer["state"], answer["years"]) == ("epidemic", "2021 2022 2023")
    assert answer["doubt"] == "few_years"


def test_a_month_before_the_records_is_no_month_without_cases(write: Write, out: str) -> None:
    counts = write("c.csv", f"place,date,count\n{HISTORY}a,2026-11-15,8\n")

    run(["--counts", counts, "--situation", "endemic", "--out", out])

    # The first row is of 10 November 2021: that month is not whole.
    assert table(out)[0]["years"] == "2022 2023 2024 2025"


def test_a_commune_without_a_case_this_month_is_answered_too(write: Write, out: str) -> None:
    text = f"place,date,count\n{HISTORY}b,2023-11-10,1\na,2026-11-15,0\n"
    counts = write("c.csv", text)

    run(["--counts", counts, "--situation", "endemic", *SINCE, "--out", out])

    assert [(row["place"], row["state"]) for row in table(out)] == [("a", "none"), ("b", "none")]


def test_linked_cases_count_where_the_disease_is_new(write: Write, out: str) -> None:
    # 16 to 22 November 2026 is a week.
    rows = [
        *("a,2026-11-02,3,school", "a,2026-11-18,2,school", "a,2026-11-18,9,"),
        *("b,2026-11-16,2,wedding", "b,2026-11-18,1,wedding", "b,2026-11-17,1,market"),
        *("c,2026-11-12,4,wedding", "c,2026-11-18,1,"),
    ]
    counts = write("c.csv", "place,date,count,link\n" + "\n".join(rows))

    run(["--counts", counts, "--situation", "not-endemic", "--out", out])

    assert [(r["place"], r["state"], r["month_cases"], r["week_cases"]) for r in table(out)] == [
        ("a", "epidemic", "5", "2"),
        ("b", "warning", "3", "3"),
        ("c", "none", "4", "1"),
    ]


def test_one_case_of_group_a_is_a_warning(write: Write, out: str) -> None:
    counts = write("c.csv", "place,date,count\na,2026-11-01,1\nb,2026-10-25,1\nb,2026-11-03,0\n")

    run(["--counts", counts, "--situation", "group-a", "--out", out])

    assert [(row["state"], row["doubt"]) for row in table(out)] == [
        ("warning", "by_guidance"),
        ("none", ""),
    ]


def test_bad_rows_are_refused_alone(
    write: Write, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = "a,2026-11-15,10\na,tomorrow,1\na,2026-11-16,-1\n"
    counts = write("c.csv", f"place,date,count\n{HISTORY}a,2026-11-15,10\n{bad}")

    files = ["--counts", counts, "--situation", "endemic", *SINCE, "--json", "--out", out]
    assert run([*files, "--strict"]) == 1

    *refused, summary = map(json.loads, capsys.readouterr().err.splitlines())
    assert [r["code"] for r in refused] == ["duplicate", "unreadable_date", "negative_number"]
    assert summary == {
        "on": "2026-11-15",
        "source": "15/2026/TT-BYT",
        "refused": 3,
        "epidemic": 1,
    }


def test_nothing_read_is_said(write: Write, out: str, capsys: pytest.CaptureFixture[str]) -> None:
    counts = write("c.csv", "place,date,count\n,2026-11-15,1\n")

    assert run(["--counts", counts, "--situation", "group-a", "--out", out]) == 2

    assert "nothing_read" in capsys.readouterr().err
