"""Trips and feasts as they are read: seats and tables, neighbours by seat, what health may open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from lachan.core.clock import now
from lachan.core.scope import Principal
from lachan.venues.keepers import body_of
from lachan.venues.outings import Opening, Outing, Seat
from lachan.venues.roll_names import Written, written_of
from lachan.venues.roll_reading import natural

#: Days back in which a health officer looks for outings: incubation and the days until a result.
LOOKS_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Seated:
    """Somebody at a seat or table, as the host wrote him."""

    row: Seat
    written: Written


def outings_of(by: Principal) -> QuerySet[Outing]:
    """One's own outings, newest first."""
    found = Outing.objects.filter(organisation=body_of(by)).select_related("place", "contact")
    return found.order_by("-starts_at", "-id")


def outings_here(by: Principal) -> QuerySet[Outing]:
    """The outings of the last days that this scope sees: the fact of them, not the names."""
    found = Outing.objects.filter(starts_at__gt=now() - LOOKS_BACK).select_related("place")
    return found.order_by("-starts_at", "-id")


def seated(outing: Outing) -> list[Seated]:
    """Everybody of an outing by seat or table, as far as this scope sees them."""
    rows = list(Seat.objects.filter(outing=outing).select_related("member"))
    names = written_of([row.member for row in rows])
    found = [Seated(row, names[row.member_id]) for row in rows]
    return sorted(found, key=lambda one: natural(one.row.label, one.written.name))


def openings_of(outing: Outing) -> list[Opening]:
    """Who of the health line opened the list and why, newest first."""
    return list(Opening.objects.filter(outing=outing).order_by("-at")[:100])


def opened_by(by: Principal, outing: Outing) -> Opening | None:
    """The opening of this account that still holds."""
    found = Opening.objects.filter(outing=outing, account=by.account, until__gt=now())
    return found.order_by("-at").first()


def moments_of(outing: Outing, row: Seat) -> tuple[datetime, datetime]:
    """From when to when somebody was there: of a trip, between his stops."""
    if not outing.stops:
        return outing.starts_at, outing.ends_at
    times = [datetime.fromisoformat(at) for _name, at in outing.stops]
    return times[row.from_stop], times[row.to_stop]


def neighbours_of(row: Seat) -> list[Seat]:
    """Who sat near a passenger while both rode: the same row, the row before and the row behind; of
    a feast, the same table.  For tracing, within what its scope has opened."""
    outing = row.outing
    others = Seat.objects.filter(outing=outing).exclude(pk=row.pk).select_related("member")
    if outing.kind != Outing.Kind.TRIP:
        return [other for other in others if other.label == row.label]
    near = set(labels_near(row.label, outing.seat_labels()))
    return [
        other
        for other in others
        if other.label in near
        and max(other.from_stop, row.from_stop) < min(other.to_stop, row.to_stop)
    ]


def labels_near(label: str, labels: Sequence[str]) -> list[str]:
    """The seats of the same row, the one before and the one behind."""
    number = int(label[:-1])
    return [each for each in labels if each != label and abs(int(each[:-1]) - number) <= 1]


def outing_of(by: Principal, outing: UUID) -> Outing | None:
    """One of one's own."""
    return outings_of(by).filter(id=outing).first()
