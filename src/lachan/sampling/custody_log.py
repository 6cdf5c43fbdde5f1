"""A data logger's file: times and degrees, and where they left the range."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import StringIO

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import OFFSET, now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.sheets import Cell, SheetRefused, read_book, text_of, written_as
from lachan.rulebook.selectors import CustodyRule
from lachan.sampling.models import Box, Packing, Reading, Tube

#: A logger that writes every ten seconds for a week.
MOST_POINTS = 61_000
#: Bytes of a file.
MOST_BYTES = 10_000_000

#: Between two columns of a text.
SEPARATORS = ";\t,|"

_FORMATS = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M")


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the file."""

    at: datetime
    degrees: float


@dataclass(frozen=True, slots=True)
class Excursion:
    """A time outside of the range, from the first reading outside to the last, both included."""

    since: datetime
    until: datetime
    coldest: float
    warmest: float


def read_log(data: bytes, name: str) -> list[Point]:
    """The readings of a file, in order of time: first a time, then degrees, a heading or not.

    Times without an offset are the installation's; a decimal comma is read.  A file with a row that
    cannot be read is refused whole.  Refused: log_unreadable, log_too_large.
    """
    if len(data) > MOST_BYTES:
        raise Refused("log_too_large", _("The file is larger than 10 MB."))
    refusals: list[Refused] = []
    for rows in _tables(data, name):
        try:
            return _points(rows)
        except Refused as refused:
            refusals.append(refused)
    raise refusals[0]


def _tables(data: bytes, name: str) -> Iterator[Sequence[Sequence[Cell]]]:
    """The rows of a workbook; of a text, its rows by each separator that it may have: a decimal
    comma looks like one."""
    try:
        book = read_book(data, name)
    except SheetRefused:
        raise Refused(
            "log_unreadable", _("This file cannot be read. Export the logger's data as CSV.")
        ) from None
    yield book[0].rows
    if name.lower().endswith((".csv", ".txt")):
        text = data.decode(written_as(data).encoding, errors="replace").lstrip("\ufeff")
        for separator in SEPARATORS:
            yield list(csv.reader(StringIO(text), delimiter=separator))


def _points(rows: Sequence[Sequence[Cell]]) -> list[Point]:
    """Every row's reading; rows before the first one are a heading."""
    points: list[Point] = []
    for number, row in enumerate(rows, 1):
        if not any(text_of(cell) for cell in row):
            continue
        point = _point(row)
        if point is not None:
            points.append(point)
        elif points:
            raise Refused(
                "log_unreadable",
                _("Row %(number)d has no time and no degrees. Nothing was taken from the file.")
                % {"number": number},
            )
    if len(points) < 2:
        raise Refused(
            "log_unreadable", _("The file has no column of times followed by one of degrees.")
        )
    if len(points) > MOST_POINTS:
        raise Refused("log_too_large", _("The file has more readings than a week of one journey."))
    return sorted(points, key=lambda point: point.at)


def _point(row: Sequence[Cell]) -> Point | None:
    """The first time in a row and the first number after it."""
    for place, cell in enumerate(row):
        at = _moment(cell)
        if at is None:
            continue
        for other in row[place + 1 :]:
            degrees = _degrees(other)
            if degrees is not None:
                return Point(at, degrees)
    return None


def _moment(cell: Cell) -> datetime | None:
    if isinstance(cell, datetime):
        return _aware(cell)
    if not isinstance(cell, str):
        return None
    text = text_of(cell)
    try:
        return _aware(datetime.fromisoformat(text)) if len(text) > 10 else None
    except ValueError:
        pass
    for form in _FORMATS:
        try:
            return _aware(datetime.strptime(text, form))  # noqa: DTZ007  a logger's local time
        except ValueError:
            continue
    return None


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=OFFSET)


def _degrees(cell: Cell) -> float | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell)
    text = text_of(cell).replace("°C", "").replace("°", "").replace(",", ".").strip()
    try:
        degrees = float(text)
    except ValueError:
        return None
    return degrees if -273 <= degrees <= 100 else None


def excursions(points: Sequence[Point], coldest: float, warmest: float) -> list[Excursion]:
    """The times outside of coldest..warmest, both of them still inside."""
    found: list[Excursion] = []
    run: list[Point] = []
    for point in points:
        if coldest <= point.degrees <= warmest:
            found += [_excursion(run)] if run else []
            run = []
        else:
            run.append(point)
    return found + ([_excursion(run)] if run else [])


def _excursion(run: Sequence[Point]) -> Excursion:
    degrees = [point.degrees for point in run]
    return Excursion(run[0].at, run[-1].at, min(degrees), max(degrees))


def attach(*, box: Box, data: bytes, name: str, rule: CustodyRule, by: Principal) -> Reading:
    """Keep a logger's file with a box, judged by the rule of today; the same file again is one."""
    digest = sha256(data).hexdigest()
    known = Reading.objects.filter(box=box, sha256=digest).first()
    if known is not None:
        return known
    points = read_log(data, name)
    outside = excursions(points, rule.coldest, rule.warmest)
    degrees = [point.degrees for point in points]
    reading = Reading(
        box=box,
        name=name[-120:],
        sha256=digest,
        points=[[int(point.at.timestamp()), point.degrees] for point in points],
        excursions=[
            [int(one.since.timestamp()), int(one.until.timestamp()), one.coldest, one.warmest]
            for one in outside
        ],
        coldest=min(degrees),
        warmest=max(degrees),
        at=now(),
        by=by.account,
        organisation=box.organisation,
        laboratory=box.laboratory,
    )
    reading.save(force_insert=True)
    audit.record("box.logged", target=("box", box.id), by=by, detail={"excursions": len(outside)})
    return reading


def excursions_of(reading: Reading) -> list[Excursion]:
    """What was kept, as records."""
    return [
        Excursion(
            datetime.fromtimestamp(since, OFFSET), datetime.fromtimestamp(until, OFFSET), cold, warm
        )
        for since, until, cold, warm in reading.excursions
    ]


def tubes_in(box: Box, outside: Excursion) -> list[Tube]:
    """The tubes that lay in the box at any time of an excursion."""
    rows = Packing.objects.filter(box=box, listed=True, at__lte=outside.until).exclude(
        out_at__lt=outside.since
    )
    return [row.tube for row in rows.select_related("tube").order_by("tube__barcode")]
