"""Lists of people that come by Excel: read, what a column holds, and why a row was refused."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from lachan.core.refusals import Refused
from lachan.core.scope import reading_a_file
from lachan.formats.columns import Table, find_table, guess_roles
from lachan.formats.sheets import Sheet, SheetRefused, read_book

#: bytes; a list of 20,000 people takes about 2 million.
LARGEST = 10_000_000


def role_label(role: str) -> str:
    """What a column of this role holds."""
    return {
        "": _("Not needed"),
        "name": _("Full name"),
        "family": _("Family and middle name"),
        "given": _("Given name"),
        "birth": _("Date of birth"),
        "birth_day": _("Day of birth"),
        "birth_month": _("Month of birth"),
        "birth_year": _("Year of birth"),
        "male": _("Men (birth year or cross)"),
        "female": _("Women (birth year or cross)"),
        "sex": _("Sex"),
        "phone": _("Phone"),
        "document": _("Identity number"),
        "address": _("Address (present stay)"),
        "permanent": _("Permanent address"),
        "commune": _("Commune"),
        "province": _("Province"),
        "unit": _("Department"),
        "workshop": _("Workshop"),
        "line": _("Line or team"),
        "shift": _("Shift"),
        "room": _("Room"),
        "bed": _("Bed"),
        "vehicle": _("Vehicle"),
        "seat": _("Seat"),
        "class": _("School class"),
        "table": _("Table"),
        "row": _("Row of stalls"),
        "stall": _("Stall"),
        "code": _("Staff or pupil code"),
        "day": _("Day"),
        "came": _("Time in"),
        "left": _("Time out"),
        "note": _("Note"),
        "ordinal": _("Ordinal number"),
    }.get(role, role)


def row_refusal(code: str) -> str:
    """Why a row about a person was not taken and what to write there; "" for a code of a room."""
    return {
        "name_missing": _("There is no name."),
        "birth_unreadable": _("The birth date cannot be read: write 05/03/1990, or the year."),
        "birth_in_future": _("The birth date lies in the future."),
        "phone_shape": _("This is no phone number: ten digits, such as 0912345678."),
        "number_length": _(
            "The identity number has too few or too many digits: 12, or 9 on an old card."
        ),
        "number_province": _("No province ever had the first three digits of this number."),
        "number_not_digits": _("The identity number holds other signs than digits."),
        "passport_shape": _("A passport number has 5 to 9 letters and digits."),
        "row_repeated": _("The same person stands further up in the list."),
    }.get(code, "")


def refusal_text(problems: Sequence[str], said: Callable[[str], str]) -> str:
    """Everything that is wrong with a row, as one text; `said` gives the sentence of a code."""
    codes = dict.fromkeys(problem.partition(":")[2] for problem in problems)
    return " ".join(said(code) for code in codes)


def read_list(data: bytes, file_name: str) -> tuple[Sheet, Table, list[str]]:
    """The sheet that says the most of people, its table, and what each column is taken for.

    Refused: list_large, list_unreadable, list_no_name.
    """
    if len(data) > LARGEST:
        raise Refused("list_large", _("The file is larger than 10 MB. Send the sheet alone."))
    reading_a_file()
    try:
        sheets = read_book(data, file_name)
    except SheetRefused as refused:
        raise Refused("list_unreadable", _unreadable(refused.code)) from None
    found = [(sheet, *_guessed(sheet)) for sheet in sheets]
    sheet, table, roles = max(found, key=lambda each: len({role for role in each[2] if role}))
    if not {"name", "given"} & set(roles):
        raise Refused(
            "list_no_name",
            _('No column of names was found: write "Họ và tên" above it and send the file again.'),
        )
    return sheet, table, roles


def _guessed(sheet: Sheet) -> tuple[Table, list[str]]:
    table = find_table(sheet)
    return table, guess_roles(table, sheet.rows[table.first_row :])


def _unreadable(code: str) -> str:
    return {
        "sheet_kind": _("Send an Excel file (.xlsx, .xls), an .ods or a .csv file."),
        "sheet_broken": _("The file cannot be opened. Open it, save it as .xlsx and send that."),
        "sheet_locked": _("The file has a password. Save it without one and send that."),
        "sheet_empty": _("There is nothing in the file."),
        "sheet_large": _("The file has more than 200,000 rows or 200 columns. Send a part of it."),
    }[code]
