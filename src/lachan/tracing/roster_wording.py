"""Sentences of lists: what a column is, why a row was refused, what an import has given."""

from collections.abc import Sequence

from django.utils.translation import gettext as _


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
    }[role]


def refusal_sentence(code: str) -> str:
    """Why a row was not taken and what to write there."""
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
        "document_known": _("Two people in the register have this number. Check whose it is."),
    }.get(code, _("The register refuses this row. Check every cell."))


def refusal_text(problems: Sequence[str]) -> str:
    """Everything that is wrong with a row, as one text."""
    codes = dict.fromkeys(problem.partition(":")[2] for problem in problems)
    return " ".join(refusal_sentence(code) for code in codes)
