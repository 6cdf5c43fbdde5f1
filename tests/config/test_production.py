"""A production and a demo never become each other."""

from pathlib import Path

import pytest

from tests.config.installations import free_port, lachan, running, told_home

pytestmark = pytest.mark.slow


def _production(tmp_path: Path) -> tuple[tuple[str, ...], dict[str, str]]:
    words = ("--production", "--host", "lachan.example")
    keys = {"LACHAN_KEYS": str(tmp_path / "keys"), "LACHAN_GATEWAY_URL": "http://localhost:1"}
    return words, keys


def test_it_wants_a_gateway(tmp_path: Path) -> None:
    words, environment = _production(tmp_path)
    done = lachan(tmp_path / "var", "up", *words, LACHAN_KEYS=environment["LACHAN_KEYS"])
    assert done.returncode == 11
    assert done.stderr == (
        "lachan: Production needs a message gateway for one-time codes: set LACHAN_GATEWAY_URL.\n"
    )


def test_it_keeps_a_production_a_production(tmp_path: Path) -> None:
    words, environment = _production(tmp_path)
    home = tmp_path / "var"
    with running(home, *words, **environment) as up:
        assert up.has_said("https://lachan.example")
        assert not (home / "secrets.json").exists()
        assert (tmp_path / "keys" / "secrets.json").exists()
    done = lachan(home, "up", "--port", str(free_port()), **environment)
    assert done.returncode == 11
    assert "is a production: start it with --production" in done.stderr


def test_it_never_makes_a_production_of_a_demo(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    words, environment = _production(tmp_path)
    home = told_home(tmp_path_factory)
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    for part in ("secrets.json", "signing", "carrying"):
        (home / part).rename(keys / part)
    done = lachan(home, "up", "--port", str(free_port()), *words, **environment)
    assert done.returncode == 11
    assert "is a demo and never becomes a production" in done.stderr
