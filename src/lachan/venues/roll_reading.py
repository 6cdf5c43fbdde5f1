"""Reading the roll: who stands on it, where, and how a line, a class or a row is filled today."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connections
from django.db.models import Q, QuerySet

from lachan.core.clock import OFFSET, now, today
from lachan.core.scope import Principal
from lachan.formats.vietnamese import fold
from lachan.places.models import Place
from lachan.venues.keepers import body_of
from lachan.venues.roll_names import Written, written_of
from lachan.venues.rolls import Attendance, Member, Spot

#: Names shown on one page; a search or a line narrows it.
SHOWN_AT_MOST = 120

#: Members whose names a search opens; a larger unit searches within a line.
SEARCHED_AT_MOST = 25_000

#: The night shift comes in the evening before: scans from 20:00 count for the day that follows.
EVENING = timedelta(hours=4)

#: Days of the small chart of absences.
TREND_DAYS = 14


@dataclass(frozen=True, slots=True)
class RollRow:
    """Somebody of the roll with what was written, and where he belongs by group."""

    member: Member
    written: Written
    spots: Mapping[str, Spot]

    @property
    def work(self) -> Spot | None:
        """The line, class or stall."""
        return self.spots.get(Spot.Group.WORK)

    @property
    def room(self) -> Spot | None:
        """The room and bed."""
        return self.spots.get(Spot.Group.ROOM)


@dataclass
class Filled:
    """A line, class or row today: how many belong there, came, and stay away."""

    place: Place
    on_roll: int = 0
    present: int = 0
    symptoms: int = 0
    leave: int = 0
    unknown: int = 0

    @property
    def absent(self) -> int:
        """Everybody whose absence was said."""
        return self.symptoms + self.leave + self.unknown

    @property
    def open(self) -> int:
        """Nobody said anything of them, and no scan did."""
        return max(0, self.on_roll - self.present - self.absent)


@dataclass(frozen=True, slots=True)
class Today:
    """What is known of a unit's day: who came (member -> since when) and the last words."""

    came: Mapping[UUID, datetime] = field(default_factory=dict)
    words: Mapping[UUID, Attendance] = field(default_factory=dict)

    def state_of(self, member: UUID) -> str:
        """present, symptoms, leave, unknown, or "" while nobody knows.  A word about an absence
        counts before a scan: the officer who wrote it knew of the scan."""
        word = self.words.get(member)
        if word is not None and word.state == Attendance.State.ABSENT:
            return word.reason
        if member in self.came or (word is not None and word.state == Attendance.State.PRESENT):
            return "present"
        return ""


def roll_of(
    by: Principal,
    *,
    place: UUID | None = None,
    group: str = Spot.Group.WORK,
    shift: str = "",
    text: str = "",
) -> list[RollRow]:
    """People of one's own roll by name; `place`: a line, class, row or room.  SHOWN_AT_MOST."""
    members = members_of(by)
    spots = open_spots(by).filter(group=group)
    if place is not None:
        spots = spots.filter(place=place)
    if shift:
        spots = spots.filter(shift=shift)
    if place is not None or shift:
        members = members.filter(id__in=spots.values("member"))
    rows = list(members[:SEARCHED_AT_MOST] if text else members[: 4 * SHOWN_AT_MOST])
    names = written_of(rows)
    found = [row for row in rows if says(names[row.id], text)]
    found.sort(key=lambda row: fold(names[row.id].name.rpartition(" ")[2] + names[row.id].name))
    return rows_of(found[:SHOWN_AT_MOST], names)


def rows_of(
    members: Iterable[Member], names: Mapping[UUID, Written] | None = None
) -> list[RollRow]:
    """The same members with names and open spots, in the order given."""
    rows = list(members)
    known = names if names is not None else written_of(rows)
    spots: dict[UUID, dict[str, Spot]] = defaultdict(dict)
    for spot in Spot.objects.filter(member__in=rows, until=None).select_related("place__parent"):
        spots[spot.member_id][spot.group] = spot
    return [RollRow(row, known[row.id], spots[row.id]) for row in rows]


def everybody(by: Principal) -> list[RollRow]:
    """The whole roll, by line and name, for a sheet."""
    members = list(members_of(by)[:SEARCHED_AT_MOST])
    rows = rows_of(members)
    return sorted(
        rows,
        key=lambda row: (natural(row.work.place.name if row.work else ""), fold(row.written.name)),
    )


def says(written: Written, text: str) -> bool:
    """Whether every word of `text` begins a word of the name, or it is the code or the phone."""
    asked = fold(text).split()
    words = fold(written.name).split()
    code = fold(written.code).replace(" ", "")
    if asked and "".join(asked) in {code, written.phone}:
        return True
    return all(any(each.startswith(word) for each in words) for word in asked)


def members_of(by: Principal) -> QuerySet[Member]:
    """Everybody on one's own roll today, oldest first."""
    found = Member.objects.filter(
        organisation=body_of(by), kind=Member.Kind.ROLL, until=None, wiped_at=None
    )
    return found.order_by("made_at", "id")


