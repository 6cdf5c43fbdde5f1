"""What the room keeps.  Each part of the room has its models beside."""

from lachan.vaccination.aefi_models import AefiPaper, AefiStep, FollowUp, Reaction
from lachan.vaccination.backentry_models import PaperBook, PaperKeying, PaperSheet
from lachan.vaccination.book_models import (
    BookLine,
    EveningBook,
    Excursion,
    ExcursionDecision,
    TemperatureLog,
)
from lachan.vaccination.dose_models import Dose, DoseKind, Source
from lachan.vaccination.evening_models import (
    DayReport,
    EveningBalance,
    EveningReason,
    TableCount,
)
from lachan.vaccination.invitation_models import Invitation
from lachan.vaccination.line_models import LineCall, LineLetter, LineSheet, LineTicket
from lachan.vaccination.lot_models import LotBar, LotCall
from lachan.vaccination.lot_spelling_models import LotSpelling
from lachan.vaccination.national_models import NationalFile, NationalRow, Outgoing
from lachan.vaccination.planning_models import (
    HandoverCheck,
    SessionPlan,
    StockCount,
    Team,
    TeamMember,
)
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
    "DayReport",
    "Dose",
    "DoseCount",
    "DoseKind",
    "Draw",
    "EveningBalance",
    "EveningBook",
    "EveningReason",
    "Excursion",
    "ExcursionDecision",
    "FollowUp",
    "HandoverCheck",
    "Invitation",
    "LineCall",
    "LineLetter",
    "LineSheet",
    "LineTicket",
    "Lot",
    "LotBar",
    "LotCall",
    "LotSpelling",
    "MissingField",
    "NationalFile",
    "NationalRow",
    "OpenedVial",
    "Outgoing",
    "PaperBook",
    "PaperKeying",
    "PaperSheet",
    "Population",
    "QueueCell",
    "QueueChanged",
    "QueueCount",
    "Reaction",
    "Registration",
    "Session",
    "SessionPlan",
    "Settled",
    "SiteDevice",
    "SiteEvent",
    "SiteInvited",
    "SiteKind",
    "SitePerson",
    "SiteVisit",
    "Source",
    "StockCount",
    "StockLine",
    "StockMove",
    "Store",
    "TableCount",
    "Team",
    "TeamMember",
    "TemperatureLog",
    "UnitList",
    "UnitMember",
    "UnitRefusal",
]
