"""The servers that are measured, each a process of its own, and what they take of memory."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import urlopen

from bench.checkin.installation import Installation
from bench.checkin.sending import Job, Tally

#: seconds a server may take to start on a busy machine.
PATIENCE = 90.0

#: Ours: the web process of an installation as it is.
OURS = ("-m", "lachan.config.supervisor.web")

#: A plain Django view, served by granian the way that is fastest for it: WSGI in threads.
PLAIN = ("-m", "bench.checkin.plain_server")


class Served(NamedTuple):
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]

    def memory_mb(self) -> float:
        """Resident megabytes (10^6) of the process and its children."""
        return sum(_resident(pid) for pid in _family(self.process.pid)) / 1e6

    def cpu_seconds(self) -> float:
        """What the process and its children used of a core so far."""
        return cpu_seconds(self.process.pid)


@contextmanager
def serving(installation: Installation, module: tuple[str, ...]) -> Iterator[Served]:
    """Start a server on the installation's database, and end it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    roles = {
        f"LACHAN_DSN_{r.upper()}": installation.dsn(f"lachan_{r}") for r in ("app", "gate", "door")
    }
    environment = {**os.environ, **roles, "LACHAN_SUPERVISOR": str(os.getpid())}
    environment.pop("LACHAN_DSN_OWNER", None)
    log = installation.folder / "log" / "bench.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, *module, "127.0.0.1", str(port)],
            env=environment,
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
        )
    try:
        _wait(port, process, log)
        yield Served(port, process)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def send(job: Job) -> Tally:
    """Run the client of a job in its own process."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.checkin.sending"],
        input=json.dumps(job.__dict__).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return Tally(**json.loads(done.stdout))


def database_mb(installation: Installation) -> float:
    """Megabytes (10^6) of all server processes, what they share counted once."""
    pid = installation.server.pid()
    return sum(_share(one) for one in _family(pid)) / 1e6 if pid else 0.0


def cpu_seconds(pid: int) -> float:
    """Seconds of a core that a process, its children and those that ended before used."""
    return sum(_ticks(one) for one in _family(pid)) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    # proc_pid_stat(5): utime, stime, cutime, cstime are the fields 14 to 17.
    return sum(int(field) for field in fields[11:15])


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/hot/", timeout=5):
                return
        except HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server does not answer: {log.read_text()[-2000:]}")


def _family(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for each in found:
        # A process may end between being listed and being asked.
        with suppress(OSError):
            children = Path(f"/proc/{each}/task/{each}/children").read_text()
            found += [int(child) for child in children.split()]
    return found


def _resident(pid: int) -> int:
    return _bytes(f"/proc/{pid}/status", "VmRSS:")


def _share(pid: int) -> int:
    return _bytes(f"/proc/{pid}/smaps_rollup", "Pss:")


def _bytes(file: str, name: str) -> int:
    try:
        lines = Path(file).read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(name)), 0)
