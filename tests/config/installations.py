"""A real installation in a folder of the test's own: `lachan up` as a person would run it."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.once import folder_of_run, once

ROOT = Path(__file__).resolve().parents[2]

#: Seconds a busy machine may take for what an idle one does in three.
PATIENCE = 900.0


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment_of(home: Path) -> dict[str, str]:
    """The environment of a command on `home`, without what this test run was given."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LACHAN_")}
    return clean | {"LACHAN_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}


def lachan(home: Path, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "lachan", *words],
        env=environment_of(home) | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


class Up:
    """A running `lachan up`."""

    def __init__(self, home: Path, *words: str, **environment: str) -> None:
        self.home = home
        self.port = free_port()
        self.said: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lachan", "up", "--port", str(self.port), *words],
            env=environment_of(home) | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.said.append(line.rstrip("\n"))

    def wait_until_it_serves(self) -> "Up":
        """Return when the last line of the greeting has come."""
        wait_for(lambda: self.has_said("Stop with Ctrl-C.") or self.process.poll() is not None)
        assert self.process.poll() is None, "\n".join(self.said)
        return self

    def has_said(self, words: str) -> bool:
        """Whether a line with `words` was printed."""
        return any(words in line for line in self.said)

    def end(self, how: signal.Signals) -> int:
        """Send a signal to the supervisor alone and wait for its exit status."""
        self.process.send_signal(how)
        status = self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        return status

    def status_of_a_page(self) -> int:
        """The answer to a request for the first page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request("GET", "/", headers={"Host": "localhost"})
            return connection.getresponse().status
        finally:
            connection.close()

    def answers(self) -> bool:
        """Whether something listens on the port."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def pids_of(self, module: str) -> list[int]:
        """Processes of this installation that run `module`."""
        return [pid for pid, words in processes_of(self.home) if module in words]


def processes_of(home: Path) -> list[tuple[int, list[str]]]:
    """Living processes (no zombies) that were started with `home` as their data folder."""
    found = []
    mark = f"LACHAN_HOME={home}".encode()
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            environment = (folder / "environ").read_bytes().split(b"\0")
            words = (folder / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        except OSError:
            continue
        if mark in environment and words != [""]:
            found.append((int(folder.name), words))
    return found


def wait_for(true: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Poll until it holds; fail when it does not within `patience` seconds."""
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def told_home(factory: pytest.TempPathFactory) -> Path:
    """A data folder of one's own as a first `lachan up` leaves it: a demo with its story, stopped.

    A first start is played once in a run; what is tested on its installation takes a copy.
    """
    told = once(folder_of_run(factory) / "told", _tell)
    home = factory.mktemp("installation") / "var"
    # With its owners: run by root, the database belongs to a user of its own.
    subprocess.run(["cp", "-a", str(told), str(home)], check=True)
    return home


def _tell(home: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
    up = Up(home)
    try:
        up.wait_until_it_serves()
        assert up.end(signal.SIGTERM) == 0, "\n".join(up.said)
    finally:
        clear(up)


@contextmanager
def running(home: Path, *words: str, **environment: str) -> Iterator[Up]:
    """An installation that serves; afterwards nothing of it is left."""
    up = Up(home, *words, **environment)
    try:
        yield up.wait_until_it_serves()
    finally:
        clear(up, **environment)


def clear(up: Up, **environment: str) -> None:
    """End whatever still runs on the folder."""
    up.process.kill()
    up.process.wait()
    up.reader.join(PATIENCE)
    lachan(up.home, "down", **environment)
