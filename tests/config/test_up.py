"""`lachan up` and `lachan down`, played with real processes."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from lachan.config import postgres
from lachan.config.supervisor import bond, run, web
from tests.config.installations import (
    PATIENCE,
    Up,
    clear,
    free_port,
    lachan,
    processes_of,
    running,
    told_home,
    wait_for,
)

pytestmark = pytest.mark.slow

#: Seconds in which a stopped installation is gone, and orphans end: promised in docs/how-to/run.md.
STOPS_WITHIN, ORPHANS_END_WITHIN = 10.0, 5.0

WEB, WORKER = "lachan.config.supervisor.web", "lachan.config.worker"
GATEWAY = "gateway"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for the module: each test leaves it stopped."""
    return told_home(tmp_path_factory)


def test_what_it_waits_for_is_shorter_than_what_it_promises() -> None:
    """No clock is read: on a busy machine everything takes longer."""
    assert web.FAREWELL < run.FAREWELL
    assert run.GLANCE + run.FAREWELL + postgres.STOP_PATIENCE < STOPS_WITHIN
    assert bond.GLANCE < ORPHANS_END_WITHIN


@pytest.fixture
def up(home: Path) -> Iterator[Up]:
    with running(home) as started:
        yield started


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_serves_and_a_signal_stops_everything(up: Up, how: signal.Signals) -> None:
    assert up.status_of_a_page() < 500
    assert up.pids_of(WEB)
    assert up.pids_of(WORKER)
    assert up.pids_of(GATEWAY)
    assert up.end(how) == 0
    assert processes_of(up.home) == []
    assert not (up.home / "postgres" / "postmaster.pid").exists()
    assert up.has_said("Everything is stopped.")


def test_it_leaves_no_orphan_when_killed_and_the_next_start_takes_the_database_over(
    up: Up,
) -> None:
    first = (up.home / "postgres" / "postmaster.pid").read_text().splitlines()[0]
    up.end(signal.SIGKILL)
    wait_for(lambda: processes_of(up.home) == [])
    with running(up.home) as again:
        assert again.has_said("it was still running; taken over")
        assert (up.home / "postgres" / "postmaster.pid").read_text().splitlines()[0] == first


def test_it_is_down_that_stops_the_database_a_killed_supervisor_left(up: Up) -> None:
    up.end(signal.SIGKILL)
    done = lachan(up.home, "down")
    assert (done.returncode, done.stdout) == (0, "Everything is stopped.\n")
    assert not (up.home / "postgres" / "postmaster.pid").exists()
    assert lachan(up.home, "down").stdout == "Nothing was running.\n"


def test_it_is_down_that_stops_a_running_supervisor(up: Up) -> None:
    done = lachan(up.home, "down")
    assert (done.returncode, done.stdout) == (0, "Everything is stopped.\n")
    assert up.process.wait(PATIENCE) == 0
    assert processes_of(up.home) == []


def test_it_starts_a_killed_database_again(up: Up) -> None:
    first = int((up.home / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: up.has_said("The database ended; it starts again"))
    wait_for(lambda: up.said[-1] == "Database: started.")
    assert int((up.home / "postgres" / "postmaster.pid").read_text().splitlines()[0]) != first
    assert up.status_of_a_page() < 600
    assert up.end(signal.SIGTERM) == 0


def test_it_stops_in_the_middle_of_a_first_start(tmp_path: Path) -> None:
    up = Up(tmp_path / "var")
    try:
        wait_for(lambda: up.has_said("Database: started."))
        assert up.end(signal.SIGTERM) == 0
        assert processes_of(up.home) == []
        assert not (up.home / "postgres" / "postmaster.pid").exists()
    finally:
        clear(up)


@pytest.fixture(scope="module")
def serving(home: Path) -> Iterator[Up]:
    """One that goes on through all tests below: none of them stops it."""
    with running(home) as started:
        yield started


@pytest.mark.parametrize(
    ("module", "name"), [(WEB, "web"), (WORKER, "worker"), (GATEWAY, "gateway")]
)
def test_it_starts_a_killed_child_again_and_says_so(serving: Up, module: str, name: str) -> None:
    old = serving.pids_of(module)
    os.kill(min(old), signal.SIGKILL)
    wait_for(lambda: serving.has_said(f"The {name} ended (signal 9:"))
    wait_for(lambda: bool(serving.pids_of(module)) and not set(old) & set(serving.pids_of(module)))
    wait_for(serving.answers)


def test_it_starts_the_web_again_when_granians_own_child_is_killed(serving: Up) -> None:
    wait_for(lambda: len(serving.pids_of(WEB)) == 2)
    old = serving.pids_of(WEB)
    os.kill(max(old), signal.SIGKILL)
    wait_for(lambda: serving.has_said("The web ended"))
    wait_for(lambda: bool(serving.pids_of(WEB)) and not set(old) & set(serving.pids_of(WEB)))
    wait_for(serving.answers)


def test_it_refuses_a_second_instance(serving: Up) -> None:
    second = lachan(serving.home, "up", "--port", str(free_port()))
    assert second.returncode == 3
    assert second.stderr == (
        f"lachan: Lá Chắn already runs on {serving.home}"
        f" (process {serving.process.pid}, http://localhost:{serving.port}): use that one, stop it"
        " with `lachan down`, or choose another folder with LACHAN_HOME.\n"
    )
    assert serving.answers()


def test_it_refuses_a_busy_port(serving: Up, tmp_path: Path) -> None:
    second = lachan(tmp_path / "var", "up", "--port", str(serving.port))
    assert second.returncode == 4
    assert second.stderr == (
        f"lachan: Port {serving.port} on 127.0.0.1 is taken by another program: stop it, or choose"
        f" another with `lachan up --port {serving.port + 1}`.\n"
    )
    assert not (tmp_path / "var").exists()
