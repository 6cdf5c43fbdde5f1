"""`lachan zone` as a person at a terminal meets it: files in, a plan out, refusals by row."""

import csv
import io
import json
import random
import re
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from lachan.config.commands.zone import run
from lachan.config.commands.zonefiles import answering, columns, reading
from lachan.config.commands.zonefiles.rows import REASONS
from tests.house.floors import ROOT

Write = Callable[[str, str], str]

COSTS = """place,people,businesses,kind,commune
ngõ 1,12,0,lane,Phường X
ngõ 2,8,1,lane,Phường Y
chợ,3,9,market,Phường X
ngõ 3,70,3,lane,Phường X
"""
EXPOSURES = """person,place,risk
a,ngõ 1,0.5
a,chợ,0.25
b,ngõ 1,1
c,ngõ 2,2
d,chợ,1
"""
HEADING = ",".join(answering.PLAN_COLUMNS) + "\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write_file


@pytest.fixture
def out(tmp_path: Path) -> str:
    return str(tmp_path / "plan.csv")


@pytest.fixture
def zone(write: Write, out: str) -> Callable[..., int]:
    def zone_files(exposures: str, costs: str, *more: str) -> int:
        files = ["--exposures", write("E.csv", exposures), "--cost", write("C.csv", costs)]
        return run([*files, "--cover", "0.7", "--bound-seconds", "5", "--out", out, *more])

    return zone_files


Zone = Callable[..., int]


