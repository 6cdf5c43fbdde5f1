"""Writing trips and feasts: the outing, who sat where, and the day its names are destroyed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.bulk import insert_many
from lachan.core.clock import day_of, now, today
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.models import DataKey
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.listed import RefusedRow, read_people
from lachan.formats.phones import PhoneRefused, read_phone
from lachan.formats.placecode import new_place_code
from lachan.people.selectors import cards_of
from lachan.people.services import person_of_code
from lachan.places.models import Place
from lachan.places.services import add_part
from lachan.ui.lists import read_list
from lachan.venues import roll_files, rolling
from lachan.venues.attending import PRESENT
from lachan.venues.keepers import own_organisation
from lachan.venues.outings import Opening, Outing, Seat
from lachan.venues.roll_import import as_written
from lachan.venues.roll_names import Written, seal_new
from lachan.venues.rolls import Member, RollFile
from lachan.venues.services import open_venue

#: Days a host's list of names is kept after the outing.  Source: our own choice: the longest
#: incubation of the shipped profiles (measles, 21 days) and the days until a result; to be
#: confirmed by a lawyer (Law 91/2025, storage limitation).
KEPT_DAYS = 30

#: A shift: for so long a list opened with a reason stays open to the officer who opened it.
OPEN_FOR = timedelta(hours=12)

LONGEST_OUTING = timedelta(hours=72)
TABLES_AT_MOST = 200

_LABEL = re.compile(
    r"^(?:bàn|ban|table|ghế|ghe|seat|mâm|mam)?\s*(?:số)?\s*([0-9]{1,3}[A-H]?)$", re.I
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of an outing beforehand: stops are (name, moment), seats a row as "2+2"."""

    kind: str
    place: Place
    name: str
    starts_at: datetime
    ends_at: datetime
    contact: Written
    assistant: Written | None = None
    stops: Sequence[tuple[str, datetime]] = ()
    rows: int = 0
    abreast: str = ""
    tables: int = 0


def open_outing(*, plan: Plan, by: Principal) -> Outing:
    """Register a trip or a feast.  Refused: not_your_place, outing_times, outing_unknown,
    name_missing, phone_shape."""
    if plan.place.organisation_id != own_organisation(by):
        raise Refused(
            "not_your_place", _("This place belongs to another organisation."), status=403
        )
    if plan.kind not in Outing.Kind.values:
        raise Refused("outing_unknown", _("Choose a trip, a wedding, a funeral or another meal."))
    if not timedelta() < plan.ends_at - plan.starts_at <= LONGEST_OUTING:
        raise Refused("outing_times", _("The end lies after the begin and within three days."))
    people = [plan.contact, *([plan.assistant] if plan.assistant else [])]
    leading = rolling.enter_many(
        people=[(one, ()) for one in people], kind=Member.Kind.DRIVER, at=plan.place, by=by
    )
    outing = Outing(
        id=uuid7(),
        organisation=plan.place.organisation_id,
        place=plan.place,
        kind=plan.kind,
        name=" ".join(plan.name.split())[:120] or plan.place.name,
        code=new_place_code(),
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        stops=[[name, at.isoformat()] for name, at in plan.stops],
        rows=plan.rows,
        abreast=plan.abreast,
        tables=min(plan.tables, TABLES_AT_MOST),
        contact=leading[0],
        assistant=leading[1] if len(leading) > 1 else None,
        made_at=now(),
        made_by=by.account,
        wipe_on=day_of(plan.ends_at) + timedelta(days=KEPT_DAYS),
        commune=plan.place.commune,
        province=plan.place.province,
    )
    outing.save(force_insert=True)
    audit.record("outing.opened", target=("outing", outing.id), by=by)
    return outing


