"""`lachan exposures` as a person at a terminal meets it."""

import csv
import json
import math
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from lachan.config.commands.exposurefiles import reading
from lachan.config.commands.exposurefiles.profile import Profile, as_json, read_profile
from lachan.config.commands.exposurefiles.writing import PEOPLE, PLACES
from lachan.config.commands.exposures import run
from lachan.config.commands.trace import run as run_trace
from lachan.config.commands.zone import run as run_zone
from lachan.engine.exposure_reasons import CODES
from lachan.engine.scoring_rule import Scoring
from tests.engine.worlds import random_world

PAGE = Path(__file__).parents[2] / "docs/platforms/exposure.md"
HOUR = 3_600
PLAIN = Profile(Scoring(rate=(100_000, 200_000, 50_000)))

Write = Callable[[str, str], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write_file


@pytest.fixture
def files(write: Write, tmp_path: Path) -> dict[str, str]:
    """F0 and Bé are two hours together at a line; Bé and Cò live together."""
    return {
        "visits": write("v.csv", "person,venue,start,end\nF0,line,0,7200\nBé,line,0,7200\n"),
        "cases": write("c.csv", "person,infectious_from,infectious_to\nF0,0,\n"),
        "profile": write("p.json", as_json(PLAIN)),
        "out": str(tmp_path / "people.csv"),
        "exposures": str(tmp_path / "places.csv"),
    }


def arguments(files: dict[str, str], **more: str) -> list[str]:
    named = files | more
    return [
        part for name, value in named.items() for part in (f"--{name.replace('_', '-')}", value)
    ]


def rows(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_two_hours_at_a_tenth_an_hour(files: dict[str, str]) -> None:
    assert run(arguments(files)) == 0

    (row,) = rows(files["out"])
    assert tuple(row) == PEOPLE
    assert float(row["risk"]) == pytest.approx(1 - math.exp(-0.2), abs=2e-6)
    assert row["risk"] == row["risk_least"] == row["risk_most"]
    assert (row["person"], row["hop"], row["reason_code"]) == ("Bé", "1", "exposed_at_place")
    assert (row["reason_place"], row["reason_minutes"], row["reason_at"]) == ("line", "120.00", "0")
    assert (row["reason_share"], row["reason_others"], row["reason_estimated"]) == ("100", "0", "0")
    assert rows(files["exposures"]) == [{"person": "Bé", "place": "line", "risk": row["risk"]}]


def test_the_second_hop_has_the_risk_of_its_source(files: dict[str, str], write: Write) -> None:
    homes = write("h.csv", "household,person\n12,Bé\n12,Cò\n")
    later = write(
        "v2.csv", "person,venue,start,end\nF0,line,0,7200\nBé,line,0,7200\nF0,gone,0,86400\n"
    )
    figures = {"visits": later, "households": homes, "as_of": "86400"}

    assert run(arguments(files, **figures)) == 0

    one, two = rows(files["out"])
    # 24 hours at home from the first meeting on, at 0.05 an hour, with a source infected by 18 %.
    home = float(one["risk"]) * (1 - math.exp(-0.05 * 24))
    assert (two["person"], two["hop"], two["reason_code"]) == (
        "Cò",
        "2",
        "exposed_at_home_to_contact",
    )
    assert float(two["risk"]) == pytest.approx(home, abs=3e-6)
    assert {(row["person"], row["place"]) for row in rows(files["exposures"])} == {
        ("Bé", "line"), ("Bé", "home:12"), ("Cò", "home:12"),
    }  # fmt: skip


def test_an_exit_nobody_scanned_makes_a_range(files: dict[str, str], write: Write) -> None:
    visits = write("v.csv", "person,venue,start,end\nF0,line,0,36000\nBé,line,0,\n")
    profile = write("p.json", as_json(Profile(Scoring(rate=(100_000, 0, 0), imputed=500))))

    assert run(arguments(files, visits=visits, profile=profile)) == 0

    (row,) = rows(files["out"])
    for column, minutes in (("risk_least", 1), ("risk", 240.5), ("risk_most", 480)):
        assert float(row[column]) == pytest.approx(1 - math.exp(-minutes / 600), abs=3e-6)
    assert row["reason_estimated"] == "1"


def test_the_kind_of_place_and_its_depth_count(files: dict[str, str], write: Write) -> None:
    places = write("pl.csv", "venue,kind,lies_in\nline,line,gate\ngate,campus,\n")
    visits = write(
        "v.csv", "person,venue,start,end\nF0,line,0,7200\nBé,line,0,7200\nXa,gate,0,7200\n"
    )
    half = Profile(PLAIN.scoring, places={"campus": 0, "line": 500})
    profile = write("p.json", as_json(half))

    assert run(arguments(files, visits=visits, places=places, profile=profile)) == 0

    (row,) = rows(files["out"])
    assert row["person"] == "Bé"
    assert float(row["risk"]) == pytest.approx(1 - math.exp(-0.1), abs=2e-6)


def test_doses_and_how_close_phones_were_count(files: dict[str, str], write: Write) -> None:
    encounters = write("e.csv", "a,b,start,end,permille\nF0,Ba,0,3600,500\nF0,Tư,0,3600,\n")
    doses = write("d.csv", "person,doses\nBa,0\nTư,2\n")
    protected = Scoring(rate=(0, 200_000, 0), susceptible=(500, 1000, 100, 10))
    profile = write("p.json", as_json(Profile(protected)))

    del files["visits"]
    assert run(arguments(files, encounters=encounters, doses=doses, profile=profile)) == 0

    risk = {row["person"]: float(row["risk"]) for row in rows(files["out"])}
    assert risk["Ba"] == pytest.approx(1 - math.exp(-0.1), abs=2e-6)
    assert risk["Tư"] == pytest.approx((1 - math.exp(-0.2)) / 100, abs=2e-6)


def test_onset_decides_the_day_of_illness(files: dict[str, str], write: Write) -> None:
    cases = write("c.csv", "person,infectious_from,infectious_to,onset\nF0,0,,172800\n")
    fading = Scoring(rate=(100_000, 0, 0), infectious=(0, 250, 1000), first_day=-3)
    profile = write("p.json", as_json(Profile(fading)))

    assert run(arguments(files, cases=cases, profile=profile)) == 0

    (row,) = rows(files["out"])
    assert float(row["risk"]) == pytest.approx(1 - math.exp(-0.05), abs=2e-6)


@pytest.mark.parametrize("seed", range(25))
def test_it_names_whom_the_trace_names(seed: int, write: Write, tmp_path: Path) -> None:
    """Where every exit is scanned and everybody is followed, people and hops are the trace's."""
    world = random_world(seed, people=14)
    visits = "".join(f"{p},{v},{s},{e}\n" for p, v, s, e in world.visits if e is not None)
    encounters = "".join(f"{a},{b},{s},{e}\n" for a, b, s, e in world.encounters)
    cases = "".join(f"{p},{s},{'' if e is None else e}\n" for p, s, e in world.cases)
    files = {
        "visits": write("v.csv", "person,venue,start,end\n" + visits),
        "encounters": write("e.csv", "a,b,start,end\n" + encounters),
        "cases": write("c.csv", "person,infectious_from,infectious_to\n" + cases),
        "hops": str(world.rule.hops),
        "min_minutes": "1",
        "latent_hours": str(world.rule.latent_seconds // HOUR),
        "out": str(tmp_path / "traced.csv"),
    }
    assert run_trace(arguments(files)) == 0
    traced = {(row["person"], row["hop"]) for row in rows(files["out"])}

    files |= {"profile": write("p.json", as_json(PLAIN)), "follow_from": "0"}
    assert run(arguments(files, out=str(tmp_path / "scored.csv"))) == 0

    assert {(row["person"], row["hop"]) for row in rows(str(tmp_path / "scored.csv"))} == traced


def test_it_does_not_depend_on_the_order_of_rows(files: dict[str, str], write: Write) -> None:
    dice = random.Random(5)
    lines = [
        f"p{dice.randrange(30)},v{dice.randrange(4)},{s},{s + 900}\n" for s in range(0, 90_000, 300)
    ]
    answers = []
    for _ in range(3):
        dice.shuffle(lines)
        visits = write("v.csv", "person,venue,start,end\nF0,v1,0,86400\n" + "".join(lines))
        assert run(arguments(files, visits=visits)) == 0
        answers.append([Path(files[name]).read_bytes() for name in ("out", "exposures")])

    assert answers[0] == answers[1] == answers[2]
    assert len(rows(files["out"])) > 10


def test_bad_rows_are_refused_alone(
    files: dict[str, str], write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    files |= {
        "encounters": write("e.csv", "a,b,start,end,permille\nF0,Tư,0,3600,1001\nF0,F0,0,9,\n"),
        "places": write("pl.csv", "venue,kind,lies_in\nline,line,\nline,line,\n,line,\n"),
        "households": write("h.csv", "household,person\n,Bé\n1,Bé,7\n"),
        "doses": write("d.csv", "person,doses\nBé,many\nBé,-1\n"),
    }
    refused = str(Path(files["out"]).with_name("refused.csv"))

    assert run([*arguments(files, refused=refused), "--strict", "--json"]) == 1

    assert [(row["row"], row["code"]) for row in rows(refused)] == [
        ("2", "bad_number"), ("3", "same_person"),
        ("3", "place_twice"), ("4", "empty_id"),
        ("2", "empty_id"), ("3", "wrong_field_count"),
        ("2", "bad_number"), ("3", "bad_number"),
    ]  # fmt: skip
    assert len(rows(files["out"])) == 1
    summary = json.loads(capsys.readouterr().err)
    assert summary["refused"] == 8
    assert summary["exposed"] == {"1": 1}
    assert summary["expected_infections"] == pytest.approx(0.181, abs=1e-3)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"visits": "/nowhere/v.csv"}, "unreadable_file"),
        ({"profile": "/nowhere/p.json"}, "unreadable_file"),
        ({"out": "/nowhere/out.csv"}, "unwritable_file"),
        ({"exposures": "/nowhere/x.csv"}, "unwritable_file"),
        ({"open_most_minutes": "5"}, "bad_options"),
        ({"out": "-", "exposures": "-"}, "bad_options"),
        ({"cases": "-", "places": "-"}, "bad_options"),
    ],
)
def test_it_says_in_one_sentence_why_nothing_was_scored(
    files: dict[str, str], change: dict[str, str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments(files, **change)) == 2

    said = capsys.readouterr().err
    assert said.startswith(f"lachan exposures: {code} ")
    assert said.count("\n") == 1


def test_households_alone_need_a_moment(
    files: dict[str, str], write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    del files["visits"]
    files["households"] = write("h.csv", "household,person\n1,F0\n1,Bé\n")
    assert run(arguments(files)) == 2
    assert " bad_options " in capsys.readouterr().err

    assert run(arguments(files, as_of="7200")) == 0

    (row,) = rows(files["out"])
    assert float(row["risk"]) == pytest.approx(1 - math.exp(-0.1), abs=2e-6)
    assert row["reason_code"] == "exposed_at_home"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"rate_millionths_an_hour": 5}', as_json(PLAIN).replace("1000", "1001")],
)
def test_it_refuses_a_profile_that_is_none(
    files: dict[str, str], write: Write, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments(files, profile=write("p.json", text))) == 2

    assert " bad_profile " in capsys.readouterr().err


