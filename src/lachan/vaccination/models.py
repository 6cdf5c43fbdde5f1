"""What the room keeps: lots, sessions, doses.  Each part of the room has its models beside."""

from lachan.vaccination.dose_models import Dose, DoseKind, Source
from lachan.vaccination.public_models import Counted, Covered, DoseCount, Population
from lachan.vaccination.session_models import Lot, Session

__all__ = [
    "Counted",
    "Covered",
    "Dose",
    "DoseCount",
    "DoseKind",
    "Lot",
    "Population",
    "Session",
    "Source",
]
