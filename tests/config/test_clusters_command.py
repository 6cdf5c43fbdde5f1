"""`lachan clusters` as a person at a terminal meets it: files in, files out, refusals by row."""

import csv
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest

from lachan.config.commands.clusters import COLUMNS, MEMBER_COLUMNS, run

Write = Callable[[str, str], str]

#: A street of ten villages, farther and farther apart.
STREET = [f"v{n}" for n in range(10)]

UNTIL = date(2026, 11, 15)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write_file


@pytest.fixture
def street(write: Write) -> list[str]:
    """Coordinates and populations of the street."""
    spots = "".join(f"{name},{n + n * n / 10},0\n" for n, name in enumerate(STREET))
    people = "".join(f"{name},1000\n" for name in STREET)
    return [
        *("--coordinates", write("g.csv", "place,x,y\n" + spots)),
        *("--population", write("p.csv", "place,population\n" + people)),
    ]


@pytest.fixture
def out(tmp_path: Path) -> str:
    return str(tmp_path / "out.csv")


def table(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day_by_day(planted: int = 5) -> str:
    """Four quiet weeks, then `planted` cases a day in v3 and v4 on the last three days."""
    dice = np.random.default_rng(8)
    lines = ["place,date,count"]
    for ago in range(28):
        for name in STREET:
            count = int(dice.poisson(0.4)) + planted * (ago < 3 and name in {"v3", "v4"})
            lines.append(f"{name},{UNTIL - timedelta(days=ago)},{count}")
    return "\n".join(lines) + "\n"


def test_it_finds_where_and_since_when(street: list[str], write: Write, out: str) -> None:
    cases = write("c.csv", day_by_day())

    assert run([*street, "--cases", cases, "--prospective", "--out", out]) == 0

    first = table(out)[0]
    assert (first["centre"], first["places"], first["radius"]) == ("v4", "2", "1.7")
    assert (first["from"], first["to"]) == ("2026-11-13", "2026-11-15")
    assert (first["alarm"], first["population"]) == ("1", "2000")
    assert float(first["llr"]) > float(first["alarm_llr"])
    assert tuple(first) == COLUMNS


def test_it_names_the_places_of_a_cluster(
    street: list[str], write: Write, out: str, tmp_path: Path
) -> None:
    cases, members = write("c.csv", day_by_day()), str(tmp_path / "m.csv")

    run([*street, "--cases", cases, "--prospective", "--members", members, "--out", out])

    first = [row for row in table(members) if row["rank"] == "1"]
    assert [row["place"] for row in first] == ["v4", "v3"]
    assert sum(int(row["cases"]) for row in first) == int(table(out)[0]["cases"])
    assert sum(float(row["expected"]) for row in first) == pytest.approx(
        float(table(out)[0]["expected"]), rel=1e-4
    )
    assert tuple(first[0]) == MEMBER_COLUMNS


def test_it_needs_no_dates_for_space_alone(street: list[str], write: Write, out: str) -> None:
    cases = write("c.csv", "place,count\nv0,9\nv1,8\nv7,1\nv9,1\n")

    assert run([*street, "--cases", cases, "--out", out]) == 0

    first = table(out)[0]
    assert (first["cases"], first["places"], first["from"]) == ("17", "2", "")
    # 17 ln(17 / 3.8) + 2 ln(2 / 15.2)
    assert first["llr"] == "21.413312"


def test_dated_cases_in_space_are_added_up(street: list[str], write: Write, out: str) -> None:
    cases = write("c.csv", "place,date,count\nv0,2026-11-01,9\nv1,2026-11-02,8\nv7,2026-11-02,2\n")
    undated = write("u.csv", "place,count\nv0,9\nv1,8\nv7,2\n")

    run([*street, "--cases", cases, "--out", out])
    added = table(out)
    run([*street, "--cases", undated, "--out", out])

    assert [row["llr"] for row in table(out)] == [row["llr"] for row in added]
    assert (added[0]["from"], added[0]["to"]) == ("2026-11-01", "2026-11-02")


def test_the_order_of_rows_and_the_number_of_threads_change_nothing(
    street: list[str], write: Write, out: str, tmp_path: Path
) -> None:
    heading, *lines = day_by_day(1).splitlines()
    cases = write("c.csv", "\n".join([heading, *lines]))
    shuffled = write("s.csv", "\n".join([heading, *sorted(lines, key=lambda x: x[::-1])]))
    again = str(tmp_path / "again.csv")

    run([*street, "--cases", cases, "--prospective", "--threads", "1", "--out", out])
    run([*street, "--cases", shuffled, "--prospective", "--threads", "3", "--out", again])

    assert Path(again).read_bytes() == Path(out).read_bytes()


def test_another_seed_is_another_draw(street: list[str], write: Write, out: str) -> None:
    cases = write("c.csv", day_by_day(1))
    said = []
    for seed in ("1", "1", "2"):
        run([*street, "--cases", cases, "--prospective", "--seed", seed, "--out", out])
        said.append([row["p_gumbel"] for row in table(out)])

    assert said[0] == said[1] != said[2]


def test_a_larger_budget_lowers_the_threshold(street: list[str], write: Write, out: str) -> None:
    cases = write("c.csv", day_by_day())
    limits = []
    for budget in ("0.1", "1", "12"):
        asked = ["--prospective", "--false-alarms-per-year", budget]
        run([*street, "--cases", cases, *asked, "--out", out])
        limits.append(float(table(out)[0]["alarm_llr"]))

    assert limits[0] > limits[1] > limits[2]


def test_it_says_its_budget(
    street: list[str], write: Write, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = write("c.csv", day_by_day())

    run([*street, "--cases", cases, "--prospective", "--out", out])

    said = capsys.readouterr().err
    assert "counted among 999 replicates" in said
    assert "at most 1 a year when this area is scanned once a day" in said


def test_json_sums_up(
    street: list[str], write: Write, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = write("c.csv", day_by_day())

    run([*street, "--cases", cases, "--prospective", "--days", "14", "--json", "--out", out])

    summary = json.loads(capsys.readouterr().err)
    assert (summary["from"], summary["to"]) == ("2026-11-02", "2026-11-15")
    assert summary["cases"] + summary["outside_the_study"] == sum(
        int(line.rsplit(",", 1)[1]) for line in day_by_day().splitlines()[1:]
    )
    assert summary["alarm_from"] == "rank"
    assert summary["alarm_llr"] == pytest.approx(float(table(out)[0]["alarm_llr"]))


def test_until_hides_what_came_later(street: list[str], write: Write, out: str) -> None:
    cases = write("c.csv", day_by_day())

    run([*street, "--cases", cases, "--prospective", "--until", "2026-11-12", "--out", out])

    assert all(row["alarm"] == "0" for row in table(out))


def test_bad_rows_are_refused_alone(
    street: list[str], write: Write, out: str, tmp_path: Path
) -> None:
    bad = "v1,2026-11-31,1\nv1,31/12/2026,1\nv2,2026-11-14,-3\nv2,2026-11-14,x\n"
    bad += "nowhere,2026-11-14,1\nv3,2026-11-15,1\n,2026-11-15,1\nv3,1\n"
    cases = write("c.csv", day_by_day() + bad)
    refused = str(tmp_path / "r.csv")
    options = [*street, "--cases", cases, "--prospective", "--refused", refused, "--out", out]

    assert run(options) == 0
    assert run([*options, "--strict"]) == 1

    assert [row["code"] for row in table(refused)] == [
        *("unreadable_date", "unreadable_date", "negative_number", "not_a_number"),
        *("unknown_place", "duplicate", "empty_id", "wrong_field_count"),
    ]
    assert [row["row"] for row in table(refused)] == [str(282 + n) for n in range(8)]
    assert table(out)[0]["centre"] == "v4"


def test_maps_are_refused_row_by_row_too(write: Write, out: str, tmp_path: Path) -> None:
    spots = write("g.csv", "place,lat,lon\na,21,105\nb,21.1,105\nb,21,105\nc,91,105\nd,nan,1\n")
    people = write("p.csv", "place,population\na,100\nb,0\nc,100\na,90\n")
    cases = write("c.csv", "place,count\na,3\nb,1\n")
    refused = str(tmp_path / "r.csv")
    files = ["--coordinates", spots, "--population", people, "--cases", cases]

    assert run([*files, "--refused", refused, "--max-share", "1", "--out", out]) == 0

    assert [row["code"] for row in table(refused)] == [
        *("duplicate", "bad_coordinate", "not_a_number"),
        *("unknown_place", "duplicate", "no_population"),
    ]


def test_distances_are_kilometres_on_the_earth(write: Write, out: str) -> None:
    spots = write("g.csv", "place,lat,lon\na,21.0,105.0\nb,21.0,105.1\nc,10.0,106.0\n")
    people = write("p.csv", "place,population\na,100\nb,100\nc,1000\n")
    cases = write("c.csv", "place,count\na,10\nb,10\nc,2\n")
    files = ["--coordinates", spots, "--population", people, "--cases", cases, "--out", out]

    run(files)
    on_earth = table(out)[0]
    run([*files, "--distance", "plane"])

    assert float(on_earth["radius"]) == pytest.approx(10.38, abs=0.01)
    assert float(table(out)[0]["radius"]) == pytest.approx(0.1)


def test_a_population_changes_on_its_date(street: list[str], write: Write, out: str) -> None:
    people = ["place,population,date"]
    people += [f"{name},1000,2026-01-01" for name in STREET]
    people += ["v3,9000,2026-11-13", "v4,9000,2026-11-13"]
    moved = ["--population", write("moved.csv", "\n".join(people) + "\n")]
    cases = write("c.csv", day_by_day(2))

    run([*street, "--cases", cases, "--prospective", "--out", out])
    before = float(table(out)[0]["llr"])
    run([*street, *moved, "--cases", cases, "--prospective", "--out", out])

    assert before > 5 > max(float(row["llr"]) for row in table(out))


def test_it_reads_parquet_and_semicolons(street: list[str], write: Write, out: str) -> None:
    cases = write("c.csv", day_by_day())
    semicolons = write("s.csv", day_by_day().replace(",", ";"))
    parquet = cases.replace(".csv", ".parquet")
    with duckdb.connect() as connection:
        connection.read_csv(cases).write_parquet(parquet)

    answers = []
    for path in (cases, semicolons, parquet):
        run([*street, "--cases", path, "--prospective", "--out", out])
        answers.append(Path(out).read_bytes())

    assert answers[0] == answers[1] == answers[2]


def test_a_quiet_area_has_no_cluster(street: list[str], write: Write, out: str) -> None:
    cases = write("c.csv", "place,date,count\n")

    assert run([*street, "--cases", cases, "--prospective", "--out", out]) == 0

    assert table(out) == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["--prospective"], "bad_options"),
        (["--distance", "earth"], "bad_options"),
        (["--refused", "-", "--out", "-"], "bad_options"),
        (["--out", "x.parquet"], "bad_options"),
        (["--population", "-"], "bad_options"),
        (["--cases", "/nowhere/c.csv"], "unreadable_file"),
        (["--out", "/nowhere/out.csv"], "unwritable_file"),
    ],
)
def test_it_says_why_nothing_was_scanned(
    more: list[str],
    code: str,
    street: list[str],
    write: Write,
    out: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cases = write("c.csv", "place,count\nv0,9\n")

    assert run([*street, "--cases", cases, "--out", out, *more]) == 2

    assert f"lachan clusters: {code} " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("c.csv", "where,count\nv0,9\n", "missing_column"),
        ("c.csv", "place,count\nx,9\n", "nothing_read"),
        ("p.csv", "place,population\n", "nothing_read"),
        ("p.csv", "place,population\nv0,0\n", "nothing_read"),
    ],
)
def test_it_refuses_files_it_cannot_use(
    name: str,
    text: str,
    code: str,
    street: list[str],
    write: Write,
    out: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cases = write("c.csv", "place,count\nv0,0\n")
    write(name, text)

    assert run([*street, "--cases", cases, "--out", out]) == 2

    assert code in capsys.readouterr().err


def test_a_slip_in_a_year_does_not_make_a_study_of_centuries(
    street: list[str],
    write: Write,
    out: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cases = write("c.csv", day_by_day() + "v0,0206-11-15,1\n")
    files = [*street, "--cases", cases, "--prospective", "--out", out]

    assert run(files) == 2
    assert "0206-11-15; give --days" in capsys.readouterr().err
    assert run([*files, "--days", "28"]) == 0
    assert table(out)[0]["centre"] == "v4"


@pytest.mark.parametrize(
    "days", [["--max-days", "40"], ["--until", "2020-01-01"]], ids=lambda d: d[0]
)
def test_days_must_fit_the_study(
    days: list[str],
    street: list[str],
    write: Write,
    out: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cases = write("c.csv", day_by_day())

    assert run([*street, "--cases", cases, "--prospective", *days, "--out", out]) == 2

    assert "bad_options" in capsys.readouterr().err


def test_windows_of_days_are_for_the_prospective_scan(
    street: list[str], write: Write, out: str
) -> None:
    cases = write("c.csv", day_by_day())

    assert run([*street, "--cases", cases, "--max-days", "3", "--out", out]) == 2
