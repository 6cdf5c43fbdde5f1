"""`lachan trace` as a person at a terminal meets it: files in, files out, refusals by row."""

import io
import json
import sys
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import duckdb
import pytest

from lachan.config.commands.trace import FEW_ROWS, run
from lachan.config.commands.tracefiles.reading import REASONS
from lachan.config.commands.tracefiles.times import iso_time
from lachan.engine import naive
from tests.engine.worlds import random_world

HEADING = "person,hop,via,first_at,minutes,venues,sources,imputed\n"

Write = Callable[[str, str], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write_file


@pytest.fixture
def cases(write: Write) -> str:
    return write("cases.csv", "person,infectious_from,infectious_to\nF0,0,\n")


@pytest.fixture
def visits(write: Write) -> str:
    return write("visits.csv", "person,venue,start,end\nF0,v,0,3600\nBé,v,600,\nC,v,3540,4000\n")


@pytest.fixture
def out(tmp_path: Path) -> str:
    return str(tmp_path / "out.csv")


def read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def test_it_traces_visits(visits: str, cases: str, out: str) -> None:
    assert run(["--visits", visits, "--cases", cases, "--out", out]) == 0

    assert read(out) == HEADING + "Bé,1,F0,600,50.00,1,1,1\n"


def test_it_traces_encounters_alone(write: Write, cases: str, out: str) -> None:
    encounters = write("e.csv", "a,b,start,end\nF0,a,0,1000\na,F0,980,1020\nb,a,1000,2000\n")

    assert run(["--encounters", encounters, "--cases", cases, "--out", out]) == 0

    assert read(out) == HEADING + "a,1,F0,0,17.00,0,1,0\nb,2,a,1000,16.67,0,1,0\n"


def test_it_obeys_its_figures(visits: str, write: Write, cases: str, out: str) -> None:
    encounters = write("e.csv", "a,b,start,end\nBé,late,0,7000\n")

    figures = ["--hops", "2", "--min-minutes", "0.5", "--latent-hours", "1.5"]
    files = ["--visits", visits, "--encounters", encounters, "--cases", cases, "--out", out]
    assert run([*files, *figures, "--open-minutes", "10"]) == 0

    assert read(out) == HEADING + (
        "Bé,1,F0,600,10.00,1,1,1\nC,1,F0,3540,1.00,1,1,0\nlate,2,Bé,6000,16.67,0,1,0\n"
    )


def test_it_writes_iso_times_when_an_input_had_one(visits: str, write: Write, out: str) -> None:
    cases = write("c.csv", "person,infectious_from,infectious_to\nF0,1970-01-01T07:00+07:00,\n")

    assert run(["--visits", visits, "--cases", cases, "--out", out]) == 0

    assert read(out) == HEADING + "Bé,1,F0,1970-01-01T00:10:00Z,50.00,1,1,1\n"


def test_it_reads_offsets_and_parts_of_seconds(write: Write, out: str) -> None:
    visits = write(
        "v.csv",
        "person,venue,start,end\n"
        "F0,v,2021-07-24T10:00:00+07:00,2021-07-24T11:00:00+07:00\n"
        "a,v,2021-07-24T03:00:59.900Z,2021-07-23T23:30:00-04:00\n",
    )
    cases = write(
        "c.csv",
        "person,infectious_from,infectious_to\nF0,20210724T000000Z,2021-07-24 03:20:00.5Z\n",
    )

    assert run(["--visits", visits, "--cases", cases, "--out", out]) == 0

    assert read(out) == HEADING + "a,1,F0,2021-07-24T03:00:00Z,21.00,1,1,0\n"


def test_it_reads_and_writes_parquet(tmp_path: Path) -> None:
    visits, cases, out = (str(tmp_path / f"{name}.parquet") for name in ("v", "c", "o"))
    duckdb.execute(
        "COPY (SELECT * FROM (VALUES ('F0', 7, TIMESTAMPTZ '2021-07-24 10:00:00+07',"
        " TIMESTAMPTZ '2021-07-24 11:00:00+07'), ('Bé', 7, TIMESTAMPTZ '2021-07-24 10:30:00+07',"
        f" NULL)) AS t(person, venue, start, \"end\")) TO '{visits}'"
    )
    duckdb.execute(
        "COPY (SELECT 'F0' AS person, 1627084800.0::DOUBLE AS infectious_from,"
        f" 'nan'::DOUBLE AS infectious_to) TO '{cases}'"
    )

    assert run(["--visits", visits, "--cases", cases, "--out", out]) == 0

    assert duckdb.sql(f"FROM '{out}'").fetchall() == [
        ("Bé", 1, "F0", "2021-07-24T03:30:00Z", 30.0, 1, 1, 1)
    ]


def test_it_refuses_parquet_rows_by_number(
    tmp_path: Path, cases: str, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    visits = str(tmp_path / "v.parquet")
    duckdb.execute(
        "COPY (SELECT * FROM (VALUES ('F0', 'v', 0::DOUBLE, 60), ('a', 'v', 'inf', 60))"
        f" AS t(person, venue, start, \"end\")) TO '{visits}'"
    )

    assert run(["--visits", visits, "--cases", cases, "--out", out]) == 0

    assert capsys.readouterr().err.startswith(f"{visits}:2 unreadable_time ")


def test_it_reads_standard_input_and_writes_standard_output(
    visits: str,
    cases: str,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path(visits).read_bytes())))

    assert run(["--visits", "-", "--cases", cases, "--out", "-"]) == 0

    assert capsysbinary.readouterr().out.decode() == HEADING + "Bé,1,F0,600,50.00,1,1,1\n"


