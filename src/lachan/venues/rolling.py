"""Writing the roll: who is on an organisation's list, and where each belongs from a day on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.bulk import insert_many
from lachan.core.clock import now, today
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.phones import PhoneRefused, read_phone
from lachan.formats.vietnamese import fold
from lachan.places.models import Place
from lachan.venues.keepers import body_of, own_organisation
from lachan.venues.models import RoomBeds
from lachan.venues.roll_names import Written, seal_again, seal_new
from lachan.venues.rolls import Member, Spot

#: The fact the worker waits for: somebody new stands on a list, or stands elsewhere.
FACT = "venues.roll"

LONGEST_NAME, LONGEST_DETAIL, LONGEST_SHIFT = 120, 40, 20

#: Words of a shift that begins in the evening, folded.  Source: practice.md section 6, "ca 3".
NIGHT_WORDS = ("dem", "ca 3", "ca3", "night", "kip 3")

#: Which group a kind of place belongs to, where it is not work.
GROUP_OF = {"room": Spot.Group.ROOM, "vehicle": Spot.Group.VEHICLE}


@dataclass(frozen=True, slots=True)
class Stand:
    """Where somebody is to belong from `since` on."""

    place: Place
    detail: str = ""
    shift: str = ""
    night: bool = False
    since: date | None = None

    @property
    def group(self) -> str:
        """Work, room or vehicle, by the kind of the place."""
        return str(GROUP_OF.get(self.place.kind, Spot.Group.WORK))

    @property
    def is_night(self) -> bool:
        """Marked so, or the shift's own words say so."""
        return self.night or any(word in fold(self.shift) for word in NIGHT_WORDS)


def enter(
    *,
    written: Written,
    stands: Sequence[Stand] = (),
    by: Principal,
    kind: str = Member.Kind.ROLL,
    at: Place | None = None,
) -> Member:
    """Put somebody on the list, with where he belongs.  `at`: a place of the organisation, for
    somebody who belongs nowhere.  Refused: name_missing, phone_shape, not_your_place,
    roll_no_place, bed_taken."""
    [member] = enter_many(people=[(written, stands)], by=by, kind=kind, at=at)
    return member


def enter_many(
    *,
    people: Sequence[tuple[Written, Sequence[Stand]]],
    by: Principal,
    kind: str = Member.Kind.ROLL,
    at: Place | None = None,
    outing: UUID | None = None,
) -> list[Member]:
    """Put many on the list at once, in the order given; all or none."""
    organisation = own_organisation(by)
    home = at or next((stand.place for _who, stands in people for stand in stands), None)
    if home is None:
        raise Refused("roll_no_place", _("Say where this person belongs."))
    checked = {uuid7(): (_checked(written), stands) for written, stands in people}
    sealed = seal_new({member: written for member, (written, _stands) in checked.items()})
    members = [
        Member(
            id=member,
            organisation=organisation,
            kind=kind,
            sealed=sealed[member],
            outing=outing,
            since=min((s.since for s in stands if s.since), default=today()),
            made_at=now(),
            made_by=by.account,
            commune=home.commune,
            province=home.province,
        )
        for member, (_written, stands) in checked.items()
    ]
    insert_many(Member, members)
    spots = [
        _spot(member, stand, by)
        for member, (_written, stands) in zip(members, checked.values(), strict=True)
        for stand in stands
    ]
    _refuse_taken(spots)
    insert_many(Spot, spots)
    audit.record(
        "roll.entered",
        target=("organisation", organisation),
        by=by,
        detail={"count": len(members), "kind": kind},
    )
    ring(FACT)
    return members


def rewrite(*, member: Member, written: Written, by: Principal) -> None:
    """Put right what the list says of somebody; the register is asked again who it is."""
    member.sealed = seal_again(member.id, _checked(written))
    member.linked_at = None
    member.save(update_fields=["sealed", "linked_at"])
    audit.record("roll.rewritten", target=("member", member.id), by=by)
    ring(FACT)


