"""A place is registered: by whoever runs it, or by an officer for whoever stands before him.

Body, place, code and the person in charge are written together.  The rulebook says whether it opens
at once or waits for the commune.
"""

from dataclasses import dataclass
from datetime import time
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.formats.phones import PhoneRefused, read_phone
from lachan.formats.vietnamese import fold
from lachan.people.services import invite
from lachan.places.models import Organisation
from lachan.places.selectors import today_of
from lachan.places.services import register_organisation, register_place
from lachan.rulebook.selectors import PlacesRule, places_rule
from lachan.venues.coding import give_code
from lachan.venues.known import known_place
from lachan.venues.models import Keeper, State, Turn, Venue
from lachan.venues.trades import STANDS
from lachan.venues.turns import office_of, take_turn

#: More people at once than any place holds: whoever types it hit a key twice.
MOST_PEOPLE = 200_000


@dataclass(frozen=True, slots=True)
class NewPlace:
    """What somebody says of a place; `commune` may be a unit of any time, numbers may be unknown.

    `phone`: of the person in charge, who comes to manage the place by it.
    """

    name: str
    trade: str
    commune: int
    phone: str
    address: str = ""
    keeper: str = ""
    plate: str = ""
    capacity: int | None = None
    expected: int | None = None
    closes_at: time | None = None


def register(*, new: NewPlace, by: Principal) -> Venue:
    """Register a place with everything that belongs to it; give its venue, waiting or open.

    An officer registers for the person in charge, whose phone becomes the manager's; a manager for
    himself.  Refused: place_known (409), unknown_kind, plate_missing, number_unlikely, phone codes,
    the codes of the room places.
    """
    phone, plate = check(new)
    stands = STANDS[new.trade]
    _one_at_a_time(new)
    known = known_place(name=new.name, address=new.address, commune=new.commune)
    if known is not None:
        raise Refused("place_known", known_sentence(known), status=409)
    body = _body(new, stands.body, by)
    rule = places_rule(now(), province=today_of(new.commune).province)
    waits = by.organisation is not None and must_wait(rule, kind=stands.place, trade=new.trade)
    place = register_place(
        kind=stands.place,
        name=new.name,
        commune=new.commune,
        organisation=body,
        address=new.address,
        by=by,
    )
    venue = give_code(
        place=place,
        state=State.WAITING if waits else State.OPEN,
        capacity=new.capacity,
        expected=new.expected,
        closes_at=new.closes_at,
        plate=plate,
        trade=new.trade,
    )
    _keep(venue, new.keeper, phone)
    _note(venue, rule, by)
    audit.record("venue.registered", target=("venue", venue.id), by=by)
    if by.organisation is None:
        _hand_over(new, phone, body, by)
    return venue


def check(new: NewPlace) -> tuple[str, str]:
    """The phone and the plate as they are kept, when what was said can be registered at all.

    Refused: unknown_kind, plate_missing, number_unlikely, phone codes.
    """
    if new.trade not in STANDS:
        raise Refused("unknown_kind", _("Choose what kind of place it is."))
    likely(new.capacity, new.expected)
    return phone_or_refuse(new.phone), _plate(new)


def known_sentence(known: Venue) -> str:
    """What is said to whoever registers a place that is there already."""
    return _("%(name)s at this address is registered already, code %(code)s.") % {
        "name": known.place.name,
        "code": known.code,
    }


def name_keeper(*, venue: Venue, name: str, phone: str, by: Principal) -> Keeper:
    """Somebody else is in charge now.  Refused: phone codes."""
    keeper = _keep(venue, name, phone_or_refuse(phone))
    audit.record("venue.keeper_named", target=("venue", venue.id), by=by)
    return keeper


def must_wait(rule: PlacesRule, *, kind: str, trade: str = "") -> bool:
    """Whether the commune looks at such a place before it opens."""
    return kind in rule.waits or trade in rule.waits


def phone_or_refuse(text: str) -> str:
    """A telephone number as it is kept.  Refused: the codes of the room formats."""
    try:
        return read_phone(text).number
    except PhoneRefused as refused:
        raise Refused(
            refused.code,
            _("This is not a phone number: write ten digits, such as 0912 345 678."),
        ) from None


def _body(new: NewPlace, kind: str, by: Principal) -> UUID:
    """The body that runs the place: the manager's own, made with its first place."""
    if by.organisation is None:
        return register_organisation(kind=kind, name=new.name, commune=new.commune, by=by).id
    if not Organisation.objects.filter(id=by.organisation).exists():
        register_organisation(
            kind=kind, name=new.name, commune=new.commune, id=by.organisation, by=by
        )
    return by.organisation


def _note(venue: Venue, rule: PlacesRule, by: Principal) -> None:
    """Registered is a fact of its own; opened at once is another, with the rule that let it."""
    version = f"places:{rule.version}"
    office = "" if by.organisation else office_of(by)
    take_turn(venue=venue, what=Turn.What.REGISTERED, by=by, rule=version, office=office)
    if venue.state == State.OPEN:
        take_turn(venue=venue, what=Turn.What.OPENED, by=by, rule=version, office=office)


def _hand_over(new: NewPlace, phone: str, body: UUID, by: Principal) -> None:
    """Last, because the door's tables are another transaction: a role is given to what stands."""
    name = new.keeper.strip() or new.name
    invite(phone=phone, name=name, role=Role.PLACE_MANAGER, organisation=body, by=by)


def _keep(venue: Venue, name: str, phone: str) -> Keeper:
    keeper, _made = Keeper.objects.update_or_create(
        venue=venue,
        defaults={
            "organisation": venue.organisation,
            "commune": venue.commune,
            "province": venue.province,
            "name": name.strip()[:80],
            "phone": phone,
            "named_at": now(),
        },
    )
    return keeper


def _one_at_a_time(new: NewPlace) -> None:
    """Two who register the same place at once: the second sees the first's."""
    with connections["default"].cursor() as cursor:
        key = f"venue {today_of(new.commune).commune} {fold(new.name)}"
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _plate(new: NewPlace) -> str:
    plate = " ".join(new.plate.upper().split())
    if new.trade == "vehicle" and not plate:
        raise Refused("plate_missing", _("Write the number plate of the vehicle."))
    return plate[:16]


def likely(*numbers: int | None) -> None:
    """Refused: number_unlikely, where a number of people is none."""
    if any(number is not None and not 0 < number <= MOST_PEOPLE for number in numbers):
        raise Refused("number_unlikely", _("Write a number of people from 1 to 200,000."))
