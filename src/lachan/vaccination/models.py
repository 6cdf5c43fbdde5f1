"""What the room keeps.  Each part of the room has its models beside."""

from lachan.vaccination.aefi_models import AefiPaper, AefiStep, FollowUp, Reaction
from lachan.vaccination.book_models import (
    BookLine,
    EveningBook,
    Excursion,
    ExcursionDecision,
    TemperatureLog,
)
from lachan.vaccination.dose_models import Dose, DoseKind, Source
from lachan.vaccination.invitation_models import Invitation
from lachan.vaccination.lot_models import LotBar, LotCall
from lachan.vaccination.lot_spelling_models import LotSpelling
from lachan.vaccination.public_models import Counted, Covered, DoseCount, Population
from lachan.vaccination.registration_models import (
    AreaProof,
    Consent,
    Draw,
    QueueCell,
    QueueChanged,
    QueueCount,
    Registration,
    Settled,
)
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
from lachan.vaccination.stock_models import (
    Allocation,
    AllocationShare,
    OpenedVial,
    StockLine,
    StockMove,
    Store,
)
from lachan.vaccination.unit_list_models import UnitList, UnitMember, UnitRefusal

__all__ = [
    "AefiPaper",
    "AefiStep",
    "Allocation",
    "AllocationShare",
    "AreaProof",
    "BookLine",
    "Consent",
    "Counted",
    "Covered",
    "Dose",
    "DoseCount",
    "DoseKind",
    "Draw",
    "EveningBook",
    "Excursion",
    "ExcursionDecision",
    "FollowUp",
    "Invitation",
    "Lot",
    "LotBar",
    "LotCall",
    "LotSpelling",
    "MissingField",
    "OpenedVial",
    "Population",
    "QueueCell",
    "QueueChanged",
    "QueueCount",
    "Reaction",
    "Registration",
    "Session",
    "Settled",
    "SiteDevice",
    "SiteEvent",
    "SiteInvited",
    "SiteKind",
    "SitePerson",
    "SiteVisit",
    "Source",
    "StockLine",
    "StockMove",
    "Store",
    "TemperatureLog",
    "UnitList",
    "UnitMember",
    "UnitRefusal",
]
