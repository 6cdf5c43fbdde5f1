"""`lachan down`: stop what `lachan up` started or left running."""

import argparse
import os
import signal
import sys
import time

from lachan.config.home import Home, HomeRefused, holder
from lachan.config.postgres import Postgres
from lachan.config.supervisor.exits import exit_status

#: Seconds a supervisor gets; it promises ten.
PATIENCE = 15.0


def run(argv: list[str]) -> int:
    """Stop a running supervisor, then the database it may have left behind."""
    parser = argparse.ArgumentParser(
        prog="lachan down", description="Stop what `lachan up` started or left running."
    )
    parser.parse_args(argv)
    home = Home.default()
    try:
        stopped = _stop_supervisor(home)
        stopped = Postgres(home).stop() or stopped
    except HomeRefused as refused:
        sys.stderr.write(f"lachan: {refused.message}\n")
        return exit_status(refused.code)
    sys.stdout.write("Everything is stopped.\n" if stopped else "Nothing was running.\n")
    return 0


def _stop_supervisor(home: Home) -> bool:
    pid = holder(home)
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while holder(home) is not None:
        if time.monotonic() > deadline:
            raise HomeRefused(
                "supervisor_does_not_stop",
                f"The supervisor (process {pid}) does not stop: end that process by hand.",
            )
        time.sleep(0.1)
    return True
