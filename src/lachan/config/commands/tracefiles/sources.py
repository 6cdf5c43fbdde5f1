"""Rows out of CSV and Parquet files, with the numbers a person finds them by."""

import csv
import io
import stat
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TextIO

#: Longest cell accepted, in characters; an unclosed quotation mark swallows the rest of a file.
CELL_LIMIT = 1_000_000


class Unusable(StrEnum):
    """Why a row has no cells; the codes are those of `reading.REASONS`."""

    UNREADABLE = "unreadable_row"
    UNCLOSED = "unclosed_quote"
    UNEVEN = "wrong_field_count"


#: The cells of one row, or why it has none.
Cells = list[str] | Unusable

#: `(row, cells)`.  CSV rows count from the heading (row 1), as spreadsheets show them; Parquet rows
#: count from 1.
Rows = Iterator[tuple[int, Cells]]


class UnreadableFileError(Exception):
    """A whole file cannot be used; `code` is stable, the message says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Form(NamedTuple):
    """How a CSV file is laid out: `wanted` are the places of the columns asked for, times last."""

    separator: str
    width: int
    wanted: tuple[int, ...]


class Lines:
    """Lines of text that can be given back: a quotation mark may have joined too many."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.waiting: deque[str] = deque()
        self.taken: list[str] = []
        self.ended = False

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        line = self.waiting.popleft() if self.waiting else next(self.lines, "")
        if not line:
            self.ended = True
            raise StopIteration
        self.taken.append(line)
        return line

    def begin(self) -> None:
        """Forget the row before."""
        self.taken.clear()
        self.ended = False

    def keep_first(self) -> None:
        """Give back all but the first line of this row."""
        self.waiting.extendleft(reversed(self.taken[1:]))


class Ahead(io.RawIOBase):
    """A stream of which the beginning was read ahead."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self.head = io.BytesIO(head)
        self.rest = rest

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill a buffer, first with what was read ahead."""
        data = self.head.read(len(buffer)) or self.rest.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def is_larger(path: str, size: int) -> bool:
    """Whether a file has more than `size` bytes, or cannot say so before it is read."""
    if path == "-":
        return False
    try:
        status = Path(path).stat()
    except OSError:
        return False
    return not stat.S_ISREG(status.st_mode) or status.st_size > size


def is_parquet(path: str) -> bool:
    """Whether the name ends as Parquet files do."""
    return Path(path).suffix.lower() in {".parquet", ".pq"}


def rows_of(path: str, columns: Sequence[str], stdin: BinaryIO | None = None) -> Rows:
    """The cells of `columns` in every row of `path`; `-` is standard input."""
    if is_parquet(path):
        return parquet_rows(path, columns)
    return csv_rows(path, columns, stdin)


@contextmanager
def opened_bytes(path: str, stdin: BinaryIO | None = None) -> Iterator[BinaryIO]:
    """The bytes of a file, or of standard input, which stays open."""
    if path == "-":
        yield stdin or sys.stdin.buffer
        return
    try:
        with open(path, "rb") as file:
            yield file
    except OSError as error:
        raise UnreadableFileError(
            "unreadable_file", f"The file cannot be read: {error.strerror}."
        ) from error


@contextmanager
def opened(path: str, stdin: BinaryIO | None = None) -> Iterator[TextIO]:
    """The text of a CSV file; bytes that are not UTF-8 are kept as marks, found row by row."""
    with opened_bytes(path, stdin) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
        try:
            yield text
        finally:
            text.detach()


def csv_rows(path: str, columns: Sequence[str], stdin: BinaryIO | None = None) -> Rows:
    """Rows of a CSV file, separated by whichever of comma, semicolon and tab its heading uses."""
    with opened(path, stdin) as file:
        form = form_of(file.readline(), columns)
        for row, cells in enumerate(records(Lines(file), form), start=2):
            if cells:
                yield row, wanted_of(cells, form)


def form_of(heading: str, columns: Sequence[str]) -> Form:
    """The layout that the first line of a file promises."""
    separator = max(",;\t", key=heading.count)
    try:
        cells = next(csv.reader([heading], delimiter=separator))
    except csv.Error:  # a line of endless length: no heading
        cells = []
    names = [name.strip().lower() for name in cells]
    return Form(separator, len(names), tuple(found(name, names) for name in columns))


def records(lines: Lines, form: Form) -> Iterator[Cells]:
    """The cells of row after row, none for a blank line.

    A row of several lines must be quoted as RFC 4180 says, have all its cells and no line end in
    its times.  Where it is not so, somebody forgot a closing quotation mark: the first line is
    refused alone and the next begins a new row, so that one slip does not swallow the good rows
    below it.
    """
    csv.field_size_limit(CELL_LIMIT)
    reader = csv.reader(lines, delimiter=form.separator)
    while True:
        lines.begin()
        cells: Cells
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = Unusable.UNREADABLE
        if lines.ended or (len(lines.taken) > 1 and not one_row(cells, lines.taken, form)):
            lines.keep_first()
            cells = Unusable.UNCLOSED
        yield cells


def one_row(cells: Cells, lines: Sequence[str], form: Form) -> bool:
    """Whether several lines are meant as one row."""
    if isinstance(cells, Unusable) or len(cells) != form.width:
        return False
    if any(end in cells[time] for time in form.wanted[-2:] for end in "\r\n"):
        return False
    try:
        next(csv.reader(lines, delimiter=form.separator, strict=True))
    except csv.Error:
        return False
    return True


def wanted_of(cells: Cells, form: Form) -> Cells:
    """The cells asked for."""
    if isinstance(cells, Unusable):
        return cells
    return [cells[i] for i in form.wanted] if len(cells) == form.width else Unusable.UNEVEN


def found(column: str, names: Sequence[str]) -> int:
    """Where `column` stands in the heading."""
    if column in names:
        return names.index(column)
    raise UnreadableFileError(
        "missing_column", f"The file has no column {column!r}; write it in the first row."
    )


def parquet_rows(path: str, columns: Sequence[str]) -> Rows:
    """Rows of a Parquet file; every cell as text, missing ones empty."""
    with opened_parquet(path, columns) as (connection, query):
        connection.execute(query, [path])
        row = 0
        while batch := connection.fetchmany(10_000):
            for values in batch:
                row += 1
                yield row, list(values)


def parquet_as_csv(path: str, columns: Sequence[str], target: Path) -> None:
    """The cells of `columns` of a Parquet file as `parquet_rows` gives them, without a heading."""
    with opened_parquet(path, columns) as (connection, query):
        connection.sql(query, params=[path]).write_csv(
            str(target), sep=",", quotechar='"', escapechar='"', header=False
        )


@contextmanager
def database() -> Iterator[Any]:
    """DuckDB in memory, without a network, and without its bar of progress on standard output."""
    import duckdb

    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        connection.execute("SET enable_progress_bar = false")
        yield connection


@contextmanager
def opened_parquet(path: str, columns: Sequence[str]) -> Iterator[tuple[Any, str]]:
    """A connection, and the query that gives the cells of a Parquet file as texts."""
    import duckdb

    if not Path(path).is_file():
        raise UnreadableFileError("unreadable_file", "The file cannot be read: it is not there.")
    with database() as connection:
        try:
            connection.execute("SET TimeZone = 'UTC'")
            table = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [path]).fetchall()
            names = [name.lower() for name, *_ in table]
            cells = [as_text(*table[found(column, names)][:2]) for column in columns]
            yield connection, f"SELECT {', '.join(cells)} FROM read_parquet(?)"
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