def seat(
    *,
    outing: Outing,
    label: str,
    written: Written,
    by: Principal,
    code: str = "",
    from_stop: int = 0,
    to_stop: int | None = None,
) -> Seat:
    """Somebody takes a seat or sits at a table.  `code`: the person's own, instead of a name.

    Refused: outing_wiped, seat_unknown, seat_taken, segment, name_missing, phone_shape and the
    codes of `people.services.person_of_code`.
    """
    _only_open(outing)
    last = max(0, len(outing.stops) - 1)
    until = last if to_stop is None else to_stop
    if not 0 <= from_stop <= until <= last:
        raise Refused("segment", _("Choose where the passenger gets on and, later, off."))
    plain = label_of(label, outing)
    _refuse_taken(outing, plain, from_stop, until)
    person = person_of_code(code) if code.strip() else None
    said = written
    if person is not None:
        card = cards_of([person]).get(person)
        said = Written(name=card.name if card is not None and card.name else written.name)
    [member] = _enter([said], outing, by, person=person)
    row = _seat(outing, member, plain, from_stop, until)
    row.save(force_insert=True)
    audit.record("outing.seated", target=("outing", outing.id), by=by)
    ring(PRESENT)
    return row


def seat_lines(*, outing: Outing, text: str, by: Principal) -> tuple[int, list[str]]:
    """Names typed one a line: "Bàn 3: Nguyễn Văn A, 0900000123".  A line "Bàn 3" alone holds for
    the lines below it.  (How many were taken, the lines that were not.)  Refused: outing_wiped."""
    _only_open(outing)
    table, taken, left = "", [], []
    for line in text.splitlines():
        if not line.strip():
            continue
        label, name = _split(line)
        if label and not name:
            table = label
            continue
        written = _of_line(name)
        wanted = label or table
        if written is None or not wanted or not _is_label(wanted, outing):
            left.append(line.strip())
            continue
        table = wanted
        taken.append((wanted, written))
    _seat_many(outing, taken, by)
    return len(taken), left


def seat_file(*, outing: Outing, data: bytes, file_name: str, by: Principal) -> RollFile:
    """The list by Excel: names with a column of tables or seats.

    Refused: outing_wiped, list_large, list_unreadable, list_no_name.
    """
    _only_open(outing)
    sheet, table, roles = read_list(data, file_name)
    kept = roll_files.keep(
        data=data, file_name=file_name, purpose="guests", outing=outing.id, by=by
    )
    column = "seat" if outing.kind == Outing.Kind.TRIP else "table"
    taken: list[tuple[str, Written]] = []
    refused: list[list[object]] = []
    rows = list(read_people(sheet, table, roles, this_year=today().year))
    for row in rows:
        if isinstance(row, RefusedRow):
            refused.append([row.number, [f"{at}:{code}" for at, code in row.problems]])
        elif not _is_label(row.texts.get(column, ""), outing):
            at = roles.index(column) if column in roles else 0
            refused.append([row.number, [f"{at}:table_missing"]])
        else:
            taken.append((row.texts[column], as_written(row)))
    _seat_many(outing, taken, by)
    kept.sheet, kept.roles = sheet.name, list(roles)
    kept.report = {"rows": len(rows), "new": len(taken), "refused": refused}
    kept.save(update_fields=["sheet", "roles", "report"])
    return kept


def lay_tables(*, outing: Outing, by: Principal) -> list[Place]:
    """Give every table a code of its own, so that guests check in at it with their phone."""
    _only_open(outing)
    known = {place.name: place for place in Place.objects.filter(parent=outing.place, kind="table")}
    made = []
    for number in range(1, outing.tables + 1):
        name = _("Table %(n)d") % {"n": number}
        place = known.get(name) or add_part(parent=outing.place, kind="table", name=name, by=by)
        open_venue(place=place, by=by)
        made.append(place)
    return made


def open_to_me(*, outing: Outing, reason: str, by: Principal) -> Opening:
    """A health officer opens the list with a reason; the host reads who and why.

    Refused: reason_missing.
    """
    if len(reason.split()) < 2:
        raise Refused(
            "reason_missing", _("Write why you need this list, with the number of the case.")
        )
    moment = now()
    row = Opening(
        id=uuid7(),
        outing=outing,
        organisation=outing.organisation,
        account=by.account,
        account_name=by.name,
        reason=" ".join(reason.split())[:200],
        at=moment,
        until=moment + OPEN_FOR,
    )
    row.save(force_insert=True)
    audit.record("outing.list_opened", target=("outing", outing.id), by=by)
    return row


