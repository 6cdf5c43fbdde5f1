"""`lachan up`: start the database, the web and the worker, in the foreground."""

import sys

from lachan.config.home import Home, HomeRefused
from lachan.config.supervisor.exits import exit_status
from lachan.config.supervisor.options import parse


def run(argv: list[str]) -> int:
    """Serve until a signal comes; one sentence and a stable exit status when it cannot begin."""
    options = parse(argv)
    from lachan.config.supervisor.run import Supervisor

    try:
        Supervisor(Home.default(), options, say).run()
    except HomeRefused as refused:
        sys.stderr.write(f"lachan: {refused.message}\n")
        return exit_status(refused.code)
    return 0


def say(sentence: str) -> None:
    """Tell the person at the terminal; a closed terminal is no reason to fall over."""
    try:
        sys.stdout.write(sentence + "\n")
        sys.stdout.flush()
    except OSError:
        return
