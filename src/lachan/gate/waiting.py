"""What may be read of scans that wait for their person: a station opens a card, one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections
from django.db.models import Count, OuterRef, QuerySet, Subquery

from lachan.core import audit
from lachan.core.scope import Principal
from lachan.core.sealing import open_loose
from lachan.gate.models import UnmatchedScan
from lachan.places.models import Place
from lachan.venues.selectors import venues_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """One card: its first scan that waits, where that was, and how many of it there are."""

    scan: UnmatchedScan
    place: str
    scans: int


@dataclass(frozen=True, slots=True)
class WaitingAt:
    """A place with scans that wait; no card."""

    place: str
    scans: int
    since: datetime


def cards_waiting() -> QuerySet[UnmatchedScan]:
    """The first waiting scan of each card of this scope, the longest waiting first."""
    rows = UnmatchedScan.objects.filter(settled_at=None)
    firsts = rows.order_by("document", "at").distinct("document").values("id")
    same = rows.filter(document=OuterRef("document")).order_by().values("document")
    counted = Subquery(same.annotate(n=Count("*")).values("n"))
    return rows.filter(id__in=firsts).annotate(scans=counted).order_by("at", "id")


def with_places(rows: Sequence[UnmatchedScan]) -> list[Waiting]:
    """The rows with the names of their places."""
    names = dict(Place.objects.filter(id__in={r.place for r in rows}).values_list("id", "name"))
    return [Waiting(row, names.get(row.place, ""), getattr(row, "scans", 1)) for row in rows]


def open_card(*, row: UnmatchedScan, by: Principal) -> str:
    """What the card says; who opened it is on record."""
    where = {"place": str(row.place)}
    audit.record("unmatched.opened", target=("unmatched", row.id), by=by, detail=where)
    text: str = open_loose(row.id, bytes(row.sealed))["text"]
    return text


def waiting_at_own(by: Principal) -> list[WaitingAt]:
    """The places of somebody's organisation where scans wait."""
    found = ((venue.place.name, _counted(venue.place_id)) for venue in venues_of(by))
    return [WaitingAt(name, *counted) for name, counted in found if counted]


def _counted(place: UUID) -> tuple[int, datetime] | None:
    with connections["default"].cursor() as cursor:
        cursor.execute("select waiting, since from gate_waiting(%s)", [place])
        row: tuple[int, datetime] | None = cursor.fetchone()
    return row
