"""Places that are run: an owner with a phone, guards, people who come and go."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.people import signing_in
from lachan.people.services import begin_own_work
from lachan.people.working import go_to_work, works_of
from lachan.places.models import Place
from lachan.venues.models import Venue
from lachan.venues.services import NewPlace, record_scan, register
from tests.places.units import NENH

#: Phones of the series that no network gives out.
OWNER, GUARD, OTHER = "0900000711", "0900000712", "0900000713"


def citizen_by_phone(phone: str) -> Principal:
    """Somebody who signed in by the code to a phone."""
    return signing_in.enter(signing_in.open_citizen(phone=phone))


def told(name: str, **more: Any) -> NewPlace:
    """A restaurant with everything that must be said of it."""
    plain = {"trade": "restaurant", "commune": NENH, "phone": OWNER, "address": "12 Nguyễn Trãi"}
    return NewPlace(**{"name": name, **plain, **more})


def owner_of(new: NewPlace) -> tuple[Principal, Venue]:
    """The owner registers with the phone of the person in charge, and works there."""
    citizen = citizen_by_phone(new.phone)
    manager = begin_own_work(account=citizen.account)
    with scoped(manager, "register_place"):
        return manager, register(new=new, by=manager)


def at_work(phone: str) -> Principal:
    """Whoever holds the phone goes to the first place of work."""
    citizen = citizen_by_phone(phone)
    return go_to_work(work=works_of(citizen.account)[0].id, by=citizen)


def officer(commune: int = NENH) -> Principal:
    """The health station of the place's commune."""
    from tests.factories import cast

    return cast.of_commune(Role.STATION_OFFICER, commune)


def pass_by(
    venue: Venue,
    by: Principal,
    *,
    person: UUID | None = None,
    direction: str = "in",
    at: datetime | None = None,
) -> UUID:
    """Somebody goes in or out; give the pseudonym."""
    trace_id = person or uuid7()
    moment = at or now()
    with scoped(by, "gate"):
        record_scan(
            id=uuid7(),
            venue=Venue.objects.select_related("place").get(id=venue.id),
            trace_id=trace_id,
            direction=direction,
            at=moment,
            device_at=moment,
            source="gate",
            by=by,
        )
    return trace_id


def ago(**much: int) -> datetime:
    """An instant before now."""
    return now() - timedelta(**much)


def place_of(venue: Venue) -> Place:
    """The place of a venue, as the owner role has it."""
    return Place.objects.using("owner").get(id=venue.place_id)
