"""Tabs of vaccination."""

from django.utils.translation import gettext_lazy as _

from lachan.core.roles import Role
from lachan.ui.navigation import Tab, register

#: Who keeps a store: a site, a station, a CDC, the national store.
KEEPERS = (Role.VACCINATOR, Role.STATION_OFFICER, Role.DIRECTOR, Role.MINISTRY)

register(
    Tab("vaccine_stock", "vaccination:stores", frozenset(KEEPERS), _("Vaccine stock"), order=48),
)
