"""Files that were carried from a table without a network."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from lachan.core.carried import CarriedWords, DeviceLedger
from lachan.sampling.table_sending import SENT_COLUMNS, Event, event_of

TABLES: Final[DeviceLedger[Event]] = DeviceLedger(
    table="sampling_sent",
    columns=tuple(SENT_COLUMNS),
    device_of="sampling_table_carried",
    same="core.same_sent",
    read=event_of,
    subject="table.carried",
    bell="sampling.sent",
    words=CarriedWords(
        unreadable=_("This is not a file of a sampling table. Choose the right file."),
        no_device=_("No device of a table wrote this file: it was never enrolled here."),
    ),
)
