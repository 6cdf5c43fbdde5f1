"""The gate's places in the bars."""

from django.utils.translation import gettext_lazy as _

from lachan.core.roles import Role
from lachan.ui.navigation import Tab, register

KEEPERS = frozenset({Role.GATE_CONTROLLER, Role.PLACE_MANAGER})

register(
    Tab("gate", "gate:camera", KEEPERS, _("Scan"), "qrcode", "phone", 10),
    Tab("gate_desk", "gate:desk", KEEPERS, _("Gate"), order=30),
    Tab("pass", "gate:pass", frozenset({Role.CITIZEN}), _("My code"), "qrcode", "phone", 1),
)