def member_of(by: Principal, member: UUID) -> Member | None:
    """One of one's own roll."""
    return members_of(by).filter(id=member).first()


def open_spots(by: Principal) -> QuerySet[Spot]:
    """Where the own people belong today."""
    found = Spot.objects.filter(organisation=body_of(by), until=None)
    return found.select_related("place__parent")


def shifts_of(by: Principal) -> list[str]:
    """The shifts of the roll, as written."""
    rows = open_spots(by).filter(group=Spot.Group.WORK).exclude(shift="")
    return sorted(set(rows.values_list("shift", flat=True)))


def today_of(by: Principal, day: date | None = None) -> Today:
    """What is known of a day; scans of today only: earlier ones are not the unit's business."""
    on = day or today()
    return Today(came=_came_in() if on == today() else {}, words=last_words(by, on))


def last_words(by: Principal, day: date) -> dict[UUID, Attendance]:
    """The last word about each member on a day."""
    rows = Attendance.objects.filter(organisation=body_of(by), day=day)
    return {row.member_id: row for row in rows.order_by("said_at", "id")}


def _came_in() -> dict[UUID, datetime]:
    start = datetime.combine(today(), time(), OFFSET) - EVENING
    with connections["default"].cursor() as cursor:
        cursor.execute("select member, at from venues_members_in(%s, %s)", [start, now()])
        return dict(cursor.fetchall())


def filled_of(by: Principal, known: Today, *, shift: str = "") -> list[Filled]:
    """Every line, class or row with its figures, in the order of the tree."""
    spots = open_spots(by).filter(group=Spot.Group.WORK)
    if shift:
        spots = spots.filter(shift=shift)
    found: dict[UUID, Filled] = {}
    for spot in spots:
        row = found.setdefault(spot.place_id, Filled(spot.place))
        row.on_roll += 1
        state = known.state_of(spot.member_id)
        if state:
            setattr(row, state, getattr(row, state) + 1)
    return sorted(found.values(), key=lambda row: natural(_whole(row.place), row.place.name))


def sum_of(rows: Iterable[Filled], place: Place) -> Filled:
    """The figures of several together, under the name of what they lie in."""
    total = Filled(place)
    for row in rows:
        for name in ("on_roll", "present", "symptoms", "leave", "unknown"):
            setattr(total, name, getattr(total, name) + getattr(row, name))
    return total


def trend_of(by: Principal, days: int = TREND_DAYS) -> list[tuple[date, Counter[str]]]:
    """Absences by reason of the last days, oldest first; days without a word are there too."""
    first = today() - timedelta(days=days - 1)
    rows = Attendance.objects.filter(organisation=body_of(by), day__gte=first)
    last: dict[tuple[UUID, date], Attendance] = {}
    for row in rows.order_by("said_at", "id"):
        last[row.member_id, row.day] = row
    found: dict[date, Counter[str]] = {
        first + timedelta(days=number): Counter() for number in range(days)
    }
    for row in last.values():
        if row.state == Attendance.State.ABSENT and row.day in found:
            found[row.day][row.reason] += 1
    return list(found.items())


def absent_rows(by: Principal, known: Today) -> list[tuple[RollRow, Attendance]]:
    """Everybody whose absence was said, the ill first."""
    words = {m: w for m, w in known.words.items() if w.state == Attendance.State.ABSENT}
    rows = rows_of(members_of(by).filter(id__in=list(words)))
    order = list(Attendance.Reason.values)
    rows.sort(key=lambda row: (order.index(words[row.member.id].reason), fold(row.written.name)))
    return [(row, words[row.member.id]) for row in rows]


def absent_with_symptoms(since: date) -> list[Attendance]:
    """The last words of this scope that say somebody with symptoms stays away, newest first.

    For the station of the commune in its own scope, and for the worker of the rooms above on the
    fact `venues.absent_with_symptoms`.
    """
    last: dict[tuple[UUID, date], Attendance] = {}
    rows = Attendance.objects.filter(day__gte=since).select_related("member", "place__parent")
    for row in rows.order_by("said_at", "id"):
        last[row.member_id, row.day] = row
    ill = [row for row in last.values() if row.reason == Attendance.Reason.SYMPTOMS]
    return sorted(ill, key=lambda row: (row.day, row.said_at), reverse=True)


def works_of(by: Principal) -> QuerySet[Place]:
    """Places of one's own where people can belong: the leaves first asked for."""
    found = Place.objects.filter(organisation=body_of(by), closed_at=None)
    return found.select_related("parent").order_by("folded", "id")


def _whole(place: Place) -> str:
    return place.parent.name if place.parent is not None else ""


def natural(*texts: str) -> list[tuple[int, str]]:
    """Line 2 before line 10."""
    found: list[tuple[int, str]] = []
    for text in texts:
        words = fold(text).split()
        found += [(int(word), "") if word.isdecimal() else (10**9, word) for word in words]
        found.append((-1, ""))
    return found


def holding(day: date) -> Q:
    """Facts that hold on a day."""
    return Q(since__lte=day) & (Q(until=None) | Q(until__gt=day))
