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
        "calls",
        "tracing:calls",
        frozenset({Role.TRACER, Role.DIRECTOR, Role.STATION_OFFICER}),
        _("Calls"),
        order=22,
    ),
    Tab(
        "pools",
        "tracing:pools",
        frozenset({Role.TRACER, Role.DIRECTOR, Role.STATION_OFFICER}),
        _("Positive pools"),
        order=26,
    ),
    Tab(
        "modes",
        "tracing:modes",
        frozenset({Role.COMMUNE_CHAIRMAN, Role.DIRECTOR}),
        _("Modes"),
        order=27,
    ),
    Tab(
        "pace",
        "tracing:pace",
        frozenset({Role.DIRECTOR}),
        _("Pace"),
        order=28,
    ),
    Tab(
        "handovers",
        "tracing:inbox",
        frozenset({Role.STATION_OFFICER, Role.TRACER, Role.DIRECTOR, Role.VILLAGE_HEALTH_WORKER}),
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
