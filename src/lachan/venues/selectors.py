"""What may be read of venues: the venue behind a code, numbers, and history without persons."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from lachan.core.clock import OFFSET, today
from lachan.core.scope import Principal
from lachan.formats.placecode import is_place_code, plain_place_code
from lachan.places.models import Place
from lachan.venues import persondays
from lachan.venues.models import Device, Venue
from lachan.venues.pairing import Step as Step  # names of this door
from lachan.venues.pairing import Visit as Visit
from lachan.venues.persondays import PersonDay as PersonDay

#: Rows a manager's history shows; the question is "is it being used", not "who was here".
HISTORY_ROWS = 50


#: Places of one organisation on a page; a larger one opens them from its tree.
MOST_PLACES = 200


@dataclass(frozen=True, slots=True)
class Count:
    """Scans at a place in a day: ways in, ways out, and who has not scanned out yet."""

    came: int
    went: int
    inside: int

    @property
    def scans(self) -> int:
        """Both directions together."""
        return self.came + self.went


@dataclass(frozen=True, slots=True)
class Passage:
    """A scan as the place's staff may see it: no person."""

    at: datetime
    direction: str
    source: str


def venue_of_code(text: str) -> Venue | None:
    """The open venue of a place code, however it was grouped or cased; None when there is none."""
    if not is_place_code(text):
        return None
    code = plain_place_code(text)
    return Venue.objects.filter(code=code, closed_at=None).select_related("place").first()


def venue_of_place(place: UUID) -> Venue | None:
    """The open venue of a place."""
    return Venue.objects.filter(place=place, closed_at=None).select_related("place").first()


def venues_of(by: Principal) -> QuerySet[Venue]:
    """The open venues of the organisation somebody works for, oldest first."""
    if by.organisation is None:
        return Venue.objects.none()
    found = Venue.objects.filter(organisation=by.organisation, closed_at=None)
    return found.select_related("place__parent").order_by("made_at", "id")


def places_without_code(by: Principal) -> QuerySet[Place]:
    """The organisation's open places that cannot be scanned yet, outermost first."""
    if by.organisation is None:
        return Place.objects.none()
    found = Place.objects.filter(organisation=by.organisation, closed_at=None)
    coded = Venue.objects.filter(organisation=by.organisation).values("place")
    return found.exclude(id__in=coded).order_by("folded", "id")[:MOST_PLACES]


def devices_of(venue: Venue) -> QuerySet[Device]:
    """The devices that may scan there now, newest first."""
    return Device.objects.filter(
        organisation=venue.organisation, venue=venue, closed_at=None
    ).order_by("-made_at")


def count_of(place: UUID, day: date | None = None) -> Count:
    """The numbers of `day` (today without one); zeros for somebody else's place."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from venues_count(%s, %s, %s)", [place, *_bounds(day)])
        came, went, inside = cursor.fetchone()
    return Count(came, went, inside)


def history_of(place: UUID, day: date | None = None) -> list[Passage]:
    """The latest passages of `day`, newest first, without persons."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select at, direction, source from venues_history(%s, %s, %s, %s)",
            [place, *_bounds(day), HISTORY_ROWS],
        )
        return [Passage(*row) for row in cursor.fetchall()]


def _bounds(day: date | None) -> tuple[datetime, datetime]:
    start = datetime.combine(day or today(), time(), OFFSET)
    return start, start + timedelta(days=1)


def changed_person_days(cursor: CursorWrapper, since_tx: int, below_tx: int) -> Iterator[PersonDay]:
    """Each person-day that scans of transactions since_tx <= tx < below_tx changed, as it is now.

    For the tracing index, read by the worker with the owner's connection.
    """
    return persondays.feed(cursor, since_tx, below_tx)


def visits_of(steps: Iterable[Step]) -> list[Visit]:
    """The visits that scans of one person make, with the rules of their places.

    The scans are handed in by whoever may see them: the ledger itself opens by province, and only
    the room above knows whether somebody's days are anybody's business.
    """
    with connections["default"].cursor() as cursor:
        return persondays.visits_of(cursor, steps)
