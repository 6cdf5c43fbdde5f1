"""The worker: hears the bell of facts, and does once a minute what a missed bell would have done.

`python -m lachan.config.worker`, started by the supervisor with the owner's connection: it makes
the days of the ledgers and seals the audit chain.
"""

import faulthandler
import logging
import os
import signal
import sys
import threading
from datetime import date
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING, Any, cast

import django

from lachan.config.supervisor.bond import end_with

if TYPE_CHECKING:
    import psycopg

    Bell = psycopg.Connection[Any]

log = logging.getLogger("lachan.worker")

#: Seconds between two rounds without a bell.
ROUND = 60.0

#: Seconds between two looks at the wish to stop.
GLANCE = 1.0


class Worker:
    """One worker; `run` returns when it is told to stop."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self._days_made: date | None = None

    def run(self) -> None:
        """Listen first and look afterwards: what happens in between rings and is not missed."""
        from django.db import connections

        from lachan.core.facts import CHANNEL, facts

        # A connection of the bell's own: the others belong to the work.
        bells = connections["default"].copy()
        bells.connect()
        with cast("Bell", bells.connection) as bell:
            bell.execute(f"listen {CHANNEL}")
            self._work(facts())
            _warm_up()
            while not self.stop.is_set():
                self.keep_house()
                self._work(facts())
                self._hear(bell)

    def _hear(self, bell: "Bell") -> None:
        """Work at each bell until a round is over."""
        waited = 0.0
        while waited < ROUND and not self.stop.is_set():
            rung = {note.payload for note in bell.notifies(timeout=GLANCE)}
            waited += GLANCE
            self._work(sorted(rung))

    def _work(self, names: list[str]) -> None:
        from django.db import close_old_connections

        from lachan.core.facts import work
        from lachan.core.installation import look_again

        for name in names:
            close_old_connections()
            try:
                # The bell may come from whoever wound the demo's clock.
                look_again()
                work(name)
            # One fact that cannot be worked through must not keep the others waiting; it stays
            # unprocessed and is tried again in the next round.
            except Exception:
                log.exception("The fact %s could not be worked through.", name)

    def keep_house(self) -> None:
        """Days for the ledgers, once a day, and a seal over what is settled."""
        from django.db import connections, transaction

        from lachan.core.audit_chain import seal
        from lachan.core.clock import today
        from lachan.core.installation import installation
        from lachan.core.ledgers import make_partitions, strays, usual_days

        installation()
        if "owner" not in connections.settings:
            return
        day = today()
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            if self._days_made != day:
                first, last = usual_days(day)
                found = strays(cursor)
                make_partitions(cursor, first=first, last=last)
                self._days_made = day
                for name, count in found.items():
                    log.error("%s: %d rows came for days without a partition.", name, count)
            seal(cursor)

    def hear_signal(self, number: int, frame: FrameType | None) -> None:
        """Stop after what is being done."""
        self.stop.set()


def main() -> int:
    """Run until told to stop, or until the supervisor is gone."""
    if "LACHAN_SUPERVISOR" in os.environ:
        end_with(int(os.environ["LACHAN_SUPERVISOR"]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lachan.config.settings")
    worker = Worker()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, worker.hear_signal)
    # `kill -USR1` writes into the worker's log where it stands.
    faulthandler.register(signal.SIGUSR1)
    django.setup()
    _load_tasks()
    worker.run()
    return 0


def _load_tasks() -> None:
    """Import every room's `tasks`, where it says which facts it waits for; the story's are ours."""
    from django.utils.module_loading import autodiscover_modules

    autodiscover_modules("tasks")
    import_module("lachan.config.story.tasks")


def _warm_up() -> None:
    """After the first round: what waits comes first, the first question of the night second."""
    from lachan.tracing import arrays

    arrays.warm_up()


if __name__ == "__main__":
    sys.exit(main())
