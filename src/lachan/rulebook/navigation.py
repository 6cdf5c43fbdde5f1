"""The rulebook's tab on the desk."""

from django.utils.translation import gettext_lazy as _

from lachan.core.roles import Role
from lachan.ui.navigation import Tab, register

#: Who works by the rules and may read them: everybody who acts in the name of an authority.
READERS = (
    Role.STATION_OFFICER,
    Role.VILLAGE_HEALTH_WORKER,
    Role.COMMUNE_CHAIRMAN,
    Role.COMMUNE_POLICE,
    Role.TRACER,
    Role.DIRECTOR,
    Role.TECHNOLOGY_TEAM,
    Role.MINISTRY,
)

register(Tab("rulebook", "rulebook:rules", frozenset(READERS), _("Rules"), order=80))
