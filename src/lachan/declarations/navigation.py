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
    ),
    Tab(
        "declare_for",
        "declarations:behalf_code",
        frozenset({Role.STATION_OFFICER, Role.VILLAGE_HEALTH_WORKER}),
        _("Take down a declaration"),
        order=35,
    ),
)

#: Who calls people of a commune; who reads how many there are in a province.
CALLERS = (Role.STATION_OFFICER, Role.VILLAGE_HEALTH_WORKER)
COUNTERS = (Role.TRACER, Role.DIRECTOR)

register(
    Tab(
        "triage",
        "declarations:triage",
        frozenset({*CALLERS, *COUNTERS}),
        _("Call back"),
        order=18,
    ),
)

#: Who keys paper in, and prints sheets for the own station or post; reached from the page that
#: takes a declaration down, for the bar is full.
KEYERS = (Role.STATION_OFFICER, Role.VILLAGE_HEALTH_WORKER, Role.GATE_CONTROLLER)
