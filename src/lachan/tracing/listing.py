"""A case's list on paper and in files: written batch by batch, so that 10,000 names are never open
at once."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lachan.core.scope import Principal
from lachan.tracing import access, wording
from lachan.tracing.models import Case, Contact
from lachan.tracing.selectors import ContactRow
from lachan.ui.tables import as_download
from lachan.ui.wording import clock, full_date

#: Rows whose names are open at one time.
BATCH = 500


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
        *(
            _("Name"),
            _("Year"),
            pgettext("contact", "Level"),
            _("Minutes"),
            _("Place"),
            _("First"),
            _("Phone"),
        ),
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


#: Signs of each column of a workbook.
WIDTHS = (28, 8, 7, 8, 26, 17, 14, 32, 24, 16)


def as_file(ending: str, by: Principal, case: Case, contacts: QuerySet[Contact]) -> HttpResponse:
    """The list as a file of this ending."""
    rows = (line(row) for batch in batches(by, contacts) for row in batch)
    title = _("Contacts")
    return as_download(ending, name=case.number, title=title, head=head(), rows=rows, widths=WIDTHS)
