"""Sentences of lists: how a column was read, why a row was refused, what was said of a day."""

from collections.abc import Sequence
from pathlib import PurePath

from django.utils.translation import gettext as _

from lachan.core.refusals import Refused
from lachan.formats.columns import find_table
from lachan.formats.copies import Marks, marked_copy, sheet_named
from lachan.formats.sheets import read_book
from lachan.ui import lists
from lachan.venues.roll_files import opened
from lachan.venues.rolls import RollFile

#: Columns whose numbers begin with zeros.
WITH_ZEROS = frozenset({"phone", "document", "code"})

#: What a downloaded workbook is.
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Content types by the copy's ending.
TYPES = {".xlsx": XLSX, ".csv": "text/csv; charset=utf-8", ".txt": "text/plain; charset=utf-8"}

#: state of a day -> (kind of the chip, icon); the word is `state_word`.
CHIPS = {
    "present": ("may", "check"),
    "symptoms": ("not", "virus"),
    "leave": ("info", "file-text"),
    "unknown": ("need", "phone-off"),
    "": ("", "clock"),
}


def state_word(state: str) -> str:
    """What is known of somebody's day, in at most four words."""
    return {
        "present": _("present"),
        "symptoms": _("has symptoms"),
        "leave": _("on leave"),
        "unknown": _("reason not known"),
        "": _("not yet known"),
    }[state]


def refusal_sentence(code: str) -> str:
    """Why a row was not taken and what to write there."""
    own = {
        "place_missing": _("Say where this person belongs: line, class, row or room."),
        "bed_taken": _("Somebody sleeps in this bed. Choose another or leave it open."),
        "not_on_the_roll": _("Nobody of this name or code is on your list."),
        "named_twice": _("Two people on your list have this name: write the code."),
        "reason_missing": _("Write why: symptoms, leave or not known."),
        "table_missing": _("Say at which table or seat."),
    }
    return (
        own.get(code) or lists.row_refusal(code) or _("This row cannot be read. Check every cell.")
    )


def refusal_text(problems: Sequence[str]) -> str:
    """Everything that is wrong with a row, as one text."""
    return lists.refusal_text(problems, refusal_sentence)


def refusals_of(row: RollFile) -> list[tuple[int, str]]:
    """(row, sentence) of everything that was not taken."""
    return [(number, refusal_text(problems)) for number, problems in row.report.get("refused", [])]


def marked(row: RollFile) -> tuple[bytes, str]:
    """A copy of the file with its refused rows and why, and its name.

    Refused: roll_file_gone, roll_nothing_refused.
    """
    refused = row.report.get("refused", [])
    if not refused:
        raise Refused("roll_nothing_refused", _("Every row of this list was taken."))
    data = opened(row)
    sheet = sheet_named(read_book(data, row.file_name), row.sheet)
    marks = Marks(
        sheet=sheet.name,
        title=_("Reason"),
        first_row=find_table(sheet).first_row + 1,
        reasons=dict(refusals_of(row)),
        wrong={number: [int(one.partition(":")[0]) for one in each] for number, each in refused},
        as_text=frozenset(at for at, role in enumerate(row.roles) if role in WITH_ZEROS),
        only_refused=True,
    )
    copy, ending = marked_copy(data, row.file_name, marks)
    return copy, f"{PurePath(row.file_name).stem}-can-sua{ending}"
