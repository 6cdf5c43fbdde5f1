"""What the room keeps: lots, sessions, doses.  Each part of the room has its models beside."""

from lachan.vaccination.dose_models import Dose, DoseKind, Source
from lachan.vaccination.session_models import Lot, Session
from lachan.vaccination.site_models import (
    MissingField,
    SiteDevice,
    SiteEvent,
    SiteInvited,
    SiteKind,
    SitePerson,
    SiteVisit,
)

__all__ = [
    "Dose",
    "DoseKind",
    "Lot",
    "MissingField",
    "Session",
    "SiteDevice",
    "SiteEvent",
    "SiteInvited",
    "SiteKind",
    "SitePerson",
    "SiteVisit",
    "Source",
]
