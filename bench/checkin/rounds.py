"""The rounds of one run: who was asked, how, and what came back."""

import threading
from pathlib import Path
from typing import NamedTuple

from bench.checkin import pgbench
from bench.checkin.agreeing import Unequal, compare
from bench.checkin.installation import Installation
from bench.checkin.pgbench import Pgbench
from bench.checkin.sending import Job
from bench.checkin.serving import OURS, PLAIN, cpu_seconds, database_mb, send, serving

#: Connections of the bars, and those asked beside.
MANY = 256
CONNECTIONS = (1, 16, 64, MANY)
#: Connections of pgbench when the bar for a slow disk was set (32, by the proof before the design):
#: 256 of them commit together, and hide how slow the disk is.
PROOF = 32


class Round(NamedTuple):
    """`seen`: every code was checked by this process before; `cpu_us` of a core for a check-in: of
    the web process, the database and our client; memory in megabytes (10^6) at the end."""

    who: str
    connections: int
    seen: bool
    count: int
    a_second: float
    p50: float
    p99: float
    web_us: float
    database_us: float
    client_us: float
    web_mb: float
    database_mb: float
    busy: int = 0


class Codes(NamedTuple):
    """Files of personal codes: more than a round needs, and few enough to be remembered."""

    many: Path
    few: Path
    how_few: int


def over_http(
    installation: Installation,
    who: str,
    module: tuple[str, ...],
    connections: int,
    codes: Codes,
    *,
    seen: bool,
    seconds: float = 0.0,
    count: int = 0,
) -> Round:
    """One round on a new process and an empty ledger; answers are compared first and last."""
    installation.empty()
    acknowledged = installation.folder / "acknowledged"
    with serving(installation, module) as served:
        compare(installation, served, str(codes.many))
        job = Job(
            *("127.0.0.1", served.port, connections, installation.gate.devices),
            persons=str(codes.few if seen else codes.many),
            seconds=seconds,
            count=count,
            acknowledged=str(acknowledged),
        )
        if seen:
            send(Job(**{**job.__dict__, "seconds": 0.0, "count": codes.how_few, "connections": 16}))
        installation.empty()
        server = installation.server.pid() or 0
        web, database = served.cpu_seconds(), cpu_seconds(server)
        with _Watching(installation) as watching:
            tally = send(job)
        web, database = served.cpu_seconds() - web, cpu_seconds(server) - database
        memory = served.memory_mb()
    done = tally.answers.get("recorded", 0)
    missing = installation.missing(acknowledged.read_bytes())
    if (
        set(tally.answers) - {"recorded", "busy"}
        or missing
        or installation.stored() != (done, done)
    ):
        raise Unequal(f"{who}: {tally.answers}, {installation.stored()} stored, {missing} missing")
    return Round(
        *(who, connections, seen, done, done / tally.seconds, tally.p50, tally.p99),
        *(web / done * 1e6, database / done * 1e6, tally.cpu_us, memory, watching.most),
        busy=tally.answers.get("busy", 0),
    )


def single_rows(installation: Installation, connections: int, seconds: float) -> Round:
    """pgbench on an empty ledger."""
    installation.empty()
    with _Watching(installation) as watching:
        found: Pgbench = pgbench.run(installation, connections, seconds)
    if installation.stored() != (found.rows, found.rows):
        raise Unequal(f"pgbench: {installation.stored()} stored of {found.rows}")
    return Round(
        *("pgbench, single rows", connections, True, found.rows, found.a_second),
        *(found.p50, found.p99, 0.0, found.cpu_us, 0.0, 0.0, watching.most),
    )


def ours(installation: Installation, connections: int, codes: Codes, **more: float) -> Round:
    """Lá Chắn's endpoint; `more` as in `over_http`."""
    return over_http(installation, "Lá Chắn", OURS, connections, codes, **more)  # type: ignore[arg-type]


def plain(installation: Installation, connections: int, codes: Codes, **more: float) -> Round:
    """A plain Django view; `more` as in `over_http`."""
    return over_http(installation, "plain Django view", PLAIN, connections, codes, **more)  # type: ignore[arg-type]


class _Watching:
    """The most memory the database's processes held together while something ran."""

    def __init__(self, installation: Installation) -> None:
        self.most = 0.0
        self._installation, self._over = installation, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "_Watching":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.is_set():
            self.most = max(self.most, database_mb(self._installation))
            self._over.wait(1.0)
