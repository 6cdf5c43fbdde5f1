"""Columns as files hold them, made into the tables of the question; bad rows are set apart.

The same rules as `lachan trace` (tracefiles/reading.py), said of whole tables.
"""

from typing import Any, Literal, NamedTuple, TypeAlias

import ibis

from lachan.config.commands.tracefiles.sources import UnreadableFileError
from lachan.config.commands.tracefiles.times import FIRST_SECOND, LAST_SECOND

Table: TypeAlias = Any
Column: TypeAlias = Any

#: What a column of a Parquet file can be for us: whole numbers, floating point, times with a time
#: zone, or anything else, which is read as text.
Kind: TypeAlias = Literal["whole", "real", "moment", "text"]

#: What Ibis sees of the kinds.  Floating point becomes whole before: engines do not agree on NaN.
TYPES: dict[Kind, str] = {
    "whole": "int64",
    "real": "int64",
    "moment": "timestamp('UTC')",
    "text": "string",
}

#: Stands for floating point that is no whole second.
NO_SECOND = LAST_SECOND + 1

#: SQL, the same in both engines: data frames keep whole numbers as floating point, and NaN for a
#: missing one, once a cell is empty.
WHOLE_OF_REAL = (
    "CASE WHEN {cell} IS NULL OR isnan({cell}) THEN NULL"
    f" WHEN abs({{cell}}) >= 1e15 THEN {NO_SECOND}"
    f" WHEN {{cell}} <> floor({{cell}}) THEN {NO_SECOND}"
    " ELSE CAST({cell} AS BIGINT) END"
)

#: Why a row of a table is refused; codes and meaning as in tracefiles/reading.py.
WHY = {
    "unreadable_time": "a time is missing or is no second of the years 1 to 9999",
    "end_before_start": "the end is before the start",
    "same_person": "a and b are the same person",
    "empty_id": "a person or venue is empty",
}


class Shape(NamedTuple):
    """One kind of file: its columns, and as what the question knows them."""

    name: str
    ids: tuple[str, str] | tuple[str]
    start: str
    end: str
    open_end: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns a file must have."""
        return (*self.ids, self.start, self.end)

    @property
    def schema(self) -> dict[str, str]:
        """The columns of the table in the question."""
        return dict.fromkeys(self.ids, "string") | {"start": "int64", "end": "int64"}


VISITS = Shape("visits", ("person", "venue"), "start", "end", open_end=True)
ENCOUNTERS = Shape("encounters", ("a", "b"), "start", "end", open_end=False)
CASES = Shape("cases", ("person",), "infectious_from", "infectious_to", open_end=True)


def check_kinds(shape: Shape, kinds: dict[str, Kind]) -> None:
    """Raise `missing_column` or `wrong_type`: such a file cannot be used at all."""
    for column in shape.columns:
        if column not in kinds:
            raise UnreadableFileError("missing_column", f"The file has no column {column!r}.")
        if column in shape.ids and kinds[column] in {"real", "moment"}:
            raise UnreadableFileError("wrong_type", f"{column!r} must hold texts or whole numbers.")
        if column not in shape.ids and kinds[column] == "text":
            raise UnreadableFileError(
                "wrong_type",
                f"{column!r} must hold whole seconds since 1970 UTC or times with a time zone.",
            )


def sorted_out(shape: Shape, kinds: dict[str, Kind]) -> Table:
    """The view `<name>_raw` with times in seconds, and the `code` of a refusal, NULL when good."""
    raw = ibis.table(
        {column: TYPES[kinds[column]] for column in shape.columns}
        | {"file": "string", "row": "int64"},
        name=f"{shape.name}_raw",
    )
    start = seconds(raw[shape.start], up=False)
    end = seconds(raw[shape.end], up=shape is CASES)
    return raw.select(
        *(raw[name].cast("string").name(name) for name in shape.ids),
        "file",
        "row",
        start=start,
        end=end,
        code=code_of(shape, raw, start, end),
    )


def code_of(shape: Shape, raw: Table, start: Column, end: Column) -> Column:
    """Why a row is refused: the first reason `lachan trace` would give."""
    ends = end.notnull()
    if shape.open_end:
        ends = ends | raw[shape.end].isnull()
    ids = [raw[name].cast("string") for name in shape.ids]
    reasons = [
        (start.isnull() | ~ends, "unreadable_time"),
        (end < start, "end_before_start"),
    ]
    if shape is ENCOUNTERS:
        reasons.append((ids[0] == ids[1], "same_person"))
    reasons += [(name.isnull() | (name.strip() == ""), "empty_id") for name in ids]
    return ibis.cases(*reasons, else_=ibis.null("string"))


def seconds(column: Column, *, up: bool) -> Column:
    """Whole seconds since 1970 UTC, parts rounded down or `up`; NULL when it is no such time."""
    kind = column.type()
    if kind.is_timestamp():
        whole = column.truncate("s")
        second = whole.epoch_seconds().cast("int64")
        return second + (column > whole).cast("int64") if up else second
    return ibis.ifelse(column.between(FIRST_SECOND, LAST_SECOND), column, ibis.null("int64"))


def good_rows(shape: Shape, table: Table) -> Table:
    """The rows that take part."""
    return table.filter(table.code.isnull()).select(*shape.schema)


def count_by_code(table: Table) -> Table:
    """code, rows; the code of good rows is NULL."""
    return table.group_by("code").agg(rows=table.count())


def bad_rows(table: Table) -> Table:
    """file, row, code of the refused rows; rows count from 1."""
    bad = table.filter(table.code.notnull())
    return bad.select("file", row=bad.row + 1, code="code").order_by("file", "row")
