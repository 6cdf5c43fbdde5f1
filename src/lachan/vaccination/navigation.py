"""Tabs of vaccination: reactions and lots for staff, the question how one is for citizens."""

from django.utils.translation import gettext_lazy as _

from lachan.core.roles import Role
from lachan.ui.navigation import Tab, register

#: Who works on reactions; the Ministry looks on.
AEFI_STAFF = (
    Role.VACCINATOR,
    Role.STATION_OFFICER,
    Role.TRACER,
    Role.DIRECTOR,
    Role.MINISTRY,
)

register(
    Tab(
        "aefi",
        "vaccination:reactions",
        frozenset(AEFI_STAFF),
        _("Reactions"),
        order=48,
    ),
    Tab("lots", "vaccination:lots", frozenset(AEFI_STAFF), _("Lots"), order=49),
)
