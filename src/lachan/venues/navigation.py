"""The room's tab."""

from django.utils.translation import gettext_lazy as _

from lachan.core.roles import Role
from lachan.ui.navigation import Tab, register

HEALTH = frozenset({Role.STATION_OFFICER, Role.TRACER, Role.DIRECTOR})

register(
    Tab("unit", "venues:unit", frozenset({Role.PLACE_MANAGER}), _("People today"), order=15),
    Tab("night", "venues:night", frozenset({Role.GATE_CONTROLLER}), _("Night"), order=25),
    Tab("with_symptoms", "venues:with_symptoms", HEALTH, _("Units"), order=58),
    Tab("venues", "venues:venues", frozenset({Role.PLACE_MANAGER}), _("Scans"), order=20),
    # The director's bar is full; the list is his by its address.
    Tab(
        "flags",
        "venues:flags",
        frozenset({Role.STATION_OFFICER, Role.TRACER}),
        _("Unusual scans"),
        order=80,
    ),
    Tab(
        "venues_commune",
        "venues:commune",
        frozenset(
            {
                Role.STATION_OFFICER,
                Role.TECHNOLOGY_TEAM,
                Role.COMMUNE_CHAIRMAN,
                Role.DIRECTOR,
            }
        ),
        _("Scans"),
        order=72,
    ),
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
