"""A copy of somebody's list with what was refused marked in it, so that it can be put right there.

A workbook stays a workbook with its sheets and column widths, a text file stays a text file with
its separator.  Books of older kinds (.xls, .ods) come back as .xlsx, with their values.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell as BookCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from lachan.formats.sheets import Cell, Sheet, read_book, text_of, written_as

#: Colours of a refused row and of a cell that is wrong, as 8 hexadecimal digits (ARGB).
REFUSED_FILL = "FFFDE7E4"
WRONG_FILL = "FFF5B7AE"
#: What was taken in is grey: nothing is left to do with it.
TAKEN_FONT = "FF8A8F98"
#: A cell of this number format keeps its leading zero.  Source: ECMA-376 part 1, 18.8.30 (49).
AS_TEXT = "@"
#: Width of the column of reasons, in characters.
REASON_WIDTH = 60


@dataclass(frozen=True, slots=True)
class Marks:
    """What to say of a list.  `reasons`: row (from 1) -> sentence; `wrong`: row -> its columns
    (from 0); `first_row`: the first row below the header, from 1; `as_text`: columns whose numbers
    have leading zeros; `title` heads the column of reasons; `only_refused` leaves out the rest."""

    sheet: str
    title: str
    first_row: int
    reasons: Mapping[int, str]
    wrong: Mapping[int, Sequence[int]]
    as_text: frozenset[int] = frozenset()
    only_refused: bool = True


def marked_copy(data: bytes, file_name: str, marks: Marks) -> tuple[bytes, str]:
    """The marked copy and its ending.  Raises SheetRefused as `read_book`.

    With all rows the book is the sender's own with its styles; with the refused rows alone it is
    written anew, because opening twenty thousand rows for six hundred takes most of the time.
    """
    ending = PurePath(file_name).suffix.lower()
    if ending in (".csv", ".txt"):
        return _text_copy(data, file_name, marks), ending
    if marks.only_refused or ending not in (".xlsx", ".xlsm"):
        book, width = _written_anew(read_book(data, file_name), marks)
    else:
        book = load_workbook(io.BytesIO(data))
        width = _sheet_of(book, marks).max_column  # looks at every cell: once
    _mark(_sheet_of(book, marks), marks, width + 1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), ".xlsx"


def _sheet_of(book: Workbook, marks: Marks) -> Worksheet:
    named = [each for each in book.worksheets if each.title == marks.sheet]
    return (named or book.worksheets)[0]


def _written_anew(sheets: Sequence[Sheet], marks: Marks) -> tuple[Workbook, int]:
    """A book of the values: the list with its header, joined cells and the rows that are wanted,
    the other sheets whole.  (The book, the columns of the list.)"""
    book = Workbook()
    book.remove(book.worksheets[0])
    width = 1
    for sheet in sheets:
        book.create_sheet(sheet.name)
        made = book.worksheets[-1]
        is_list = sheet is sheet_named(sheets, marks.sheet)
        for number, row in enumerate(sheet.rows, start=1):
            wanted = number < marks.first_row or number in marks.reasons
            if wanted or not (is_list and marks.only_refused):
                made.append(row)
        if is_list:
            width = len(sheet.rows[0])
            _dress(made, sheet, marks)
    return book, width


def _dress(made: Worksheet, sheet: Sheet, marks: Marks) -> None:
    for joined in sheet.merged:
        if joined.bottom < marks.first_row - 1:
            made.merge_cells(
                start_row=joined.top + 1,
                start_column=joined.left + 1,
                end_row=joined.bottom + 1,
                end_column=joined.right + 1,
            )
    for column in range(1, len(sheet.rows[0]) + 1):
        told = [len(text_of(row[column - 1])) for row in sheet.rows[marks.first_row - 2 :][:200]]
        made.column_dimensions[get_column_letter(column)].width = min(40, max(told, default=8) + 2)
    for cell in _row(made, max(1, marks.first_row - 1), len(sheet.rows[0])):
        if isinstance(cell, BookCell):
            cell.font = Font(bold=True)


def _row(sheet: Worksheet, number: int, width: int) -> Iterable[object]:
    return next(sheet.iter_rows(min_row=number, max_row=number, max_col=width))


def _mark(sheet: Worksheet, marks: Marks, column: int) -> None:
    title = sheet.cell(marks.first_row - 1 if marks.first_row > 1 else 1, column)
    if marks.first_row > 1:
        title.value = marks.title
        title.font = Font(bold=True)
    sheet.column_dimensions[get_column_letter(column)].width = REASON_WIDTH
    refused = PatternFill("solid", fgColor=REFUSED_FILL)
    wrong = PatternFill("solid", fgColor=WRONG_FILL)
    taken = Font(color=TAKEN_FONT)
    for at, number in _rows(sheet, marks):
        reason = marks.reasons.get(number)
        for cell in _row(sheet, at, column - 1):
            if not isinstance(cell, BookCell):
                continue
            if cell.column - 1 in marks.as_text and cell.value is not None:
                _as_text(cell)
            if reason is None:
                cell.font = taken
            else:
                is_wrong = cell.column - 1 in marks.wrong.get(number, ())
                cell.fill = wrong if is_wrong else refused
        if reason is not None:
            said = sheet.cell(at, column)
            said.value = reason
            said.fill = refused


def _rows(sheet: Worksheet, marks: Marks) -> Iterable[tuple[int, int]]:
    """(row of this sheet, row of the original), from the first below the header."""
    if marks.only_refused:
        return enumerate(sorted(marks.reasons), start=marks.first_row)
    return ((at, at) for at in range(marks.first_row, sheet.max_row + 1))


def _as_text(cell: BookCell) -> None:
    """A corrected number keeps the zero somebody types in front of it."""
    if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        cell.value = text_of(cell.value)
    cell.number_format = AS_TEXT


def _text_copy(data: bytes, file_name: str, marks: Marks) -> bytes:
    [sheet] = read_book(data, file_name)
    written = written_as(data)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=written.separator, lineterminator="\r\n")
    for number, row in enumerate(sheet.rows, start=1):
        if number < marks.first_row:
            header = number == marks.first_row - 1
            writer.writerow([*_texts(row), marks.title if header else ""])
        elif number in marks.reasons or not marks.only_refused:
            writer.writerow([*_texts(row), marks.reasons.get(number, "")])
    # UTF-8 with its mark: reasons have letters that the file's own encoding may lack.
    encoding = "utf-16" if written.encoding.startswith("utf-16") else "utf-8-sig"
    return out.getvalue().encode(encoding)


def _texts(row: Sequence[Cell]) -> list[str]:
    """Cells as text; what a spreadsheet would read as a formula is kept from being one."""
    texts = ["" if cell is None else str(cell) for cell in row]
    return [f"'{text}" if text[:1] in "=@" and text else text for text in texts]


def sheet_named(sheets: Sequence[Sheet], name: str) -> Sheet:
    """The sheet of that name, the first when there is none."""
    return next((sheet for sheet in sheets if sheet.name == name), sheets[0])
