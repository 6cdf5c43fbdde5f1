"""A case's list on paper and in files: written batch by batch, so that 10,000 names are never open
at once."""

import csv
from collections.abc import Callable, Iterator
from io import BytesIO, StringIO
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from lachan.core.scope import Principal
from lachan.tracing import access, wording
from lachan.tracing.models import Contact
from lachan.tracing.selectors import ContactRow
from lachan.ui.wording import clock, full_date

#: Rows whose names are open at one time.
BATCH = 500

#: Tells Excel that a cell is text: a telephone keeps its leading zero.
TEXT_FORMAT = "@"


def batches(by: Principal, contacts: QuerySet[Contact]) -> Iterator[list[ContactRow]]:
    """The whole list in its order; each batch is looked at as a page is."""
    # The ids first: a list of ids is small, and pages by OFFSET would read the list again each.
    ids = list(contacts.values_list("id", flat=True))
    for start in range(0, len(ids), BATCH):
        wanted = ids[start : start + BATCH]
        found = Contact.objects.select_related("place").in_bulk(wanted)
        yield access.contacts_for(by, [found[key] for key in wanted if key in found])


def head() -> list[str]:
    """The first line of a file."""
    return [
        *(_("Name"), _("Year"), _("Level"), _("Minutes"), _("Place"), _("First"), _("Phone")),
        *(_("Address"), _("Commune of stay"), _("State")),
    ]


def line(row: ContactRow) -> list[str | int]:
    """One person of a file, in the order of `head`."""
    card, contact = row.card, row.contact
    first = contact.first_at
    return [
        card.name if card else "",
        (card.birth_year or "") if card else "",
        f"F{contact.hop}",
        row.minutes,
        contact.place.name if contact.place else "",
        f"{clock(first)} {full_date(first)}" if first else "",
        card.phone if card else "",
        card.address if card else "",
        row.home,
        wording.state_chip(row)["text"],
    ]


#: Which cell of `line` is the telephone.
PHONE = 6


def as_csv(by: Principal, contacts: QuerySet[Contact]) -> bytes:
    """The list as CSV; a tab before a telephone keeps its leading zero in Excel."""
    text = StringIO()
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(head())
    for rows in batches(by, contacts):
        for row in rows:
            cells = line(row)
            cells[PHONE] = f"\t{cells[PHONE]}" if cells[PHONE] else ""
            writer.writerow([_harmless(cell) for cell in cells])
    return text.getvalue().encode()


def as_xlsx(by: Principal, contacts: QuerySet[Contact]) -> bytes:
    """The list as a workbook whose telephones are text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Contacts"))
    sheet.freeze_panes = "A2"
    for column, width in zip("ABCDEFGHIJ", (28, 8, 7, 8, 26, 17, 14, 32, 24, 16), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.append(head())
    for rows in batches(by, contacts):
        for row in rows:
            sheet.append([_cell(sheet, cell) for cell in line(row)])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: str | int) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.number_format = TEXT_FORMAT
    return cell


def _harmless(cell: str | int) -> str | int:
    """A name that begins like a formula stays a name.  Source: OWASP, CSV injection."""
    if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@"}:
        return f"'{cell}"
    return cell


#: How a file is written, its ending and its media type.
FORMATS: dict[str, tuple[Callable[[Principal, QuerySet[Contact]], bytes], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
