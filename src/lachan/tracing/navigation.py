"""Tabs of tracing."""

from django.utils.translation import gettext_lazy as _

from lachan.core.roles import Role
from lachan.ui.navigation import Tab, register

register(
    Tab(
        "tracing",
        "tracing:board",
        frozenset({Role.TRACER, Role.DIRECTOR, Role.STATION_OFFICER}),
        _("Tracing"),
        order=20,
    ),
    Tab(
        "handovers",
        "tracing:inbox",
        frozenset({Role.STATION_OFFICER, Role.TRACER, Role.DIRECTOR}),
        _("Handed over"),
        order=25,
    ),
    Tab(
        "zones",
        "tracing:zones",
        frozenset(
            {
                Role.TRACER,
                Role.DIRECTOR,
                Role.STATION_OFFICER,
                Role.COMMUNE_CHAIRMAN,
                Role.VILLAGE_HEALTH_WORKER,
            }
        ),
        _("Zones"),
        order=28,
    ),
)
