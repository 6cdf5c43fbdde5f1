"""A table as a file: CSV and Excel in which telephones keep their zero and no cell is a formula."""

import csv
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO, StringIO
from typing import Any

from django.http import Http404, HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

#: Tells Excel that a cell is text: a telephone keeps its leading zero.
TEXT_FORMAT = "@"

Cell = str | int
Row = Sequence[Cell]

#: What Excel would take for a formula.  Source: OWASP, CSV injection.
_FORMULA = frozenset("=+-@")


def as_csv(title: str, head: Row, rows: Iterable[Row], *, widths: Sequence[int] = ()) -> bytes:
    """UTF-8 with a mark, which Excel needs; digits that begin with 0 get a tab before them."""
    text = StringIO()
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return text.getvalue().encode()


def as_xlsx(title: str, head: Row, rows: Iterable[Row], *, widths: Sequence[int] = ()) -> bytes:
    """A workbook with one sheet; the first line stays in sight."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append(head)
    for row in rows:
        sheet.append([_text(sheet, cell) for cell in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _text(sheet: Any, value: Cell) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.number_format = TEXT_FORMAT
    return cell


def _harmless(cell: Cell) -> Cell:
    """A name that begins like a formula stays a name, a number of digits keeps its zero."""
    if not isinstance(cell, str):
        return cell
    if cell[:1] in _FORMULA:
        return f"'{cell}"
    return f"\t{cell}" if cell[:1] == "0" and cell.isdecimal() else cell


def as_download(
    ending: str, *, name: str, title: str, head: Row, rows: Iterable[Row], widths: Sequence[int]
) -> HttpResponse:
    """The table as a file called `name`; 404 where nobody writes such an ending."""
    if ending not in FORMATS:
        raise Http404
    write, media = FORMATS[ending]
    response = HttpResponse(write(title, head, rows, widths=widths), content_type=media)
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response


#: How a file is written and its media type, by its ending.
FORMATS: dict[str, tuple[Callable[..., bytes], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
