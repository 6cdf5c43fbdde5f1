"""`lachan migrate`: bring the database schema up to date, with all Django has to say."""

import argparse
import subprocess
import sys

from lachan.config.database import MIGRATE, owner_environment, prepare
from lachan.config.dsn import conninfo_of
from lachan.config.home import Home, HomeRefused
from lachan.config.postgres import Postgres
from lachan.config.supervisor.exits import exit_status


def run(argv: list[str]) -> int:
    """Migrate as the owner; a database that was not running is stopped again."""
    parser = argparse.ArgumentParser(
        prog="lachan migrate", description="Bring the database schema up to date."
    )
    parser.parse_args(argv)
    home = Home.default()
    try:
        server = Postgres(home.create())
        started = server.start()
        prepare(server.dsn("postgres", "postgres"), home.secrets())
        done = subprocess.run(
            [sys.executable, "-m", "django", "migrate", *MIGRATE],
            env=owner_environment(conninfo_of("owner")),
            check=False,
        )
        if started:
            server.stop()
    except HomeRefused as refused:
        sys.stderr.write(f"lachan: {refused.message}\n")
        return exit_status(refused.code)
    return done.returncode
