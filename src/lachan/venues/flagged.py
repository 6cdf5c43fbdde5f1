"""What may be read of flags: the area's health unit sees them, a place's staff sees numbers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import connections
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from lachan.core.clock import now
from lachan.places.models import Place
from lachan.rulebook.selectors import Decision, render_all
from lachan.ui.wording import language
from lachan.venues.flags import Flag, FlagKind, Verdict

#: Days a place's staff see in numbers, and an officer in the list.
SHOWN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class AskedFlags:
    """Which flags: of one kind ("" every), answered or not, of one place."""

    kind: str = ""
    answered: bool = False
    place: UUID | None = None


@dataclass(frozen=True, slots=True)
class FlagCount:
    """How many flags of a kind a place has, and how many of them nobody has answered."""

    place: UUID
    kind: str
    found: int
    open: int

    @property
    def label(self) -> str:
        """The kind in words."""
        return str(FlagKind(self.kind).label)


def flags_asked(asked: AskedFlags) -> QuerySet[Flag]:
    """The flags this scope sees, newest first, each with its last answer."""
    rows = _recent().annotate(said=_last("verdict"), said_by=_last("by_name"), said_at=_last("at"))
    rows = rows.filter(said__isnull=not asked.answered)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.place:
        rows = rows.filter(place=asked.place)
    return rows.order_by("-at", "id")


def kinds_open() -> dict[str, int]:
    """How many flags of each kind wait for an answer."""
    waiting = _recent().filter(~Exists(Verdict.objects.filter(flag=OuterRef("pk"))))
    counted = waiting.values("kind").annotate(n=Count("id"))
    return {row["kind"]: row["n"] for row in counted}


def flag_counts() -> dict[UUID, list[FlagCount]]:
    """Kinds and counts of the last 30 days by place, for the staff of those places."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from venues_flag_counts(%s)", [now() - SHOWN])
        found: dict[UUID, list[FlagCount]] = {}
        for place, kind, total, unanswered in sorted(cursor.fetchall(), key=lambda row: row[1]):
            found.setdefault(place, []).append(FlagCount(place, kind, total, unanswered))
    return found


def flags_together(places: Iterable[list[FlagCount]]) -> list[FlagCount]:
    """The counts of several places added, by kind."""
    kinds: dict[str, FlagCount] = {}
    for row in (row for rows in places for row in rows):
        before = kinds.get(row.kind)
        found, waiting = (before.found, before.open) if before else (0, 0)
        kinds[row.kind] = replace(row, found=row.found + found, open=row.open + waiting)
    return list(kinds.values())


def sentences_of(flags: Iterable[Flag]) -> list[str]:
    """What each flag says, rendered now from its rule's version."""
    decisions = [
        Decision(str(flag.rule), flag.detail["version"], flag.finding, flag.detail["values"])
        for flag in flags
    ]
    return render_all(decisions, language())


def places_of(flags: Iterable[Flag]) -> dict[UUID, Place]:
    """The places of some flags, by id."""
    return Place.objects.in_bulk({flag.place for flag in flags if flag.place})


def _recent() -> QuerySet[Flag]:
    return Flag.objects.filter(Q(at__gte=now() - SHOWN))


def _last(field: str) -> Subquery:
    return Subquery(
        Verdict.objects.filter(flag=OuterRef("pk")).order_by("-at", "-id").values(field)[:1]
    )
