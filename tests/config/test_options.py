"""What `lachan up` refuses before it starts anything."""

from pathlib import Path

import pytest

from tests.config.installations import lachan


def _sentence(home: Path, *words: str) -> tuple[int, str]:
    done = lachan(home, "up", *words)
    assert not (home / "postgres").exists()
    return done.returncode, done.stderr


def test_it_serves_a_demo_here_alone(tmp_path: Path) -> None:
    status, said = _sentence(tmp_path / "var", "--bind", "0.0.0.0")
    assert status == 11
    assert said == (
        "lachan: A demo is served on 127.0.0.1 alone: leave out --bind, or use --production.\n"
    )


def test_it_wants_a_name_for_production(tmp_path: Path) -> None:
    status, said = _sentence(tmp_path / "var", "--production")
    assert status == 11
    assert said == "lachan: Production needs the name people type: add --host NAME.\n"


def test_it_wants_the_keys_of_a_production_outside_its_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, said = _sentence(tmp_path / "var", "--production", "--host", "lachan.example")
    assert status == 11
    assert said == (
        f"lachan: Production needs its keys outside the data folder {tmp_path / 'var'}, so that a"
        " copy of the data is not a copy of the keys: set LACHAN_KEYS to a folder elsewhere.\n"
    )
