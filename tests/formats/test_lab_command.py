"""`lachan lab parse`: one JSON a message or row, whatever the files hold, without a database."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lachan.config.commands import lab
from tests.factories.labfiles import ORU, province, quantstudio
from tests.formats.test_astm import XPERT, session

SOURCES = Path(__file__).parents[2] / "src"


def command(*words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The command as a person starts it."""
    return subprocess.run(
        [sys.executable, "-m", "lachan", "lab", *words],
        input=given,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
    )


def told(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    """Its lines."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_it_answers_every_message_and_row_of_every_file(tmp_path: Path) -> None:
    files = {
        "a.hl7": ORU.encode() * 2, "b.astm": session(XPERT), "c.csv": quantstudio().encode(),
        "d.xlsx": province(), "e.xlsx": province()[:900], "f.json": b'{"x": 1}',
        "g.hl7": ORU.replace("ORU^R01^ORU_R01", "ADT^A01").encode(),
    }  # fmt: skip
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)

    done = command("parse", *[str(tmp_path / name) for name in files])
    lines = told(done)
    by_file = [
        (Path(line["file"]).name, line.get("kind") or line["error"]["code"]) for line in lines
    ]

    assert done.returncode == 0, done.stderr
    assert by_file == [
        ("a.hl7", "hl7"), ("a.hl7", "hl7"), ("b.astm", "astm"), *[("c.csv", "plate")] * 6,
        *[("d.xlsx", "plate")] * 3, ("e.xlsx", "sheet_truncated"), ("f.json", "unknown_kind"),
        ("g.hl7", "hl7_not_results"),
    ]  # fmt: skip
    assert lines[0]["results"][0]["tube"] == "BN26-000101"
    assert lines[0]["results"][0]["outcome"] == "positive"
    assert lines[-1]["id"] == "BN-26-0211-7"
    assert lines[-1]["error"]["message"].endswith("(ADT^A01)")


def test_it_reads_what_is_piped_in_and_says_what_kind_it_is() -> None:
    assert told(command("parse", "-", given=ORU.encode()))[0]["kind"] == "hl7"
    assert told(command("parse", "-", given=province()))[0]["kind"] == "plate"
    [line] = told(command("parse", "--kind", "astm", "-", given=ORU.encode()))
    assert line["error"]["code"] == "astm_truncated"


def test_it_says_that_a_file_is_not_there_and_reads_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.hl7").write_text(ORU)
    done = command("parse", "/nowhere/at/all", str(tmp_path / "a.hl7"))

    assert done.returncode == 2
    assert b"cannot be read" in done.stderr
    assert len(told(done)) == 1


@pytest.mark.parametrize("words", [[], ["nothing"], ["parse"]])
def test_a_wrong_word_is_answered_with_how_to_use_it(words: list[str]) -> None:
    done = command(*words)

    assert done.returncode == 2
    assert b"usage: lachan lab" in done.stderr


def test_it_needs_neither_django_nor_a_database() -> None:
    script = (
        "import sys; from lachan.config.cli import main; main(['lab', 'parse', '/dev/null']);"
        "print([n for n in sys.modules if n.split('.')[0] in ('django', 'psycopg')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
    )

    assert done.stdout.splitlines()[-1] == b"[]"


def test_what_nobody_foresaw_is_an_answer_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object, **_words: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(lab, "read_file", broken)
    [line] = [json.loads(each) for each in lab.lines(ORU.encode(), "a.hl7")]

    assert line["error"]["code"] == "not_read"
