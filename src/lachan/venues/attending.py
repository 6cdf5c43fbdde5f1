"""Saying who came and who did not: each word is a fact of its own, and the last one counts."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.bulk import insert_many
from lachan.core.clock import day_of, now, today
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.people.services import person_of_code
from lachan.venues.keepers import body_of
from lachan.venues.models import Venue
from lachan.venues.rolls import Attendance, Member, Spot
from lachan.venues.services import open_venue

#: Rung when somebody with symptoms stays away: a fact for the station of the commune.
WITH_SYMPTOMS = "venues.absent_with_symptoms"
#: Rung when somebody is present: the worker writes it into the ledger of scans.
PRESENT = "venues.present"


def say_absent(
    *, member: Member, reason: str, by: Principal, day: date | None = None, way: str = "list"
) -> Attendance:
    """Somebody did not come, and why.  Refused: reason_unknown, left_the_roll, day_ahead."""
    [row] = say_many(said=[(member, Attendance.State.ABSENT, reason)], day=day, way=way, by=by)
    return row


def say_present(
    *, member: Member, by: Principal, at: datetime | None = None, way: str = "list"
) -> Attendance:
    """Somebody came: by one scan a morning, or by a tick on the row's list."""
    moment = at or now()
    rows = say_many(
        said=[(member, Attendance.State.PRESENT, "")], day=day_of(moment), way=way, at=moment, by=by
    )
    return rows[0]


def take_back(*, member: Member, by: Principal, day: date | None = None) -> Attendance:
    """What was said of this day was a slip: nothing is known of it again."""
    return say_many(said=[(member, Attendance.State.TAKEN_BACK, "")], day=day, by=by)[0]


def say_many(
    *,
    said: Sequence[tuple[Member, str, str]],
    by: Principal,
    day: date | None = None,
    way: str = "list",
    at: datetime | None = None,
) -> list[Attendance]:
    """Say it of many: (member, state, reason)."""
    on = day or today()
    if on > today():
        raise Refused("day_ahead", _("This day has not come yet."))
    places = _work_places([member.id for member, _state, _reason in said])
    rows = [
        _row(member, state, reason, places.get(member.id), on, way, at, by)
        for member, state, reason in said
    ]
    _give_codes(rows, by)
    insert_many(Attendance, rows)
    ill = sum(row.reason == Attendance.Reason.SYMPTOMS for row in rows)
    audit.record(
        "attendance.said",
        target=("organisation", by.organisation or ""),
        by=by,
        detail={"day": on.isoformat(), "count": len(rows), "with_symptoms": ill},
    )
    if ill:
        ring(WITH_SYMPTOMS)
    if any(row.state == Attendance.State.PRESENT for row in rows):
        ring(PRESENT)
    return rows


def member_of_code(*, text: str, by: Principal) -> Member:
    """Whose code this is among one's own people.  Refused: not_on_the_roll, and the codes of
    `people.services.person_of_code`."""
    person = person_of_code(text.strip())
    found = Member.objects.filter(
        person=person, organisation=body_of(by), kind=Member.Kind.ROLL, until=None
    ).first()
    if found is None:
        raise Refused(
            "not_on_the_roll",
            _("This person is not on your list yet. Enter them, or tick them on the list."),
        )
    return found


def _work_places(members: Sequence[UUID]) -> dict[UUID, Spot]:
    rows = Spot.objects.filter(member__in=members, until=None).select_related("place")
    found: dict[UUID, Spot] = {}
    for row in rows:
        if row.member_id not in found or row.group == Spot.Group.WORK:
            found[row.member_id] = row
    return found


def _row(
    member: Member,
    state: str,
    reason: str,
    spot: Spot | None,
    on: date,
    way: str,
    at: datetime | None,
    by: Principal,
) -> Attendance:
    if member.until is not None or spot is None:
        raise Refused("left_the_roll", _("This person left the list. Enter them again."))
    if state == Attendance.State.ABSENT and reason not in Attendance.Reason.values:
        raise Refused("reason_unknown", _("Choose why: symptoms, leave, or not known."))
    return Attendance(
        id=uuid7(),
        member=member,
        organisation=member.organisation,
        place=spot.place,
        day=on,
        state=state,
        reason=reason,
        way=way,
        at=at,
        said_at=now(),
        said_by=by.account,
        commune=spot.place.commune,
        province=spot.place.province,
    )


def _give_codes(rows: Sequence[Attendance], by: Principal) -> None:
    """A row where somebody is present is a place that can be scanned: its code says how long a
    presence lasts that nobody ends."""
    present = {row.place_id: row.place for row in rows if row.state == Attendance.State.PRESENT}
    known = set(Venue.objects.filter(place__in=present).values_list("place", flat=True))
    for place in present.values():
        if place.id not in known and place.organisation_id == by.organisation:
            open_venue(place=place, by=by)
