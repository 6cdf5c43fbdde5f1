"""`lachan rt` on files."""

import csv
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from lachan.config.commands.rt import COLUMNS, run
from lachan.engine import naive_pace as naive
from tests.shared_files import shared

Write = Callable[[str, str], str]

SERIAL = "day,probability\n0,0\n1,0.2\n2,0.5\n3,0.3\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write_file


@pytest.fixture
def serial(write: Write) -> list[str]:
    return ["--serial", write("si.csv", SERIAL)]


@pytest.fixture
def out(tmp_path: Path) -> str:
    return str(tmp_path / "out.csv")


def table(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def days(counts: list[int], place: str = "") -> str:
    first = date(2026, 11, 1)
    more = f",{place}" if place else ""
    return "".join(f"{first + timedelta(n)},{count}{more}\n" for n, count in enumerate(counts))


def test_it_gives_the_figures_of_epiestim(write: Write, out: str) -> None:
    folder = shared("conformance/10-statistics/epiestim")

    def column(name: str) -> list[str]:
        return (folder / name).read_text().split()[1:]

    lines = [
        f"{date(2009, 4, 27) + timedelta(n)},{local},{imported}"
        for n, (local, imported) in enumerate(
            zip(column("Example1I_local.csv"), column("Example1I_imported.csv"), strict=True)
        )
    ]
    chances = [f"{n},{chance}" for n, chance in enumerate(column("Example1si_distr.csv"))]
    incidence = write("i.csv", "date,local,imported\n" + "\n".join(lines))
    serial = write("si.csv", "day,probability\n" + "\n".join(chances))

    assert run(["--incidence", incidence, "--serial", serial, "--out", out]) == 0

    with (folder / "Example1R.csv").open() as file:
        expected = list(csv.DictReader(file))
    found = table(out)
    assert [row["from"] for row in found] == [row["date_start"] for row in expected]
    assert [row["to"] for row in found] == [row["date_end"] for row in expected]
    for mine, theirs in zip(found, expected, strict=True):
        figures = [float(mine[name]) for name in COLUMNS[5:14]]
        assert figures == pytest.approx([float(x) for x in list(theirs.values())[2:11]], rel=1e-8)


def test_it_takes_a_mean_and_a_standard_deviation(write: Write, out: str) -> None:
    counts = [3, 4, 6, 5, 8, 9, 12, 11, 15]
    incidence = write("i.csv", "date,local\n" + days(counts))

    run(["--incidence", incidence, "--si-mean", "2.6", "--si-sd", "1.5", "--out", out])

    serial = naive.serial_interval(2.6, 1.5, 200)
    expected = naive.estimates(counts, [0] * 9, serial, naive.PaceRule(), [0.5])
    assert [float(row["mean"]) for row in table(out)] == pytest.approx([e.mean for e in expected])
    assert [float(row["q0.5"]) for row in table(out)] == pytest.approx(
        [e.quantiles[0] for e in expected]
    )


def test_each_place_has_its_series(write: Write, serial: list[str], out: str) -> None:
    growing, falling = [2**n for n in range(10)], [2 ** (9 - n) for n in range(10)]
    text = days(growing, "Ấp Đông") + days(falling, "B")
    incidence = write("i.csv", "date,local,place\n" + text)

    assert run(["--incidence", incidence, *serial, "--out", out]) == 0

    last = {row["place"]: float(row["mean"]) for row in table(out)}
    assert list(last) == ["B", "Ấp Đông"]
    assert last["B"] < 1 < last["Ấp Đông"]


def test_a_missing_day_is_not_a_day_without_cases(
    write: Write, serial: list[str], out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    gap = days([3] * 12, "gap").splitlines(keepends=True)
    text = "date,local,place\n" + "".join(gap[:5] + gap[7:]) + days([3] * 12, "whole")
    incidence = write("i.csv", text)

    assert run(["--incidence", incidence, *serial, "--strict", "--out", out]) == 1

    assert "i.csv:7 missing_days no row for 2026-11-06 to 2026-11-07" in capsys.readouterr().err
    assert {row["place"] for row in table(out)} == {"whole"}


def test_a_missing_day_may_be_declared_zero(write: Write, serial: list[str], out: str) -> None:
    some = days([3, 0, 4, 0, 0, 5, 6, 7, 8, 9])
    dense = write("d.csv", "date,local\n" + some)
    lines = [line for line in some.splitlines() if not line.endswith(",0")]
    sparse = write("s.csv", "date,local\n" + "\n".join(lines))

    run(["--incidence", dense, *serial, "--out", out])
    expected = table(out)
    run(["--incidence", sparse, *serial, "--missing-is-zero", "--out", out])

    assert table(out) == expected != []


def test_few_cases_are_marked(write: Write, serial: list[str], out: str) -> None:
    incidence = write("i.csv", "date,local\n" + days([1] * 8 + [40] * 8))

    run(["--incidence", incidence, *serial, "--out", out])

    assert [row["few"] for row in table(out)] == ["1"] + ["0"] * 8


def test_the_prior_can_be_chosen(write: Write, serial: list[str], out: str) -> None:
    incidence = write("i.csv", "date,local\n" + days([1, *[0] * 8]))

    run(["--incidence", incidence, *serial, "--prior-mean", "2", "--prior-sd", "1", "--out", out])

    # Prior gamma(4, 0.5); no local case, infectivity 1 in the first window.
    first = table(out)[0]
    assert float(first["mean"]) == pytest.approx(4 / (2 + 1))
    assert float(first["sd"]) == pytest.approx(2 / 3)


def test_bad_rows_are_refused_alone(
    write: Write, serial: list[str], out: str, tmp_path: Path
) -> None:
    text = days([3] * 9) + "2026-11-03,4\n2026-11-10,-1\n10/11/2026,3\n2026-11-10,3.5\n2026-11-10\n"
    incidence, refused = write("i.csv", "date,local\n" + text), str(tmp_path / "r.csv")

    assert run(["--incidence", incidence, *serial, "--refused", refused, "--out", out]) == 0

    assert [(row["row"], row["code"]) for row in table(refused)] == [
        ("11", "duplicate"),
        ("12", "negative_number"),
        ("13", "unreadable_date"),
        ("14", "not_a_number"),
        ("15", "wrong_field_count"),
    ]
    assert len(table(out)) == 2


def test_json_sums_up(
    write: Write, serial: list[str], out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    incidence = write("i.csv", "date,local\n" + days([3] * 9))

    run(["--incidence", incidence, *serial, "--json", "--out", out])

    assert json.loads(capsys.readouterr().err) == {
        "series": 1,
        "days": 9,
        "estimates": 2,
        "refused": 0,
    }


@pytest.mark.parametrize(
    "text",
    ["0,0.1\n1,0.9\n", "0,0\n1,0.5\n", "1,0.5\n1,0.5\n", "1,1.5\n", "1,x\n", ""],
    ids=["day 0", "sum", "twice", "above 1", "no number", "empty"],
)
def test_a_serial_interval_is_refused_as_a_whole(
    text: str, write: Write, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    serial = write("si.csv", "day,probability\n" + text)
    incidence = write("i.csv", "date,local\n" + days([3] * 9))

    assert run(["--incidence", incidence, "--serial", serial, "--out", out]) == 2

    assert "bad_serial_interval" in capsys.readouterr().err


@pytest.mark.parametrize(
    "more",
    [
        [],
        ["--si-mean", "3"],
        ["--serial", "s.csv", "--si-mean", "3", "--si-sd", "1"],
        ["--si-mean", "1", "--si-sd", "1"],
    ],
)
def test_it_needs_one_serial_interval(
    more: list[str], write: Write, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    incidence = write("i.csv", "date,local\n" + days([3] * 9))

    assert run(["--incidence", incidence, *more, "--out", out]) == 2

    assert "lachan rt: bad_options " in capsys.readouterr().err


def test_nothing_read_is_said(
    write: Write, serial: list[str], out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    incidence = write("i.csv", "date,local\nyesterday,3\n")

    assert run(["--incidence", incidence, *serial, "--out", out]) == 2

    assert "nothing_read" in capsys.readouterr().err
