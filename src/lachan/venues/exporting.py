"""The list of a commune's places as a file for Excel: for calling, and for the weekly report."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.utils.translation import gettext as _

from lachan.ui.tables import as_download
from lachan.venues.reports import PlaceRow

#: The endings a page offers.
ENDINGS = ("csv", "xlsx")

#: Signs of each column of a workbook.
_WIDTHS = (34, 22, 34, 10, 14, 12, 12, 14, 22, 10, 26, 16)


def basis_words(basis: str) -> str:
    """By what it is known how many were expected."""
    return {
        "told": _("as the place says"),
        "capacity": _("its capacity"),
        "weekday": _("median of the same weekday"),
    }.get(basis, "")


def head() -> list[str]:
    """The first line."""
    return [
        *(
            _("Place"),
            _("What kind of place"),
            _("Address"),
            _("Code"),
            _("State"),
            _("Came today"),
        ),
        *(_("Last 7 days"), _("Expected today"), _("Expected by"), _("Reminded")),
        *(_("Person in charge"), _("Phone")),
    ]


def line(row: PlaceRow) -> list[str | int]:
    """One place, in the order of `head`."""
    venue, (expected, basis) = row.venue, row.expectation
    return [
        venue.place.name,
        str(venue.get_trade_display() or venue.place.get_kind_display()),
        venue.place.address,
        venue.code,
        str(venue.get_state_display()),
        row.today,
        row.week,
        expected or "",
        basis_words(basis),
        row.reminders,
        row.keeper.name if row.keeper else "",
        row.keeper.phone if row.keeper else "",
    ]


def as_file(ending: str, rows: Sequence[PlaceRow]) -> HttpResponse:
    """The list as a file of this ending."""
    lines = (line(row) for row in rows)
    return as_download(
        ending, name="dia-diem", title=_("Places"), head=head(), rows=lines, widths=_WIDTHS
    )
