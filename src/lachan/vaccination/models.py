"""What the room keeps: lots, sessions, doses.  Each part of the room has its models beside."""

from lachan.vaccination.dose_models import Dose, DoseKind, Source
from lachan.vaccination.invitation_models import Invitation
from lachan.vaccination.registration_models import Consent, Draw, QueueCount, Registration
from lachan.vaccination.session_models import Lot, Session
from lachan.vaccination.unit_list_models import UnitList, UnitMember, UnitRefusal

__all__ = [
    "Consent",
    "Dose",
    "DoseKind",
    "Draw",
    "Invitation",
    "Lot",
    "QueueCount",
    "Registration",
    "Session",
    "Source",
    "UnitList",
    "UnitMember",
    "UnitRefusal",
]
