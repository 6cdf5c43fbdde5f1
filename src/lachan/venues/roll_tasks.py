"""What the worker does with lists: finds out who a name is, tells the register where people belong,
and writes who came into the ledger of scans."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q

from lachan.core.clock import now
from lachan.core.facts import on, ring
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, system_scope
from lachan.people.selectors import Wanted, match_many, trace_ids_of
from lachan.people.services import NewPerson, Stay, Work, register_many, renew_belongings
from lachan.places.models import Place
from lachan.places.selectors import commune_in
from lachan.venues.attending import PRESENT
from lachan.venues.models import Delivery, Direction, Seat, Source
from lachan.venues.outing_reading import moments_of
from lachan.venues.outing_writing import wipe_old
from lachan.venues.recording import Entry, append
from lachan.venues.roll_files import destroy_old
from lachan.venues.roll_names import Written, written_of
from lachan.venues.rolling import FACT
from lachan.venues.rolls import Attendance, Member, Spot

#: Members of one step: its transaction is short, because the tracing index waits for the oldest.
STEP = 500

#: A vehicle whose way out nobody pressed has left by then.
NIGHT_LASTS = timedelta(hours=6)

#: A slip of the finger can be taken back for so long before it is a scan of the ledger.
SETTLES = timedelta(minutes=10)


@on(FACT)
def link_members() -> int:
    """Give every new member the person of the register, entered anew where nobody is certain."""
    done = 0
    while step := _link_step():
        done += step
    while step := _tell_step():
        done += step
    return done


def _link_step() -> int:
    with system_scope("fact:venues.roll") as by:
        waiting = list(
            Member.objects.filter(linked_at=None, wiped_at=None)
            .order_by("made_at", "id")
            .select_for_update(skip_locked=True, of=("self",))[:STEP]
        )
        names = written_of(waiting)
        fresh = [row for row in waiting if row.person is None]
        found = match_many([_wanted(row, names[row.id]) for row in fresh])
        for row, person in zip(fresh, found, strict=True):
            row.person = person
        unknown = [row for row in fresh if row.person is None and _is_somebody(row, names[row.id])]
        made = (
            register_many([_new(row, names[row.id]) for row in unknown], by=by) if unknown else []
        )
        for row, one in zip(unknown, made, strict=True):
            row.person = one.id
        for row in waiting:
            row.linked_at = now()
        Member.objects.bulk_update(waiting, ["person", "linked_at"])
        if waiting:
            # Whoever came before he was known is in the ledger now.
            ring(PRESENT)
        return len(waiting)


def _enter(rows: Sequence[Member], names: Mapping[UUID, Written], by: Principal) -> None:
    """Enter people; the register takes many or none, so a refusal halves them until the row is
    found.  Whom it refuses (a paper that is somebody else's) stays a name on the list."""
    if not rows:
        return
    try:
        with transaction.atomic():
            made = register_many([_new(row, names[row.id]) for row in rows], by=by)
    except Refused:
        if len(rows) > 1:
            half = len(rows) // 2
            _enter(rows[:half], names, by)
            _enter(rows[half:], names, by)
        return
    for row, one in zip(rows, made, strict=True):
        row.person = one.id


def _wanted(row: Member, written: Written) -> Wanted:
    return Wanted(
        name=written.name,
        birth_year=int(written.birth[:4]) if written.birth else None,
        phones=[written.phone] if written.phone else [],
        documents=tuple(written.documents.values()),
        has_cccd="cccd" in written.documents,
        commune=row.commune,
        body=row.organisation if row.kind == Member.Kind.ROLL else "",
    )


def _is_somebody(row: Member, written: Written) -> bool:
    """A guest known by a name alone is counted and not entered: nobody could find him again."""
    return row.kind == Member.Kind.ROLL or bool(written.phone or written.birth or written.documents)


def _new(row: Member, written: Written) -> NewPerson:
    found = commune_in(written.address, near=row.province) if written.address else None
    commune, province = found or (row.commune, row.province)
    return NewPerson(
        full_name=written.name,
        stay=Stay(commune, province, written.address),
        birth=written.birth,
        sex=written.sex,
        phones=[written.phone] if written.phone else [],
        documents=written.documents,
    )


def _tell_step() -> int:
    """Tell the register where people work or learn; a room is told by this room's own selectors."""
    with system_scope("fact:venues.roll") as by:
        waiting = list(
            Spot.objects.filter(told_at=None, member__person__isnull=False)
            .select_related("member", "place__parent")
            .order_by("since", "id")
            .select_for_update(skip_locked=True, of=("self",))[:STEP]
        )
        works = {
            row.member.person: _work(row)
            for row in waiting
            if row.group == Spot.Group.WORK and row.until is None and row.member.person
        }
        renew_belongings(works, by=by)
        for row in waiting:
            row.told_at = now()
        Spot.objects.bulk_update(waiting, ["told_at"])
        return len(waiting)


def _work(spot: Spot) -> Work:
    return Work(
        kind="school" if spot.place.kind in ("class", "school") else "work",
        organisation=spot.organisation,
        place=spot.place_id,
        unit=(spot.place.parent.name if spot.place.parent else "")[:80],
        line=spot.place.name[:40],
        shift=spot.shift,
        since=spot.since,
    )


@on(PRESENT)
def record_present() -> int:
    """Write who was present into the ledger, once the word has settled; how many."""
    done = 0
    while step := _record_step():
        done += step
    return done


def _record_step() -> int:
    with system_scope("fact:venues.present"):
        waiting = list(
            Attendance.objects.filter(
                state=Attendance.State.PRESENT,
                recorded_at=None,
                said_at__lt=now() - SETTLES,
                member__person__isnull=False,
            )
            .select_related("member", "place")
            .order_by("said_at", "id")
            .select_for_update(skip_locked=True, of=("self",))[:STEP]
        )
        standing = _standing(waiting)
        traces = trace_ids_of({row.member.person for row in waiting if row.member.person})
        for row in waiting:
            trace = traces.get(row.member.person) if row.member.person else None
            if row.id in standing and trace is not None:
                append(_entry(row, trace))
            row.recorded_at = now()
        Attendance.objects.bulk_update(waiting, ["recorded_at"])
        return len(waiting)


@on(PRESENT)
def record_outings() -> int:
    """Write who rode or sat at a table, and the drivers of the night, into the ledger when the
    outing is over; how many."""
    with system_scope("fact:venues.present"):
        seats = list(
            Seat.objects.filter(
                recorded_at=None, outing__ends_at__lt=now(), member__person__isnull=False
            )
            .select_related("member", "outing__place")
            .select_for_update(skip_locked=True, of=("self",))[:STEP]
        )
        traces = trace_ids_of({row.member.person for row in seats if row.member.person})
        for row in seats:
            if row.member.person in traces:
                start, end = moments_of(row.outing, row)
                place = row.outing.place
                _append_stay(
                    row.id, place, traces[row.member.person], start, end, row.outing.made_by
                )
            row.recorded_at = now()
        Seat.objects.bulk_update(seats, ["recorded_at"])
    return len(seats)


@on(PRESENT)
def record_deliveries() -> int:
    """Write drivers who are known into the ledger, when they left or the night is over."""
    with system_scope("fact:venues.present"):
        rows = list(
            Delivery.objects.filter(recorded_at=None, driver__person__isnull=False)
            .filter(Q(left_at__isnull=False) | Q(came_at__lt=now() - NIGHT_LASTS))
            .select_related("driver", "place")
            .select_for_update(skip_locked=True, of=("self",))[:STEP]
        )
        traces = trace_ids_of({row.driver.person for row in rows if row.driver.person})
        for row in rows:
            if row.driver.person in traces:
                trace = traces[row.driver.person]
                _append_stay(row.id, row.place, trace, row.came_at, row.left_at, row.made_by)
            row.recorded_at = now()
        Delivery.objects.bulk_update(rows, ["recorded_at"])
    return len(rows)


def _append_stay(
    of: UUID, place: Place, trace: UUID, start: datetime, end: datetime | None, said_by: UUID
) -> None:
    for direction, at in ((Direction.IN, start), (Direction.OUT, end)):
        if at is not None:
            append(
                Entry(
                    id=uuid5(of, str(direction)),
                    place=place.id,
                    trace_id=trace,
                    direction=direction,
                    at=at,
                    device_at=at,
                    source=Source.IMPORT,
                    authority=f"account:{said_by}",
                    commune=place.commune,
                    province=place.province,
                )
            )


@on(FACT)
def destroy_what_is_over() -> int:
    """Destroy files whose time is over, and the names of outings whose day has come."""
    with system_scope("fact:venues.roll"):
        return destroy_old() + wipe_old()


def _standing(waiting: Sequence[Attendance]) -> set[UUID]:
    """Those that nobody took back or said otherwise later."""
    last: dict[tuple[UUID, object], Attendance] = {}
    rows = Attendance.objects.filter(
        member__in=[row.member_id for row in waiting], day__in={row.day for row in waiting}
    )
    for row in rows.order_by("said_at", "id"):
        last[row.member_id, row.day] = row
    return {row.id for row in last.values()}


def _entry(row: Attendance, trace: UUID) -> Entry:
    at = row.at or row.said_at
    return Entry(
        id=uuid5(row.id, "in"),
        place=row.place_id,
        trace_id=trace,
        direction=Direction.IN,
        at=at,
        device_at=at,
        source=Source.DESK if row.way == Attendance.Way.SCAN else Source.IMPORT,
        authority=f"account:{row.said_by}",
        commune=row.commune,
        province=row.province,
    )
