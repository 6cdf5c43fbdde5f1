"""Tabs of sampling: the table, the laboratory, and the citizen's results."""

from django.utils.translation import gettext_lazy as _

from lachan.core.roles import Role
from lachan.ui.navigation import Tab, register

#: Who works in a laboratory.
LABORATORY = (Role.LABORATORY, Role.LABORATORY_LEAD)

register(
    Tab("sampling", "sampling:table", frozenset({Role.SAMPLER}), _("Take samples"), order=20),
    Tab(
        "sampling_phone",
        "sampling:table",
        frozenset({Role.SAMPLER}),
        _("Take samples"),
        "test-pipe",
        "phone",
        10,
    ),
    Tab("laboratory", "sampling:laboratory", frozenset(LABORATORY), _("Laboratory"), order=20),
    Tab(
        "results",
        "sampling:results",
        frozenset({Role.CITIZEN}),
        _("Results"),
        "test-pipe",
        "phone",
        20,
    ),
)
