"""`lachan story --write-csv` writes what `lachan trace` reads."""

import csv
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook

from lachan.config.commands.story import run
from lachan.config.story.files import write_files
from lachan.config.story.roster import roster_rows
from lachan.config.story.world import World


@pytest.fixture(scope="module")
def folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The acceptance story as files."""
    folder = tmp_path_factory.mktemp("story")
    write_files(world, folder)
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_it_writes_every_scan_encounter_and_case(world: World, folder: Path) -> None:
    assert len(rows(folder / "visits.csv")) == len(world.scans)
    assert len(rows(folder / "encounters.csv")) == len(world.encounters)
    cases = rows(folder / "cases.csv")
    assert list(cases[0]) == ["person", "infectious_from", "infectious_to"]
    assert cases[0]["person"] == str(world.trace_id(world.cases[0].person))
    assert cases[0]["infectious_from"].endswith("+07:00")


def test_a_scan_at_the_factory_gate_is_a_visit_to_the_line(world: World, folder: Path) -> None:
    line = str(world.uuid("place", world.planted.line))
    assert any(row["venue"] == line for row in rows(folder / "visits.csv"))


def test_the_roster_has_every_worker_and_three_errors_in_a_hundred(
    world: World, folder: Path
) -> None:
    with closing(load_workbook(folder / "roster.xlsx", read_only=True)) as book:
        lines = list(book.worksheets[0].iter_rows(values_only=True))
    assert "DỮ LIỆU GIẢ LẬP" in str(lines[0][0])
    assert lines[1][2] == "Họ và tên"
    assert len(lines) - 2 == world.options.workers
    workers = [p for p in world.people if p.occupation == "công nhân"]
    _, wrong = roster_rows(world, workers)
    assert len(wrong) == round(world.options.workers * 0.03)


def test_the_command_writes_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--size", "600", "--write-csv", str(tmp_path / "out")]) == 0
    assert "visits.csv" in capsys.readouterr().out
    assert (tmp_path / "out" / "truth.csv").exists()


def test_the_command_refuses_a_factory_too_small(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--size", "20", "--write-csv", str(tmp_path)]) == 2
    assert "at least 600" in capsys.readouterr().err
