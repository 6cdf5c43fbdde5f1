"""The names of the roles as a person reads them."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: role -> words; the first of a person's roles in this order is the one the frame shows.
ROLE_WORDS: dict[str, str | Promise] = {
    "ministry": _("Ministry of Health"),
    "director": _("Head of disease control"),
    "tracer": _("Contact tracer"),
    "commune_chairman": _("Chairman of the commune"),
    "station_officer": _("Commune health station"),
    "village_health_worker": _("Village health worker"),
    "commune_police": _("Commune police"),
    "laboratory_lead": _("Head of the laboratory"),
    "laboratory": _("Laboratory"),
    "sampler": _("Sampling team"),
    "vaccinator": _("Vaccination site"),
    "technology_team": _("Technology team"),
    "gate_controller": _("Gate controller"),
    "place_manager": _("Manager of a place"),
    "citizen": _("Citizen"),
    "outsider": _("No task here"),
    "system": _("The system itself"),
}


def role_words(role: str) -> str:
    """The name of one role; an unknown role is shown as it is."""
    return str(ROLE_WORDS.get(role, role))


def duty_of(roles: Iterable[str]) -> str:
    """The one role a person is here for, in words; "" without a role."""
    held = {str(role).lower() for role in roles}
    return next((str(words) for role, words in ROLE_WORDS.items() if role in held), "")