def read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def last_json(text: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(text.splitlines()[-1])
    return found


def test_it_plans_with_reasons(zone: Zone, out: str) -> None:
    assert zone(EXPOSURES, COSTS) == 0

    assert read(out) == HEADING + (
        "1,ngõ 2,lane,Phường Y,8,1,13,1,2,0.444444,1,2\n"
        "2,ngõ 1,lane,Phường X,12,0,12,2,1.5,0.777777,2,1.5\n"
    )


def test_it_tells_sums_that_close(zone: Zone, capsys: pytest.CaptureFixture[str]) -> None:
    assert zone(EXPOSURES, COSTS, "--json", "--alternatives", "0.95,0.5,0.7") == 0

    summary = last_json(capsys.readouterr().err)
    plan, others = summary["plan"], summary["alternatives"]
    assert isinstance(plan, dict)
    assert isinstance(others, list)
    assert [row["cover"] for row in [plan, *others]] == ["0.7", "0.5", "0.95"]
    assert summary["risk"] == "4.5"
    for row in [plan, *others]:
        assert Decimal(row["risk_covered"]) + Decimal(row["risk_left"]) == Decimal("4.5")
        assert row["exposed_covered"] + row["exposed_left"] == summary["exposed"] == 4
        assert Decimal(row["cost"]) == row["people"] + 5 * row["businesses"]
        assert Decimal(row["bound"]["cost"]) <= Decimal(row["cost"])
        assert Decimal(row["risk_covered"]) >= Decimal(row["risk_needed"])


def test_it_compares_with_closing_whole_communes(
    zone: Zone, capsys: pytest.CaptureFixture[str]
) -> None:
    assert zone(EXPOSURES, COSTS) == 0

    told = capsys.readouterr().err
    assert "Phường X: 12 of 85 people, 0 of 12 businesses, 1 of 3 places." in told
    assert "Phường Y: 8 of 8 people, 1 of 1 businesses, 1 of 1 places." in told
    assert "together: 20 of 93 people, 1 of 13 businesses, 2 of 4 places." in told


def test_it_compares_nothing_without_communes(
    zone: Zone, capsys: pytest.CaptureFixture[str]
) -> None:
    assert zone("person,place,risk\na,v,1\n", "place,people,businesses\nv,1,0\n", "--json") == 0

    assert last_json(capsys.readouterr().err)["communes"] == []


def test_it_weighs_businesses_as_told(zone: Zone, out: str) -> None:
    exposures = "person,place,risk\na,shop,1\na,lane,1\n"
    costs = "place,people,businesses\nshop,1,1\nlane,4,0\n"

    assert zone(exposures, costs) == 0
    assert ",lane," in read(out)
    assert zone(exposures, costs, "--business-weight", "2.5") == 0
    assert "1,shop,,,1,1,3.5," in read(out)


def test_it_counts_a_person_once_with_her_largest_risk(zone: Zone, out: str) -> None:
    exposures = "person,place,risk\na,v,1\na,v,1\na,w,3\n"

    assert zone(exposures, "place,people,businesses\nv,1,0\nw,9,0\n") == 0

    assert read(out).splitlines()[1] == "1,v,,,1,0,1,1,3,1,1,3"


BAD_ROWS = {
    ",v,1": "empty_id",
    "a, ,1": "empty_id",
    "a,v,": "unreadable_number",
    "a,v,nan": "unreadable_number",
    "a,v,inf": "unreadable_number",
    "a,v,1_0": "unreadable_number",
    "a,v,٣": "unreadable_number",
    "a,v,-0.1": "negative_number",
    "a,v,1000001": "number_too_large",
    "a,v,1e300": "number_too_large",
    "a,v": "wrong_field_count",
    "a,elsewhere,1": "place_without_cost",
}


@pytest.mark.parametrize("bad", BAD_ROWS)
def test_it_refuses_a_bad_exposure_alone(bad: str, zone: Zone, out: str, tmp_path: Path) -> None:
    refused = str(tmp_path / "refused.csv")
    exposures = f"person,place,risk\n{bad}\nb,v,2\n"

    status = zone(exposures, "place,people,businesses\nv,1,0\n", "--refused", refused, "--strict")

    assert status == 1
    [row] = csv.DictReader(io.StringIO(read(refused)))
    assert (row["row"], row["code"]) == ("2", BAD_ROWS[bad])
    assert read(out).splitlines()[1] == "1,v,,,1,0,1,1,2,1,1,2"


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (",1,1", "empty_id"),
        ("w,1.5,1", "not_whole"),
        ("w,1,-1", "negative_number"),
        ("w,many,1", "unreadable_number"),
        ("w,1000000001,0", "number_too_large"),
        ("w,1,1,1", "wrong_field_count"),
        ("v,2,0", "repeated_place"),
    ],
)
def test_it_refuses_a_bad_cost_alone(
    bad: str, code: str, zone: Zone, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    costs = f"place,people,businesses\nv,1,0\n{bad}\n"

    assert zone("person,place,risk\nb,v,2\n", costs, "--json") == 0

    refusal = json.loads(capsys.readouterr().err.splitlines()[0])
    assert (refusal["row"], refusal["code"]) == (3, code)
    assert refusal["file"].endswith("C.csv")
    assert read(out).splitlines()[1] == "1,v,,,1,0,1,1,2,1,1,2"


def test_it_refuses_a_row_that_is_no_text(write: Write, out: str, tmp_path: Path) -> None:
    exposures = tmp_path / "E.csv"
    exposures.write_bytes(b"person,place,risk\n\xff,v,1\nb,v,2\n")
    costs = write("C.csv", "place,people,businesses\nv,1,0\n")

    files = ["--exposures", str(exposures), "--cost", costs, "--out", out]
    assert run([*files, "--cover", "1", "--refused", str(tmp_path / "R.csv")]) == 0

    assert ",2,unreadable_row," in read(str(tmp_path / "R.csv"))


@pytest.mark.parametrize(
    ("exposures", "costs", "code"),
    [
        ("person,place\na,v\n", "place,people,businesses\nv,1,0\n", "missing_column"),
        ("", "place,people,businesses\nv,1,0\n", "missing_column"),
        ("person,place,risk\na,v,1\n", "place,people\nv,1\n", "missing_column"),
        ("person,place,risk\na,v,x\n", "place,people,businesses\nv,1,0\n", "nothing_read"),
        ("person,place,risk\na,v,1\n", "place,people,businesses\nv,x,0\n", "nothing_read"),
    ],
)
def test_it_says_why_nothing_was_planned(
    exposures: str, costs: str, code: str, zone: Zone, capsys: pytest.CaptureFixture[str]
) -> None:
    assert zone(exposures, costs) == 2

    assert f"lachan zone: {code} " in capsys.readouterr().err


def test_it_refuses_sums_that_do_not_fit(zone: Zone, capsys: pytest.CaptureFixture[str]) -> None:
    costs = "place,people,businesses\n" + "".join(f"v{i},1,1000000000\n" for i in range(3))

    assert zone("person,place,risk\na,v1,1\n", costs, "--business-weight", "1000000") == 2

    assert "too_large" in capsys.readouterr().err


def test_it_refuses_files_it_cannot_open_or_write(
    write: Write, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    exposures, costs = write("E.csv", EXPOSURES), write("C.csv", COSTS)

    assert run(["--exposures", "/none", "--cost", costs, "--cover", "1", "--out", out]) == 2
    assert "unreadable_file" in capsys.readouterr().err
    files = ["--exposures", exposures, "--cost", costs, "--cover", "1"]
    assert run([*files, "--out", "/none/plan.csv"]) == 2
    assert "unwritable_file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options",
    [["--exposures", "-", "--cost", "-"], ["--refused", "-", "--out", "-"], ["--out", "p.parquet"]],
)
def test_it_refuses_options_that_do_not_go_together(
    options: list[str], zone: Zone, capsys: pytest.CaptureFixture[str]
) -> None:
    assert zone(EXPOSURES, COSTS, *options) == 2

    assert "bad_options" in capsys.readouterr().err


@pytest.mark.parametrize("cover", ["1.1", "-0.1", "90", "nan", "x"])
def test_it_refuses_a_share_that_is_none(cover: str, zone: Zone) -> None:
    with pytest.raises(SystemExit) as end:
        zone(EXPOSURES, COSTS, "--cover", cover)

    assert end.value.code == 2


def test_it_plans_nothing_for_a_share_of_nothing(zone: Zone, out: str) -> None:
    assert zone(EXPOSURES, COSTS, "--cover", "0") == 0
    assert read(out) == HEADING
    assert zone("person,place,risk\n", COSTS) == 0
    assert read(out) == HEADING


def test_it_covers_everybody_when_all_is_asked(zone: Zone, out: str) -> None:
    assert zone(EXPOSURES, COSTS, "--cover", "1") == 0

    assert read(out).splitlines()[-1].split(",")[9] == "1"


def test_it_reads_standard_input(write: Write, out: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(COSTS.encode())))

    files = ["--exposures", write("E.csv", EXPOSURES), "--cost", "-", "--out", out]
    assert run([*files, "--cover", "0.7", "--bound-seconds", "0"]) == 0

    assert len(read(out).splitlines()) == 3