BAD_VISITS = (
    "person,venue,start,end\n"
    "F0,v,0,3600\n"
    "a,v,100,99\n"
    "\n"
    "a,v,yesterday,200\n"
    "a,v,2021-07-24T10:00:00,\n"
    ",v,1,2\n"
    "a,,1,2\n"
    "a,v,1\n"
    "a,v,1627095600000,\n"
    "a,v,,60\n"
    "b,v,0,900\n"
)


def test_it_refuses_bad_rows_one_by_one(
    write: Write, cases: str, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    visits = write("bad.csv", BAD_VISITS)

    assert run(["--visits", visits, "--cases", cases, "--out", out]) == 0

    lines = [line.split(" ", 2) for line in capsys.readouterr().err.splitlines()]
    assert [(place.removeprefix(visits + ":"), code) for place, code, _ in lines] == [
        ("3", "end_before_start"),
        ("5", "unreadable_time"),
        ("6", "unreadable_time"),
        ("7", "empty_id"),
        ("8", "empty_id"),
        ("9", "wrong_field_count"),
        ("10", "unreadable_time"),
        ("11", "unreadable_time"),
    ]
    assert all(reason for _, _, reason in lines)
    assert read(out) == HEADING + "b,1,F0,0,15.00,1,1,0\n"


def test_it_refuses_bad_encounters_and_cases(write: Write, out: str, tmp_path: Path) -> None:
    encounters = write("e.csv", "a,b,start,end\nF0,F0,0,9\nF0,b,5,4\nF0,b,5,\nF0,b,0,900\n")
    cases = write("c.csv", "person,infectious_from,infectious_to\nb,9,8\nF0,,\nF0,0,\n")
    refused = str(tmp_path / "refused.csv")

    files = ["--encounters", encounters, "--cases", cases, "--out", out, "--refused", refused]
    assert run(files) == 0

    rows = [line.split(",")[:3] for line in read(refused).splitlines()]
    assert rows == [
        ["file", "row", "code"],
        [encounters, "2", "same_person"],
        [encounters, "3", "end_before_start"],
        [encounters, "4", "unreadable_time"],
        [cases, "2", "end_before_start"],
        [cases, "3", "unreadable_time"],
    ]
    assert read(out) == HEADING + "b,1,F0,0,15.00,0,1,0\n"


def test_it_refuses_rows_that_are_not_utf8(
    tmp_path: Path, cases: str, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    visits = tmp_path / "v.csv"
    visits.write_bytes(b"person,venue,start,end\nF0,v,0,900\nB\xe9,v,0,900\nb,v,0,900\n")

    assert run(["--visits", str(visits), "--cases", cases, "--out", out]) == 0

    assert f"{visits}:3 unreadable_row " in capsys.readouterr().err
    assert read(out) == HEADING + "b,1,F0,0,15.00,1,1,0\n"


def test_it_loses_no_good_row_to_an_unclosed_quotation_mark(
    write: Write, cases: str, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    visits = write(
        "v.csv",
        "person,venue,start,end,note\n"
        "F0,v,0,3600,\n"
        '"a,v,0,900,\n'
        "b,v,0,900,\n"
        'c,v,0,900,"said ""ill""\nand left"\n'
        'd,"v,0,900,\n'
        'e,v,0,900,"x"\n'
        'f,v,0,900,left"\n'
        'g,v,0,900,"left\n',
    )

    assert run(["--visits", visits, "--cases", cases, "--out", out]) == 0

    lines = [line.split(" ")[:2] for line in capsys.readouterr().err.splitlines()]
    assert lines == [[f"{visits}:{row}", "unclosed_quote"] for row in (3, 6, 9)]
    assert [line[:1] for line in read(out).splitlines()[1:]] == ["b", "c", "e", "f"]


def test_it_is_strict_when_asked(write: Write, cases: str, out: str) -> None:
    visits = write("bad.csv", BAD_VISITS)

    assert run(["--visits", visits, "--cases", cases, "--out", out, "--strict"]) == 1

    assert read(out) == HEADING + "b,1,F0,0,15.00,1,1,0\n"


def test_it_is_strict_about_nothing_when_nothing_is_refused(
    visits: str, cases: str, out: str
) -> None:
    assert run(["--visits", visits, "--cases", cases, "--out", out, "--strict"]) == 0


def test_it_says_in_json_what_it_did(
    write: Write, cases: str, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    visits = write("v.csv", "person,venue,start,end\nF0,v,0,900\na,v,0,900\nb,v,9,8\n")

    assert run(["--visits", visits, "--cases", cases, "--out", out, "--json"]) == 0

    refusal, summary = map(json.loads, capsys.readouterr().err.splitlines())
    assert refusal == {
        "file": visits,
        "row": 4,
        "code": "end_before_start",
        "reason": "end is before start",
    }
    assert summary == {
        "visits": 2,
        "encounters": 0,
        "cases": 1,
        "refused": 1,
        "reached": {"1": 1},
    }


def test_it_fails_when_nothing_could_be_read(
    write: Write, cases: str, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    visits = write("v.csv", "person,venue,start,end\na,v,x,y\n")

    assert run(["--visits", visits, "--cases", cases, "--out", out, "--strict"]) == 2

    assert "nothing_read" in capsys.readouterr().err
    assert not Path(out).exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [(None, "unreadable_file"), ("", "missing_column"), ("person,venue,start\n", "missing_column")],
)
def test_it_fails_on_a_file_it_cannot_use(
    write: Write,
    cases: str,
    out: str,
    capsys: pytest.CaptureFixture[str],
    text: str | None,
    code: str,
) -> None:
    visits = "/nowhere/v.csv" if text is None else write("v.csv", text)

    assert run(["--visits", visits, "--cases", cases, "--out", out]) == 2

    assert capsys.readouterr().err.startswith(f"lachan trace: {code} {visits}: ")


@pytest.mark.parametrize("name", ["v.parquet", "missing.parquet"])
def test_it_fails_on_a_parquet_file_that_is_none(
    write: Write, cases: str, out: str, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    folder = Path(write("v.parquet", "no parquet")).parent

    assert run(["--visits", str(folder / name), "--cases", cases, "--out", out]) == 2

    assert "unreadable_file" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_it_fails_where_it_cannot_write(
    visits: str, cases: str, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert run(["--visits", visits, "--cases", cases, "--out", f"/nowhere/{name}"]) == 2

    assert f"unwritable_file /nowhere/{name}: " in capsys.readouterr().err


def test_it_fails_where_it_cannot_write_refusals(
    visits: str, cases: str, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = ["--visits", visits, "--cases", cases, "--out", out, "--refused", "/nowhere/r.csv"]

    assert run(files) == 2

    assert "unwritable_file /nowhere/r.csv: " in capsys.readouterr().err


def test_it_leaves_an_older_answer_alone_when_nothing_is_traced(
    write: Write, cases: str, out: str
) -> None:
    Path(out).write_text("yesterday's list", encoding="utf-8")

    assert run(["--visits", "/nowhere/v.csv", "--cases", cases, "--out", out]) == 2

    assert read(out) == "yesterday's list"


def test_it_answers_empty_files_with_an_empty_list(write: Write, cases: str, out: str) -> None:
    visits = write("v.csv", "person,venue,start,end\n")

    assert run(["--visits", visits, "--cases", cases, "--out", out, "--strict"]) == 0

    assert read(out) == HEADING


@pytest.mark.parametrize(
    "options",
    [
        ["--cases", "c.csv", "--out", "-"],
        ["--visits", "-", "--cases", "-", "--out", "-"],
        ["--visits", "v.csv", "--cases", "c.csv", "--out", "-", "--refused", "-"],
    ],
)
def test_it_refuses_options_that_do_not_go_together(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(options) == 2

    assert "bad_options" in capsys.readouterr().err


@pytest.mark.parametrize(
    "figure",
    [["--hops", "0"], ["--min-minutes", "-1"], ["--latent-hours", "x"], ["--open-minutes", "1.5"]],
)
def test_it_refuses_impossible_figures(figure: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        run(["--visits", "v.csv", "--cases", "c.csv", "--out", "-", *figure])

    assert end.value.code == 2


def test_its_codes_are_documented() -> None:
    pages = (Path(__file__).parents[2] / "docs/platforms" / f"{n}.md" for n in ("engine", "files"))
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    whole_file = {"missing_column", "unreadable_file", "unwritable_file", "nothing_read"}

    assert [
        code for code in {*REASONS, *whole_file, "bad_options"} if f"`{code}`" not in text
    ] == []


def test_it_gives_the_same_answer_on_either_side_of_few_rows(
    write: Write, cases: str, out: str
) -> None:
    rows = [f"p{i},F0,{i * 7},{i * 11 + 900}\n" for i in range(FEW_ROWS // 2)]
    rows += [f"p{i},q{i * 3 % 50},{i * 5},{i * 13 + 700}\n" for i in range(FEW_ROWS // 2 - 1)]
    encounters = write("few.csv", "a,b,start,end\n" + "".join(rows))
    assert run(["--encounters", encounters, "--cases", cases, "--out", out]) == 0
    few = read(out)

    more = write("more.csv", "a,b,start,end\n" + "".join(rows) + "far,away,0,60\n")
    assert run(["--encounters", more, "--cases", cases, "--out", out]) == 0

    assert read(out) == few
    assert len(few.splitlines()) > FEW_ROWS // 2


def cell(value: int | str | None, *, iso: bool) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return iso_time(value) if iso else str(value)


@pytest.mark.parametrize("seed", range(60))
def test_it_writes_what_the_definition_says(write: Write, out: str, seed: int) -> None:
    world = random_world(seed)
    iso = seed % 2 == 1
    headings = ("person,venue,start,end", "a,b,start,end", "person,infectious_from,infectious_to")
    files = [
        write(
            f"{number}.csv",
            "\n".join([heading, *(",".join(cell(v, iso=iso) for v in row) for row in rows)]),
        )
        for number, (heading, rows) in enumerate(zip(headings, world[:3], strict=True))
    ]
    rule = world.rule
    figures = ["--hops", rule.hops, "--open-minutes", rule.open_minutes]
    # Seconds as minutes and hours with more decimals than needed: they are rounded up.
    figures += ["--min-minutes", f"{(rule.min_seconds - 0.5) / 60 if rule.min_seconds else 0:.6f}"]
    figures += ["--latent-hours", f"{max(rule.latent_seconds - 0.5, 0) / 3600:.6f}"]
    named = zip(("--visits", "--encounters", "--cases"), files, strict=True)

    assert run([*map(str, figures), *chain(*named), "--out", out]) == 0

    expected = [
        f"{c.person},{c.hop},{c.via},{cell(c.first_at, iso=iso)},{c.seconds / 60:.2f},"
        f"{c.venues},{c.sources},{int(c.imputed)}\n"
        for c in naive.trace(*world)
    ]
    assert read(out) == HEADING + "".join(expected)
