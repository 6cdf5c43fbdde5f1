"""One process the supervisor keeps alive."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

#: Seconds before the first new start, and at most; doubled each time.
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0

#: Seconds after which a child counts as well again.
WELL_AFTER = 60.0

#: Bytes of a log kept before it is turned over at a start.
LOG_LIMIT = 20 * 1024 * 1024


@dataclass
class Child:
    """A program with its log.  `begin` starts it, `look` says what became of it."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    pause: float = FIRST_PAUSE
    again_at: float = field(default=0.0)

    def begin(self) -> None:
        """Start it, in a session of its own so that Ctrl-C reaches the supervisor alone."""
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen(
                self.command,
                env={**self.environment, "LACHAN_SUPERVISOR": str(os.getpid())},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.began = time.monotonic()

    def look(self) -> str | None:
        """A sentence when it has just ended; starts it again when its pause is over."""
        if self.process is None:
            if time.monotonic() >= self.again_at:
                self.begin()
            return None
        status = self.process.poll()
        if status is None:
            return None
        self._sweep()
        if time.monotonic() - self.began > WELL_AFTER:
            self.pause = FIRST_PAUSE
        pause, self.pause = self.pause, min(self.pause * 2, LONGEST_PAUSE)
        self.again_at = time.monotonic() + pause
        self.process = None
        return (
            f"The {self.name} ended ({_how(status)}: {self.last_line()});"
            f" it starts again in {pause:g} s; see {self.log}."
        )

    def tell_to_stop(self) -> None:
        """Ask it to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def make_sure(self, deadline: float) -> None:
        """Wait until `deadline` (monotonic), then end it with all its own children."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._sweep()
            self.process.wait()
        self._sweep()
        self.process = None

    def last_line(self) -> str:
        """The last thing it said."""
        with open(self.log, "rb") as file:
            file.seek(max(0, self.log.stat().st_size - 4096))
            lines = file.read().decode("utf-8", "replace").split("\n")
        told = [line.strip() for line in lines if line.strip()]
        return told[-1] if told else "it said nothing"

    def _sweep(self) -> None:
        """End what is left of its session: a child of a killed child would hold the port."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


def _how(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"
