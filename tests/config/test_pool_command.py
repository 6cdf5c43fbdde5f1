"""`lachan pool`: tables and JSON without a database."""

import json
from typing import Any

import pytest

from lachan.config.commands.pool import run
from tests.shared_files import shared

REFERENCE = "conformance/10-statistics/pooled_testing_reference.json"

BASE = ("--prevalence", "0.01", "--sensitivity", "0.99", "--specificity", "0.99")


def told(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    """The JSON answer."""
    assert run([*options, "--json"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_it_gives_the_published_values(capsys: pytest.CaptureFixture[str]) -> None:
    one, optimum = json.loads(shared(REFERENCE).read_text("utf-8"))["bingroup2_vignette"]
    given = told(capsys, *BASE, "--design", "dorfman", "--size", str(one["group_size"]))
    cheapest = told(capsys, *BASE, "--design", "dorfman")

    assert round(given["designs"][1]["tests_per_group"], 2) == one["expected_tests_per_group"]
    best = min(cheapest["designs"], key=lambda row: float(row["tests_per_person"]))
    assert best["sizes"] == [optimum["optimal_group_size"]]
    assert round(best["tests_per_person"], 4) == optimum["expected_tests_per_person"]


def test_the_table_names_every_design_with_single_tests_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run([*BASE, "--people", "1000"]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert [line.split()[0] for line in lines[1:2]] == ["single"]
    assert {line.split()[0] for line in lines[2:]} == {"dorfman", "three", "array", "array_master"}
    assert lines[0].split()[-2:] == ["tests", "hours"]


@pytest.mark.parametrize(
    ("design", "kinds"),
    [("dorfman", {"dorfman"}), ("three", {"three"}), ("array", {"array", "array_master"})],
)
def test_it_answers_for_one_design(
    capsys: pytest.CaptureFixture[str], design: str, kinds: set[str]
) -> None:
    rows = told(capsys, *BASE, "--design", design)["designs"]

    assert {row["design"] for row in rows} == {"single", *kinds}


def test_it_takes_a_matrix_of_a_given_size(capsys: pytest.CaptureFixture[str]) -> None:
    row = told(capsys, *BASE, "--design", "array", "--size", "8x12")["designs"][1]

    assert (row["sizes"], row["group"]) == ([8, 12], 96)
    assert row["stage_tests"][0] == 20


def test_it_estimates_the_prevalence_from_pools(capsys: pytest.CaptureFixture[str]) -> None:
    answer = told(capsys, "--tested", "10:200:17", "--tested", "1:100:1")

    assert answer["estimate"]["people"] == 2100
    assert answer["estimate"]["low"] < answer["prevalence"] < answer["estimate"]["high"]


def test_dilution_makes_pools_miss_more(capsys: pytest.CaptureFixture[str]) -> None:
    fixed = ("--design", "dorfman", "--size", "10")
    plain = told(capsys, *BASE, *fixed)["designs"][1]
    shift = ("--ct-mean", "27.2", "--ct-sd", "7.6", "--ct-limit", "38")
    diluted = told(capsys, *BASE, *fixed, *shift)["designs"][1]

    assert diluted["missed"] > plain["missed"] + 0.5


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], "bad_options"),
        ([*BASE, "--tested", "10:5:1"], "bad_options"),
        ([*BASE, "--ct-mean", "27"], "bad_options"),
        ([*BASE, "--size", "10x10"], "bad_options"),
        ([*BASE, "--design", "three", "--size", "10x3"], "bad_design"),
        (["--tested", "10:5:6"], "bad_count"),
        (["--prevalence", "0.01", "--sensitivity", "0.4", "--specificity", "0.5"], "useless_test"),
    ],
)
def test_it_says_why_it_cannot_answer(
    capsys: pytest.CaptureFixture[str], options: list[str], code: str
) -> None:
    assert run(options) == 2
    assert capsys.readouterr().err.startswith(f"lachan pool: {code} ")


@pytest.mark.parametrize("options", [["--prevalence", "2"], ["--tested", "10"], ["--size", "ten"]])
def test_it_refuses_what_is_no_number(options: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(options)
    assert ended.value.code == 2
