"""`lachan reach` as a person at a terminal meets it: tables in, a table out."""

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from lachan.config.commands.trace import run as run_trace
from tests.engine.worlds import random_world

pytest.importorskip("ibis", reason="the extra cluster is not installed (./lachan.sh cluster)")

from lachan.config.commands.reach import run
from lachan.config.commands.reachtables.inputs import WHY
from lachan.config.commands.tracefiles.reading import REASONS
from lachan.config.commands.tracefiles.writing import minutes

Put = Callable[[str, str], str]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Write a query's rows as Parquet, or a text as it is; give back the path."""

    def put_file(name: str, text: str) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".parquet"):
            duckdb.execute(f"COPY ({text}) TO '{path}'")
        else:
            path.write_text(text, encoding="utf-8")
        return str(path)

    return put_file


@pytest.fixture
def out(tmp_path: Path) -> str:
    return str(tmp_path / "out.parquet")


@pytest.fixture
def cases(put: Put) -> str:
    return put("cases.csv", "person,infectious_from,infectious_to\nF0,0,\n")


VISITS = (
    "FROM (VALUES ('F0', 7, 0, 3600), ('Bé', 7, 600, NULL), ('C', 7, 3540, 4000))"
    ' AS t(person, venue, start, "end")'
)


def answered(out: str) -> list[tuple[object, ...]]:
    pattern = f"{out}/*.parquet" if Path(out).is_dir() else out
    return duckdb.sql(f"FROM '{pattern}' ORDER BY hop, seconds DESC, person").fetchall()


def test_it_reads_parquet_and_csv(put: Put, cases: str, out: str) -> None:
    visits = put("v.parquet", VISITS)
    encounters = put("e.csv", "a,b,start,end\nBé,D,1000,2000\n")

    files = ["--visits", visits, "--encounters", encounters, "--cases", cases]
    assert run([*files, "--out", out]) == 0

    assert answered(out) == [("Bé", 1, 600, 3000), ("D", 2, 1000, 1000)]
    assert duckdb.sql(f"FROM '{out}'").columns == ["person", "hop", "first_at", "seconds"]


def test_it_reads_folders_of_days_and_patterns(put: Put, cases: str, out: str) -> None:
    put("days/day=1970-01-01/a.parquet", VISITS + " WHERE person = 'F0'")
    put("days/day=1970-01-02/a.parquet", VISITS + " WHERE person <> 'F0'")
    folder = Path(put("days/note.txt", "not a table")).parent

    for visits in ([str(folder)], [f"{folder}/*/*.parquet"], sorted(map(str, folder.glob("day*")))):
        assert run(["--visits", *visits, "--cases", cases, "--out", out]) == 0

        assert answered(out) == [("Bé", 1, 600, 3000)]


def test_it_reads_times_with_a_zone_and_floating_seconds(put: Put, out: str) -> None:
    visits = put(
        "v.parquet",
        "FROM (VALUES ('F0', 'v', TIMESTAMPTZ '1969-12-31 23:00:00.9Z', NULL),"
        " ('a', 'v', '1969-12-31 23:00:59.999999Z', TIMESTAMPTZ '1969-12-31 23:50:00+00'))"
        ' AS t(person, venue, start, "end")',
    )
    cases = put(
        "c.parquet",
        "SELECT 'F0' AS person, -7200.0::DOUBLE AS infectious_from, 'nan'::DOUBLE AS infectious_to",
    )

    assert run(["--visits", visits, "--cases", cases, "--out", out]) == 0

    assert answered(out) == [("a", 1, -3600, 3000)]


def test_it_rounds_the_end_of_a_window_up(put: Put, out: str) -> None:
    encounters = put("e.csv", "a,b,start,end\nF0,a,0,9000\n")
    cases = put(
        "c.parquet",
        "SELECT 'F0' AS person, TIMESTAMPTZ '1970-01-01 00:00:00Z' AS infectious_from,"
        " TIMESTAMPTZ '1970-01-01 01:00:00.000001Z' AS infectious_to",
    )

    assert run(["--encounters", encounters, "--cases", cases, "--out", out]) == 0

    assert answered(out) == [("a", 1, 0, 3660)]


BAD = (
    "FROM (VALUES ('F0', 'v', 0::DOUBLE, 3600::DOUBLE), (NULL, 'v', 0, 1), (' ', 'v', 0, 1),"
    " ('a', 'v', 2, 1), ('a', 'v', 0.5, 1), ('a', 'v', NULL, 1), ('a', 'v', 0, 'inf'),"
    " ('a', 'v', 1627095600000, NULL), ('b', 'v', 0, 'nan')) AS t(person, venue, start, \"end\")"
)


def test_it_refuses_bad_rows_one_by_one(put: Put, cases: str, out: str, tmp_path: Path) -> None:
    visits = put("v.parquet", BAD)
    refused = tmp_path / "refused.csv"

    files = ["--visits", visits, "--cases", cases, "--out", out, "--refused", str(refused)]
    assert run([*files, "--strict"]) == 1

    rows = [line.split(",")[:3] for line in refused.read_text("utf-8").splitlines()]
    assert rows == [
        ["file", "row", "code"],
        [visits, "2", "empty_id"],
        [visits, "3", "empty_id"],
        [visits, "4", "end_before_start"],
        [visits, "5", "unreadable_time"],
        [visits, "6", "unreadable_time"],
        [visits, "7", "unreadable_time"],
        [visits, "8", "unreadable_time"],
    ]
    assert answered(out) == [("b", 1, 0, 3600)]


