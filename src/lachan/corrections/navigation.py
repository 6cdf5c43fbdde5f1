"""The tab of corrections."""

from django.utils.translation import gettext_lazy as _

from lachan.core.roles import Role
from lachan.ui.navigation import Tab, register

#: The province decides for its cases, the laboratory's head for its results.
DECIDERS = (Role.TRACER, Role.DIRECTOR, Role.LABORATORY_LEAD)

register(
    Tab("corrections", "corrections:board", frozenset(DECIDERS), _("Corrections"), order=29),
)
