"""The tabs of corrections."""

from django.utils.translation import gettext_lazy as _

from lachan.core.roles import Role
from lachan.ui.navigation import Tab, register

#: The province decides for its cases, the laboratory's head for its results.
DECIDERS = (Role.TRACER, Role.DIRECTOR, Role.LABORATORY_LEAD)

#: Who answers complaints about records of vaccination.
DESK = (Role.VACCINATOR, Role.STATION_OFFICER, Role.DIRECTOR)

#: Who asks a facility, looks in other people's books, and takes a complaint for somebody.
ASKERS = (Role.STATION_OFFICER, Role.DIRECTOR)

register(
    Tab("complaints", "corrections:ticket_desk", frozenset(DESK), _("Complaints"), order=48),
    Tab(
        "own_complaints",
        "corrections:tickets",
        frozenset({Role.CITIZEN}),
        _("Complaints"),
        "alert-circle",
        "phone",
        99,
    ),
    Tab("corrections", "corrections:board", frozenset(DECIDERS), _("Corrections"), order=29),
)
