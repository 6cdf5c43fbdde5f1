"""A temperature logger's file: times and degrees, row by row, and where they left a range."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from io import StringIO

from lachan.formats.sheets import Cell, SheetRefused, read_book, text_of, written_as

#: A logger that writes every minute for a month.
MOST_POINTS = 61_000
#: Between two columns of a text: a decimal comma looks like one.
SEPARATORS = ";\t,|"

_FORMATS = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M")
#: What a sensor can have measured.
_COLDEST, _WARMEST = -200.0, 100.0


@dataclass(frozen=True, slots=True)
class Point:
    """One reading."""

    at: datetime
    degrees: float


@dataclass(frozen=True, slots=True)
class Log:
    """Readings in order of time, and rows that cannot be read: number and code (`log_no_time`,
    `log_no_degrees`)."""

    points: tuple[Point, ...]
    refused: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Outside:
    """A time outside of a range, from the first reading outside to the last, both included."""

    since: datetime
    until: datetime
    coldest: float
    warmest: float


def read_temperatures(data: bytes, name: str, *, offset: tzinfo) -> Log:
    """A time, then degrees, in each row; rows before the first reading are a heading.

    Times without an offset are at `offset`.  Raises SheetRefused: those of `read_book`, and
    `log_empty` where no row has a time and degrees.
    """
    found = max(
        (_log(rows, offset) for rows in _tables(data, name)), key=lambda log: len(log.points)
    )
    if not found.points:
        raise SheetRefused("log_empty")
    if len(found.points) > MOST_POINTS:
        raise SheetRefused("sheet_large")
    return found


def outside(points: Sequence[Point], coldest: float, warmest: float) -> list[Outside]:
    """The times outside of coldest..warmest, both of them still inside."""
    found: list[Outside] = []
    run: list[Point] = []
    for point in points:
        if coldest <= point.degrees <= warmest:
            found += [_outside(run)] if run else []
            run = []
        else:
            run.append(point)
    return found + ([_outside(run)] if run else [])


def _outside(run: Sequence[Point]) -> Outside:
    degrees = [point.degrees for point in run]
    return Outside(run[0].at, run[-1].at, min(degrees), max(degrees))


def _tables(data: bytes, name: str) -> Iterator[Sequence[Sequence[Cell]]]:
    yield read_book(data, name)[0].rows
    if name.lower().endswith((".csv", ".txt")):
        text = data.decode(written_as(data).encoding, errors="replace").lstrip("\ufeff")
        for separator in SEPARATORS:
            yield list(csv.reader(StringIO(text), delimiter=separator))


def _log(rows: Sequence[Sequence[Cell]], offset: tzinfo) -> Log:
    points: list[Point] = []
    refused: list[tuple[int, str]] = []
    for number, row in enumerate(rows, 1):
        if not any(text_of(cell) for cell in row):
            continue
        read = _point(row, offset)
        if isinstance(read, Point):
            points.append(read)
        elif points:
            refused.append((number, read))
    return Log(tuple(sorted(points, key=lambda point: point.at)), tuple(refused))


def _point(row: Sequence[Cell], offset: tzinfo) -> Point | str:
    for place, cell in enumerate(row):
        at = _moment(cell, offset)
        if at is None:
            continue
        for other in row[place + 1 :]:
            degrees = _degrees(other)
            if degrees is not None:
                return Point(at, degrees)
        return "log_no_degrees"
    return "log_no_time"


def _moment(cell: Cell, offset: tzinfo) -> datetime | None:
    if isinstance(cell, datetime):
        return _aware(cell, offset)
    text = text_of(cell)
    if len(text) <= 10:
        return None
    try:
        return _aware(datetime.fromisoformat(text), offset)
    except ValueError:
        pass
    for form in _FORMATS:
        try:
            return _aware(datetime.strptime(text, form), offset)  # noqa: DTZ007  a local time
        except ValueError:
            continue
    return None


def _aware(at: datetime, offset: tzinfo) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=offset)


def _degrees(cell: Cell) -> float | None:
    if isinstance(cell, bool | datetime):
        return None
    text = text_of(cell).replace("°C", "").replace("°", "").replace(",", ".").strip()
    try:
        degrees = float(text)
    except ValueError:
        return None
    return degrees if _COLDEST <= degrees <= _WARMEST else None
