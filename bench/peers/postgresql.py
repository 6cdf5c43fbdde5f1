"""PostgreSQL: a server of its own, two covering btrees, and for a smaller world a GiST index."""

import tempfile
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from bench.asking import Answer, Question, Tally
from bench.peers import sql
from bench.peers.asked import Missing, Way
from bench.visiting import Day
from bench.world import MINUTES_A_DAY, World

#: A server that is asked and never crashes, on a machine of two cores and 24 GB.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "16GB",
    "autovacuum": "off",
    "shared_buffers": "2GB",
    "effective_cache_size": "12GB",
    "work_mem": "256MB",
    "temp_buffers": "256MB",
    "maintenance_work_mem": "1GB",
    "max_parallel_workers_per_gather": "1",
    "max_parallel_maintenance_workers": "1",
}

#: People of the largest world with a GiST index: its building takes a minute a million.
GIST_PEOPLE = 1_000_000

#: Visits are cut at midnight: one that overlaps another began on the same day.
MIDNIGHT = "/ 1440 * 1440"


def stay(bound: str) -> str:
    """Where a source was; materialized, for the planner does better with it."""
    return (
        "with stay as materialized (select v.venue, greatest(v.start, s.since) as begin,"
        " least(v.stop, s.until) as till from source s join visit v on v.person = s.person"
        f" where v.start < s.until and v.stop > s.since {bound})"
    )


def met(own: str, others: str) -> str:
    """People who met a source by the btrees, with lower bounds for the start of visits."""
    return (
        f"{stay(own)} select {sql.COLUMNS} from stay t join visit o on o.venue = t.venue"
        f" and o.start < t.till and o.stop > t.begin {others}"
        f" where {sql.UNKNOWN} group by o.person {sql.ENOUGH}"
    )


BY_VENUE = met("", "")
BY_VENUE_AND_DAY = met(f"and v.start >= s.since {MIDNIGHT}", f"and o.start >= t.begin {MIDNIGHT}")

#: The same by range.  `o` unpacks what the index holds, so that the rest is written once.
BY_RANGE = (
    f"{stay(f'and v.start >= s.since {MIDNIGHT}')} select {sql.COLUMNS} from stay t"
    " cross join lateral (select person, lower(span) as start, upper(span) as stop from visit_span"
    " where venue = t.venue and span && int4range(t.begin, t.till)) o"
    f" where {sql.UNKNOWN} group by o.person {sql.ENOUGH}"
)

TABLE = (
    "create table visit (person int4, venue int4, start int4, stop int4)",
    "create index visit_person on visit (person, start) include (venue, stop)",
    "create index visit_venue on visit (venue, start) include (stop, person)",
    "vacuum (analyze, freeze) visit",
)

RANGES = (
    "create extension if not exists btree_gist",
    "create table visit_span as select venue, int4range(start, stop) as span, person from visit",
    "create index visit_span_index on visit_span using gist (venue, span) include (person)",
    "vacuum (analyze, freeze) visit_span",
)

#: Row of COPY in binary: how many fields, then length and value of each.
HEAD, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"


class PostgreSQL:
    """A server in a folder of its own, stopped and removed by `close`."""

    def __init__(self, folder: Path) -> None:
        from lachan.config.home import Home, HomeRefused
        from lachan.config.postgres import Postgres

        try:
            import_module("psycopg")
        except ImportError:
            raise Missing("PostgreSQL is not asked: `pip install psycopg[binary]`.") from None
        # A socket's path must be short: not below `folder`.
        self._folder = tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True)
        home = Home(self._folder.name)
        home.create()
        self._server = Postgres(home, SETTINGS)
        self._server.external_url = None
        try:
            self._server.start()
        except HomeRefused as refusal:
            self._folder.cleanup()
            raise Missing(f"PostgreSQL is not asked: {refusal.message}") from None
        self._to: Any = self._server.connect()
        self.name = f"PostgreSQL {self._to.info.server_version // 10000}"
        self._with_gist = False

    def load(self, world: World, days: Iterable[Day]) -> None:
        """The visits, frozen, so that the indexes alone answer."""
        with self._to.transaction():
            self._to.execute(TABLE[0])
            with self._to.cursor().copy("copy visit from stdin (format binary, freeze)") as copy:
                copy.write(HEAD)
                for number, day in enumerate(days):
                    copy.write(packed(day, number))
                copy.write(END)
        for statement in TABLE[1:]:
            self._to.execute(statement)

    def add_ranges(self) -> None:
        """The GiST index beside the btrees."""
        for statement in RANGES:
            self._to.execute(statement)
        self._with_gist = True

    def ranges_size(self) -> int:
        """The GiST index and its table."""
        found = self._to.execute("select pg_total_relation_size('visit_span')").fetchone()
        return int(found[0])

    def ways(self) -> list[Way]:
        """The btrees with a bound on the start; without it; the GiST index."""
        ways = [
            self._way(f"{self.name}, two btrees", BY_VENUE_AND_DAY, counts=True),
            self._way(f"{self.name}, two btrees, without days", BY_VENUE, counts=False),
        ]
        if self._with_gist:
            ways.append(self._way(f"{self.name}, GiST", BY_RANGE, counts=False))
        return ways

    def _way(self, name: str, query: str, *, counts: bool) -> Way:
        hops = [1]

        def prepared(question: Question) -> None:
            hops[0] = question.hops
            sql.fill(self._to.execute, question)

        def ask() -> list[Any]:
            if hops[0] == 1:
                return [self._fetched(query)]
            tables = sql.chain(self._to.execute, query, hops[0])
            return [self._fetched(f"table {table}") for table in tables]

        def count() -> Tally:
            found = self._to.execute(f"select {sql.CHECKSUM} from ({query}) as f").fetchone()
            return Tally(found[0], found[1] or 0)

        # Three hops take it half a minute a million visits: it is not asked for them.
        return Way(name, prepared, ask, read, count if counts else None, chains=False)

    def _fetched(self, query: str) -> list[tuple[int, int, int]]:
        """Tuples over the binary protocol: for these rows faster than a binary COPY."""
        rows: list[tuple[int, int, int]] = self._to.cursor(binary=True).execute(query).fetchall()
        return rows

    def size(self) -> int:
        """The table and its two btrees."""
        found = self._to.execute("select pg_total_relation_size('visit')").fetchone()
        return int(found[0])

    def close(self) -> None:
        """Stop the server and remove its folder."""
        self._to.close()
        self._server.stop()
        self._folder.cleanup()


def packed(day: Day, number: int) -> bytes:
    """A day as rows of a binary COPY."""
    since = number * MINUTES_A_DAY
    start, stop = (minutes.astype(np.int32) + since for minutes in (day.start, day.end))
    columns = (day.person, day.venue, start, stop)
    layout = [("fields", ">i2")]
    for name in ("person", "venue", "start", "stop"):
        layout += [(f"{name}_bytes", ">i4"), (name, ">i4")]
    rows = np.empty(len(day.person), np.dtype(layout))
    rows["fields"] = 4
    for name, column in zip(("person", "venue", "start", "stop"), columns, strict=True):
        rows[f"{name}_bytes"] = 4
        rows[name] = column
    return rows.tobytes()


def read(hops: list[Any]) -> list[Answer]:
    """Tuples to columns."""
    return [Answer(*np.array(rows, np.int32).reshape(-1, 3).T) for rows in hops]
