"""Tabs of vaccination."""

from django.utils.translation import gettext_lazy as _

from lachan.core.roles import Role
from lachan.ui.navigation import Tab, register

#: Who registers somebody who stands there, or his paper sheet.
DESK = (Role.STATION_OFFICER, Role.VILLAGE_HEALTH_WORKER, Role.VACCINATOR)
#: Who opens a registration.
REGISTERS = (Role.CITIZEN, *DESK, Role.DIRECTOR)
#: Who invites to a session: the station of a commune, the CDC of a province.
INVITERS = (Role.STATION_OFFICER, Role.DIRECTOR)

#: Who keeps a store: a site, a station, a CDC, the national store.
KEEPERS = (Role.VACCINATOR, Role.STATION_OFFICER, Role.DIRECTOR, Role.MINISTRY)

#: Who plans sessions and teams of a facility, and sees those of the area.
PLANNERS = (Role.VACCINATOR, Role.STATION_OFFICER, Role.DIRECTOR)
#: Who comes to the daily reports from no session of his own.
REPORTERS = (Role.STATION_OFFICER, Role.DIRECTOR, Role.MINISTRY)

#: Who works on reactions; the Ministry looks on.
AEFI_STAFF = (
    Role.VACCINATOR,
    Role.STATION_OFFICER,
    Role.TRACER,
    Role.DIRECTOR,
    Role.MINISTRY,
)

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
    Tab("aefi", "vaccination:reactions", frozenset(AEFI_STAFF), _("Reactions"), order=51),
    Tab("lots", "vaccination:lots", frozenset(AEFI_STAFF), _("Lots"), order=52),
    Tab(
        "vaccination_reports",
        "vaccination:day_reports",
        frozenset(REPORTERS),
        _("Vaccination reports"),
        order=53,
    ),
    Tab(
        "vaccination_desk",
        "vaccination:registration_desk",
        frozenset(DESK),
        _("Registering"),
        order=48,
    ),
    Tab(
        "vaccination_invitations",
        "vaccination:invitation_sessions",
        frozenset(INVITERS),
        _("Invitations"),
        order=49,
    ),
    Tab(
        "vaccination_lists",
        "vaccination:unit_lists",
        frozenset({Role.PLACE_MANAGER}),
        _("Vaccination lists"),
        order=40,
    ),
    Tab(
        "vaccination_own",
        "vaccination:own",
        frozenset({Role.CITIZEN}),
        _("Vaccination"),
        "vaccine",
        "phone",
        96,  # after My data: the four places of the bar are taken
    ),
    Tab(
        "vaccination_book",
        "vaccination:book",
        frozenset({Role.CITIZEN}),
        _("Vaccination book"),
        "vaccine",
        "phone",
        97,
    ),
    Tab(
        "vaccination_after",
        "vaccination:after",
        frozenset({Role.CITIZEN}),
        _("After vaccination"),
        "heartbeat",
        "phone",
        98,
    ),
    Tab(
        "vaccination_areas",
        "vaccination:areas",
        frozenset(INVITERS),
        _("Groups of an area"),
        order=53,
    ),
    Tab("vaccine_stock", "vaccination:stores", frozenset(KEEPERS), _("Vaccine stock"), order=50),
    Tab(
        "vaccine_allocation",
        "vaccination:allocation",
        frozenset(KEEPERS),
        _("Allocation"),
        order=50,
    ),
    Tab("vaccination_plan", "vaccination:plan", frozenset(PLANNERS), _("Week plan"), order=49),
    Tab(
        "vaccination_populations",
        "vaccination:populations",
        frozenset({Role.DIRECTOR}),
        _("Populations"),
        order=53,
    ),
)
