"""Rows out of CSV and Parquet files, with the numbers a person finds them by."""

import csv
import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

#: Longest cell accepted, in characters; an unclosed quotation mark swallows the rest of a file.
CELL_LIMIT = 1_000_000

#: `(row, cells)`, or `(row, None)` when the row is not readable at all.  CSV rows count from the
#: heading (row 1), as spreadsheets show them; Parquet rows count from 1.
Rows = Iterator[tuple[int, list[str] | None]]


class UnreadableFileError(Exception):
    """A whole file cannot be used; `code` is stable, the message says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def is_parquet(path: str) -> bool:
    """Whether the name ends as Parquet files do."""
    return Path(path).suffix.lower() in {".parquet", ".pq"}


def rows_of(path: str, columns: Sequence[str]) -> Rows:
    """The cells of `columns` in every row of `path`; `-` is standard input."""
    if is_parquet(path):
        return parquet_rows(path, columns)
    return csv_rows(path, columns)


@contextmanager
def opened(path: str) -> Iterator[TextIO]:
    """The text of a CSV file; bytes that are not UTF-8 are kept as marks, found row by row."""
    if path == "-":
        stream = io.TextIOWrapper(
            sys.stdin.buffer, encoding="utf-8-sig", errors="surrogateescape", newline=""
        )
        try:
            yield stream
        finally:
            stream.detach()
        return
    try:
        with open(path, encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            yield file
    except OSError as error:
        raise UnreadableFileError(
            "unreadable_file", f"The file cannot be read: {error.strerror}."
        ) from error


def csv_rows(path: str, columns: Sequence[str]) -> Rows:
    """Rows of a CSV file, separated by whichever of comma, semicolon and tab its heading uses."""
    with opened(path) as file:
        heading = file.readline()
        separator = max(",;\t", key=heading.count)
        names = [name.strip().lower() for name in next(csv.reader([heading], delimiter=separator))]
        wanted = [found(name, names) for name in columns]
        csv.field_size_limit(CELL_LIMIT)
        reader = csv.reader(file, delimiter=separator)
        row = 1
        while True:
            row += 1
            try:
                cells = next(reader, None)
            except csv.Error:
                yield row, None
                continue
            if cells is None:
                return
            if not cells:
                continue
            yield row, ([cells[i] for i in wanted] if len(cells) == len(names) else [])


def found(column: str, names: Sequence[str]) -> int:
    """Where `column` stands in the heading."""
    if column in names:
        return names.index(column)
    raise UnreadableFileError(
        "missing_column", f"The file has no column {column!r}; write it in the first row."
    )


def parquet_rows(path: str, columns: Sequence[str]) -> Rows:
    """Rows of a Parquet file; every cell as text, missing ones empty."""
    import duckdb

    if not Path(path).is_file():
        raise UnreadableFileError("unreadable_file", "The file cannot be read: it is not there.")
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        try:
            connection.execute("SET TimeZone = 'UTC'")
            table = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [path]).fetchall()
            names = [name.lower() for name, *_ in table]
            cells = [as_text(*table[found(column, names)][:2]) for column in columns]
            connection.execute(f"SELECT {', '.join(cells)} FROM read_parquet(?)", [path])
            row = 0
            while batch := connection.fetchmany(10_000):
                for values in batch:
                    row += 1
                    yield row, list(values)
        except duckdb.Error as error:
            raise UnreadableFileError(
                "unreadable_file", "The file is not a readable Parquet file."
            ) from error


def as_text(name: str, kind: str) -> str:
    """SQL that turns one Parquet column into text, missing values into an empty one."""
    cell = '"' + name.replace('"', '""') + '"'
    text = f"{cell}::VARCHAR"
    if kind in {"DOUBLE", "FLOAT"}:
        # Data frames keep whole numbers as floating point once a cell is empty.
        whole = f"{cell} = floor({cell}) AND abs({cell}) < 1e15"
        text = f"CASE WHEN {whole} THEN {cell}::BIGINT::VARCHAR ELSE {text} END"
        text = f"CASE WHEN NOT isnan({cell}) THEN {text} END"
    return f"coalesce({text}, '')"
