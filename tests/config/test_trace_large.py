"""`lachan trace` on files so large that they are read into arrays."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from lachan.config.commands.trace import FEW_BYTES, run
from lachan.config.commands.tracefiles.writing import Answer, ContactRow, write_answer


@pytest.fixture
def cases(tmp_path: Path) -> str:
    path = tmp_path / "cases.csv"
    path.write_text("person,infectious_from,infectious_to\nF0,0,\n", encoding="utf-8")
    return str(path)


@pytest.fixture
def out(tmp_path: Path) -> str:
    return str(tmp_path / "out.csv")


def read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def many_visits(end: str = "\n") -> bytes:
    """A file above FEW_BYTES of which every thousandth row is broken."""
    rows = [f"P{row},v{row % 997},{row},{row + 900}" for row in range(12_000)]
    rows[999::1_000] = ["P,v,never,"] * 12
    text = end.join(["person,venue,start,end", "F0,v0,0,", *rows])
    assert len(text) > FEW_BYTES
    return text.encode()


def test_it_gives_the_same_answer_from_a_large_file_from_a_pipe_and_from_parquet(
    tmp_path: Path, cases: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits = tmp_path / "v.csv"
    visits.write_bytes(many_visits())
    parquet = str(tmp_path / "v.parquet")
    duckdb.read_csv(str(visits), all_varchar=True).write_parquet(parquet)
    assert Path(parquet).stat().st_size < FEW_BYTES  # read row by row: the answer to compare with
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(many_visits("\r"))))
    answers = []

    for number, path in enumerate((str(visits), "-", parquet)):
        out, refused = str(tmp_path / f"{number}.csv"), str(tmp_path / f"{number}.refused")
        assert run(
            ["--visits", path, "--cases", cases, "--out", out, "--refused", refused, "--hops", "2"]
        ) == 0  # fmt: skip
        rows = [line.split(",")[1:3] for line in read(refused).splitlines()[1:]]
        first = 1 if path == parquet else 2
        assert rows == [[f"{first + 1_000 * n}", "unreadable_time"] for n in range(1, 13)]
        answers.append(read(out))

    assert answers[0] == answers[1] == answers[2]
    assert len(answers[0].splitlines()) == 4


def test_it_says_in_json_what_it_did_with_a_large_file(
    tmp_path: Path, cases: str, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    visits = tmp_path / "v.csv"
    visits.write_bytes(many_visits())

    assert run(["--visits", str(visits), "--cases", cases, "--out", out, "--json"]) == 0

    *refusals, summary = map(json.loads, capsys.readouterr().err.splitlines())
    assert [refusal["row"] for refusal in refusals] == [2 + 1_000 * n for n in range(1, 13)]
    assert summary["visits"] == 11_989
    assert summary["refused"] == 12
    assert summary["reached"] == {"1": len(read(out).splitlines()) - 1}


def test_it_fails_when_nothing_of_a_large_file_could_be_read(
    tmp_path: Path, cases: str, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    visits = tmp_path / "v.csv"
    heading, rows = many_visits().split(b"\n", 1)
    visits.write_bytes(heading + b"\n" + rows.replace(b",v", b",v,"))

    assert run(["--visits", str(visits), "--cases", cases, "--out", out]) == 2

    assert capsys.readouterr().err.splitlines()[-1].startswith("lachan trace: nothing_read ")
    assert not Path(out).exists()


class Interrupting(io.RawIOBase):
    """A large file during which somebody presses Ctrl-C."""

    def __init__(self) -> None:
        self.head = io.BytesIO(many_visits())

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self.head.read(size)
        if not data:
            raise KeyboardInterrupt
        return data


def test_it_leaves_nothing_behind_when_interrupted_while_reading(
    cases: str,
    out: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=Interrupting()))
    before = set(tmp_path.iterdir())

    assert run(["--visits", "-", "--cases", cases, "--out", out]) == 130

    assert "interrupted" in capsys.readouterr().err
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_it_leaves_nothing_behind_when_interrupted_while_writing(tmp_path: Path, name: str) -> None:
    def rows() -> Iterator[ContactRow]:
        yield "a", 1, "F0", 0, "15.00", 1, 1, 0
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_answer(str(tmp_path / name), Answer({1: 1}, rows()), iso=False)

    assert list(tmp_path.iterdir()) == []
