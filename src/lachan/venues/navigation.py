"""The room's tab."""

from django.utils.translation import gettext_lazy as _

from lachan.core.roles import Role
from lachan.ui.navigation import Tab, register

register(
    Tab("venues", "venues:venues", frozenset({Role.PLACE_MANAGER}), _("Scans"), order=20),
    Tab(
        "check_in",
        "venues:type_code",
        frozenset({Role.CITIZEN}),
        _("Check in"),
        "door-enter",
        "phone",
        95,  # after My data: the four places of the bar are taken, and the code's page links to it
    ),
)
