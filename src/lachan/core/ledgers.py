"""Ledgers: tables partitioned by day, appended and never changed, without foreign keys.

The key is (day, id), where `day` comes from the event time inside the payload: a repeat always
meets its first copy.  `tx` is the writing transaction, so that a reader below the snapshot's xmin
misses nothing and reads nothing twice.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.backends.utils import CursorWrapper

from lachan.core.clock import AHEAD, BEHIND
from lachan.core.rowsecurity import _Sql

#: Partitions are made this far ahead every night: a fortnight of a worker that is down.
DAYS_AHEAD = 14


class Ledger(_Sql):
    """Make a day-partitioned table.

    columns: SQL of the columns beside `day`, `id` and `tx`; day_from: the column of the event time.
    """

    def __init__(self, table: str, columns: str, *, day_from: str) -> None:
        self.table = table
        self.columns = columns
        self.day_from = day_from

    def statements(self) -> Iterator[str]:
        yield (
            f"create table {self.table} (day date not null, id uuid not null, {self.columns},"
            " tx xid8 not null default pg_current_xact_id(), primary key (day, id),"
            f" constraint {self.table}_day check"
            f" (day = (({self.day_from} at time zone 'UTC') + interval '7 hours')::date))"
            " partition by range (day)"
        )
        yield f"create index {self.table}_tx on {self.table} (tx)"
        yield f"create table {self.table}_other partition of {self.table} default"
        yield f"insert into core_ledger (name) values ('{self.table}')"

    def undoing(self) -> Iterator[str]:
        yield f"delete from core_ledger where name = '{self.table}'"
        yield f"drop table {self.table}"


def make_partitions(cursor: CursorWrapper, *, first: date, last: date) -> int:
    """Make the day partitions of every ledger from `first` to `last`; give how many were new.

    Run by the owner role, nightly and at start.
    """
    cursor.execute("select name from core_ledger order by name")
    names = [row[0] for row in cursor.fetchall()]
    cursor.execute(
        "select c.relname from pg_inherits join pg_class c on c.oid = inhrelid"
        " join core_ledger on name = inhparent::regclass::text"
    )
    there = {row[0] for row in cursor.fetchall()}
    strayed = _stray_days(cursor, names)
    made = 0
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        for name in names:
            partition = f"{name}_{day:%Y%m%d}"
            if partition in there:
                continue
            span = f"for values from ('{day}') to ('{day + timedelta(days=1)}')"
            if (name, day) in strayed:
                _gather(cursor, name, partition, day)
                cursor.execute(f"alter table {name} attach partition {partition} {span}")
            else:
                cursor.execute(f"create table {partition} partition of {name} {span}")
            made += 1
    return made


def _stray_days(cursor: CursorWrapper, names: list[str]) -> set[tuple[str, date]]:
    """Days whose rows came before their partition."""
    found = set()
    for name in names:
        cursor.execute(f"select distinct day from {name}_other")
        found |= {(name, row[0]) for row in cursor.fetchall()}
    return found


def _gather(cursor: CursorWrapper, name: str, partition: str, day: date) -> None:
    """Move a day's rows out of the DEFAULT partition: PostgreSQL makes no partition over them."""
    cursor.execute(
        f"create table {partition} (like {name} including defaults including constraints)"
    )
    cursor.execute(
        f"with moved as (delete from {name}_other where day = %s returning *)"
        f" insert into {partition} select * from moved",
        [day],
    )


def usual_days(today: date) -> tuple[date, date]:
    """The days a running installation keeps partitions for."""
    return today - BEHIND, today + max(AHEAD, timedelta(days=DAYS_AHEAD))


def strays(cursor: CursorWrapper) -> dict[str, int]:
    """Ledgers whose DEFAULT partition was used: an alarm, since no day should be missing."""
    cursor.execute("select name from core_ledger order by name")
    found = {}
    for (name,) in cursor.fetchall():
        cursor.execute(f"select count(*) from {name}_other")
        row = cursor.fetchone()
        if row and row[0]:
            found[name] = row[0]
    return found