def test_it_refuses_bad_encounters(
    put: Put, cases: str, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    encounters = put(
        "e.parquet",
        "FROM (VALUES ('F0', 'F0', 0, 9), ('F0', 'b', 0, NULL), ('F0', 'b', 0, 900))"
        ' AS t(a, b, start, "end")',
    )

    files = ["--encounters", encounters, "--cases", cases, "--out", out]
    assert run([*files, "--json"]) == 0

    first, second, summary = map(json.loads, capsys.readouterr().err.splitlines())
    assert (first["row"], first["code"]) == (1, "same_person")
    assert (second["row"], second["code"]) == (2, "unreadable_time")
    assert summary == {
        "visits": 0,
        "encounters": 1,
        "cases": 1,
        "refused": 2,
        "reached": {"1": 1},
    }


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("SELECT 'a' AS person, 'v' AS venue, 0 AS start", "missing_column"),
        ("SELECT 'a' AS person, 'v' AS venue, '0' AS start, 9 AS \"end\"", "wrong_type"),
        ("SELECT 'a' AS person, 1.5::DOUBLE AS venue, 0 AS start, 9 AS \"end\"", "wrong_type"),
        (
            "SELECT 'a' AS person, 'v' AS venue, TIMESTAMP '2021-07-24' AS start, 9 AS \"end\"",
            "wrong_type",
        ),
        ("SELECT NULL AS person, 'v' AS venue, 0 AS start, 9 AS \"end\"", "nothing_read"),
    ],
)
def test_it_fails_on_a_table_it_cannot_use(
    put: Put, cases: str, out: str, capsys: pytest.CaptureFixture[str], table: str, code: str
) -> None:
    visits = put("v.parquet", table)

    assert run(["--visits", visits, "--cases", cases, "--out", out]) == 2

    assert f"lachan reach: {code} " in capsys.readouterr().err
    assert not Path(out).exists()


@pytest.mark.parametrize("name", ["no.parquet", "no/*.parquet", "no.csv"])
def test_it_fails_on_files_that_are_not_there(
    cases: str, out: str, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert run(["--visits", f"/nowhere/{name}", "--cases", cases, "--out", out]) == 2

    assert "unreadable_file" in capsys.readouterr().err


def test_it_fails_where_it_cannot_write(
    put: Put, cases: str, capsys: pytest.CaptureFixture[str]
) -> None:
    visits = put("v.parquet", VISITS)

    assert run(["--visits", visits, "--cases", cases, "--out", "/nowhere/out.parquet"]) == 2

    assert "unwritable_file /nowhere/out.parquet: " in capsys.readouterr().err


@pytest.mark.parametrize(
    "options",
    [
        ["--cases", "c.csv", "--out", "o.parquet"],
        ["--visits", "-", "--cases", "-", "--out", "o.parquet"],
        ["--visits", "v.csv", "--cases", "c.csv", "--out", "o.csv"],
        ["--visits", "v.csv", "--cases", "c.csv", "--out", "o.parquet", "--conf", "cores"],
        ["--visits", "v.csv", "v.parquet", "--cases", "c.csv", "--out", "o.parquet"],
    ],
)
def test_it_refuses_options_that_do_not_go_together(
    options: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(options) == 2

    assert "bad_options" in capsys.readouterr().err


def cell(value: int | str | None) -> str:
    return "" if value is None else str(value)


@pytest.mark.parametrize("seed", range(20))
def test_it_finds_whom_trace_finds(put: Put, tmp_path: Path, out: str, seed: int) -> None:
    world = random_world(seed)
    files = [
        put(name, "\n".join([heading, *(",".join(map(cell, row)) for row in rows)]))
        for name, heading, rows in (
            ("v.csv", "person,venue,start,end", world.visits),
            ("e.csv", "a,b,start,end", world.encounters),
            ("c.csv", "person,infectious_from,infectious_to", world.cases),
        )
    ]
    named = ["--visits", files[0], "--encounters", files[1], "--cases", files[2]]
    figures = ["--hops", "4", "--min-minutes", "1", "--open-minutes", "30"]
    traced = str(tmp_path / "traced.parquet")

    assert run_trace([*named, *figures, "--out", traced]) == 0
    assert run([*named, *figures, "--out", out]) == 0

    table = "FROM '{}' ORDER BY hop, person"
    found = duckdb.sql("SELECT person, hop, first_at, seconds " + table.format(out)).fetchall()
    expected = duckdb.sql("SELECT person, hop, first_at, minutes " + table.format(traced))
    assert [(*who, float(minutes(seconds))) for *who, seconds in found] == expected.fetchall()


def test_its_codes_are_documented() -> None:
    text = (Path(__file__).parents[2] / "docs/how-to/scale-out.md").read_text("utf-8")
    whole = {"missing_column", "wrong_type", "unreadable_file", "unwritable_file", "nothing_read"}
    whole |= {"bad_options", "extra_missing", "java_missing", "engine_failed"}

    assert [code for code in {*WHY, *whole} if f"`{code}`" not in text] == []
    assert set(WHY) <= set(REASONS)
