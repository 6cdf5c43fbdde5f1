"""The room's tabs, and where the door is."""

from django.utils.translation import gettext_lazy as _

from lachan.core.roles import Role
from lachan.ui.navigation import Doors, Tab, register, set_doors

#: Who may search persons of their own area.
SEARCHERS = (
    Role.STATION_OFFICER,
    Role.VILLAGE_HEALTH_WORKER,
    Role.TRACER,
    Role.DIRECTOR,
    Role.SAMPLER,
    Role.VACCINATOR,
)
#: Who may enter a person who stands before them.
REGISTRARS = (*SEARCHERS, Role.GATE_CONTROLLER)

#: Who knows in which house a household lives.
SETTLERS = (Role.STATION_OFFICER, Role.VILLAGE_HEALTH_WORKER)

#: Who decides whether two records are one person; the Ministry proposes across provinces.
DECIDERS = (Role.STATION_OFFICER, Role.DIRECTOR, Role.MINISTRY)

#: Whose units keep a duty list 24/24.
ON_DUTY = (
    Role.STATION_OFFICER,
    Role.COMMUNE_CHAIRMAN,
    Role.TRACER,
    Role.DIRECTOR,
    Role.LABORATORY_LEAD,
)

set_doors(
    Doors(
        home="people:home",
        sign_in="people:sign_in",
        sign_out="people:sign_out",
        account="mfa_index",
    )
)
register(
    Tab("people", "people:find", frozenset(SEARCHERS), _("People"), order=60),
    Tab("same", "people:same", frozenset(DECIDERS), _("One person?"), order=62),
    Tab("identity", "people:identity", frozenset({Role.STATION_OFFICER}), _("Identity"), order=63),
    Tab(
        "identity_answer",
        "people:identity_answer",
        frozenset({Role.COMMUNE_POLICE}),
        _("Identity"),
        order=63,
    ),
    Tab("duty", "people:duty", frozenset(ON_DUTY), _("On duty"), order=55),
    Tab(
        "work",
        "people:work",
        frozenset({Role.GATE_CONTROLLER}),
        _("Another task"),
        "users",
        "phone",
        95,
    ),
    Tab("work_desk", "people:work", frozenset({Role.PLACE_MANAGER}), _("Another task"), order=95),
    Tab("me", "people:me", frozenset({Role.CITIZEN}), _("My data"), "shield-lock", "phone", 90),
)
