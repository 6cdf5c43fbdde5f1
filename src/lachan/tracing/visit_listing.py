"""The answer pack as a file."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from lachan.places.selectors import unit_label
from lachan.tracing.models import Case
from lachan.tracing.visitors import Visitor
from lachan.ui.tables import as_download
from lachan.ui.wording import clock, full_date

#: Signs of each column of a workbook.
WIDTHS = (6, 28, 8, 16, 24, 9, 9, 24, 17, 17, 28, 28)


def head() -> list[str]:
    """The first line of the file."""
    return [
        *(_("No."), _("Name"), _("Year"), _("Phone"), _("Whose phone"), _("Minutes")),
        *(_("While the case was there"), _("Place"), _("First"), _("Last"), _("Address")),
        _("Commune of stay"),
    ]


def line(number: int, row: Visitor) -> list[str | int]:
    """One visitor, in the order of `head`."""
    call, card = row.reached, row.card
    first, last = (f"{clock(at)} {full_date(at)}" for at in (row.stay.first_at, row.stay.last_at))
    return [
        *(number, card.name, card.birth_year or "", call.phone if call else ""),
        *(call.through if call else "", row.minutes, row.together, row.part, first, last),
        *(card.address, unit_label(card.commune)),
    ]


def as_file(ending: str, case: Case, rows: list[Visitor]) -> HttpResponse:
    """The pack as a file of this ending."""
    lines = (line(number, row) for number, row in enumerate(rows, 1))
    name, title = f"{case.number}-visitors", _("Who was there")
    return as_download(ending, name=name, title=title, head=head(), rows=lines, widths=WIDTHS)
