"""DuckDB: a table sorted by venue and start, and a copy of it sorted by person.

A stand is a venue on one day.  Visits are cut at midnight, so two that overlap share a stand: to
join by it spares most of the rows, and is quicker for many sources; for few it is not (measured).
Two columns in the join, venue and day, were slower than either.
"""

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
from bench.world import DAYS, MINUTES_A_DAY, World

THREADS = 2

#: A long statement would draw a bar into the report.
QUIET = "set enable_progress_bar = false"


def met(key: str) -> str:
    """People who met a source, with visits joined by `key`: `venue`, or `stand`."""
    return (
        f"with stay as materialized (select v.{key}, greatest(v.start, s.since) as begin,"
        " least(v.stop, s.until) as till from source s join by_person v on v.person = s.person"
        " where v.start < s.until and v.stop > s.since)"
        f" select {sql.COLUMNS} from stay t join visit o on o.{key} = t.{key}"
        " and o.start < t.till and o.stop > t.begin"
        f" where {sql.UNKNOWN} group by o.person {sql.ENOUGH}"
    )


class DuckDB:
    """In a file of its own, below `folder`."""

    def __init__(self, folder: Path) -> None:
        try:
            duckdb = import_module("duckdb")
        except ImportError:
            raise Missing("DuckDB is not asked: `pip install duckdb`.") from None
        self.name = f"DuckDB {duckdb.__version__}"
        self._folder = tempfile.TemporaryDirectory(prefix="duckdb-", dir=folder)
        self._file = Path(self._folder.name) / "visits.db"
        self._to: Any = duckdb.connect(str(self._file))
        self._to.execute(f"set threads = {THREADS}; set memory_limit = '4GB'; {QUIET}")

    def load(self, world: World, days: Iterable[Day]) -> None:
        """Sorted copies of all visits; the raw ones are dropped."""
        self._to.execute("create table raw (person int, venue int, stand int, start int, stop int)")
        for number, day in enumerate(days):
            rows = {
                "person": day.person.astype(np.int32),
                "venue": day.venue.astype(np.int32),
                "stand": day.venue.astype(np.int32) * DAYS + number,
                "start": day.start.astype(np.int32) + number * MINUTES_A_DAY,
                "stop": day.end.astype(np.int32) + number * MINUTES_A_DAY,
            }
            self._to.register("rows_of_day", rows)
            self._to.execute("insert into raw select * from rows_of_day")
            self._to.unregister("rows_of_day")
        self._to.execute("create table visit as select * from raw order by venue, start")
        self._to.execute("create table by_person as select * from raw order by person, start")
        self._to.execute("drop table raw")
        self._to.execute("checkpoint")

    def ways(self) -> list[Way]:
        """By venue; by venue and day."""
        return [
            self._way(f"{self.name}, by venue", met("venue"), chains=False),
            self._way(f"{self.name}, by venue and day", met("stand"), chains=True),
        ]

    def _way(self, name: str, query: str, *, chains: bool) -> Way:
        hops = [1]

        def prepared(question: Question) -> None:
            hops[0] = question.hops
            sql.fill(self._to.execute, question)

        def ask() -> list[Any]:
            if hops[0] == 1:
                return [self._to.execute(query).fetchnumpy()]
            tables = sql.chain(self._to.execute, query, hops[0])
            return [self._to.execute(f"from {table}").fetchnumpy() for table in tables]

        def count() -> Tally:
            return Tally(*self._to.execute(f"select {sql.CHECKSUM} from ({query})").fetchone())

        return Way(name, prepared, ask, read, count, chains)

    def size(self) -> int:
        """The file, with the copy by person."""
        return self._file.stat().st_size

    def close(self) -> None:
        """Drop the file."""
        self._to.close()
        self._folder.cleanup()


def read(hops: list[Any]) -> list[Answer]:
    """Columns as DuckDB delivers them."""
    return [Answer(rows["person"], rows["first"], rows["minutes"]) for rows in hops]