def many_rows(seed: int, *, bad: bool) -> tuple[str, str]:
    dice = random.Random(seed)
    places = [f"{dice.choice('vVê')}{i}" for i in range(40)]
    risks = ["0.5", "1", "12.345678", "0.1234567", "1e-3", " 2", "+3", "0.30", "007.5"]
    wrong = [",v1,1", "x,nowhere,1", "x,v1,-2", "x,v1,NaN", "x,v1,2000000", "\u00a0,v1,1", "y,v1,"]
    lines = [
        f"P{dice.randrange(300)},{dice.choice(places)},{dice.choice(risks)}" for _ in range(900)
    ]
    if bad:
        for row in wrong:
            lines.insert(dice.randrange(len(lines)), row)
    costs = [f"{name},{dice.randrange(9)},{dice.randrange(3)}" for name in places]
    head = ["person,place,risk"], ["place,people,businesses"]
    return "\n".join([*head[0], *lines]) + "\n", "\n".join([*head[1], *costs, "v1,4,0"])


@pytest.mark.parametrize("bad", [False, True])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_it_reads_columns_as_it_reads_rows(
    bad: bool, kind: str, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exposures, costs = many_rows(3, bad=bad)
    path, prices = write("E.csv", exposures), write("C.csv", costs)
    rows = reading.Evidence()
    rows.read_costs(prices)
    by_rows = rows.read_exposures(path)
    if kind == "parquet":
        table = duckdb.read_csv(path, all_varchar=True)
        path = str(tmp_path / "E.parquet")
        table.write_parquet(path)
    monkeypatch.setattr(columns, "LARGE", 1)

    by_columns = reading.Evidence()
    by_columns.read_costs(prices)
    assert columns.read(path, [place.name for place in by_columns.places]) is not None
    found = by_columns.read_exposures(path)

    assert found.people == by_rows.people
    assert sorted(zip(*(c.tolist() for c in found[:3]), strict=True)) == sorted(
        zip(*(c.tolist() for c in by_rows[:3]), strict=True)
    )
    shift = 1 if kind == "parquet" else 0
    mine = [(r.row + shift * (r.file == path), r.code, r.reason) for r in by_columns.refusals]
    assert mine == [(r.row, r.code, r.reason) for r in rows.refusals]
    assert len(mine) == (7 if bad else 0) + costs.count("\nv1,") - 1


@pytest.mark.parametrize("odd", ['"x",v1,1', "", "x,v1", "x,v1,1\r"])
def test_it_reads_odd_large_files_by_rows(
    odd: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("E.csv", f"person,place,risk\nx,v1,1\n{odd}\nx,v1,2\n")
    monkeypatch.setattr(columns, "LARGE", 1)

    assert columns.worth_it(path)
    assert columns.read(path, ["v1"]) is None


def test_the_page_explains_every_column_and_code() -> None:
    page = (ROOT / "docs/platforms/zoning.md").read_text("utf-8")
    explained = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    source = (ROOT / "src/lachan/config/commands/zone.py").read_text("utf-8")
    whole = set(re.findall(r'failed\(\s*"(\w+)"', source)) | {"unreadable_file", "missing_column"}

    assert explained == set(REASONS) | whole | set(answering.PLAN_COLUMNS)
