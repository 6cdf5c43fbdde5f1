"""What may be read of venues: the venue behind a code, numbers, and history without persons."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from lachan.core.clock import OFFSET, today
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.formats.placecode import is_place_code, plain_place_code
from lachan.places.models import Place
from lachan.places.selectors import parts_of
from lachan.venues import persondays
from lachan.venues.asked import Asked as Asked  # names of this door
from lachan.venues.asked import asked_of as asked_of
from lachan.venues.doors import at_the_door as at_the_door
from lachan.venues.doors import inside_now as inside_now
from lachan.venues.doors import room_left as room_left
from lachan.venues.doors import said as said
from lachan.venues.flagged import FlagCount as FlagCount
from lachan.venues.flagged import flag_counts as flag_counts
from lachan.venues.flagged import flags_together as flags_together
from lachan.venues.hours import Hours as Hours
from lachan.venues.hours import hours_of as hours_of
from lachan.venues.known import known_place as known_place
from lachan.venues.known import posts_of as posts_of
from lachan.venues.known import venues_inside
from lachan.venues.models import Device, Post, Venue
from lachan.venues.outing_reading import moments_of as moments_of
from lachan.venues.outing_reading import neighbours_of as neighbours_of
from lachan.venues.pairing import Step as Step
from lachan.venues.pairing import Visit as Visit
from lachan.venues.persondays import PersonDay as PersonDay
from lachan.venues.roll_reading import absent_with_symptoms as absent_with_symptoms
from lachan.venues.room_reading import RoomStay as RoomStay
from lachan.venues.room_reading import room_mates as room_mates
from lachan.venues.room_reading import rooms_of as rooms_of
from lachan.venues.ticket_reading import TicketFacts as TicketFacts
from lachan.venues.ticket_reading import ticket_facts as ticket_facts
from lachan.venues.ticket_reading import ticket_sentence as ticket_sentence
from lachan.venues.visiting import visits_at as visits_at

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
    place: UUID


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
    """The venues of the organisation somebody works for, oldest first; of a guard who was posted,
    those of his posts and their parts."""
    if by.organisation is None:
        return Venue.objects.none()
    found = Venue.objects.filter(organisation=by.organisation, closed_at=None)
    if not by.has(Role.PLACE_MANAGER):
        posts = list(Post.objects.filter(account=by.account, organisation=by.organisation))
        if posts:
            found = found.filter(id__in=_posted(posts))
    return found.select_related("place__parent").order_by("made_at", "id")


def outermost_of(by: Principal) -> list[Venue]:
    """The venues of somebody's organisation that lie in no other of its venues, oldest first."""
    own = list(venues_of(by))
    coded = {venue.place_id for venue in own}
    places = Place.objects.filter(organisation=by.organisation).only("id", "parent_id")
    parents = {place.id: place.parent_id for place in places}
    return [venue for venue in own if not _lies_in(venue.place_id, coded, parents)]


def _lies_in(place: UUID, coded: set[UUID], parents: dict[UUID, UUID | None]) -> bool:
    whole = parents.get(place)
    while whole is not None:
        if whole in coded:
            return True
        whole = parents.get(whole)
    return False


def _posted(posts: list[Post]) -> set[UUID]:
    """The venues of posts that have not ended, with those of their parts."""
    standing = [post for post in posts if post.ended_at is None]
    rows = Venue.objects.filter(id__in=[post.venue_id for post in standing])
    return {each for venue in rows for each in venues_inside(venue)}


def places_without_code(by: Principal) -> QuerySet[Place]:
    """The organisation's open places that cannot be scanned yet, by name; parts get their codes
    on the page of their whole."""
    if by.organisation is None:
        return Place.objects.none()
    found = Place.objects.filter(organisation=by.organisation, closed_at=None, parent=None)
    coded = Venue.objects.filter(organisation=by.organisation).values("place")
    return found.exclude(id__in=coded).order_by("folded", "id")[:MOST_PLACES]


def parts_with_codes(whole: Venue) -> list[Venue]:
    """The venues of a place's open parts, a whole before its parts, 2 before 10."""
    parts = parts_of(whole.place_id)
    coded = {
        venue.place_id: venue
        for venue in Venue.objects.filter(
            organisation=whole.organisation, closed_at=None, place__in=[part.id for part in parts]
        ).select_related("place")
    }
    return [coded[part.id] for part in parts if part.id in coded]


def devices_of(venue: Venue, *inside: Venue) -> QuerySet[Device]:
    """The devices that may scan there, or at what lies inside, now; newest first."""
    found = Device.objects.filter(organisation=venue.organisation, closed_at=None)
    found = found.filter(venue__in=[venue, *inside])
    return found.select_related("venue__place").order_by("-made_at")


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
            "select at, direction, source, place from venues_history(%s, %s, %s, %s)",
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
