"""What the room keeps: lots, sessions, doses.  Each part of the room has its models beside."""

from lachan.vaccination.aefi_models import AefiPaper, AefiStep, FollowUp, Reaction
from lachan.vaccination.dose_models import Dose, DoseKind, Source
from lachan.vaccination.lot_models import LotBar, LotCall
from lachan.vaccination.session_models import Lot, Session

__all__ = [
    "AefiPaper",
    "AefiStep",
    "Dose",
    "DoseKind",
    "FollowUp",
    "Lot",
    "LotBar",
    "LotCall",
    "Reaction",
    "Session",
    "Source",
]
