"""The gate's places in the bars."""

from django.utils.translation import gettext_lazy as _

from lachan.core.roles import Role
from lachan.declarations.selectors import also_know
from lachan.gate.passes import facts_of
from lachan.ui.navigation import Tab, register

PAPERS = frozenset({Role.STATION_OFFICER, Role.PLACE_MANAGER})
KEEPERS = frozenset({Role.GATE_CONTROLLER, Role.PLACE_MANAGER})

register(
    Tab("gate", "gate:camera", KEEPERS, _("Scan"), "qrcode", "phone", 10),
    Tab("gate_desk", "gate:desk", KEEPERS, _("Gate"), order=30),
    Tab("gate_offline", "gate:sheets", PAPERS, _("Without a network"), order=46),
    Tab("pass", "gate:pass", frozenset({Role.CITIZEN}), _("My code"), "qrcode", "phone", 1),
)

# The sentence after declaring knows what the own pass knows.
also_know(facts_of)
