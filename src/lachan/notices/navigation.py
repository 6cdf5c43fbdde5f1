"""The tab of messages."""

from django.utils.translation import gettext_lazy as _

from lachan.core.roles import Role
from lachan.ui.navigation import Tab, register

#: Who answers for what is said to people of an area.
APPROVERS = (Role.STATION_OFFICER, Role.COMMUNE_CHAIRMAN, Role.TRACER, Role.DIRECTOR)

register(Tab("notices", "notices:list", frozenset(APPROVERS), _("Messages"), order=30))