def move(*, member: Member, stand: Stand, by: Principal) -> Spot:
    """Somebody belongs elsewhere from a day on, in one step: the old spot ends on the day the new
    one begins.  Refused: not_your_place, spot_before_last, bed_taken, left_the_roll."""
    if member.until is not None:
        raise Refused("left_the_roll", _("This person left the list. Enter them again."))
    since = stand.since or today()
    standing = Spot.objects.filter(member=member, group=stand.group, until=None).first()
    if standing is not None:
        if since < standing.since:
            raise Refused(
                "spot_before_last", _("The person came here later than that. Check the day.")
            )
        standing.until = since
        standing.save(update_fields=["until"])
    spot = _spot(member, stand, by)
    _refuse_taken([spot])
    spot.save(force_insert=True)
    audit.record("roll.moved", target=("member", member.id), by=by)
    ring(FACT)
    return spot


def move_out(*, member: Member, group: str, on: date | None = None, by: Principal) -> None:
    """Somebody gives up a room, a stall or a line and has no other; nothing else ends."""
    day = on or today()
    for spot in Spot.objects.filter(member=member, group=group, until=None):
        spot.until = max(day, spot.since)
        spot.save(update_fields=["until"])
    audit.record("roll.moved_out", target=("member", member.id), by=by, detail={"group": group})


def leave(*, member: Member, on: date | None = None, by: Principal) -> None:
    """Somebody leaves the organisation: every spot ends, what was stays on record."""
    day = max(on or today(), member.since)
    for spot in Spot.objects.filter(member=member, until=None):
        spot.until = max(day, spot.since)
        spot.save(update_fields=["until"])
    member.until = day
    member.save(update_fields=["until"])
    audit.record("roll.left", target=("member", member.id), by=by)


def set_beds(*, room: Place, beds: int, by: Principal) -> RoomBeds:
    """Say how many beds a room has.  Refused: not_your_place, beds_number."""
    _only_own(room, by)
    if not 1 <= beds <= 200:
        raise Refused("beds_number", _("A room has between 1 and 200 beds."))
    row, _new = RoomBeds.objects.update_or_create(
        place=room, defaults={"organisation": room.organisation_id, "beds": beds, "set_at": now()}
    )
    audit.record("room.beds_set", target=("place", room.id), by=by, detail={"beds": beds})
    return row


def _checked(written: Written) -> Written:
    name = " ".join(written.name.split())[:LONGEST_NAME]
    if not name:
        raise Refused("name_missing", _("Write the name."))
    fields: Mapping[str, object] = written.as_fields()
    return Written(**{**fields, "name": name, "phone": plain_phone(written.phone)})  # type: ignore[arg-type]


def plain_phone(text: str) -> str:
    """The one spelling of a phone, "" when none is written.  Refused: phone_shape."""
    if not text.strip():
        return ""
    try:
        return read_phone(text).number
    except PhoneRefused:
        raise Refused(
            "phone_shape",
            _("This is not a phone number: write ten digits, such as 0912 345 678."),
        ) from None


def _spot(member: Member, stand: Stand, by: Principal) -> Spot:
    _only_own(stand.place, by)
    return Spot(
        id=uuid7(),
        member=member,
        organisation=member.organisation,
        place=stand.place,
        group=stand.group,
        detail=" ".join(stand.detail.split())[:LONGEST_DETAIL],
        shift=" ".join(stand.shift.split())[:LONGEST_SHIFT],
        night=stand.is_night,
        since=stand.since or today(),
        commune=stand.place.commune,
        province=stand.place.province,
    )


def _only_own(place: Place, by: Principal) -> None:
    """One's own place, or a room of a house where one's people sleep already: rented rooms."""
    if place.organisation_id == by.organisation or by.system:
        return
    rented = Spot.objects.filter(
        organisation=body_of(by), group=Spot.Group.ROOM, place__parent=place.parent_id
    )
    if place.kind != "room" or place.parent_id is None or not rented.exists():
        raise Refused(
            "not_your_place", _("This place belongs to another organisation."), status=403
        )


def _refuse_taken(spots: Sequence[Spot]) -> None:
    """A bed holds one person; a stall may be shared, as by husband and wife."""
    beds = [spot for spot in spots if spot.group == Spot.Group.ROOM and spot.detail]
    wanted = {(spot.place_id, fold(spot.detail)) for spot in beds}
    if len(wanted) < len(beds):
        raise _bed_taken()
    standing = Spot.objects.filter(
        place__in={spot.place_id for spot in beds}, group=Spot.Group.ROOM, until=None
    ).exclude(detail="")
    for other in standing:
        if (other.place_id, fold(other.detail)) in wanted:
            raise _bed_taken()


def _bed_taken() -> Refused:
    return Refused("bed_taken", _("Somebody sleeps in this bed. Choose another or leave it open."))
