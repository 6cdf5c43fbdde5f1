"""Tabs of isolation: the station's orders, the chairman's papers to sign, one's own."""

from django.utils.translation import gettext_lazy as _

from lachan.core.roles import Role
from lachan.ui.navigation import Tab, register

#: Who sees orders of the own area; the station works them, the province looks on.
READERS = (Role.STATION_OFFICER, Role.TRACER, Role.DIRECTOR)
SIGNERS = (Role.COMMUNE_CHAIRMAN,)

# The province looks on from the cases' own tab of measures; its bar has no room for another word.
register(
    Tab(
        "isolation",
        "isolation:orders",
        frozenset({Role.STATION_OFFICER}),
        _("Isolation"),
        order=26,
    ),
    Tab("to_sign", "isolation:to_sign", frozenset(SIGNERS), _("To sign"), order=10),
    Tab("morning", "isolation:morning", frozenset(SIGNERS), _("Morning board"), order=27),
)
