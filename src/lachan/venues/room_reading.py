"""Rooms and beds: who sleeps where, who slept there on a day, which beds are empty.

`rooms_of` and `room_mates` are for tracing: in its own scope it reads rooms of its territory.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from lachan.core.clock import today
from lachan.core.scope import Principal
from lachan.places.models import Place
from lachan.venues.keepers import body_of
from lachan.venues.models import RoomBeds
from lachan.venues.roll_names import Written, written_of
from lachan.venues.roll_reading import holding, natural
from lachan.venues.rolls import Member, Spot


@dataclass(frozen=True, slots=True)
class Sleeper:
    """Somebody in a room, as his unit wrote him."""

    member: Member
    written: Written
    spot: Spot


@dataclass
class Room:
    """A room on a day: `beds` None when nobody said how many."""

    place: Place
    beds: int | None
    sleepers: list[Sleeper] = field(default_factory=list)

    @property
    def empty(self) -> int:
        """Beds in which nobody sleeps."""
        return max(0, (self.beds or 0) - len(self.sleepers))


@dataclass(frozen=True, slots=True)
class RoomStay:
    """Somebody slept in a room from a day until a day (the first no longer; None: still)."""

    person: UUID | None
    member: UUID
    place: UUID
    bed: str
    night: bool
    since: date
    until: date | None


@dataclass
class House:
    """A house with its rooms, or with their figures alone."""

    place: Place
    rooms: int = 0
    people: int = 0
    beds: int = 0
    empty: int = 0


def houses_of(by: Principal) -> list[House]:
    """Every house in which one's people sleep or which is one's own, with figures."""
    rooms = {room.id: room for room in own_rooms(by)}
    beds = _beds(rooms)
    sleeping: dict[UUID, int] = defaultdict(int)
    for place in _spots(by, today()).values_list("place", flat=True):
        sleeping[place] += 1
    found: dict[UUID, House] = {}
    for room in rooms.values():
        whole = room.parent or room
        house = found.setdefault(whole.id, House(whole))
        house.rooms += 1
        house.people += sleeping[room.id]
        house.beds += beds.get(room.id, 0)
        house.empty += max(0, beds.get(room.id, 0) - sleeping[room.id])
    return sorted(found.values(), key=lambda house: natural(house.place.name))


def rooms_in(by: Principal, house: UUID | None, on: date | None = None) -> list[Room]:
    """The rooms of a house (all without one) with who sleeps there on a day."""
    day = on or today()
    rooms = [room for room in own_rooms(by) if house in (None, room.parent_id, room.id)]
    beds = _beds(room.id for room in rooms)
    found = {room.id: Room(room, beds.get(room.id)) for room in rooms}
    spots = list(_spots(by, day).filter(place__in=found).select_related("member"))
    names = written_of([spot.member for spot in spots])
    for spot in sorted(spots, key=lambda spot: natural(spot.detail)):
        sleeper = Sleeper(spot.member, names[spot.member_id], spot)
        found[spot.place_id].sleepers.append(sleeper)
    return sorted(
        found.values(),
        key=lambda room: natural(
            room.place.parent.name if room.place.parent else "", room.place.name
        ),
    )


def own_rooms(by: Principal) -> list[Place]:
    """Rooms of one's own, and rented ones in which one's people sleep or slept."""
    used = Spot.objects.filter(organisation=body_of(by), group=Spot.Group.ROOM)
    found = Place.objects.filter(kind="room", closed_at=None).filter(
        Q(organisation=body_of(by)) | Q(id__in=used.values("place"))
    )
    return list(found.select_related("parent"))


def rooms_of(persons: Iterable[UUID], since: date, until: date) -> list[RoomStay]:
    """Where persons slept between two days (both inside), as far as this scope sees it."""
    return _stays(
        Spot.objects.filter(member__person__in=list(persons), group=Spot.Group.ROOM), since, until
    )


def room_mates(person: UUID, since: date, until: date) -> list[tuple[RoomStay, RoomStay]]:
    """(the person's stay, a mate's stay) of everybody who slept in the same room on a same day."""
    own = rooms_of([person], since, until)
    rooms = {stay.place for stay in own}
    others = _stays(
        Spot.objects.filter(place__in=rooms, group=Spot.Group.ROOM).exclude(member__person=person),
        since,
        until,
    )
    return [
        (mine, other)
        for mine in own
        for other in others
        if mine.place == other.place and _meet(mine, other)
    ]


def _meet(one: RoomStay, other: RoomStay) -> bool:
    begin = max(one.since, other.since)
    ends = [end for end in (one.until, other.until) if end is not None]
    return not ends or begin < min(ends)


def _stays(spots: QuerySet[Spot], since: date, until: date) -> list[RoomStay]:
    rows = spots.filter(since__lte=until).exclude(until__lte=since)
    return [
        RoomStay(
            row.member.person,
            row.member_id,
            row.place_id,
            row.detail,
            row.night,
            row.since,
            row.until,
        )
        for row in rows.select_related("member").order_by("place", "since", "id")
    ]


def _spots(by: Principal, day: date) -> QuerySet[Spot]:
    return Spot.objects.filter(holding(day), organisation=body_of(by), group=Spot.Group.ROOM)


def _beds(rooms: Iterable[UUID]) -> dict[UUID, int]:
    rows = RoomBeds.objects.filter(place__in=list(rooms))
    return dict(rows.values_list("place", "beds"))
