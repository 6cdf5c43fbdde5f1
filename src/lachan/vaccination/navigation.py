"""Tabs of vaccination."""

from django.utils.translation import gettext_lazy as _

from lachan.core.roles import Role
from lachan.ui.navigation import Tab, register

register(
    Tab(
        "sessions",
        "vaccination:sessions",
        frozenset({Role.VACCINATOR}),
        _("Sessions"),
        order=20,
    ),
    Tab(
        "sessions_phone",
        "vaccination:sessions",
        frozenset({Role.VACCINATOR}),
        _("Sessions"),
        "vaccine",
        "phone",
        10,
    ),
)
