"""The copy of a list in which its refusals stand, for the office that must put them right."""

from pathlib import PurePath

from django.utils.translation import gettext as _

from lachan.core.refusals import Refused
from lachan.formats.columns import find_table
from lachan.formats.copies import Marks, marked_copy, sheet_named
from lachan.formats.sheets import read_book
from lachan.tracing.models import Roster
from lachan.tracing.roster_files import opened
from lachan.tracing.roster_wording import refusal_text

#: Columns whose numbers begin with zeros.
WITH_ZEROS = frozenset({"phone", "document", "code"})


def errors_copy(roster: Roster, *, only_refused: bool) -> tuple[bytes, str]:
    """The marked copy and its file name.  Refused: roster_file_gone, roster_nothing_refused."""
    refusals = list(roster.refusals.order_by("row"))
    if not refusals:
        raise Refused("roster_nothing_refused", _("Every row of this list was taken."))
    data = opened(roster)
    sheet = sheet_named(read_book(data, roster.file_name), roster.sheet)
    marks = Marks(
        sheet=sheet.name,
        title=_("Reason"),
        first_row=find_table(sheet).first_row + 1,
        reasons={row.row: refusal_text(row.problems) for row in refusals},
        wrong={row.row: [int(one.partition(":")[0]) for one in row.problems] for row in refusals},
        as_text=frozenset(at for at, role in enumerate(roster.roles) if role in WITH_ZEROS),
        only_refused=only_refused,
    )
    copy, ending = marked_copy(data, roster.file_name, marks)
    stem = PurePath(roster.file_name).stem
    return copy, f"{stem}-{'can-sua' if only_refused else 'danh-dau'}{ending}"
