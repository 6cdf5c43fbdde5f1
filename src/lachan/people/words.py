"""Words for birth dates, and for what others did with a person's data."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lachan.ui.wording import full_date

#: what was looked at -> words; rooms above use these codes with `core.looks.record`.
LOOKED_AT: dict[str, str | Promise] = {
    "card": _("Opened your data"),
    "reaction": _("Saw how you were after a vaccination"),
    "ticket": _("Worked on a complaint about your vaccination book"),
    "ticket_search": _("Looked in your vaccination book for a dose that somebody else misses"),
    "search_result": _("Saw your name in a search"),
    "contact_list": _("Saw you in a list of people to call"),
    "place_visitors": _("Asked who was at a place, and saw that you were there"),
    "call": _("Called you"),
    "declaration": _("Read your declaration"),
    "declaring": _("Opened a form to declare for you"),
    "result": _("Read your test result"),
    "sample": _("Took a sample of you"),
    "notice": _("Read a message to you"),
    "visit": _("Saw where you checked in"),
    "handover": _("Received you from another locality"),
    "zone_list": _("Saw you in the list of people inside a zone"),
    "flag": _("Looked into an unusual scan of your code"),
    "order": _("Worked on a measure that concerns you"),
    "same_person": _("Compared your records to see whether they are one person"),
    "identity_check": _("Compared your name and papers with the register of residents"),
    "sampling_list": _("Saw you in a list of people to sample"),
}

#: role -> picture on the cast page, in the order in which the page shows them.
PICTURES: dict[str, str] = {
    "citizen": "user",
    "gate_controller": "door-enter",
    "place_manager": "building",
    "sampler": "test-pipe",
    "laboratory": "microscope",
    "laboratory_lead": "microscope",
    "tracer": "route",
    "director": "chart-histogram",
    "station_officer": "building-hospital",
    "village_health_worker": "home",
    "commune_chairman": "file-text",
    "commune_police": "eye",
    "vaccinator": "vaccine",
    "technology_team": "device-laptop",
    "ministry": "building-bank",
    "outsider": "users",
}
#: device -> picture; the story says phone or desk.
DEVICES = {"phone": "device-mobile", "desk": "device-desktop"}

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


def birth_words(birth: str) -> str:
    """A birth date as far as it is known: 05/03/1990, 03/1990 or 1990; "" when it is not."""
    year, _dash, rest = birth.partition("-")
    if len(rest) == 5:
        return full_date(date.fromisoformat(birth))
    return f"{rest}/{year}" if rest else year
