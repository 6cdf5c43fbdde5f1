"""What the room keeps: lots, sessions, doses, stock.  Each part of the room has its models
beside."""

from lachan.vaccination.book_models import (
    BookLine,
    EveningBook,
    Excursion,
    ExcursionDecision,
    TemperatureLog,
)
from lachan.vaccination.dose_models import Dose, DoseKind, Source
from lachan.vaccination.public_models import Counted, Covered, DoseCount, Population
from lachan.vaccination.session_models import Lot, Session
from lachan.vaccination.stock_models import (
    Allocation,
    AllocationShare,
    OpenedVial,
    StockLine,
    StockMove,
    Store,
)

__all__ = [
    "Allocation",
    "AllocationShare",
    "BookLine",
    "Counted",
    "Covered",
    "Dose",
    "DoseCount",
    "DoseKind",
    "EveningBook",
    "Excursion",
    "ExcursionDecision",
    "Lot",
    "OpenedVial",
    "Population",
    "Session",
    "Source",
    "StockLine",
    "StockMove",
    "Store",
    "TemperatureLog",
]
