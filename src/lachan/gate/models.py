"""Tables of the gate."""

from lachan.gate.lost_models import Revocation as Revocation
from lachan.gate.paper_models import VisitSeries as VisitSeries
from lachan.gate.paper_models import VisitSheet as VisitSheet
from lachan.gate.unmatched_models import UnmatchedScan as UnmatchedScan

__all__ = ["Revocation", "UnmatchedScan", "VisitSeries", "VisitSheet"]
