"""`lachan places`, as a person or a script calls it."""

import json
import os
import subprocess
import sys

import lachan


def lachan_places(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own, under a locale that is not UTF-8."""
    source = os.path.dirname(os.path.dirname(lachan.__file__))
    return subprocess.run(
        [sys.executable, "-m", "lachan", "places", *arguments],
        input=given,
        capture_output=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": source, "LC_ALL": "C"},
        timeout=600,
        check=False,
    )


def test_it_converts_line_by_line() -> None:
    done = lachan_places("convert", given=b"\xef\xbb\xbf1\r\n318\n00007\nxyz\n")
    assert done.returncode == 0
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert answers[0] == {"code": "00001", "today": "00097"}
    assert answers[1] == {"code": "318", "today": "11948"}
    assert set(answers[2]) <= {"code", "today", "ambiguous"}
    assert answers[3]["code"] == "xyz"
    assert answers[3]["error"]["code"] == "not_a_code"


def test_it_survives_bytes_that_are_no_text() -> None:
    done = lachan_places("convert", given=b"\xff\xfe\n00001\n")
    assert [("error" in json.loads(line)) for line in done.stdout.splitlines()] == [True, False]


def test_it_resolves_in_words() -> None:
    done = lachan_places("resolve", "24")
    text = done.stdout.decode()
    assert done.returncode == 0
    assert "Tỉnh Bắc Ninh" in text
    assert "named another unit: Tỉnh Bắc Giang" in text


def test_it_resolves_as_json_on_a_day() -> None:
    done = lachan_places("resolve", "75", "--on", "2026-04-29", "--json")
    assert json.loads(done.stdout)["unit"]["name"] == "Tỉnh Đồng Nai"
    done = lachan_places("resolve", "75", "--on", "2026-04-30", "--json")
    assert json.loads(done.stdout)["unit"]["name"] == "Thành phố Đồng Nai"


def test_it_says_what_an_abolished_district_became() -> None:
    done = lachan_places("resolve", "318")
    assert done.returncode == 1
    assert "11948 Đặc khu Bạch Long Vĩ" in done.stdout.decode()


def test_it_refuses_an_unknown_code_in_one_sentence() -> None:
    done = lachan_places("resolve", "99998")
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1
    done = lachan_places("resolve", "99998", "--json")
    assert json.loads(done.stdout)["error"]["code"] == "unknown_code"


def test_it_refuses_a_date_that_is_none() -> None:
    done = lachan_places("resolve", "24", "--on", "30/06/2025")
    assert done.returncode == 2
    assert "write it as 2025-06-30" in done.stderr.decode()


def test_it_starts_without_django_and_numbers() -> None:
    source = os.path.dirname(os.path.dirname(lachan.__file__))
    program = (
        "import sys; from lachan.config.cli import main; main(['places', 'resolve', '24']);"
        "heavy = {'django', 'psycopg', 'numpy', 'numba', 'duckdb', 'vietnamadminunits'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": source},
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
