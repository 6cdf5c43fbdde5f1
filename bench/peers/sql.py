"""The question in SQL, over tables that every SQL engine fills alike.

`source` (person, since, until) holds who is infectious; `known` (person) who is a case or was
reached before; `met` is the engine's own query for people who met a source, with its columns
person, first, minutes.
"""

from collections.abc import Callable
from typing import Any

from bench.asking import LAST_MINUTE, LATENT, LEAST_MINUTES, Question

#: For PostgreSQL and DuckDB alike.  A row is enough when all its meetings together are.
ENOUGH = f"having sum(least(o.stop, t.till) - greatest(o.start, t.begin)) >= {LEAST_MINUTES}"

COLUMNS = (
    "o.person, min(greatest(o.start, t.begin)) as first,"
    " sum(least(o.stop, t.till) - greatest(o.start, t.begin))::int as minutes"
)

UNKNOWN = "not exists (select 1 from known k where k.person = o.person)"

#: An answer without its rows: how many, and a sum that tells whether they are the same.
CHECKSUM = "count(*), sum(person::bigint * 7 + first::bigint * 3 + minutes)::bigint"

Execute = Callable[[str], Any]


def fill(execute: Execute, question: Question) -> None:
    """Make the cases the sources, and known."""
    execute("drop table if exists source; drop table if exists known")
    execute("create temp table source (person int, since int, until int)")
    columns = zip(*(column.tolist() for column in question[:3]), strict=True)
    values = ", ".join(str(row) for row in columns)
    execute(f"insert into source values {values}")
    execute("create temp table known as select person from source")
    execute("analyze source; analyze known")


def chain(execute: Execute, met: str, hops: int) -> list[str]:
    """Table names of the answer's hops; who is reached at one hop is a source of the next."""
    tables = []
    for hop in range(1, hops + 1):
        table = f"reached_{hop}"
        execute(f"drop table if exists {table}")
        execute(f"create temp table {table} as {met}")
        execute(f"insert into known select person from {table}")
        execute("delete from source")
        execute(
            f"insert into source select person, first + {LATENT}, {LAST_MINUTE} from {table}"
            f" where first + {LATENT} < {LAST_MINUTE}"
        )
        execute("analyze source; analyze known")
        tables.append(table)
    return tables
