"""`lachan spread` on files."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lachan.config.commands.spread import COLUMNS, PLACE_COLUMNS, run

Write = Callable[[str, str], str]

#: One wedding: a infected eight, c one of them further.
PAIRS = (
    "source,infected,place\n"
    + "".join(f"a,{name},wedding\n" for name in "bcdefghi")
    + "c,j,market\nj,k,\n"
)


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


def test_it_ranks_people_by_whom_they_infected(
    write: Write, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--pairs", write("p.csv", PAIRS), "--out", out]) == 0

    rows = table(out)
    assert tuple(rows[0]) == COLUMNS
    assert [(r["person"], r["secondary"]) for r in rows[:4]] == [
        *(("a", "8"), ("c", "1"), ("j", "1"), ("b", "0"))
    ]
    assert [r["cumulative_share"] for r in rows[:3]] == ["0.8", "0.9", "1"]
    said = capsys.readouterr().err
    assert said.startswith("11 cases infected 0.909 each; k 0.1")
    assert said.endswith("9.1% of cases caused 80 %\n")


def test_cases_without_a_pair_infected_nobody(write: Write, out: str) -> None:
    cases = write("c.csv", "person\na\ny\nz\n")

    run(["--pairs", write("p.csv", PAIRS), "--cases", cases, "--out", out])

    assert [row["secondary"] for row in table(out) if row["person"] in "yz"] == ["0", "0"]
    assert len(table(out)) == 13


def test_it_ranks_places_by_what_chance_cannot_explain(
    write: Write, out: str, tmp_path: Path
) -> None:
    exposed = write("e.csv", "place,exposed\nmarket,900\nwedding,60\nbus,40\n")
    places = str(tmp_path / "places.csv")

    asked = ["--exposed", exposed, "--places", places]
    assert run(["--pairs", write("p.csv", PAIRS), *asked, "--out", out]) == 0

    rows = table(places)
    assert tuple(rows[0]) == PLACE_COLUMNS
    assert [row["place"] for row in rows] == ["wedding", "market", "bus"]
    assert (rows[0]["secondary"], rows[0]["expected"]) == ("8", "0.54")


def test_json_sums_up(write: Write, out: str, capsys: pytest.CaptureFixture[str]) -> None:
    chain = write("p.csv", "source,infected\na,b\nb,c\nc,d\n")

    run(["--pairs", chain, "--json", "--out", out])

    said = json.loads(capsys.readouterr().err)
    assert (said["pairs"], said["cases"], said["mean"], said["k"]) == (3, 4, 0.75, None)


def test_bad_rows_are_refused_alone(write: Write, out: str, tmp_path: Path) -> None:
    pairs = write("p.csv", PAIRS + "a,a,wedding\n,x,\n")
    exposed = write("e.csv", "place,exposed\nwedding,60\nwedding,61\nbus,many\n")
    places, refused = str(tmp_path / "places.csv"), str(tmp_path / "r.csv")
    options = ["--pairs", pairs, "--exposed", exposed, "--places", places, "--refused", refused]

    assert run([*options, "--strict", "--out", out]) == 1

    codes = [row["code"] for row in table(refused)]
    assert codes == ["same_person", "empty_id", "duplicate", "not_a_number"]
    assert [row["exposed"] for row in table(places)] == ["60"]


@pytest.mark.parametrize(
    ("text", "more", "code"),
    [
        ("source,infected\n", [], "nothing_read"),
        ("source,infected\na,b\n", ["--places", "x.csv"], "bad_options"),
        ("source,place\na,b\n", [], "missing_column"),
    ],
)
def test_it_says_why_nothing_was_counted(
    text: str,
    more: list[str],
    code: str,
    write: Write,
    out: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["--pairs", write("p.csv", text), *more, "--out", out]) == 2

    assert f"lachan spread: {code} " in capsys.readouterr().err
