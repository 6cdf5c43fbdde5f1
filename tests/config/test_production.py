"""A production and a demo never become each other."""

from pathlib import Path

import psycopg
import pytest

from lachan.config.home import Home
from tests.config.installations import free_port, lachan, running

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


def test_it_never_makes_a_production_of_a_demo(tmp_path: Path) -> None:
    words, environment = _production(tmp_path)
    home = tmp_path / "var"
    with running(home, **environment):
        _call_it_a_demo(home, tmp_path / "keys")
    done = lachan(home, "up", "--port", str(free_port()), *words, **environment)
    assert done.returncode == 11
    assert "is a demo and never becomes a production" in done.stderr


def _call_it_a_demo(home: Path, keys: Path) -> None:
    """What `lachan story` writes, whether or not a story was told in this test."""
    with psycopg.connect(
        host=str(Home(home).socket),
        user="lachan_owner",
        password=Home(keys).secrets().passwords["lachan_owner"],
        dbname="lachan",
        autocommit=True,
    ) as owner:
        owner.execute("update core_installation set kind = 'demo'")
