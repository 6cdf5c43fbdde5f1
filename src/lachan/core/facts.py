"""Up the house goes a fact, never a call.

A lower room's transaction ends with `ring("sampling.result")`: a NOTIFY that carries only the name.
The upper room's worker takes the rows it has not worked through, on the bell and once a minute, so
that a bell nobody heard costs a minute and never a fact.
"""

import time
from collections.abc import Callable

from django.db import connections

CHANNEL = "lachan_facts"

#: Seconds a long work may keep the worker; then other facts, as a positive result, have their turn.
TURN = 10.0

Worker = Callable[[], int]

_workers: dict[str, list[Worker]] = {}


def ring(fact: str) -> None:
    """Tell the worker, when this transaction commits, that there are new rows of `fact`."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select pg_notify(%s, %s)", [CHANNEL, fact])


def on(fact: str) -> Callable[[Worker], Worker]:
    """Register a function that works through the unprocessed rows of `fact`.

    It must be idempotent, and gives how many rows it worked through.
    """

    def register(worker: Worker) -> Worker:
        _workers.setdefault(fact, []).append(worker)
        return worker

    return register


def workers_of(fact: str) -> list[Worker]:
    """The functions registered for `fact`."""
    return list(_workers.get(fact, []))


def facts() -> list[str]:
    """Every fact somebody waits for."""
    return sorted(_workers)


def work(fact: str) -> int:
    """Call every function registered for `fact`; give how many rows they worked through."""
    return sum(worker() for worker in workers_of(fact))


def part_after_part(part: Callable[[], tuple[int, bool]]) -> int:
    """Call `part` until nothing is left or `TURN` is over, and once at least; the rows it worked.

    `part` gives how many rows it worked through and whether more are left.  The time begins with
    it, so that a file however long to read beforehand is taken in all the same.
    """
    until = time.monotonic() + TURN
    worked, more = part()
    while more and time.monotonic() < until:
        rows, more = part()
        worked += rows
    return worked
