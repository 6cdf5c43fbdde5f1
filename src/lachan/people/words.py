"""Words for what others did with a person's data, as the person reads them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: what was looked at -> words; rooms above use these codes with `core.looks.record`.
LOOKED_AT: dict[str, str | Promise] = {
    "card": _("Opened your data"),
    "search_result": _("Saw your name in a search"),
    "contact_list": _("Saw you in a list of people to call"),
    "call": _("Called you"),
    "declaration": _("Read your declaration"),
    "result": _("Read your test result"),
    "visit": _("Saw where you checked in"),
    "handover": _("Received you from another locality"),
}

#: codes of what does not fit on a document -> words for staff.
PROBLEMS: dict[str, str | Promise] = {
    "sex_differs": _("The number says another sex"),
    "birth_year_differs": _("The number says another birth year"),
    "born_in_future": _("The number says a birth year to come"),
}


def looked_at(code: str) -> str:
    """Words for a look; an unknown code is said in general."""
    return str(LOOKED_AT.get(code, _("Looked at your data")))


def problem_words(code: str) -> str:
    """Words for what does not fit."""
    return str(PROBLEMS.get(code, code))
