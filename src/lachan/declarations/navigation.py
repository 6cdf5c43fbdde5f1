"""The citizen's place to declare."""

from django.utils.translation import gettext_lazy as _

from lachan.core.roles import Role
from lachan.ui.navigation import Tab, register

register(
    Tab(
        "declare",
        "declarations:declare",
        frozenset({Role.CITIZEN}),
        _("Declare"),
        "clipboard-text",
        "phone",
        10,
    )
)