def test_it_refuses_places_that_lie_in_each_other(
    files: dict[str, str], write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    places = write("pl.csv", "venue,kind,lies_in\nline,line,hall\nhall,hall,line\n")

    assert run(arguments(files, places=places)) == 2

    assert " bad_places " in capsys.readouterr().err


def test_it_refuses_a_file_without_its_columns(
    files: dict[str, str], write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments(files, doses=write("d.csv", "person\nBé\n"))) == 2

    assert " missing_column " in capsys.readouterr().err


def test_a_profile_is_read_back_as_it_was_written(write: Write) -> None:
    own = Profile(
        Scoring((1, 2, 3), (5, 900), -2, 7, 333, (120, 900, 50), 72 * HOUR),
        {"line": 1000, "campus": 0}, 800, 900, 1200, 480,
    )  # fmt: skip

    assert read_profile(write("p.json", as_json(own, name="x"))) == own


def test_the_page_explains_every_column_and_code() -> None:
    page = PAGE.read_text(encoding="utf-8")
    codes = {code for pair in CODES.values() for code in pair} | set(reading.REASONS)
    codes |= {"bad_profile", "bad_places", "nothing_read", "unwritable_file", "bad_options"}
    words = {*PEOPLE, *PLACES, *codes}

    assert [word for word in sorted(words) if f"`{word}`" not in page] == []


def test_lachan_zone_reads_its_exposures(
    files: dict[str, str], write: Write, tmp_path: Path
) -> None:
    homes = write("h.csv", "household,person\n12,Bé\n")
    cost = write("cost.csv", "place,people,businesses\nline,40,1\nhome:12,3,0\n")
    plan = str(tmp_path / "plan.csv")
    assert run(arguments(files, households=homes)) == 0

    asked = ["--exposures", files["exposures"], "--cost", cost, "--cover", "0.8", "--out", plan]
    assert run_zone(asked) == 0

    assert [row["place"] for row in rows(plan)] == ["home:12"]
