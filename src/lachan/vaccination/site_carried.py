"""Files that were carried from a site without a network."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from lachan.core.carried import CarriedWords, DeviceLedger
from lachan.vaccination.site_sending import SENT_COLUMNS, Event, event_of

SITES: Final[DeviceLedger[Event]] = DeviceLedger(
    table="vaccination_sent",
    columns=tuple(SENT_COLUMNS),
    device_of="vaccination_site_carried",
    same="core.same_site_event",
    read=event_of,
    subject="site.carried",
    bell="vaccination.sent",
    words=CarriedWords(
        unreadable=_("This is not a file of a vaccination site. Choose the right file."),
        no_device=_("No device of a site wrote this file: it was never enrolled here."),
    ),
)
