"""Workbooks as offices send them: .xlsx, .xls, .ods and .csv read into rows of plain cells.

Nothing here knows what a column means (`columns`) or what a cell says (`cells`).  A row keeps the
number it has in the workbook, because that is what somebody looks for when a row is refused.
"""

import csv
import io
import unicodedata
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import PurePath

from python_calamine import CalamineWorkbook, PasswordError

from lachan.formats.sheetaside import ReadAside, read_aside
from lachan.formats.sheetextent import reaches_too_far

#: What a cell holds.  Durations are read as text: no list of people has a use for them.
Cell = str | int | float | bool | date | datetime | time | None

#: Endings a list may have.
ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".txt")

#: bytes; a workbook unpacks to a multiple of its size, and a hostile one to a thousand times.
#: 20,000 rows of 30 columns take about 40 MB.
UNPACKED_AT_MOST = 400_000_000

#: rows and columns of one sheet; Excel itself ends at 1,048,576 rows.
ROWS_AT_MOST = 200_000
COLUMNS_AT_MOST = 200

_SEPARATORS = ",;\t|"
#: How a workbook begins: a zip, or the compound file of the older format.
_BOOKS = (b"PK", b"\xd0\xcf\x11\xe0")


class SheetRefused(ValueError):
    """A file cannot be read; `code` is sheet_kind, sheet_broken, sheet_locked, sheet_empty or
    sheet_large."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells joined into one; rows and columns from 0, both ends inside."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet.  `rows[0]` is row 1 of the workbook; every row is as long as the widest."""

    name: str
    rows: list[list[Cell]]
    merged: list[Merged] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Written:
    """How a text file was written, so that its copy can be written the same way."""

    encoding: str
    separator: str


def read_book(data: bytes, file_name: str) -> list[Sheet]:
    """The sheets that hold anything, in the book's order.  Raises SheetRefused."""
    ending = PurePath(file_name).suffix.lower()
    if ending not in ENDINGS:
        raise SheetRefused("sheet_kind")
    if not data.strip(b"\x00 \r\n\t"):
        raise SheetRefused("sheet_empty")
    if ending in (".csv", ".txt"):
        sheets = [_of_text(data)]
    else:
        _refuse_bomb(data)
        if reaches_too_far(data):
            raise SheetRefused("sheet_large")
        sheets = of_workbook(data) if ending in (".xlsx", ".xlsm") else _read_aside(data)
    found = [sheet for sheet in sheets if any(any(_filled(c) for c in row) for row in sheet.rows)]
    if not found:
        raise SheetRefused("sheet_empty")
    for sheet in found:
        if len(sheet.rows) > ROWS_AT_MOST or len(sheet.rows[0]) > COLUMNS_AT_MOST:
            raise SheetRefused("sheet_large")
    return found


def text_of(cell: Cell) -> str:
    """A cell as one line of text: composed letters, no blanks at the ends or twice in a row, no
    characters without a width; whole numbers without ".0"."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "x" if cell else ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    return _one_line(str(cell))


@lru_cache(maxsize=100_000)  # a row is looked at several times, and a list repeats its words
def _one_line(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return " ".join(composed.translate(_WITHOUT_WIDTH).split())


#: Characters without a width: joiners, marks of direction, byte order mark, soft hyphen.
_WITHOUT_WIDTH = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF])


def written_as(data: bytes) -> Written:
    """Encoding and separator of a text file."""
    encoding = _encoding(data)
    return Written(encoding, _separator(data.decode(encoding, errors="replace")))


def _filled(cell: Cell) -> bool:
    return cell is not None and cell != "" and (not isinstance(cell, str) or bool(cell.strip()))


def _refuse_bomb(data: bytes) -> None:
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(each.file_size for each in packed.infolist())
    except (zipfile.BadZipFile, ValueError, EOFError):
        raise SheetRefused("sheet_broken") from None
    if size > UNPACKED_AT_MOST:
        raise SheetRefused("sheet_large")


def _read_aside(data: bytes) -> list[Sheet]:
    if not data.startswith(_BOOKS):
        raise SheetRefused("sheet_broken")
    try:
        told = read_aside(data)
    except ReadAside as refused:
        raise SheetRefused(refused.code) from None
    return [
        Sheet(sheet["name"], sheet["rows"], [Merged(*each) for each in sheet["merged"]])
        for sheet in told
    ]


def of_workbook(data: bytes) -> list[Sheet]:
    """Every sheet of a workbook, in this process.  Raises SheetRefused."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [_of_sheet(book, name) for name in book.sheet_names]
    except SheetRefused:
        raise
    except PasswordError:
        raise SheetRefused("sheet_locked") from None
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException:  # the reader's panics are no Exception; the file is damaged all the same
        raise SheetRefused("sheet_broken") from None


def _of_sheet(book: CalamineWorkbook, name: str) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    height, width = (last + 1 for last in sheet.end) if sheet.end else (0, 0)
    if height > ROWS_AT_MOST or width > COLUMNS_AT_MOST:
        raise SheetRefused("sheet_large")  # before a place is made for every cell
    rows = [
        [_cell(cell) for cell in row]
        for row in sheet.to_python(skip_empty_area=False, nrows=ROWS_AT_MOST + 1)
    ]
    merged = [
        Merged(top, left, bottom, right)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    ]
    return Sheet(name, rows, merged)


def _cell(cell: object) -> Cell:
    if cell == "" or cell is None:
        return None
    if isinstance(cell, timedelta):
        return str(cell)
    if isinstance(cell, str | int | float | bool | date | datetime | time):
        return cell
    return str(cell)


def _of_text(data: bytes) -> Sheet:
    written = written_as(data)
    text = data.decode(written.encoding, errors="replace").lstrip("\ufeff")
    if text[:4].lower() == "sep=":
        text = "\n" + text.partition("\n")[2]  # the line keeps its number
    try:
        read = list(csv.reader(io.StringIO(text, newline=""), delimiter=written.separator))
    except csv.Error:
        raise SheetRefused("sheet_broken") from None
    width = max(map(len, read), default=0)
    rows: list[list[Cell]] = [[*(cell or None for cell in row)] for row in read]
    return Sheet("", [row + [None] * (width - len(row)) for row in rows])


def _encoding(data: bytes) -> str:
    """By its mark, by its zeros, by whether it is UTF-8; else Windows' Vietnamese page."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    head = data[:2000]
    if head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1258"
    return "utf-8"


def _separator(text: str) -> str:
    """The separator that cuts the first lines into the most columns, the same in most lines."""
    head = text.lstrip("\ufeff")
    if head[:4].lower() == "sep=" and head[4:5] in _SEPARATORS:
        return head[4]
    lines = [line for line in head.splitlines()[:50] if line.strip()]
    best, most = ",", 0
    for separator in _SEPARATORS:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator)]
        usual = max(set(widths), key=widths.count, default=1)
        score = widths.count(usual) * (usual - 1)
        if score > most:
            best, most = separator, score
    return best