def wipe_old() -> int:
    """Destroy the names of outings whose day has come; only in a system scope.  How many."""
    due = list(Outing.objects.filter(wiped_at=None, wipe_on__lte=today()))
    for outing in due:
        people = Member.objects.filter(outing=outing.id, wiped_at=None)
        DataKey.objects.filter(person__in=list(people.values_list("id", flat=True))).delete()
        people.update(sealed=b"", wiped_at=now())
        outing.wiped_at = now()
        outing.save(update_fields=["wiped_at"])
    return len(due)


def label_of(text: str, outing: Outing) -> str:
    """One spelling of a seat or table: "Bàn số 3" is 3, "7c" is 7C.  Refused: seat_unknown."""
    found = _LABEL.fullmatch(" ".join(text.split()))
    label = found[1].upper().lstrip("0") if found else ""
    if not label or (outing.kind == Outing.Kind.TRIP and label not in outing.seat_labels()):
        raise Refused("seat_unknown", _("There is no such seat or table. Write it as 7C or as 3."))
    return label


def _is_label(text: str, outing: Outing) -> bool:
    try:
        label_of(text, outing)
    except Refused:
        return False
    return True


def _split(line: str) -> tuple[str, str]:
    """(table, the rest) of a typed line; "" for a table it does not name."""
    head, colon, rest = line.partition(":")
    if colon and _LABEL.fullmatch(" ".join(head.split())):
        return head.strip(), rest.strip()
    if not colon and _LABEL.fullmatch(" ".join(line.split())):
        return line.strip(), ""
    return "", line.strip()


def _of_line(text: str) -> Written | None:
    """A name and, after a comma or at the end, a phone."""
    name, _comma, rest = text.partition(",")
    phone = rest.strip()
    try:
        return Written(name=name.strip(), phone=read_phone(phone).number if phone else "")
    except PhoneRefused:
        return None


def _seat_many(outing: Outing, taken: Sequence[tuple[str, Written]], by: Principal) -> None:
    members = _enter([written for _label, written in taken], outing, by)
    last = max(0, len(outing.stops) - 1)
    seats = [
        _seat(outing, member, label_of(label, outing), 0, last)
        for member, (label, _written) in zip(members, taken, strict=True)
    ]
    insert_many(Seat, seats)
    if seats:
        audit.record(
            "outing.seated", target=("outing", outing.id), by=by, detail={"count": len(seats)}
        )
        ring(PRESENT)


def _enter(
    people: Sequence[Written], outing: Outing, by: Principal, person: UUID | None = None
) -> list[Member]:
    if person is None:
        return rolling.enter_many(
            people=[(one, ()) for one in people],
            kind=Member.Kind.GUEST,
            at=outing.place,
            outing=outing.id,
            by=by,
        )
    made: Mapping[UUID, Written] = {uuid7(): people[0]}
    [(number, sealed)] = seal_new(made).items()
    member = Member(
        id=number,
        organisation=outing.organisation,
        kind=Member.Kind.GUEST,
        sealed=sealed,
        person=person,
        outing=outing.id,
        since=today(),
        made_at=now(),
        made_by=by.account,
        commune=outing.commune,
        province=outing.province,
    )
    member.save(force_insert=True)
    ring(rolling.FACT)
    return [member]


def _seat(outing: Outing, member: Member, label: str, begin: int, end: int) -> Seat:
    return Seat(
        id=uuid7(),
        outing=outing,
        member=member,
        organisation=outing.organisation,
        label=label,
        from_stop=begin,
        to_stop=end,
        commune=outing.commune,
        province=outing.province,
    )


def _refuse_taken(outing: Outing, label: str, begin: int, end: int) -> None:
    """A seat holds one person on a segment; a table many."""
    if outing.kind != Outing.Kind.TRIP:
        return
    for other in Seat.objects.filter(outing=outing, label=label):
        if max(begin, other.from_stop) < min(end, other.to_stop) or begin == end:
            raise Refused("seat_taken", _("Somebody sits here on this part of the way."))


def _only_open(outing: Outing) -> None:
    if outing.wiped_at is not None:
        raise Refused("outing_wiped", _("The names of this list were destroyed; it is closed."))
