"""The tables of the question in DuckDB: one machine, memory first, then its disk."""

import errno
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import ibis

from lachan.config.commands.reachtables.inputs import WHOLE_OF_REAL, Kind, Shape
from lachan.config.commands.tracefiles.sources import UnreadableFileError
from lachan.config.commands.tracefiles.writing import replaced, write_csv

#: DuckDB's names of types.
KINDS: dict[str, Kind] = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT"), "whole"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT"), "whole"),
    **dict.fromkeys(("FLOAT", "DOUBLE"), "real"),
    "TIMESTAMP WITH TIME ZONE": "moment",
}

CASTS: dict[Kind, str] = {
    "whole": "CAST({cell} AS BIGINT)",
    "real": WHOLE_OF_REAL,
    "moment": "CAST({cell} AS TIMESTAMP WITH TIME ZONE)",
    "text": "CAST({cell} AS VARCHAR)",
}


class OnDuckDB:
    """One question; everything it stores is gone when it is closed."""

    #: What the engine raises when it cannot go on.
    errors: tuple[type[Exception], ...] = (duckdb.Error,)

    def __init__(self, work: str | None = None) -> None:
        """Open a database of its own in `work`, or in the machine's folder for such things."""
        self._folder = tempfile.TemporaryDirectory(prefix="lachan-reach-", dir=work)
        self._connection = duckdb.connect(
            str(Path(self._folder.name) / "question.duckdb"),
            config={"autoinstall_known_extensions": "false"},
        )
        self._connection.execute("SET TimeZone = 'UTC'")

    def close(self) -> None:
        """Let go of the disk."""
        self._connection.close()
        self._folder.cleanup()

    def kinds(self, paths: Sequence[str]) -> dict[str, Kind]:
        """What the columns of Parquet files are, by name."""
        try:
            rows = self._connection.execute(f"DESCRIBE FROM {_files(paths)}").fetchall()
        except duckdb.Error as error:
            raise UnreadableFileError(
                "unreadable_file", "No readable Parquet files are there."
            ) from error
        return {name: KINDS.get(kind, "text") for name, kind, *_ in rows}

    def view(self, shape: Shape, paths: Sequence[str], kinds: dict[str, Kind]) -> None:
        """Make `<name>_raw`: the columns of the shape, and where each row stands."""
        casts = [
            CASTS[kinds[name]].format(cell=f'"{name}"') + f' AS "{name}"' for name in shape.columns
        ]
        self._connection.execute(
            f"CREATE VIEW {shape.name}_raw AS SELECT {', '.join(casts)},"
            f" filename AS file, file_row_number AS row FROM {_files(paths)}"
        )

    def load(self, shape: Shape, rows: Sequence[Sequence[object]]) -> Any:
        """A table of rows that were read and checked one by one."""
        path = Path(self._folder.name) / f"{shape.name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            write_csv(file, tuple(shape.schema), rows)
        kinds = {
            name: "VARCHAR" if kind == "string" else "BIGINT" for name, kind in shape.schema.items()
        }
        table = self._connection.read_csv(
            str(path), header=True, delimiter=",", quotechar='"', escapechar='"', dtype=kinds
        )
        table.to_table(f"{shape.name}_read")
        return ibis.table(shape.schema, name=f"{shape.name}_read")

    def keep(self, name: str, table: Any) -> Any:
        """Store a table under a name of its own."""
        self._connection.execute(f"CREATE TABLE {name} AS {_sql(table)}")
        return ibis.table(table.schema(), name=name)

    def rows(self, table: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of a table, a few at a time."""
        answer = self._connection.cursor()
        answer.execute("SET TimeZone = 'UTC'")
        answer.execute(_sql(table))
        while batch := answer.fetchmany(10_000):
            yield from batch

    def check_out(self, out: str) -> None:
        """Raise OSError when the answer cannot be written there."""
        if Path(out).is_dir():
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not os.access(Path(out).parent, os.W_OK):
            raise OSError(errno.EACCES, "The folder is not there or not writable")

    def write(self, table: Any, out: str) -> None:
        """The answer as one Parquet file that appears when it is complete."""
        with replaced(out) as target:
            self._connection.sql(_sql(table)).write_parquet(str(target))


def _sql(table: Any) -> str:
    return str(ibis.to_sql(table, dialect="duckdb"))


def _files(paths: Sequence[str]) -> str:
    """The table function that reads files, folders and patterns, and says where a row stands."""
    patterns = [f"{path}/**/*.parquet" if Path(path).is_dir() else path for path in paths]
    quoted = ", ".join("'" + pattern.replace("'", "''") + "'" for pattern in patterns)
    options = "filename = true, file_row_number = true, hive_partitioning = false"
    return f"read_parquet([{quoted}], {options})"
